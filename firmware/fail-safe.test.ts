/** What light there is when something fails: the whole runtime on simulated hardware. The table is FAIL-SAFE.md. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { prepare } from "../controllers/prepare.ts";
import { type Duration, instant, level, milliseconds, minutes, seconds } from "../controllers/units.ts";
import { MemoryBroker } from "../sim/broker.ts";
import { VirtualClock } from "../sim/clock.ts";
import { cabinetOf, EMPTY, lamps, NEAR, NIGHT, SCHEDULED } from "../sim/pair.ts";
import { memoryStore } from "../sim/ports.ts";
import { type Rig, type RigOptions, startRig } from "../sim/rig.ts";
import { type CabinetConfig, siteOf } from "./config/read.ts";
import { startNode } from "./link/node.ts";
import { createLoop } from "./loop.ts";

/** No clock: `failSafe`. No power on the bus, or mains after a dip: what gear does by itself. */
const BRIGHT = 100;

const config = cabinetOf(
  "21231/lone",
  `
streets: [{ name: rue du Lac, length: 300 }]
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 160 }]
adaptive: { staleAfter: 20 }
${lamps("0-4")}`,
);

/** The same, dark or not, as the tests of days want it. */
const alwaysAdaptive: CabinetConfig = {
  ...config,
  adaptive: { ...config.adaptive, staleAfter: seconds(90) },
  schedules: config.schedules.map((schedule) => ({
    ...schedule,
    periods: [{ from: { kind: "clock", minutes: 0 }, level: level(SCHEDULED), adaptive: true }],
    off: { kind: "clock", minutes: 0 },
  })),
};

/** The same on a street whose class follows its use. */
const following = cabinetOf(
  "21231/lone",
  `
streets:
  - name: rue du Lac
    length: 300
    use: { speed: low, composition: pedestrians and cyclists, busyFrom: 100, quietBelow: 10 }
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 160 }]
${lamps("0-4")}`,
);

/** A cabinet that has dimmed its empty street. */
async function dimmed(more: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = startRig({ config, start: NIGHT, store: memoryStore(), ...more });
  await rig.clock.advance(seconds(45));
  lit(rig, EMPTY, "an empty street");
  return rig;
}
const light = ({ cabinet }: Rig): number[] => config.lamps.map(({ id }) => Math.round(cabinet.light(id)));
function lit(rig: Rig, level: number, when: string): void {
  assert.ok(
    light(rig).every((one) => Math.abs(one - level) <= 1),
    `${when}: ${level} wanted, ${light(rig)} found`,
  );
}
const somebody = ({ cabinet }: Rig) => cabinet.counters.get("counter/1")?.pass("down");

test("broker gone: light follows people as before", async () => {
  const clock = new VirtualClock(NIGHT);
  const broker = new MemoryBroker(clock);
  const rig = await dimmed({
    clock,
    connect: (options, process) => startNode({ ...options, open: process.session(broker.open) }),
  });
  broker.cut("21231/lone");
  await clock.advance(minutes(2));
  lit(rig, EMPTY, "nobody there");
  somebody(rig);
  await clock.advance(seconds(5));
  assert.ok((light(rig)[4] as number) >= NEAR - 1, "in front of somebody");
  await rig.clock.run(rig.end(), seconds(3));
});

test("clock unknown: fail-safe level, as soon as it is noticed, and back", async () => {
  const rig = await dimmed();
  rig.clock.trust = "unset";
  await rig.clock.advance(seconds(12));
  lit(rig, BRIGHT, "no time");
  assert.ok(rig.cockpit.alarms.has("cabinet.clock cabinet/1"));
  rig.clock.trust = "synchronised";
  await rig.clock.advance(seconds(60));
  lit(rig, EMPTY, "time again");
  assert.equal([...rig.cockpit.alarms], []);
  const never = startRig({ config, start: NIGHT, clock: unset(new VirtualClock(NIGHT)) });
  await never.clock.advance(seconds(10));
  lit(never, BRIGHT, "a cabinet that wakes up without the time");
});
const unset = (clock: VirtualClock): VirtualClock => Object.assign(clock, { trust: "unset" as const });

test("sensor silent: the schedule after its time, with an alarm, and back", async () => {
  const rig = await dimmed();
  rig.ports.plugs.get("/dev/counter-1")?.unplug();
  await rig.clock.advance(seconds(20 + 5 + 5));
  lit(rig, SCHEDULED, "nobody knows who is there");
  assert.ok(rig.cockpit.alarms.has("footfall.sensor counter/1"));
  rig.ports.plugs.get("/dev/counter-1")?.replug();
  await rig.clock.advance(seconds(15 + 30));
  lit(rig, EMPTY, "it speaks again");
  assert.equal([...rig.cockpit.alarms], []);
});

test("sensor says rubbish: as one that says nothing", async () => {
  const rig = await dimmed();
  const twin = rig.cabinet.counters.get("counter/1") as unknown as {
    silence(on: boolean): void;
    say(bytes: Uint8Array): void;
  };
  twin.silence(true);
  for (let i = 0; i < 35; i++) {
    twin.say(new TextEncoder().encode("$CNT,1,9,9*00\r\n"));
    await rig.clock.advance(seconds(1));
  }
  lit(rig, SCHEDULED, "nobody knows who is there");
  assert.ok(rig.cockpit.alarms.has("footfall.sensor counter/1"));
});

test("bus dead: gear goes to full light by itself, with an alarm; with the bus back light is right", async () => {
  const rig = await dimmed();
  rig.cabinet.buses.get("bus/1")?.setPower(false);
  await rig.clock.advance(seconds(3));
  lit(rig, BRIGHT, "no power on the bus");
  await rig.clock.advance(seconds(7));
  assert.ok(rig.cockpit.alarms.has("lighting.bus bus/1"));
  rig.cabinet.buses.get("bus/1")?.setPower(true);
  await rig.clock.advance(seconds(20));
  lit(rig, EMPTY, "power again");
  assert.equal([...rig.cockpit.alarms], []);
});

test("cabinet rebooting: a killed runtime leaves light as it is, an ordered end leaves it bright; then it is right again", async () => {
  const rig = await dimmed();
  somebody(rig);
  await rig.clock.advance(seconds(6));
  const before = light(rig);
  assert.ok(
    before.some((one) => one >= NEAR - 1),
    `${before}`,
  );
  rig.kill();
  await rig.clock.advance(minutes(2));
  assert.equal(light(rig), before, "nobody tells lamps anything");
  rig.restart();
  await rig.clock.advance(seconds(45));
  lit(rig, EMPTY, "after the start");
  await rig.clock.run(rig.end(), seconds(2));
  await rig.clock.advance(seconds(2));
  lit(rig, BRIGHT, "it was ended in order");
  rig.restart();
  await rig.clock.advance(seconds(45));
  lit(rig, EMPTY, "after the start");
});

test("mains dip: gear comes back at full light, and within one look light is right", async () => {
  const rig = await dimmed();
  rig.cabinet.setMains(false);
  await rig.clock.advance(milliseconds(400));
  lit(rig, 0, "no mains");
  rig.cabinet.setMains(true);
  await rig.clock.advance(seconds(1.5));
  assert.ok(
    light(rig).every((one) => one >= EMPTY),
    `never dark with mains: ${light(rig)}`,
  );
  await rig.clock.advance(seconds(20));
  lit(rig, EMPTY, "after the dip");
  assert.equal([...rig.cockpit.alarms], []);
});

/** 23:00 in Dijon: three workdays follow. */
const MONDAY = instant(Date.UTC(2026, 10, 16, 22));

/** The loop without hardware, for what takes hours: a counter that says every so many seconds what it is told to. */
function runLoop(file: CabinetConfig, start = NIGHT, every = 10) {
  const clock = new VirtualClock(start);
  const targets = new Map<string, number>();
  const alarms: string[] = [];
  const site = prepare(siteOf(file));
  const loop = createLoop({
    site,
    clock,
    lines: [],
    tell(_, events) {
      for (const event of events) {
        if (event.kind === "target") targets.set(event.target.lamp, Math.round(event.target.level));
        if (event.kind === "alarm") alarms.push(`${event.code} ${event.active ? event.message : "over"}`);
      }
    },
  });
  const stop = new AbortController();
  const over = loop.run(stop.signal);
  return {
    alarms,
    async live(lasts: Duration, people: (second: number) => number) {
      for (let second = 0; second < lasts / 1000; second += every) {
        await clock.advance(seconds(every));
        loop.reading({
          kind: "count",
          source: "counter/1",
          people: people(second),
          direction: "both",
          at: clock.now(),
        });
      }
      await clock.advance(seconds(1));
    },
    lit: (level: number, when: string) =>
      assert.ok(
        targets.size > 0 && [...targets.values()].every((one) => Math.abs(one - level) <= 1),
        `${when}: ${level} wanted, ${[...targets.values()]} found`,
      ),
    async end() {
      stop.abort();
      await over;
    },
  };
}

test("sensor stuck high: full light for an hour and a half at most, then the schedule, with an alarm", async () => {
  const { live, lit: are, alarms, end } = runLoop(config);
  await live(minutes(2), () => 0);
  are(EMPTY, "an empty street");
  await live(minutes(60), () => 1);
  are(NEAR, "it is believed");
  await live(minutes(32), () => 1);
  are(SCHEDULED, "a number as regular as no people are");
  assert.equal(alarms, ["footfall.sensor it counts as regularly as no people come"]);
  await end();
});

test("sensor stuck low: the schedule once its own usual says otherwise, with an alarm, until it sees somebody", async () => {
  const { live, lit: are, alarms, end } = runLoop(alwaysAdaptive, MONDAY, 60);
  for (let day = 0; day < 3; day++)
    for (let hour = 0; hour < 24; hour++)
      await live(minutes(60), (second) => (second % 120 === 0 ? day + 1 + (hour % 2) : 0));
  assert.equal(alarms, []);
  await live(minutes(184), () => 0);
  are(SCHEDULED, "nobody for three hours where 30 and more an hour are usual");
  assert.equal(alarms, ["footfall.sensor it counts nobody where many were to be expected"]);
  await live(seconds(60), () => 1);
  await live(seconds(60), () => 1);
  are(NEAR, "somebody");
  assert.is(alarms.at(-1), "footfall.sensor over");
  await end();
});

test("forecast's model missing: the class follows the counts alone, and is the brightest while there are none", async () => {
  const { live, lit: are, end } = runLoop(following);
  await live(minutes(10), () => 0);
  are(BRIGHT, "no window has been counted yet");
  await live(minutes(60), () => 0);
  are(EMPTY, "nobody for some windows");
  await live(minutes(30), (second) => (second % 60 === 0 ? 2 : 0));
  are(BRIGHT, "120 an hour: busy");
  await end();
});

test.run();
