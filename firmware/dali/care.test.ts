import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading, Step } from "../../controllers/model.ts";
import { hours, instant, level, milliseconds, minutes, seconds, watts } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { Gear, type GearOptions } from "../../sim/gear.ts";
import { idealGateway } from "../../sim/ideal-gateway.ts";
import { SeededRandom } from "../../sim/random.ts";
import { silent } from "../hal/log.ts";
import { forward16 } from "./frame.ts";
import { type DaliLineOptions, daliLine } from "./line.ts";
import type { DaliLamp } from "./pending.ts";

type Forward = Extract<Heard, { kind: "forward" }>;

/** A line of `count` lamps that tells a lamp its level again whenever its reading says that it may be anywhere, as the loop does. */
function rig(
  count: number,
  gearOptions: Partial<GearOptions> = {},
  options: Partial<DaliLineOptions> = {},
  lampOptions: Partial<DaliLamp> = {},
) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(3);
  const bus = new SimulatedBus(clock, random.fork("bus"));
  const gear = Array.from({ length: count }, (_, address) => {
    const made = new Gear({ clock, random: random.fork(`${address}`), address, power: watts(60), ...gearOptions });
    bus.add(made);
    return made;
  });
  const frames: Forward[] = [];
  bus.onFrame((heard) => {
    if (heard.kind === "forward") frames.push(heard);
  });
  const line = daliLine({
    id: "bus/1",
    open: async () => idealGateway(bus),
    clock,
    random,
    log: silent,
    lamps: gear.map((_, address) => ({ id: `lamp/1/${address}`, address, curve: "logarithmic", ...lampOptions })),
    fadeTime: milliseconds(0),
    failSafe: level(100),
    pollEvery: seconds(60),
    ...options,
  });
  const readings: Reading[] = [];
  const wanted = new Map<string, number>();
  let steps: Step[] = [];
  const give = (lamp: string, percent: number) => {
    wanted.set(lamp, percent);
    if (steps.length === 0)
      queueMicrotask(() => {
        line.apply(steps);
        steps = [];
      });
    steps.push({ kind: "level", line: "bus/1", lamp, level: level(percent), rank: "schedule" });
  };
  void line.run((reading) => {
    readings.push(reading);
    const percent = wanted.get(reading.source);
    if (reading.kind === "fault" && reading.fault === null && percent !== undefined) give(reading.source, percent);
  }, new AbortController().signal);
  const all = (percent: number) => {
    for (let address = 0; address < count; address++) give(`lamp/1/${address}`, percent);
  };
  const of = <K extends Reading["kind"]>(kind: K) =>
    readings.filter((reading): reading is Extract<Reading, { kind: K }> => reading.kind === kind);
  return { clock, bus, gear, frames, line, readings, give, all, of };
}

const isLevel = ({ frame }: Forward) => frame.bits === 16 && (frame.data & 0x0100) === 0 && frame.data < 0xa000;
const hex = (frames: readonly Forward[]) => frames.map(({ frame }) => frame.data.toString(16).padStart(4, "0"));

test("a lamp that fails is known within half a polling period, by a question to all", async () => {
  const { clock, gear, all, of } = rig(16, {}, { pollEvery: minutes(10) });
  all(60);
  await clock.advance(minutes(12));
  const before = clock.now();
  gear[7]?.suffer({ lamp: "open" });
  await clock.advance(minutes(5.2));
  const told = of("lamp").filter(({ at, lampFailure }) => at > before && lampFailure);
  assert.equal(
    told.map(({ source }) => source),
    ["lamp/1/7"],
  );
});

test("intelligent lamps say who they are, their power, energy and how they fare", async () => {
  const { clock, all, of } = rig(3, { memory: { banks: [1, 202, 205, 206, 207] } });
  all(100);
  await clock.advance(hours(2));
  assert.equal(new Set(of("gear-identity").map(({ source }) => source)).size, 3);
  assert.ok(of("power").length >= 3 * 8);
  assert.ok(
    of("power").every(({ power }) => Math.abs(power - 60) < 4),
    JSON.stringify(of("power").at(-1)),
  );
  const energies = of("energy")
    .filter(({ source }) => source === "lamp/1/0")
    .map(({ energy }) => energy);
  assert.ok(energies.length >= 3 && (energies.at(-1) ?? 0) > (energies[0] ?? 0) + 60, energies.join());
  assert.equal(new Set(of("gear-diagnostics").map(({ source }) => source)).size, 3);
});

test("gear that is not set as configured is told of; set right only where asked", async () => {
  const settings = new Map([0, 1].map((address) => [address, { powerOnLevel: 254, systemFailureLevel: 254 }]));
  for (const mend of [false, true]) {
    const { clock, gear, all, of } = rig(2, {}, { settings, mend });
    Object.assign(gear[1]?.settings ?? {}, { systemFailureLevel: 0 });
    all(50);
    await clock.advance(minutes(2));
    const told = of("gear-settings").filter(({ source }) => source === "lamp/1/1");
    assert.equal(told[0]?.differences, mend ? [] : [{ property: "systemFailureLevel", found: "0", wanted: "254" }]);
    assert.is(gear[1]?.settings.systemFailureLevel, mend ? 254 : 0);
    assert.equal(of("gear-settings").filter(({ source }) => source === "lamp/1/0")[0]?.differences, []);
  }
});

test("lamps whose mains returned have their levels again as soon as their gear has booted, in one frame", async () => {
  const { clock, gear, all, frames } = rig(8, { bootTime: 2500 });
  all(20);
  await clock.advance(minutes(5));
  for (const one of gear) one.setMains(false);
  await clock.advance(seconds(20));
  for (const one of gear) one.setMains(true);
  const before = frames.length;
  await clock.advance(seconds(45));
  assert.ok(
    gear.every((one) => one.arc === 195),
    gear.map((one) => one.arc).join(),
  );
  assert.equal(hex(frames.slice(before).filter((frame) => isLevel(frame) || frame.frame.data >> 8 === 0xfe)), ["fec3"]);
});

test("a lamp whose mains blinked alone has its level again, and no other is sent anything", async () => {
  const { clock, gear, all, frames } = rig(8);
  all(20);
  await clock.advance(minutes(5));
  gear[3]?.setMains(false);
  await clock.advance(seconds(2));
  gear[3]?.setMains(true);
  assert.is(gear[3]?.arc, 254);
  const before = frames.length;
  await clock.advance(minutes(1.5));
  assert.is(gear[3]?.arc, 195);
  assert.equal(hex(frames.slice(before).filter(isLevel)), ["06c3"]);
});

test("groups that gear keeps are used once all have told theirs", async () => {
  const { clock, gear, all, give, frames } = rig(6);
  for (const address of [0, 1, 2]) Object.assign(gear[address]?.settings ?? {}, { groups: 1 << 4 });
  all(50);
  await clock.advance(minutes(3));
  const before = frames.length;
  for (const address of [0, 1, 2]) give(`lamp/1/${address}`, 80);
  await clock.advance(seconds(1));
  assert.equal(
    hex(
      frames
        .slice(before)
        .filter((frame) => !isLevel(frame) && frame.frame.data < 0xa000 && (frame.frame.data & 0x100) === 0),
    ),
    [],
  );
  assert.equal(hex(frames.slice(before).filter((frame) => (frame.frame.data & 0x0100) === 0)), ["88f6"]);
  assert.ok([0, 1, 2].every((address) => gear[address]?.arc === 0xf6));
});

test("lamps of two curves go to one light in one frame, by a scene that their gear was given", async () => {
  const night = [0, 1, 2, 3].map((address) => [address, address < 2 ? 220 : 102] as const);
  const settings = new Map(night.map(([address, arc]) => [address, { scenes: { 5: arc } }]));
  const curve = (address: number) => (address < 2 ? "logarithmic" : "linear");
  const lamps = [0, 1, 2, 3].map((address) => ({ id: `lamp/1/${address}`, address, curve: curve(address) }) as const);
  const { clock, gear, all, frames } = rig(4, {}, { settings, mend: true, lamps });
  all(100);
  await clock.advance(minutes(3));
  const before = frames.length;
  all(40);
  await clock.advance(seconds(1));
  const sent = frames
    .slice(before)
    .filter(({ frame: { data } }) => data >> 8 >= 0xfe || isLevel({ frame: { bits: 16, data } } as Forward));
  assert.equal(hex(sent), ["ff15"]);
  assert.equal(
    gear.map((one) => one.arc),
    [220, 220, 102, 102],
  );
});

test("warm-dim: the colour goes with the light, in a few frames for all", async () => {
  const warmDim = [
    { light: level(10), kelvin: 2200 },
    { light: level(100), kelvin: 4000 },
  ];
  const colour = { tc: { coolest: 153, warmest: 454 } };
  const { clock, gear, all, frames } = rig(6, { colour }, {}, { warmDim });
  all(100);
  await clock.advance(minutes(3));
  assert.ok(
    gear.every((one) => Math.abs((one.colour?.kelvin ?? 0) - 4000) < 20),
    gear.map((one) => one.colour?.kelvin).join(),
  );
  const before = frames.length;
  all(10);
  await clock.advance(seconds(1));
  assert.ok(
    gear.every((one) => Math.abs((one.colour?.kelvin ?? 0) - 2200) < 20),
    gear.map((one) => one.colour?.kelvin).join(),
  );
  assert.ok(gear.every((one) => one.arc === 170));
  const sent = frames
    .slice(before)
    .filter(({ frame: { data } }) => data >> 8 === 0xfe || data >> 8 === 0xff || data >> 8 >= 0xa3);
  assert.ok(sent.length <= 6, hex(sent).join(" "));
});

test("another master in gear's memory is counted, and nothing wrong is read", async () => {
  const { clock, bus, all, of } = rig(2, { memory: { banks: [1, 202, 205, 206, 207] } });
  all(100);
  for (let i = 0; i < 120; i++) {
    for (let burst = 0; burst < 4; burst++)
      bus.transmit({ frame: forward16(0xa300 | (i % 32)), priority: 4, twice: false });
    await clock.advance(seconds(15));
  }
  assert.ok(of("power").length > 0);
  assert.ok(of("power").every(({ power }) => Math.abs(power - 60) < 4));
});

test.run();
