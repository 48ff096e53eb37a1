import { test } from "uvu";
import * as assert from "uvu/assert";
import { minutes } from "../../../controllers/units.ts";
import { simulatedLine } from "../../../sim/simulated-line.ts";
import * as cmd from "../commands/gear.ts";
import { ask, type Sequence } from "../sequence.ts";
import { anyGearReset, audit, repair } from "./audit.ts";
import { FAIL_BRIGHT, type WantedSettings } from "./settings.ts";

const WANTED: WantedSettings = {
  curve: "linear",
  minLevel: 85,
  maxLevel: 230,
  powerOnLevel: 254,
  systemFailureLevel: 254,
  fadeTime: 4,
  fadeRate: 7,
  extendedFadeTime: 0,
  groups: [1, 9, 15],
  scenes: { 0: 254, 7: null, 15: 100 },
};

function* all(...commands: readonly Parameters<typeof ask>[0][]): Sequence<void> {
  for (const command of commands) yield* ask(command);
}
const set = (value: number, command: Parameters<typeof ask>[0]) => all(cmd.dtr0(value), command);
/** Frames that write, so that their number is seen from the wire. */
const WRITES = (data: number) =>
  (data & 0x0100) !== 0 && (data & 0xff) >= 0x20 && (data & 0xff) < 0x90 && data >> 8 < 0x80;

function line(options: Parameters<typeof simulatedLine>[1] = {}) {
  const on = simulatedLine(3, options);
  let written = 0;
  on.bus.onFrame((heard) => {
    if (heard.kind === "forward" && heard.frame.bits === 16 && WRITES(heard.frame.data)) written++;
  });
  return { ...on, written: () => written };
}

test("gear that falls dark is found, and made to burn when nobody tells it otherwise", async () => {
  const on = line();
  await on.run(set(0, cmd.setPowerOnLevel(1)));
  await on.run(set(0xff, cmd.setSystemFailureLevel(1)));
  assert.equal(await on.run(audit(0, FAIL_BRIGHT)), { differences: [], unanswered: [] });
  const found = [
    { property: "powerOnLevel", found: 0, wanted: 254 },
    { property: "systemFailureLevel", found: null, wanted: 254 },
  ];
  assert.equal(await on.run(audit(1, FAIL_BRIGHT)), { differences: found, unanswered: [] });
  assert.equal(await on.run(repair(1, FAIL_BRIGHT)), { repaired: found, differences: [], unanswered: [], writes: 2 });
  const { powerOnLevel, systemFailureLevel } = on.gear[1]?.settings ?? {};
  assert.equal([powerOnLevel, systemFailureLevel], [254, 254]);
});

test("every setting is read and set right; what is right is not written", async () => {
  const on = line();
  const first = await on.run(repair(2, WANTED));
  assert.equal(
    first.repaired.map(({ property }) => property),
    ["curve", "minLevel", "maxLevel", "fadeTime", "groups", "scene 0", "scene 15"],
  );
  assert.equal([first.differences, first.unanswered, first.writes], [[], [], 9]);
  assert.is(on.written(), 16, "each twice, the dimming curve not counted: it is a command of DT6");
  const { settings } = on.gear[2] ?? {};
  assert.equal([settings?.minLevel, settings?.maxLevel, settings?.fadeTime, settings?.fadeRate], [85, 230, 4, 7]);
  assert.equal(
    [settings?.groups, settings?.scenes[0], settings?.scenes[7]],
    [(1 << 1) | (1 << 9) | (1 << 15), 254, 0xff],
  );
  const again = await on.run(repair(2, WANTED));
  assert.equal(again, { repaired: [], differences: [], unanswered: [], writes: 0 });
  assert.is(on.written(), 16);
});

test("a window of levels that moves up or down past the old one is set in the order that gear allows", async () => {
  const on = line();
  await on.run(repair(0, { minLevel: 50, maxLevel: 100 }));
  const up = await on.run(repair(0, { minLevel: 150, maxLevel: 200 }));
  assert.equal([up.differences, up.writes], [[], 2]);
  const down = await on.run(repair(0, { minLevel: 10, maxLevel: 40 }));
  assert.equal([down.differences, down.writes], [[], 2]);
  assert.equal([on.gear[0]?.settings.minLevel, on.gear[0]?.settings.maxLevel], [10, 40]);
});

test("a minimum below what the hardware can is as good as it gets, and not written again and again", async () => {
  const on = line({ gear: () => ({ physicalMinimum: 86 }) });
  const before = on.written();
  const result = await on.run(repair(0, { minLevel: 1 }));
  assert.equal(result, { repaired: [], differences: [], unanswered: [], writes: 0 });
  assert.is(on.written(), before);
});

test("gear that does not keep a setting is told so often and no more; gear without DT6 has no curve to tell", async () => {
  const on = line({ gear: () => ({ deviceTypes: [] }) });
  const gear = on.gear[0];
  assert.ok(gear);
  Object.defineProperty(gear.settings, "powerOnLevel", { get: () => 7, set: () => {} });
  const result = await on.run(repair(0, { curve: "linear", powerOnLevel: 254 }));
  assert.equal(result.differences, [{ property: "powerOnLevel", found: 7, wanted: 254 }]);
  assert.equal([result.unanswered, result.writes], [["curve"], 2]);
});

test("gear that is not there has answered nothing", async () => {
  const on = line();
  assert.equal(await on.run(audit(9, { ...FAIL_BRIGHT, fadeRate: 7 })), {
    differences: [],
    unanswered: ["powerOnLevel", "systemFailureLevel", "fadeRate"],
  });
});

test("with noise, gear ends as wanted or it is said; no setting is left at what DTR0 happened to hold", async () => {
  let right = 0;
  for (let seed = 1; seed <= 25; seed++) {
    const on = line({ seed, noise: { replyLost: 0.05, replySpoilt: 0.03, gearMisses: 0.05 } });
    const result = await on.run(repair(1, WANTED), minutes(5));
    const { settings } = on.gear[1] ?? {};
    const found = { powerOnLevel: settings?.powerOnLevel, maxLevel: settings?.maxLevel, fadeTime: settings?.fadeTime };
    for (const [property, value] of Object.entries(found)) {
      const open = result.differences.some((one) => one.property === property);
      if (!open) assert.is(value, WANTED[property as "maxLevel"], `${property} with seed ${seed}`);
    }
    if (result.differences.length + result.unanswered.length === 0) right++;
  }
  assert.ok(right >= 23, `${right} of 25`);
});

test("one frame asks whether any gear is as RESET leaves it", async () => {
  const on = line();
  assert.is(await on.run(anyGearReset()), true);
  for (const address of [0, 1, 2]) await on.run(set(4, cmd.setFadeTime(address)));
  const before = on.traffic().forward;
  assert.is(await on.run(anyGearReset()), false);
  assert.is(on.traffic().forward - before, 1);
});

test("a wanted value out of range is refused", async () => {
  for (const [wanted, message] of [
    [{ powerOnLevel: 255 }, /powerOnLevel is 255: allowed 0 to 254/],
    [{ fadeRate: 0 }, /fadeRate is 0: allowed 1 to 15/],
    [{ groups: [16] }, /group is 16/],
    [{ scenes: { 16: 1 } }, /scene is 16/],
    [{ extendedFadeTime: 0x50 }, /extendedFadeTime is 80/],
  ] as const) {
    assert.throws(() => audit(0, wanted).next(), message);
  }
});

test.run();
