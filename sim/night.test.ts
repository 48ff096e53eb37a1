import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Instant } from "../controllers/units.ts";
import { duration, hours, instant, minutes, seconds } from "../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../firmware/config/read.ts";
import { memoryStore } from "./ports.ts";
import { memoryCockpit, type Rig, type RigOptions, startRig } from "./rig.ts";

const read = readConfig(readFileSync(new URL("../tools/demo/cabinet.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the demonstration's cabinet.yaml is not valid");
const config: CabinetConfig = read.config;

/** A Wednesday in November, Dijon: the sun sets at 17:03 and rises at 7:53 local time. */
const at = (day: number, hour: number, minute = 0): Instant => instant(Date.UTC(2026, 10, day, hour - 1, minute));
const start = (options: Partial<RigOptions> = {}): Rig => startRig({ config, start: at(18, 17), ...options });

const lights = ({ cabinet }: Rig): number[] => config.lamps.map(({ id }) => Math.round(cabinet.light(id)));
const all = (levels: readonly number[], expected: (level: number) => boolean) => levels.every(expected);
const onBus = (bus: string) => config.lamps.filter(({ line }) => line === bus).map(({ id }) => id);

async function end(rig: Rig) {
  await rig.clock.run(rig.end(), seconds(2));
}

test("a night of the street: the same for a seed, lit by the schedule, dimmed and raised by footfall", async () => {
  const night = async (seed: number) => {
    const rig = start({ start: at(18, 16, 30), people: 90, seed });
    const seen: string[] = [];
    for (let i = 0; i < 12 * 6; i++) {
      await rig.clock.advance(minutes(10));
      seen.push(lights(rig).join(" "));
    }
    const updates = rig.cockpit.updates;
    assert.equal([...rig.cockpit.alarms], []);
    await end(rig);
    return { seen, updates };
  };
  const first = await night(5);
  const [day, ...rest] = first.seen.map((line) => line.split(" ").map(Number));
  assert.ok(
    all(day as number[], (level) => level === 0),
    "off before sunset",
  );
  const dark = rest.slice(4);
  assert.ok(
    dark.every((levels) => all(levels, (level) => level >= 40)),
    "never under the floor of the class",
  );
  assert.ok(
    dark.some((levels) => levels.includes(100) && levels.includes(41)),
    "some raised while others are dimmed",
  );
  assert.equal(await night(5), first);
});

test("another seed walks another night", async () => {
  const evening = async (seed: number) => {
    const rig = start({ start: at(18, 22), people: 90, seed });
    await rig.clock.advance(minutes(30));
    const status = JSON.stringify([...(rig.cockpit.status.get("footfall.counts") ?? [])]);
    await end(rig);
    return status;
  };
  assert.is.not(await evening(1), await evening(2));
});

test("light is up before a walker and down after: nobody walks in less than full light", async () => {
  const rig = start({ start: at(18, 23, 30) });
  await rig.clock.advance(minutes(3));
  assert.ok(
    all(lights(rig), (level) => level < 50),
    "an empty street is dimmed",
  );
  rig.cabinet.street.walk("rue de la Liberté", 0, 1);
  let lit = 0;
  let dim = 0;
  while (rig.cabinet.street.walkers().length > 0) {
    await rig.clock.advance(seconds(1));
    const [walker] = rig.cabinet.street.walkers();
    // A walker who turned off or has not reached the first counter yet is not asked about.
    if (walker?.street !== "rue de la Liberté" || walker.position < 12) continue;
    for (const { id, street, position } of config.lamps) {
      if (street !== walker.street || Math.abs(position - walker.position - 10) > 15) continue;
      if (rig.cabinet.light(id) > 95) lit++;
      else dim++;
    }
  }
  assert.ok(lit > 200, `${lit} looks`);
  assert.ok(dim / (lit + dim) < 0.02, `${dim} of ${lit + dim} looks found a dim lamp at a walker`);
  await rig.clock.advance(minutes(8));
  assert.ok(
    all(lights(rig), (level) => level < 50),
    "dimmed again",
  );
  await end(rig);
});

test("an operator's wish is obeyed beyond the class, outlives a restart, and expires", async () => {
  const store = memoryStore();
  const rig = start({ start: at(18, 23, 30), store });
  await rig.clock.advance(minutes(3));
  const until = new Date(rig.clock.now() + 600_000).toISOString();
  const result = await rig.clock.run(
    rig.cockpit.command("lighting.level.set", { component: ["lamp/1/3"], values: { level: 5, until } }),
    seconds(1),
  );
  assert.equal(result, { ok: true, values: { component: ["lamp/1/3"], level: 5, until } });
  await rig.clock.advance(seconds(5));
  assert.is(Math.round(rig.cabinet.light("lamp/1/3")), 5);
  await end(rig);

  const again = start({ start: rig.clock.now(), store });
  await again.clock.advance(seconds(10));
  assert.is(Math.round(again.cabinet.light("lamp/1/3")), 5, "after a restart");
  await again.clock.advance(minutes(12));
  assert.ok(again.cabinet.light("lamp/1/3") > 40, "after it expired");
  await end(again);
});

test("a gateway that goes raises an alarm within 5 s; the rest works on; its return clears it and sets the lamps right", async () => {
  const rig = start({ start: at(18, 23, 30) });
  await rig.clock.advance(minutes(3));
  const plug = rig.ports.plugs.get("./ports/dali-1");
  plug?.unplug();
  await rig.clock.advance(seconds(5));
  assert.ok(rig.cockpit.alarms.has("lighting.bus bus/1"), [...rig.cockpit.alarms].join());
  const until = new Date(rig.clock.now() + 3_600_000).toISOString();
  const command = { component: ["lamp/1/0", "lamp/2/0", "lamp/dac/0"], values: { level: 70, until } };
  await rig.clock.run(rig.cockpit.command("lighting.level.set", command), seconds(1));
  await rig.clock.advance(seconds(5));
  assert.is(Math.round(rig.cabinet.light("lamp/2/0") / 10), 7);
  assert.is(Math.round(rig.cabinet.light("lamp/dac/0") / 10), 7);
  assert.ok(rig.cabinet.light("lamp/1/0") < 50);
  plug?.replug();
  await rig.clock.advance(seconds(15));
  assert.equal([...rig.cockpit.alarms], []);
  assert.is(Math.round(rig.cabinet.light("lamp/1/0") / 10), 7);
  await end(rig);
});

test("a port that is missing at the start is an alarm, not an end; lamps are set once it is there", async () => {
  const rig = start({ start: at(18, 20) });
  const plug = rig.ports.plugs.get("./ports/dali-2");
  plug?.unplug();
  await rig.clock.advance(seconds(20));
  assert.ok(rig.cockpit.alarms.has("lighting.bus bus/2"));
  assert.ok(
    all(
      onBus("bus/1").map((lamp) => rig.cabinet.light(lamp)),
      (level) => level > 95,
    ),
  );
  plug?.replug();
  await rig.clock.advance(seconds(20));
  assert.equal([...rig.cockpit.alarms], []);
  await end(rig);
});

test("a gear that lost its level on the way is set right at the next poll", async () => {
  const rig = start({ start: at(18, 23, 30) });
  await rig.clock.advance(minutes(3));
  const gear = rig.cabinet.gear.get("lamp/1/5");
  gear?.setMains(false);
  await rig.clock.advance(seconds(1));
  gear?.setMains(true);
  await rig.clock.advance(minutes(3));
  assert.ok(Math.abs(rig.cabinet.light("lamp/1/5") - 41) < 2, `${rig.cabinet.light("lamp/1/5")}`);
  await end(rig);
});

test("the door, the meter and the footfall reach the cockpit", async () => {
  const rig = start({ start: at(18, 20), people: 200 });
  await rig.clock.advance(minutes(5));
  rig.cabinet.setDoor(true);
  await rig.clock.advance(seconds(6));
  assert.ok(rig.cockpit.alarms.has("access.door door/1"));
  rig.cabinet.setDoor(false);
  await rig.clock.advance(seconds(6));
  assert.not(rig.cockpit.alarms.has("access.door door/1"));
  const metered = rig.cockpit.status.get("energy.power")?.get("activePower meter/1") as number;
  assert.ok(Math.abs(metered - rig.cabinet.power()) < 1, `${metered} W`);
  const counts = rig.cockpit.status.get("footfall.counts");
  const people = config.counters.map(({ id }) => Number(counts?.get(`accumulatedRoadUserNumber ${id}`)));
  assert.ok(
    people.every((n) => n > 0),
    people.join(),
  );
  await end(rig);
});

test("an ordered end leaves every lamp at the fail-safe level within 2 s", async () => {
  const rig = start({ start: at(18, 23, 30) });
  await rig.clock.advance(minutes(3));
  assert.ok(all(lights(rig), (level) => level < 50));
  await rig.clock.run(rig.end(), duration(2000));
  await rig.clock.advance(seconds(3));
  assert.ok(
    all(lights(rig), (level) => level === 100),
    lights(rig).join(" "),
  );
});

test("a defect of ours leaves every lamp at the fail-safe level, and is not hidden", async () => {
  let defect = false;
  const { link } = memoryCockpit();
  const rig = start({
    start: at(18, 23, 30),
    connect: () => ({
      ...link,
      alarm() {
        if (defect) throw new TypeError("a defect");
      },
    }),
  });
  await rig.clock.advance(minutes(3));
  assert.ok(all(lights(rig), (level) => level < 50));
  defect = true;
  rig.cabinet.setDoor(true);
  let thrown = "";
  await rig.clock.run(
    rig.ended.catch((error) => {
      thrown = String(error);
    }),
    seconds(8),
  );
  assert.match(thrown, "a defect");
  await rig.clock.advance(seconds(3));
  assert.ok(
    all(lights(rig), (level) => level === 100),
    lights(rig).join(" "),
  );
});

test("an ordered end takes no longer when nothing answers any more", async () => {
  const rig = start({ start: at(18, 23, 30) });
  await rig.clock.advance(hours(0.05));
  for (const plug of rig.ports.plugs.values()) plug.unplug();
  await rig.clock.run(rig.end(), duration(2000));
});

test.run();
