import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Alarms, alarmsAfter, CABINET, clockFinding, findings, silenceFinding } from "./alarms.ts";
import type { Event, FaultKind, Reading } from "./model.ts";
import { utc } from "./test-site.ts";

const at = utc("2026-03-20T22:00");
const none: Alarms = new Map();
const fault = (source: string, kind: FaultKind | null): Reading => ({ kind: "fault", source, fault: kind, at });
const status = (source: string, lampFailure: boolean, gearFailure: boolean): Reading => ({
  kind: "lamp",
  source,
  lampFailure,
  gearFailure,
  at,
});
const told = (events: readonly Event[]) =>
  events.map((event) =>
    event.kind === "alarm" ? `${event.active ? "+" : "-"} ${event.code} ${event.component}` : event.kind,
  );

function run(readings: readonly Reading[], before = none) {
  const { alarms, events } = alarmsAfter(before, readings.flatMap(findings));
  return { alarms, told: told(events) };
}

test("each component's fault is its alarm", () => {
  for (const [source, kind, code] of [
    ["bus/1", "gateway-silent", "lighting.bus"],
    ["lamp/1/5", "gear-missing", "lighting.gear"],
    ["output/1", "port-missing", "lighting.output"],
    ["counter/2", "port-lost", "footfall.sensor"],
    ["meter/1", "sensor-silent", "energy.meter"],
    ["door/1", "port-busy", "cabinet.port"],
    ["bus", "port-busy", "lighting.bus"],
    ["constructor/1", "port-busy", "cabinet.port"],
    [CABINET, "clock-unset", "cabinet.clock"],
  ] as const) {
    const began = run([fault(source, kind)]);
    assert.equal(began.told, [`+ ${code} ${source}`]);
    assert.equal(run([fault(source, null)], began.alarms).told, [`- ${code} ${source}`]);
  }
});

test("an output that does not give what it was told is an alarm of the output, in words of its own", () => {
  const { alarms } = run([fault("output/1", "output-deviates")]);
  assert.equal(
    [...alarms.values()].map(({ code, component, message }) => [code, component, message]),
    [["lighting.output", "output/1", "what it gives is not what it was told"]],
  );
});

test("an alarm is told when it begins and when it ends, not each time it is seen", () => {
  const twice = run([
    fault("bus/1", "port-lost"),
    fault("bus/1", "port-missing"),
    fault("bus/1", null),
    fault("bus/1", null),
  ]);
  assert.equal(twice.told, ["+ lighting.bus bus/1", "- lighting.bus bus/1"]);
  assert.is(twice.alarms.size, 0);
});

test("where nothing changes the alarms are the very same", () => {
  const { alarms } = run([fault("bus/1", "port-lost"), status("lamp/1/1", true, false)]);
  assert.is(run([status("lamp/1/1", true, false), status("lamp/1/2", false, false)], alarms).alarms, alarms);
  assert.is(run([], alarms).alarms, alarms);
});

test("lamp and gear failure are two alarms", () => {
  const both = run([status("lamp/1/1", true, true)]);
  assert.equal(both.told, ["+ lighting.lamp lamp/1/1", "+ lighting.gear lamp/1/1"]);
  assert.equal(run([status("lamp/1/1", false, true)], both.alarms).told, ["- lighting.lamp lamp/1/1"]);
});

test("two causes of one alarm do not clear each other", () => {
  const missing = run([status("lamp/1/1", false, true), fault("lamp/1/1", "gear-missing")]);
  assert.equal(missing.told, ["+ lighting.gear lamp/1/1"]);
  const answers = run([status("lamp/1/1", false, false)], missing.alarms);
  assert.equal([answers.told, run([fault("lamp/1/1", null)], answers.alarms).told], [[], ["- lighting.gear lamp/1/1"]]);
  const back = run([fault("lamp/1/1", null)], missing.alarms);
  assert.equal(back.told, []);
  assert.equal(run([status("lamp/1/1", false, false)], back.alarms).told, ["- lighting.gear lamp/1/1"]);
});

test("a silent counter whose port is lost has one alarm until both are over", () => {
  const silent = alarmsAfter(none, [
    silenceFinding("counter/1", true, at),
    ...findings(fault("counter/1", "port-lost")),
  ]);
  assert.equal(told(silent.events), ["+ footfall.sensor counter/1"]);
  const plugged = alarmsAfter(silent.alarms, findings(fault("counter/1", null)));
  assert.equal(plugged.events, []);
  assert.equal(told(alarmsAfter(plugged.alarms, [silenceFinding("counter/1", false, at)]).events), [
    "- footfall.sensor counter/1",
  ]);
});

test("a fault that becomes another alarm's ends the first", () => {
  const { told: events } = run([fault(CABINET, "clock-unset"), fault(CABINET, "port-lost")]);
  assert.equal(events, [`+ cabinet.clock ${CABINET}`, `- cabinet.clock ${CABINET}`, `+ cabinet.port ${CABINET}`]);
});

test("an open contact and a clock that is not set", () => {
  const contact = (open: boolean): Reading => ({ kind: "contact", source: "door/1", open, at });
  assert.equal(run([contact(true), contact(true), contact(false)]).told, [
    "+ access.door door/1",
    "- access.door door/1",
  ]);
  const unset = alarmsAfter(none, [clockFinding(false, at)]);
  assert.equal(told(unset.events), [`+ cabinet.clock ${CABINET}`]);
  assert.equal(told(alarmsAfter(unset.alarms, [clockFinding(true, at)]).events), [`- cabinet.clock ${CABINET}`]);
});

test("who adds up what is told has the alarms that are active, each with a cause", async () => {
  const reading = fc.oneof(
    fc
      .record({
        source: fc.constantFrom("lamp/1/1", "bus/1", "counter/1"),
        kind: fc.constantFrom(null, "port-lost" as const, "clock-unset" as const),
      })
      .map(({ source, kind }) => fault(source, kind)),
    fc.tuple(fc.boolean(), fc.boolean()).map(([a, b]) => status("lamp/1/1", a, b)),
  );
  await fc.assert(
    fc.property(fc.array(fc.array(reading, { maxLength: 4 }), { maxLength: 12 }), (passes) => {
      let alarms = none;
      const active = new Set<string>();
      for (const readings of passes) {
        const pass = run(readings, alarms);
        alarms = pass.alarms;
        for (const event of pass.told) {
          const key = event.slice(2);
          assert.is(active.has(key), event.startsWith("-"), `${event}: told twice`);
          if (event.startsWith("-")) active.delete(key);
          else active.add(key);
        }
        assert.equal([...active].toSorted(), [...alarms.keys()].toSorted());
        for (const alarm of alarms.values()) assert.ok(alarm.causes.length > 0);
      }
    }),
  );
});

test.run();
