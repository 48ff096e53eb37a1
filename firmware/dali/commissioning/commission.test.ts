import { test } from "uvu";
import * as assert from "uvu/assert";
import { minutes, seconds } from "../../../controllers/units.ts";
import { Noise } from "../../../sim/noise.ts";
import { type SimulatedLine, type SimulatedLineOptions, simulatedLine } from "../../../sim/simulated-line.ts";
import { inBursts } from "./bursts.ts";
import { commission } from "./commission.ts";
import { identifyGear } from "./identify.ts";
import type { CommissioningOptions, CommissioningResult, KnownLamp, LampResult, Progress } from "./model.ts";
import { moveUnit } from "./move.ts";

const TERMINATE = 0xa100;

const run = (line: SimulatedLine, options: Omit<CommissioningOptions, "clock"> = {}): Promise<CommissioningResult> =>
  line.clock.run(inBursts(line.scheduler, commission({ clock: line.clock, ...options }), { priority: 3 }), minutes(60));

/** Gear number i at `addresses[i]`, with a random address of its own. */
const lineOf = (addresses: readonly (number | null)[], options: SimulatedLineOptions = {}) =>
  simulatedLine(addresses.length, {
    ...options,
    gear: (i) => ({ address: addresses[i] ?? null, randomAddress: randomOf(i), ...options.gear?.(i) }),
  });
const randomOf = (i: number): number => 0x010203 * (i + 1);
const lamp = (i: number, address = i): KnownLamp => ({ address, randomAddress: randomOf(i) });

const where = (line: SimulatedLine): (number | null)[] => line.gear.map(({ shortAddress }) => shortAddress);
const inWords = (lamps: readonly LampResult[]): string[] =>
  lamps.map((one) => `${one.kind} ${one.address}${one.kind === "changed" ? ` was ${one.was} ${one.how.join()}` : ""}`);
const distinct = (list: readonly unknown[]): boolean => new Set(list).size === list.length;

function listen(line: SimulatedLine): number[] {
  const frames: number[] = [];
  line.bus.onFrame((heard) => {
    if (heard.kind === "forward") frames.push(heard.frame.data);
  });
  return frames;
}

test("64 new gear: each has an address of its own and is told of as it is", async () => {
  const line = simulatedLine(64, { seed: 3, gear: () => ({ address: null }) });
  const frames = listen(line);
  const result = await run(line, { expected: 64 });
  assert.ok(distinct(where(line)) && !where(line).includes(null));
  assert.equal(result.troubles, []);
  assert.is(result.lamps.length, 64);
  for (const { kind, address, randomAddress } of result.lamps) {
    assert.is(kind, "new");
    assert.is(line.gear.find((gear) => gear.shortAddress === address)?.randomAddress, randomAddress);
  }
  assert.ok(line.gear.every((gear) => !gear.initialised));
  assert.is(frames.at(-1), TERMINATE);
  assert.is(result.frames, frames.length);
});

test("nothing changed: each lamp is asked, nothing is searched", async () => {
  const all = Array.from({ length: 64 }, (_, i) => i);
  const line = lineOf(all);
  const result = await run(line, { known: all.map((i) => lamp(i)) });
  assert.equal(new Set(result.lamps.map(({ kind }) => kind)), new Set(["unchanged"]));
  // three questions a lamp, whether anybody is without an address, TERMINATE
  assert.is(line.traffic().forward, 64 * 3 + 3 + 1);
  assert.ok(result.elapsed < seconds(9.3));
});

test("known lamps keep their addresses, new ones get the free ones in the order given", async () => {
  const line = lineOf([7, null, 3, null]);
  const result = await run(line, { known: [lamp(0, 7), lamp(2, 3)], free: [20, 3, 10] });
  assert.equal([where(line)[0], where(line)[2]], [7, 3]);
  assert.equal(new Set([where(line)[1], where(line)[3]]), new Set([20, 10]), "3 is not free: a known lamp has it");
  assert.equal(inWords(result.lamps), ["unchanged 3", "unchanged 7", "new 10", "new 20"]);
});

test("units with an address that nobody knew are new, and their addresses are not given away", async () => {
  for (const known of [[], [lamp(0, 5)]]) {
    const line = lineOf([5, 0, 1, null, null]);
    const result = await run(line, { known });
    assert.equal(where(line).slice(0, 3), [5, 0, 1]);
    assert.ok(distinct(where(line)) && !where(line).includes(null));
    assert.is(result.lamps.length, 5);
    assert.equal(result.troubles, []);
  }
});

test("two units with one address: the known one keeps it, the other gets another", async () => {
  for (const order of [
    [4, 4, 9],
    [4, 9, 4],
  ]) {
    const line = lineOf(order);
    const known = order.indexOf(4);
    const result = await run(line, { known: [lamp(known, 4)] });
    assert.is(where(line)[known], 4);
    assert.ok(distinct(where(line)) && !where(line).includes(null), String(where(line)));
    assert.equal(inWords(result.lamps), ["unchanged 4", "new 0", "new 9"]);
  }
});

test("two units with one address that nobody knew: both end with one of their own", async () => {
  const line = lineOf([4, 4]);
  const result = await run(line, { known: [{ address: 4 }] });
  assert.ok(distinct(where(line)) && !where(line).includes(null));
  assert.is(result.lamps.length, 2);
});

test("units that never drew a random address are made to, and so are told apart", async () => {
  // they answer alike at the same moment: nothing shows that they are two
  const line = lineOf([4, 4, 9], { gear: (i) => ({ reply: "ideal", ...(i < 2 && { randomAddress: 0xffffff }) }) });
  const result = await run(line, { known: [{ address: 4 }, lamp(2, 9)] });
  assert.ok(distinct(where(line)), String(where(line)));
  assert.is(result.lamps.length, 3);
  assert.ok(line.gear.every(({ randomAddress }) => randomAddress !== 0xffffff));
});

test("new units that draw the same random address draw again", async () => {
  const line = simulatedLine(4, { gear: (i) => ({ address: null, ...(i < 3 && { draws: [0x123456] }) }) });
  const result = await run(line);
  assert.ok(distinct(where(line)) && !where(line).includes(null), String(where(line)));
  assert.is(result.lamps.length, 4);
  assert.equal(result.troubles, []);
});

test("units that cannot be told apart share an address, and it is said", async () => {
  const same = { address: null, randomAddress: 0x123456, keepsRandomAddress: true };
  const line = simulatedLine(3, { gear: (i) => (i < 2 ? same : { address: null }) });
  const result = await run(line);
  assert.is(where(line)[0], where(line)[1]);
  assert.ok(distinct(where(line).slice(1)));
  assert.equal(
    result.troubles.map(({ kind }) => kind),
    ["inseparable"],
  );
});

test("a unit that does not obey RANDOMISE and never drew is addressed all the same", async () => {
  const line = simulatedLine(2, { gear: (i) => ({ address: null, keepsRandomAddress: i === 0 }) });
  const result = await run(line);
  assert.ok(distinct(where(line)) && !where(line).includes(null));
  assert.equal(result.troubles, []);
});

test("units that all missed RANDOMISE, and so answer alike, are made to draw again", async () => {
  const line = simulatedLine(2, { gear: () => ({ address: null, reply: "ideal" }) });
  let randomised = 0;
  line.bus.onFrame((heard) => {
    if (heard.kind !== "forward") return;
    if (heard.frame.data === 0xa700) randomised++;
    // from INITIALISE to RANDOMISE the line is bad, once
    const bad = heard.frame.data === 0xa5ff && randomised === 0 && line.gear.every(({ initialised }) => initialised);
    line.bus.noise = bad || randomised === 1 ? new Noise({ frameLost: 1 }, line.random) : undefined;
  });
  const result = await run(line);
  assert.ok(distinct(where(line)) && !where(line).includes(null), String(where(line)));
  assert.is(result.lamps.length, 2);
  assert.equal(result.troubles, []);
});

test("a 65th unit is named, not lost", async () => {
  const line = simulatedLine(65, { gear: () => ({ address: null }) });
  const result = await run(line);
  const [without] = line.gear.filter(({ shortAddress }) => shortAddress === null);
  assert.ok(without);
  assert.equal(result.troubles, [{ kind: "no-free-address", randomAddress: without.randomAddress }]);
  assert.equal(result.lamps.at(-1), { kind: "new", address: null, randomAddress: without.randomAddress });
  assert.is(result.lamps.length, 65);
});

test("gear that never answers VERIFY SHORT ADDRESS is addressed", async () => {
  const line = simulatedLine(5, { gear: () => ({ address: null, muteVerify: true }) });
  assert.equal((await run(line)).troubles, []);
  assert.ok(!where(line).includes(null));
});

test("a lamp that lost its address gets it back by the random address it is known by", async () => {
  const line = lineOf([0, null, 2, null]);
  const result = await run(line, { known: [lamp(0), lamp(1), lamp(2)] });
  assert.equal(where(line).slice(0, 3), [0, 1, 2]);
  assert.equal(inWords(result.lamps), ["unchanged 0", "unchanged 1", "unchanged 2", "new 3"]);
});

test("a lamp that lost its address gets it back from whoever has it meanwhile", async () => {
  const line = lineOf([null, 4]);
  const result = await run(line, { known: [lamp(0, 4)] });
  assert.equal(where(line), [4, 0]);
  assert.equal(inWords(result.lamps), ["unchanged 4", "new 0"]);
});

test("a lamp that somebody moved is found where it is; one with another random address is told of", async () => {
  const line = lineOf([0, 30, 2]);
  const result = await run(line, { known: [lamp(0), lamp(1), { address: 2, randomAddress: 1 }] });
  assert.equal(inWords(result.lamps), ["unchanged 0", "changed 30 was 1 moved", "changed 2 was 2 randomised"]);
});

test("one lamp is missing and one is new: its place is offered, taken by hand or at once", async () => {
  const known = [lamp(0), lamp(9, 1), lamp(2)];
  const offered = lineOf([0, null, 2]);
  const result = await run(offered, { known });
  assert.equal(inWords(result.lamps), ["unchanged 0", "missing 1", "unchanged 2", "new 3"]);
  assert.equal(result.offer, { address: 1, from: 3, randomAddress: offered.gear[1]?.randomAddress ?? 0 });
  assert.is(await offered.clock.run(offered.scheduler.run(moveUnit(3, 1), { priority: 3 }), seconds(5)), "moved");
  assert.equal(where(offered), [0, 1, 2]);
  assert.is(await offered.clock.run(offered.scheduler.run(moveUnit(0, 1), { priority: 3 }), seconds(5)), "occupied");
  assert.is(await offered.clock.run(offered.scheduler.run(moveUnit(40, 41), { priority: 3 }), seconds(5)), "missing");

  const atOnce = lineOf([0, null, 2]);
  const replaced = await run(atOnce, { known, replaceMissing: true });
  assert.equal(where(atOnce), [0, 1, 2]);
  assert.equal(inWords(replaced.lamps), ["unchanged 0", "changed 1 was 1 replaced", "unchanged 2"]);
  assert.is(replaced.offer, null);
});

test("two missing, or two new: nobody can tell which replaces which", async () => {
  for (const gear of [
    [0, null],
    [0, 1, null, null],
  ]) {
    const result = await run(lineOf(gear), { known: [lamp(0), lamp(20, 1), lamp(21, 2)], replaceMissing: true });
    assert.is(result.offer, null);
    assert.is(result.lamps.filter(({ kind }) => kind === "missing").length, gear.length === 2 ? 2 : 1);
  }
});

const GTIN = "4012345678901";
const serial = (i: number): string => `00000000000000${10 + i}`;
/** Gear that tells who it is. */
const withMemory: SimulatedLineOptions = { gear: (i) => ({ memory: { gear: { gtin: GTIN, serial: serial(i) } } }) };

test("a lamp is told by its serial number wherever it is and whatever it draws", async () => {
  const line = lineOf([0, null, 2, null], withMemory);
  const known = [0, 1, 2].map((i) => ({ ...lamp(i + 20, i), identity: { gtin: GTIN, serial: serial(i) } }));
  const result = await run(line, { known, identify: identifyGear });
  assert.equal(where(line).slice(0, 3), [0, 1, 2], "the second is back where it belongs");
  assert.equal(inWords(result.lamps), [
    "changed 0 was 0 randomised",
    "changed 1 was 1 randomised",
    "changed 2 was 2 randomised",
    `new ${where(line)[3]}`,
  ]);
  assert.equal(result.lamps[3]?.kind === "new" && result.lamps[3].identity, { gtin: GTIN, serial: serial(3) });

  const other = await run(lineOf([0], withMemory), {
    known: [{ address: 0, identity: { serial: "0000000000000099" } }],
    identify: identifyGear,
  });
  assert.equal(inWords(other.lamps), ["changed 0 was 0 replaced"]);
});

test("gear without readable memory is no other lamp for that", async () => {
  const line = lineOf([0], { gear: () => ({ version: 1, memory: { gear: { gtin: GTIN, serial: "12345678" } } }) });
  const known = [{ ...lamp(0), identity: { serial: "0000000000000099" } }];
  const old = await line.clock.run(line.scheduler.run(identifyGear(0), { priority: 3 }), seconds(9));
  assert.equal(old, { gtin: GTIN, serial: "12345678" }, "four bytes in the edition of 2009");
  assert.is(await line.clock.run(line.scheduler.run(identifyGear(9), { priority: 3 }), seconds(9)), null);
  assert.equal(inWords((await run(line, { known })).lamps), ["unchanged 0"]);
});

test("places: a lamp goes where it was told to be", async () => {
  const line = lineOf([null, null], withMemory);
  const places = [
    { address: 40, serial: serial(1) },
    { address: 41, serial: serial(0), gtin: GTIN },
    { address: 42, serial: serial(7) },
  ];
  const result = await run(line, { places, identify: identifyGear });
  assert.equal(where(line), [41, 40]);
  assert.equal(inWords(result.lamps), ["new 40", "new 41"]);

  const broken = lineOf([3, null], withMemory);
  const known = [lamp(0, 3), { ...lamp(9, 5), identity: { serial: serial(9) } }];
  const replaced = await run(broken, { known, places: [{ address: 5, serial: serial(1) }], identify: identifyGear });
  assert.equal(where(broken), [3, 5]);
  assert.equal(inWords(replaced.lamps), ["unchanged 3", "changed 5 was 5 replaced"]);
});

test("the estimate of the time left is near what is really left", async () => {
  for (const [gear, expected] of [
    [40, 40],
    [40, undefined],
  ] as const) {
    const line = simulatedLine(gear, { seed: 5, gear: () => ({ address: null }) });
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => void told.push(progress);
    const result = await run(line, { ...(expected !== undefined && { expected }), onProgress });
    for (const { found, left, elapsed, phase } of told) {
      if (phase !== "search" || found < 10) continue;
      const real = result.elapsed - elapsed;
      // uncounted: nobody knows how many lie above until half are found
      const [within, more] = expected === undefined ? [0.5, 6000] : [0.25, 2000];
      assert.ok(Math.abs(left - real) < real * within + more, `${found} found: ${left} of ${real} ms`);
    }
    assert.is(told.at(-1)?.phase, "done");
    assert.is(told.at(-1)?.left, 0);
    assert.ok(told.every(({ elapsed }, i) => elapsed >= (told[i - 1]?.elapsed ?? 0)));
  }
});

test("refuses what it cannot mean", () => {
  const clock = simulatedLine(0).clock;
  assert.throws(() => commission({ clock, known: [{ address: 64 }] }), /address is 64/);
  assert.throws(() => commission({ clock, known: [{ address: 1 }, { address: 1 }] }), /twice/);
  assert.throws(() => commission({ clock, free: [-1] }), /free address is -1/);
  assert.throws(() => commission({ clock, expected: 1.5 }), /expected is 1.5/);
});

test.run();
