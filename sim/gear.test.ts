import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, level, milliseconds, minutes, seconds, watts } from "../controllers/units.ts";
import { type Command, MASK } from "../firmware/dali/command.ts";
import * as cmd from "../firmware/dali/commands/gear.ts";
import { BROADCAST, BROADCAST_UNADDRESSED, decodeGear, forward16, forward24, group } from "../firmware/dali/frame.ts";
import { VirtualClock } from "./clock.ts";
import { Gear, type GearOptions } from "./gear.ts";
import { SeededRandom } from "./random.ts";

/** A gear that is spoken to by hand: `say` sends as the command wants (twice, 14 ms apart), `once` one frame. */
function rig(options: Partial<GearOptions> = {}) {
  const clock = new VirtualClock(instant(0));
  const gear = new Gear({ clock, random: new SeededRandom(3), address: 5, power: watts(60), ...options });
  const once = (command: Command<unknown>) => {
    const now = clock.monotonic();
    return gear.hear(command.frame, decodeGear(command.frame.data), now - 14, now);
  };
  const say = (command: Command<unknown>) => {
    once(command);
    return command.twice ? once(command) : undefined;
  };
  const ask = <R>(command: Command<R>): R => {
    const value = once(command);
    return command.read(value === undefined ? { kind: "none" } : { kind: "byte", value });
  };
  const set = (value: number, command: Command<unknown>) => {
    once(cmd.dtr0(value));
    say(command);
  };
  return { clock, gear, once, say, ask, set };
}

test("answers its own address, its groups and broadcast, and nobody else's", () => {
  const { gear, ask, say } = rig();
  say(cmd.addToGroup(5, 9));
  say(cmd.addToGroup(5, 2));
  assert.equal(ask(cmd.queryGroups8To15(5)), { kind: "value", value: 0b10 });
  assert.equal(ask(cmd.queryGroups0To7(5)), { kind: "value", value: 0b100 });
  for (const to of [5, group(9), BROADCAST]) assert.is(ask(cmd.queryControlGearPresent(to)), true);
  for (const to of [6, group(3), BROADCAST_UNADDRESSED]) assert.is(ask(cmd.queryControlGearPresent(to)), false);
  say(cmd.removeFromGroup(5, 9));
  assert.is(ask(cmd.queryControlGearPresent(group(9))), false);
  gear.shortAddress = null;
  assert.is(ask(cmd.queryControlGearPresent(BROADCAST_UNADDRESSED)), true);
});

test("DAPC fades in the fade time, in even steps; QUERY STATUS says so meanwhile", async () => {
  const { clock, gear, once, ask, set } = rig();
  once(cmd.dapc(5, 200));
  assert.is(gear.arc, 200, "without a fade time at once");
  set(4, cmd.setFadeTime(5));
  assert.equal(ask(cmd.queryFadeTimeFadeRate(5)), { kind: "value", value: { fadeTime: 4, fadeRate: 7 } });
  once(cmd.dapc(5, 100));
  const running = () => {
    const status = ask(cmd.queryStatus(5));
    return status.kind === "value" && status.value.fadeRunning;
  };
  const seen: number[] = [];
  for (let i = 0; i <= 4; i++) {
    seen.push(gear.arc);
    if (i < 4) assert.is(running(), true);
    await clock.advance(milliseconds(500));
  }
  assert.equal(seen, [200, 175, 150, 125, 100]);
  assert.is(running(), false);
});

test("a fade to 0 runs to the minimum and then switches off; from 0 it starts at the minimum; MASK stops it", async () => {
  const { clock, gear, once, set } = rig({ physicalMinimum: 86 });
  set(2, cmd.setFadeTime(5));
  once(cmd.dapc(5, 0));
  await clock.advance(milliseconds(500));
  assert.is(gear.arc, 170);
  await clock.advance(milliseconds(499));
  assert.is(gear.arc, 86);
  await clock.advance(milliseconds(1));
  assert.is(gear.arc, 0);
  assert.is(gear.light(), 0);
  once(cmd.dapc(5, 254));
  assert.is(gear.arc, 86);
  await clock.advance(milliseconds(500));
  once(cmd.dapc(5, MASK));
  await clock.advance(seconds(2));
  assert.is(gear.arc, 170);
});

test("levels keep to minimum and maximum, and the limit error says so", () => {
  const { gear, once, ask, set } = rig({ physicalMinimum: 85 });
  set(200, cmd.setMaxLevel(5));
  assert.is(gear.arc, 200, "the light comes down with the maximum");
  once(cmd.dapc(5, 254));
  assert.is(gear.arc, 200);
  assert.is(ask(cmd.queryLimitError(5)), true);
  once(cmd.dapc(5, 1));
  assert.is(gear.arc, 85);
  once(cmd.dapc(5, 150));
  assert.is(ask(cmd.queryLimitError(5)), false);
  set(10, cmd.setMinLevel(5));
  assert.equal(ask(cmd.queryMinLevel(5)), { kind: "value", value: 85 });
});

test("level commands", async () => {
  const { clock, gear, once, set } = rig();
  once(cmd.off(5));
  assert.is(gear.arc, 0);
  once(cmd.stepUp(5));
  once(cmd.up(5));
  assert.is(gear.arc, 0, "up does not switch on");
  once(cmd.onAndStepUp(5));
  assert.is(gear.arc, 1);
  once(cmd.stepUp(5));
  once(cmd.stepUp(5));
  once(cmd.stepDown(5));
  assert.is(gear.arc, 2);
  once(cmd.stepDownAndOff(5));
  once(cmd.stepDownAndOff(5));
  assert.is(gear.arc, 0);
  once(cmd.recallMaxLevel(5));
  assert.is(gear.arc, 254);
  once(cmd.down(5));
  await clock.advance(milliseconds(200));
  assert.is(gear.arc, 245, "200 ms at 45 steps a second");
  once(cmd.recallMinLevel(5));
  assert.is(gear.arc, 1);
  set(120, cmd.setScene(5, 3));
  once(cmd.goToScene(5, 3));
  once(cmd.goToScene(5, 4));
  assert.is(gear.arc, 120, "an empty scene changes nothing");
  once(cmd.off(5));
  once(cmd.goToLastActiveLevel(5));
  assert.is(gear.arc, 120);
});

test("configuration is done only when it comes twice, equal, in time and uninterrupted", async () => {
  const { clock, gear, once } = rig();
  const tried = async (act: () => void | Promise<void>) => {
    gear.settings.fadeTime = 0;
    once(cmd.dtr0(4));
    await act();
    const did = gear.settings.fadeTime === 4;
    once(cmd.terminate());
    return did;
  };
  const set = cmd.setFadeTime(5);
  assert.is(await tried(() => void once(set)), false);
  assert.is(await tried(() => void [once(set), once(set)]), true);
  assert.is(await tried(() => void [once(set), once(cmd.queryStatus(9)), once(set)]), false);
  assert.is(await tried(() => void [once(set), once(cmd.setFadeRate(5)), once(set)]), false);
  const wait = (ms: number) => async () => {
    once(set);
    await clock.advance(milliseconds(ms));
    once(set);
  };
  assert.is(await tried(wait(14 + 94)), true);
  assert.is(await tried(wait(14 + 95)), false);
  gear.hear(set.frame, decodeGear(set.frame.data), 0, 14);
  gear.hear(forward24(0xfffe1d), undefined, 20, 40);
  gear.settings.fadeTime = 0;
  gear.hear(set.frame, decodeGear(set.frame.data), 50, 64);
  assert.is(gear.settings.fadeTime, 0, "a 24-bit frame between spoils it as well");
});

test("INITIALISE opens 15 minutes in which search commands work, and TERMINATE closes them", async () => {
  const { clock, gear, say, once, ask } = rig({ address: null });
  assert.is(ask(cmd.compare()), false);
  once(cmd.initialise(MASK));
  assert.is(gear.initialised, false, "once is not enough");
  say(cmd.terminate());
  say(cmd.initialise(MASK));
  say(cmd.randomise());
  await clock.advance(milliseconds(101));
  const address = gear.randomAddress;
  assert.ok(address < 0xffffff);
  const search = (at: number) => {
    say(cmd.searchAddrH(at >> 16));
    say(cmd.searchAddrM((at >> 8) & 0xff));
    say(cmd.searchAddrL(at & 0xff));
  };
  search(address - 1);
  assert.is(ask(cmd.compare()), false);
  say(cmd.programShortAddress(0x13));
  assert.is(gear.shortAddress, null, "only where the search address matches");
  search(address + 1);
  assert.is(ask(cmd.compare()), true);
  search(address);
  say(cmd.programShortAddress(0x13));
  assert.is(gear.shortAddress, 9);
  assert.is(ask(cmd.verifyShortAddress(0x13)), true);
  assert.is(ask(cmd.verifyShortAddress(0x15)), false);
  assert.equal(ask(cmd.queryShortAddress()), { kind: "value", value: 9 });
  say(cmd.withdraw());
  assert.is(ask(cmd.compare()), false);
  await clock.advance(minutes(14));
  assert.is(gear.initialised, true);
  await clock.advance(minutes(1));
  assert.is(gear.initialised, false);
  say(cmd.initialise(0x13));
  assert.is(gear.initialised, true, "by its address");
  assert.is(ask(cmd.compare()), true, "and no longer withdrawn");
  say(cmd.terminate());
  assert.is(ask(cmd.compare()), false);
  say(cmd.initialise(MASK));
  assert.is(gear.initialised, false, "it has an address now");
});

test("a short address is set by DTR0, deleted by MASK, untouched by nonsense", () => {
  const { gear, set } = rig();
  set((7 << 1) | 1, cmd.setShortAddress(5));
  assert.is(gear.shortAddress, 7);
  set(7 << 1, cmd.setShortAddress(7));
  assert.is(gear.shortAddress, 7);
  set(MASK, cmd.setShortAddress(7));
  assert.is(gear.shortAddress, null);
});

test("a mains cut: dark, mute, then the power on level; settings stay, DTRs go", async () => {
  const { clock, gear, once, ask, set } = rig();
  set(4, cmd.setFadeTime(5));
  set(170, cmd.setPowerOnLevel(5));
  once(cmd.dapc(5, 100));
  once(cmd.dtr1(9));
  await clock.advance(seconds(1));
  gear.setMains(false);
  assert.is(gear.power(), 0);
  assert.is(ask(cmd.queryControlGearPresent(5)), false);
  gear.setMains(true);
  assert.is(ask(cmd.queryControlGearPresent(5)), false, "it boots");
  await clock.advance(milliseconds(501));
  assert.is(gear.arc, 170);
  assert.is(gear.settings.fadeTime, 4);
  assert.equal(ask(cmd.queryContentDtr1(5)), { kind: "value", value: 0 });
  assert.is(ask(cmd.queryPowerFailure(5)), true);
  once(cmd.dapc(5, 120));
  assert.is(ask(cmd.queryPowerFailure(5)), false);
  await clock.advance(seconds(2));
  set(MASK, cmd.setPowerOnLevel(5));
  await clock.advance(seconds(1));
  gear.setMains(false);
  gear.setMains(true);
  assert.is(gear.arc, 120, "MASK: as before");
});

test("RESET brings back the standard's values", () => {
  const { gear, say, ask, set } = rig();
  set(4, cmd.setFadeTime(5));
  set(99, cmd.setSystemFailureLevel(5));
  assert.is(ask(cmd.queryResetState(5)), false);
  say(cmd.reset(5));
  assert.is(ask(cmd.queryResetState(5)), true);
  assert.is(gear.settings.systemFailureLevel, 254);
  assert.is(gear.shortAddress, 5, "the short address stays");
});

test("failures: no light, and the status says so", () => {
  const { gear, ask } = rig();
  gear.lampFailure = true;
  gear.gearFailure = true;
  assert.is(gear.light(), 0);
  const status = ask(cmd.queryStatus(5));
  assert.ok(status.kind === "value" && status.value.lampFailure && status.value.controlGearFailure);
  assert.ok(status.kind === "value" && !status.value.lampOn);
  assert.is(ask(cmd.queryLampFailure(5)), true);
  assert.equal(ask(cmd.queryActualLevel(5)), { kind: "value", value: null });
  gear.mute = true;
  assert.equal(ask(cmd.queryActualLevel(5)), { kind: "none" });
});

test("light and power follow the curve", () => {
  const { gear, once } = rig();
  assert.is(gear.light(), level(100));
  assert.is(gear.power().toFixed(1), "60.3");
  once(cmd.dapc(5, 170));
  assert.is(gear.light().toFixed(2), "10.09");
  assert.is(gear.power().toFixed(2), "6.35");
  const linear = rig({ curve: "linear" });
  linear.once(cmd.dapc(5, 127));
  assert.is(linear.gear.light(), 50);
});

test("any frames at any times: never a throw, level and answers in range", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(0xffff), fc.nat(3000)), { maxLength: 60 }), async (frames) => {
      const { clock, gear } = rig();
      for (const [data, gap] of frames) {
        await clock.advance(milliseconds(gap));
        const now = clock.monotonic();
        for (let twice = 0; twice < 2; twice++) {
          const answer = gear.hear(forward16(data), decodeGear(data), now, now);
          assert.ok(answer === undefined || (Number.isInteger(answer) && answer >= 0 && answer <= 255), `${answer}`);
        }
        assert.ok(Number.isInteger(gear.arc) && gear.arc >= 0 && gear.arc <= 254, `${gear.arc}`);
        assert.ok(gear.light() >= 0 && gear.power() >= 0);
      }
    }),
    { numRuns: 200 },
  );
});

test("it needs no timer: a night of fades leaves none", async () => {
  const { clock, once, set } = rig();
  set(15, cmd.setFadeTime(5));
  once(cmd.dapc(5, 10));
  assert.equal(clock.waiting(), []);
  await clock.advance(hours(12));
});

test.run();
