import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { duration, hours, minutes, seconds } from "../../controllers/units.ts";
import { type SimulatedLineOptions, simulatedLine } from "../../sim/simulated-line.ts";
import { Survey, type Topic } from "./survey.ts";

const D4I = { memory: { maintenance: { ratedLife: 100_000 } }, deviceTypes: [6, 50, 51, 52] };

/** Runs a survey as a line would: whenever something is due, at priority 5, for so long. */
function rig(
  count: number,
  options: SimulatedLineOptions = {},
  spans: Partial<ConstructorParameters<typeof Survey>[0]> = {},
) {
  const on = simulatedLine(count, { gear: () => D4I, ...options });
  const lamps = on.gear.map((_, address) => ({ id: `lamp/1/${address}`, address }));
  const survey = new Survey({ clock: on.clock, lamps, ...spans });
  const readings: Reading[] = [];
  const asked: { readonly lamp: string; readonly topic: Topic; readonly at: number; readonly took: number }[] = [];
  const round = async (until: number) => {
    while (on.clock.monotonic() < until) {
      const task = survey.next();
      const at = on.clock.monotonic();
      if (!task) {
        const wake = Math.max(at + 1, Math.min(until, survey.wakeAt));
        await on.clock.sleep(duration(wake - at), "survey");
        continue;
      }
      const busy = on.scheduler.meter.usage().own[5];
      readings.push(...(await on.scheduler.run(task.sequence, { priority: 5 })));
      const took = on.scheduler.meter.usage().own[5] - busy;
      asked.push({ lamp: task.lamp.id, topic: task.topic, at, took });
    }
  };
  const during = (span: number) => on.clock.run(round(on.clock.monotonic() + span), hours(10));
  const of = (kind: Reading["kind"], source: string) =>
    readings.filter((one) => one.kind === kind && one.source === source);
  const topics = (lamp: string, topic: Topic) => asked.filter((one) => one.lamp === lamp && one.topic === topic);
  return { ...on, survey, readings, asked, during, of, topics };
}

test("an intelligent lamp tells who it is once, and what it measures at its times", async () => {
  const { during, of, topics, gear } = rig(2);
  await during(hours(3));
  const [identity, ...more] = of("gear-identity", "lamp/1/0");
  assert.ok(identity?.kind === "gear-identity" && more.length === 0);
  assert.equal(identity.gear.deviceTypes, [6, 50, 51, 52]);
  assert.equal([identity.gear.gtin, identity.gear.firmware], ["4000000000006", "1.0"]);
  assert.is(identity.gear.luminaire?.nominalPower, 60);
  const powers = of("power", "lamp/1/1").length;
  assert.ok(powers >= 24 && powers <= 26, `${powers} in three hours`);
  const energies = of("energy", "lamp/1/1").length;
  assert.ok(energies >= 12 && energies <= 13, `${energies}`);
  const last = of("energy", "lamp/1/1").at(-1);
  assert.ok(last?.kind === "energy" && Math.abs(last.energy - (gear[1]?.energy() ?? 0)) < 20);
  const diagnoses = of("gear-diagnostics", "lamp/1/0");
  assert.is(diagnoses.length, 3, "at once, and after one and two hours");
  const first = diagnoses[0];
  assert.ok(first?.kind === "gear-diagnostics");
  assert.equal([first.gear.ratedLifeHours, first.gear.supplyVolts, first.gear.conditions], [100_000, 230, []]);
  assert.is(topics("lamp/1/0", "identity").length, 1);
});

test("bank 1 in a format that is not of DiiA 251 tells what every format has", async () => {
  const luminaire = { contentFormat: 7, gtin: "4012345678901", nominalPower: 99, text: "not a text" };
  const { during, of } = rig(1, { gear: () => ({ memory: { luminaire } }) });
  await during(minutes(2));
  const [identity] = of("gear-identity", "lamp/1/0");
  assert.equal(identity?.kind === "gear-identity" && identity.gear.luminaire, { gtin: "4012345678901" });
});

test("a plain lamp is asked once and never again", async () => {
  const { during, asked, survey, of } = rig(2, { gear: () => ({}) });
  await during(hours(2));
  assert.equal(
    asked.map(({ topic }) => topic),
    ["identity", "identity"],
  );
  assert.is(of("gear-identity", "lamp/1/1").length, 1);
  assert.is(survey.wakeAt, Number.POSITIVE_INFINITY);
});

test("what is wrong is told with how often it was", async () => {
  const { during, of, gear } = rig(1);
  await during(minutes(2));
  gear[0]?.suffer({ lamp: "open" });
  await during(hours(1));
  const told = of("gear-diagnostics", "lamp/1/0").at(-1);
  assert.ok(told?.kind === "gear-diagnostics");
  assert.ok(told.gear.conditions?.includes("lamp-open"), JSON.stringify(told.gear));
  assert.ok((told.gear.counts?.["lamp-open"] ?? 0) >= 1);
});

test("after its mains returned a lamp is asked whether it is the same; another one tells who it is", async () => {
  const serial = (index: number) => ({
    ...D4I,
    memory: { ...D4I.memory, gear: { serial: `000000000000000${index}` } },
  });
  const { during, of, survey, topics, gear } = rig(2, { gear: serial });
  await during(minutes(2));
  survey.returned("lamp/1/0");
  await during(minutes(2));
  const [first, second] = topics("lamp/1/0", "identity");
  assert.is(of("gear-identity", "lamp/1/0").length, 1);
  assert.ok((second?.took ?? 0) < (first?.took ?? 0) / 4, "GTIN and serial only");
  const [one, other] = gear;
  assert.ok(one && other);
  one.shortAddress = 1;
  other.shortAddress = 0;
  survey.returned("lamp/1/0");
  await during(minutes(2));
  const changed = of("gear-identity", "lamp/1/0").at(-1);
  assert.ok(changed?.kind === "gear-identity");
  assert.is(changed.gear.serial, "0000000000000001");
});

test("a lamp that is silent is tried later, and does not keep the others waiting", async () => {
  const { during, of, topics, gear } = rig(2);
  gear[0]?.setMains(false);
  await during(minutes(9));
  assert.is(topics("lamp/1/0", "identity").length, 1);
  assert.ok(of("power", "lamp/1/1").length >= 1);
  gear[0]?.setMains(true);
  await during(minutes(10));
  assert.is(of("gear-identity", "lamp/1/0").length, 1);
});

test("64 lamps: what the plan costs, evenly spread and within the budget", async () => {
  const { during, asked, readings } = rig(64, { pollShare: 0.3 });
  await during(hours(1));
  const began = asked.length;
  const from = asked.at(-1)?.at ?? 0;
  const span = hours(1);
  await during(span);
  const late = asked.slice(began).filter(({ at }) => at >= from);
  const sum = (topic: Topic) => {
    const of = late.filter((one) => one.topic === topic);
    const ms = of.reduce((all, { took }) => all + took, 0);
    return { times: of.length, each: Math.round(ms / of.length), share: ms / span };
  };
  const [power, energy, diagnostics] = [sum("power"), sum("energy"), sum("diagnostics")];
  const share = power.share + energy.share + diagnostics.share;
  const told = (name: string, { times, each, share: part }: typeof power) =>
    `${name} ${times} times an hour, ${each} ms each, ${(100 * part).toFixed(1)} %`;
  console.log(
    `64 lamps: ${told("power", power)}; ${told("energy", energy)}; ${told("diagnostics", diagnostics)} of the bus`,
  );
  assert.ok(share < 0.3, `${share}`);
  assert.ok(power.times >= 64 * 3.8 && energy.times >= 64 * 3.8 && diagnostics.times >= 60, "nothing starves");
  const at = late.filter(({ topic }) => topic === "power" || topic === "energy").map((one) => one.at);
  const gaps = at.slice(1).map((one, i) => one - (at[i] as number));
  assert.ok(Math.max(...gaps) < seconds(60), `a gap of ${Math.max(...gaps)} ms`);
  assert.is(new Set(readings.filter(({ kind }) => kind === "gear-identity").map(({ source }) => source)).size, 64);
});

test("spans that make no sense are refused", () => {
  const clock = simulatedLine(0).clock;
  assert.throws(() => new Survey({ clock, lamps: [], power: seconds(0) }), /power is every 0 ms/);
  assert.throws(
    () => new Survey({ clock, lamps: [], power: minutes(5), energy: minutes(1) }),
    /energy is every 60000 ms/,
  );
});

test.run();
