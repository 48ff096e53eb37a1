import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemOf } from "./check.ts";
import { alarmOf, commandOf, MODULES, offered, STATUSES, statusOf } from "./modules.ts";
import { statusSchema, valuesSchema } from "./payload.ts";
import type { Status } from "./table.ts";
import { topicOf } from "./topic.ts";

test("every code of every module is found by the wire's name and fits a topic", () => {
  let codes = 0;
  for (const module of MODULES) {
    for (const [find, table] of [
      [statusOf, module.statuses],
      [alarmOf, module.alarms],
      [commandOf, module.commands],
    ] as const) {
      for (const [code, entry] of Object.entries(table)) {
        assert.is(find(code), entry, code);
        assert.ok(code.startsWith(`${module.name}.`), code);
        assert.ok(topicOf("n", "status", code));
        codes++;
      }
    }
  }
  assert.ok(codes >= 17, `${codes} codes`);
});

test("a node offers the modules that it names, and no junction unless it says so", () => {
  const cabinet = offered();
  assert.ok(
    cabinet.statuses["lighting.lamps"] && cabinet.alarms["access.door"] && cabinet.commands["lighting.level.set"],
  );
  for (const table of Object.values(cabinet)) assert.not(Object.keys(table).some((code) => code.startsWith("tlc")));
  const junction = offered(["tlc", "tlc.priority"]);
  assert.equal(Object.keys(junction.commands), ["tlc.plan.set", "tlc.flashing.reset", "tlc.priority.request"]);
  assert.equal(Object.keys(junction.alarms), ["tlc.hardware.error", "tlc.hardware.warning"]);
  assert.throws(() => offered(["lightning"]), /module is "lightning": allowed lighting, /);
});

test("a request for priority names one movement if it is new, and none after", () => {
  const { values } = commandOf("tlc.priority.request")!;
  const check = (request: object) => problemOf(values, request);
  assert.is(
    check({ type: "new", requestId: "b17", signalGroupId: "A1", level: 14, eta: 10, vehicleType: "bus" }),
    null,
  );
  assert.is(check({ type: "new", requestId: "b17", laneInId: 3, laneOutId: 7 }), null);
  assert.is(check({ type: "update", requestId: "b17", eta: 0 }), null);
  assert.is(check({ type: "cancel", requestId: "b17" }), null);
  for (const bad of [
    { type: "new", requestId: "b17" },
    { type: "new", requestId: "b17", signalGroupId: "A1", inputId: 2 },
    { type: "new", requestId: "b17", laneOutId: 7 },
    { type: "new", requestId: "b17", signalGroupId: "A1", level: 15 },
    { type: "update", requestId: "b17", vehicleType: "tram" },
    { type: "cancel", requestId: "b17", eta: 3 },
    { type: "new", requestId: "", signalGroupId: "A1" },
  ])
    assert.ok(check(bad), JSON.stringify(bad));
});

test("names of Object's own are no codes", () => {
  for (const code of ["constructor", "__proto__", "toString"]) {
    assert.is(statusOf(code), undefined);
    assert.is(commandOf(code), undefined);
    assert.is(alarmOf(code), undefined);
  }
});

test("a status has one channel without a name, or several with names; each with a trigger", () => {
  for (const [code, status] of Object.entries<Status>(STATUSES)) {
    assert.is(status.channels.length === 1, status.channels[0].name === undefined, code);
    assert.ok(
      Object.values(status.attributes).some((attribute) => attribute.send === "change"),
      code,
    );
  }
});

const lamps = valuesSchema(STATUSES["lighting.lamps"]);
const problem = (values: unknown) => problemOf(lamps, values);

test("takes an event's part of a status, and every attribute by its range", () => {
  assert.is(problem({}), null);
  assert.is(
    problem({ actualLightState: { "lamp/1/5": 0, "lamp/1/6": 100 }, lampFailure: { "lamp/1/5": false } }),
    null,
  );
});

test("names the field that is wrong, what was found and what is allowed", () => {
  assert.equal(problem({ actualLightState: { "lamp/1/5": 101 } }), {
    field: "actualLightState.lamp/1/5",
    message: "is 101: must be <= 100",
  });
  assert.equal(problem({ lampFailure: { "lamp/1/5": "yes" } }), {
    field: "lampFailure.lamp/1/5",
    message: 'is "yes": must be boolean',
  });
  assert.equal(problem({ colour: 1 }), { field: "colour", message: "is not allowed" });
  assert.equal(problem({ reason: { "lamp 1": "x" } }), { field: "reason.lamp 1", message: "is not allowed" });
  assert.is(problem({ actualLightState: 50 })?.field, "actualLightState");
  assert.is(problem(null)?.field, "payload");
});

test("a command's values say what is allowed", () => {
  const level = commandOf("lighting.level.set")!.values;
  const until = "2026-01-01T00:00:00Z";
  assert.is(problemOf(level, { level: 0, until }), null);
  assert.is(problemOf(level, { level: 12.5, until: "2026-01-01T00:00:00.000Z" }), null);
  assert.equal(problemOf(level, { until }), { field: "level", message: "is missing" });
  assert.equal(problemOf(level, { level: 140, until }), { field: "level", message: "is 140: must be <= 100" });
  assert.equal(problemOf(level, { level: "50", until })?.field, "level");
  assert.equal(problemOf(level, { level: Number.NaN, until })?.field, "level");
  assert.match(
    problemOf(level, { level: 50, until: "tomorrow" })?.message ?? "",
    /is "tomorrow": allowed is ISO 8601 UTC/,
  );
  for (const bad of ["2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+01:00", "2026-01-01"]) {
    assert.is(problemOf(level, { level: 50, until: bad })?.field, "until", bad);
  }
  assert.equal(problemOf(level, { level: 50, until, fade: 3 }), { field: "fade", message: "is not allowed" });
});

test("a long value sent by somebody is short in the message", () => {
  assert.ok((problem({ reason: { "lamp/1/5": 5 }, targetLightCommand: "x".repeat(5000) })?.message.length ?? 0) < 120);
});

test("a status message has at least one entry, each with time, values and seq", () => {
  const schema = statusSchema(STATUSES["access.contacts"]);
  const entry = { ts: "2026-01-01T00:00:00.000Z", values: { open: { "door/1": true } }, seq: 0 };
  assert.is(problemOf(schema, { entries: [entry] }), null);
  assert.is(problemOf(schema, { entries: [] })?.field, "entries");
  assert.is(problemOf(schema, { entries: [{ ...entry, seq: -1 }] })?.field, "entries.0.seq");
  assert.is(problemOf(schema, { entries: [{ ...entry, seq: 1.5 }] })?.field, "entries.0.seq");
  assert.is(problemOf(schema, { entries: [{ ...entry, ts: 5 }] })?.field, "entries.0.ts");
  assert.is(problemOf(schema, { entries: [{ ts: entry.ts, seq: 0 }] })?.field, "entries.0.values");
});

test.run();
