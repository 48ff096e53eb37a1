import { test } from "uvu";
import * as assert from "uvu/assert";
import { RemoteCache } from "../firmware/link/manager/remote.ts";
import { STATUSES } from "../firmware/link/modules.ts";
import type { AlarmEntry } from "../firmware/link/payload.ts";
import type { SupervisorMessage } from "../firmware/link/supervisor.ts";
import { known, type Report, Reports } from "./report.ts";

const TS = "2026-02-24T20:00:00.000Z";
const node = "21231/cab-0117";

const status = (code: string, values: object, complete = false): SupervisorMessage => ({
  topic: `${node}/status/${code}`,
  node,
  type: "status",
  code,
  complete,
  payload: { entries: [{ ts: TS, values: values as Record<string, unknown>, seq: 0 }] },
});

const entry = (component: string, active: boolean, message = "no light"): AlarmEntry => ({
  ts: TS,
  component,
  active,
  values: { message },
});
const alarms = (entries: readonly AlarmEntry[], full?: true): SupervisorMessage => ({
  topic: `${node}/alarm/lighting.lamp`,
  node,
  type: "alarm",
  code: "lighting.lamp",
  payload: { entries, ...(full && { full }) },
});
const short = (reports: readonly Report[]) =>
  reports.map(({ component, payload, at }) => [component, (payload as { active: boolean }).active, at !== null]);

test("component maps are turned into one report a component; what is the node's own comes first", () => {
  const message = status("lighting.lamps", {
    reason: { "lamp/1/1": "dusk" },
    actualLightState: { "lamp/1/1": 40, "lamp/1/2": 0 },
  });
  const common = { node, type: "status", code: "lighting.lamps", at: TS, complete: false };
  assert.equal(new Reports().take(message), [
    { ...common, component: "lamp/1/1", payload: { reason: "dusk", actualLightState: 40 } },
    { ...common, component: "lamp/1/2", payload: { actualLightState: 0 } },
  ]);

  const inventory = status(
    "cabinet.inventory",
    { lamps: { "lamp/1/1": { street: "a" } }, site: "Dijon", meters: ["meter/1"] },
    true,
  );
  assert.equal(
    new Reports().take(inventory).map(({ component, payload, complete }) => [component, payload, complete]),
    [
      ["", { site: "Dijon", meters: ["meter/1"] }, true],
      ["lamp/1/1", { lamps: { street: "a" } }, true],
    ],
  );
});

test("a component called like a property of every object is one like any other", () => {
  const message = status("lighting.lamps", { lampFailure: JSON.parse('{"__proto__": true, "constructor": false}') });
  assert.equal(
    new Reports().take(message).map(({ component }) => component),
    ["__proto__", "constructor"],
  );
});

test("a stopped channel and a channel's state are no news of a component", () => {
  const reports = new Reports();
  const { payload: _, ...stopped } = status("lighting.lamps", {}) as SupervisorMessage & { type: "status" };
  assert.equal(reports.take({ ...stopped, payload: null }), []);
  assert.equal(
    reports.take({ topic: "", node, type: "channel", code: "lighting.lamps", payload: { state: "stopped" } }),
    [],
  );
});

test("an alarm is told when it begins, when its message changes and when it ends, not each time it is repeated", () => {
  const reports = new Reports();
  assert.equal(short(reports.take(alarms([entry("lamp/1/1", true)]))), [["lamp/1/1", true, true]]);
  assert.equal(reports.take(alarms([entry("lamp/1/1", true)], true)), []);
  assert.equal(reports.take(alarms([entry("lamp/1/1", true)])), []);
  assert.equal(short(reports.take(alarms([entry("lamp/1/1", true, "gear burnt")]))), [["lamp/1/1", true, true]]);
  assert.equal(short(reports.take(alarms([entry("lamp/1/1", false)]))), [["lamp/1/1", false, true]]);
  assert.equal(reports.take(alarms([entry("lamp/1/1", false)])), []);
  assert.equal(reports.take(alarms([], true)), []);
});

test("alarms that ended while nobody listened end with the next full update, at a time unknown", () => {
  const reports = new Reports();
  reports.take(alarms([entry("lamp/1/1", true), entry("lamp/1/2", true), entry("lamp/1/3", true)]));
  const full = alarms([entry("lamp/1/2", true), entry("lamp/1/4", true)], true);
  assert.equal(short(reports.take(full)), [
    ["lamp/1/4", true, true],
    ["lamp/1/1", false, false],
    ["lamp/1/3", false, false],
  ]);
  assert.equal(reports.take(full), []);
});

test("alarms of two cabinets and of two codes do not meet", () => {
  const reports = new Reports();
  reports.take(alarms([entry("lamp/1/1", true)]));
  assert.is(
    reports.take({ ...alarms([entry("lamp/1/1", true)], true), node: "21231/cab-0118" } as SupervisorMessage).length,
    1,
  );
  assert.is(reports.take({ ...alarms([], true), code: "lighting.gear" } as SupervisorMessage).length, 0);
});

test("what is known of a node is told as it would have been heard", () => {
  const remote = new RemoteCache(node);
  assert.equal(known(remote), []);
  remote.presence = "online";
  remote.takeStatus(
    "lighting.lamps",
    STATUSES["lighting.lamps"],
    { ts: TS, seq: 0, values: { actualLightState: { "lamp/1/1": 7 } } },
    true,
  );
  remote.takeAlarms("lighting.lamp", { entries: [entry("lamp/1/2", true)] });
  const common = { node, complete: true };
  assert.equal(known(remote), [
    { ...common, type: "presence", code: "", component: "", at: null, payload: "online" },
    {
      ...common,
      type: "status",
      code: "lighting.lamps",
      component: "lamp/1/1",
      at: TS,
      payload: { actualLightState: 7 },
    },
    {
      ...common,
      type: "alarm",
      code: "lighting.lamp",
      component: "lamp/1/2",
      at: TS,
      payload: { active: true, message: "no light" },
    },
  ]);
});

test.run();
