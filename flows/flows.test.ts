/** The package as an integrator installs it, in a real Node-RED, against a real broker and a real RSMP node. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant } from "../controllers/units.ts";
import { keepJournal } from "../firmware/hal/journal-keeper.ts";
import { silent } from "../firmware/hal/log.ts";
import { memoryDisk } from "../sim/journal.ts";
import { clock, random } from "./host.ts";
import type { Msg } from "./red.ts";
import { cabinetNow, LAMPS, NODE, PASSWORD, SUPERVISOR, startCity } from "./test-city.ts";
import { startEngine } from "./test-engine.ts";

const AT = instant(Date.UTC(2026, 1, 24, 20, 0, 0));

const { broker, cabinet, asked, end } = await startCity({
  log: silent,
  journal: await keepJournal(memoryDisk().open, { bytes: 4 << 20, age: hours(24) }, clock, random),
});
const engine = await startEngine();

const tell = (id: string) => ({
  id,
  z: "tab",
  type: "function",
  func: `global.get("tell")({ ...msg, from: ${JSON.stringify(id)} });`,
  outputs: 0,
  wires: [],
});
const heard = (id: string, filter: object) => [
  {
    id,
    z: "tab",
    type: "hulotte-status",
    broker: "broker",
    node: "",
    code: "",
    component: "",
    live: true,
    ...filter,
    wires: [[`tell-${id}`]],
  },
  tell(`tell-${id}`),
];
const flow = [
  { id: "tab", type: "tab", label: "test" },
  {
    id: "broker",
    type: "hulotte-broker",
    url: broker.url,
    supervisor: SUPERVISOR,
    nodes: "21231/+",
    ca: "",
    credentials: { username: "integrator", password: PASSWORD },
  },
  ...heard("all", { tellStatus: true, tellAlarm: true, tellPresence: true }),
  ...heard("line2", { tellStatus: true, code: "lighting", component: "lamp/2", node: "21231/+" }),
  ...heard("alarms", { tellAlarm: true, node: NODE }),
  ...heard("elsewhere", { node: "69123/+" }),
  {
    id: "set",
    z: "tab",
    type: "hulotte-level",
    broker: "broker",
    node: NODE,
    component: "lamp/1",
    minutes: "10",
    wires: [["tell-set"]],
  },
  {
    id: "free",
    z: "tab",
    type: "hulotte-level",
    broker: "broker",
    node: "",
    component: "",
    minutes: "",
    wires: [["tell-free"]],
  },
  {
    id: "green",
    z: "tab",
    type: "hulotte-priority",
    broker: "broker",
    node: NODE,
    junction: "",
    group: "A",
    wires: [["tell-green"]],
  },
  { id: "catch", z: "tab", type: "catch", scope: null, uncaught: false, wires: [["tell-catch"]] },
  { id: "badge", z: "tab", type: "status", scope: ["set", "free", "all", "green"], wires: [["tell-badge"]] },
  ...["set", "free", "green", "catch", "badge"].map((id) => tell(`tell-${id}`)),
];

const from =
  (id: string, more: (msg: Msg) => boolean = () => true) =>
  (msg: Msg) =>
    msg["from"] === `tell-${id}` && more(msg);
const badge = (text: RegExp) => from("badge", (msg) => text.test((msg["status"] as { text?: string }).text ?? ""));
const errorOf = (msg: Msg) => msg["error"] as { message: string; code?: string; source: { id: string } };

test("Node-RED finds the four nodes in the package and loads them without complaint", () => {
  assert.equal(engine.found.flatMap(({ types }) => types).sort(), [
    "hulotte-broker",
    "hulotte-level",
    "hulotte-priority",
    "hulotte-status",
  ]);
  assert.equal(
    engine.found.filter(({ err }) => err !== undefined),
    [],
  );
});

test("a flow hears a cabinet's presence, statuses and alarms", async () => {
  cabinet.update("lighting.lamps", { actualLightState: { "lamp/1/1": 60, "lamp/2/1": 20 } }, AT);
  cabinet.alarm("lighting.lamp", "lamp/1/2", true, "no light", AT);
  await engine.deploy(flow);

  const presence = await engine.next(from("all", (msg) => msg["type"] === "presence"));
  assert.equal([presence["payload"], presence["node"], presence["topic"]], ["online", NODE, `${NODE}/presence`]);

  const lamp = await engine.next(from("all", (msg) => msg["component"] === "lamp/1/1"));
  assert.equal(lamp["payload"], { actualLightState: 60 });
  assert.equal([lamp["type"], lamp["code"], lamp["complete"]], ["status", "lighting.lamps", true]);

  const alarm = await engine.next(from("alarms"));
  assert.equal(alarm["payload"], { active: true, message: "no light" });
  assert.equal(
    [alarm["code"], alarm["component"], alarm["at"]],
    ["lighting.lamp", "lamp/1/2", "2026-02-24T20:00:00.000Z"],
  );
  cabinet.alarm("lighting.lamp", "lamp/1/2", false, "", AT);
  const over = await engine.next(from("alarms"));
  assert.is((over["payload"] as { active: boolean }).active, false);
});

test("filters let through what they name and nothing else", async () => {
  cabinet.update("lighting.lamps", { actualLightState: { "lamp/1/2": 70, "lamp/2/1": 30 } }, AT);
  const shown = await engine.next(
    from("line2", (msg) => (msg["payload"] as { actualLightState?: number }).actualLightState === 30),
  );
  assert.is(shown["component"], "lamp/2/1");
  assert.not.ok(engine.came(from("line2", (msg) => msg["component"] !== "lamp/2/1")));
  assert.not.ok(engine.came(from("alarms", (msg) => msg["type"] !== "alarm")));
  assert.not.ok(engine.came(from("elsewhere")));
});

test("the connection asks the broker for its own results and histories and the cabinets it was set to, no more", () => {
  const cabinets = ["presence", "status/#", "channel/#", "alarm/#"].map((topic) => `21231/+/${topic}`);
  assert.equal(
    broker.filters.toSorted(),
    [`${SUPERVISOR}/history/#`, `${SUPERVISOR}/result/#`, ...cabinets].toSorted(),
  );
});

test("a level comes back as what the cabinet took on; the rest of the message stays", async () => {
  asked.length = 0;
  engine.send("set", { payload: 40, ticket: "T-17" });
  const answer = await engine.next(from("set"));
  const values = answer["payload"] as { component: string[]; level: number; until: string };
  assert.equal([values.component, values.level, answer["ticket"]], [["lamp/1/1", "lamp/1/2"], 40, "T-17"]);
  assert.ok(Math.abs(Date.parse(values.until) - cabinetNow() - 600_000) < 5000, values.until);
  assert.equal(asked, [{ component: ["lamp/1/1", "lamp/1/2"], values: { level: 40, until: values.until } }]);
  await engine.next(badge(/^2 lamps at 40 % until 2/));
});

test("what is to begin later says from when, by the cabinet's clock or at a time", async () => {
  asked.length = 0;
  const wanted = { node: NODE, component: "lamp/1/2", minutes: 20 };
  engine.send("free", { payload: 30, ...wanted, start: 90 });
  const later = (await engine.next(from("free")))["payload"] as { from: string; until: string };
  assert.equal(later, { component: ["lamp/1/2"], ...asked[0]?.values });
  assert.ok(Math.abs(Date.parse(later.from) - cabinetNow() - 5_400_000) < 5000, later.from);
  assert.ok(Math.abs(Date.parse(later.until) - Date.parse(later.from) - 1_200_000) < 5000, later.until);
  await engine.next(badge(/^1 lamp at 30 % from 2.* until 2/));
  const at = new Date(cabinetNow() + 3_600_000).toISOString();
  engine.send("free", { payload: 30, ...wanted, start: at });
  const timed = (await engine.next(from("free")))["payload"] as { from: string; until: string };
  assert.equal([timed.from, Date.parse(timed.until) - Date.parse(timed.from)], [at, 1_200_000]);
});

test("what the node leaves open comes from the message; a release withdraws", async () => {
  asked.length = 0;
  engine.send("free", { payload: 5, node: NODE, component: "lamp/1/2", minutes: 1 });
  assert.equal((await engine.next(from("free")))["payload"], { component: ["lamp/1/2"], ...asked[0]?.values });
  engine.send("free", { payload: "release", node: NODE, component: "lamp" });
  assert.equal((await engine.next(from("free")))["payload"], { component: LAMPS });
  assert.equal(asked[1], { component: LAMPS, values: {} });
  await engine.next(badge(/^3 lamps released/));
});

test("a vehicle's request for green is made, brought up to date and withdrawn; the rest of the message stays", async () => {
  asked.length = 0;
  const ask = async (payload: string, more: object = {}) => {
    engine.send("green", { payload, requestId: "r-7", ticket: "T-18", ...more });
    return engine.next(from("green"));
  };
  const answer = await ask("new", { eta: 20, level: 9, vehicleType: "bus" });
  assert.equal([answer["payload"], answer["ticket"]], [{ requestId: "r-7" }, "T-18"]);
  await engine.next(badge(/^r-7 asks for A$/));
  await ask("update", { eta: 12.4 });
  await engine.next(badge(/^r-7 brought up to date$/));
  await ask("cancel");
  await engine.next(badge(/^r-7 withdrawn$/));
  const request = { requestId: "r-7", signalGroupId: "A" };
  assert.equal(
    asked.map(({ values }) => values),
    [
      { type: "new", ...request, eta: 20, level: 9, vehicleType: "bus" },
      { type: "update", requestId: "r-7", eta: 12 },
      { type: "cancel", requestId: "r-7" },
    ],
  );
});

test("a junction that refuses priority is an error that the flow catches", async () => {
  engine.send("green", { payload: "new", requestId: "refused", eta: 5 });
  const caught = errorOf(await engine.next(from("catch")));
  assert.match(caught.message, /failed: rejected: another is served/);
  assert.equal([caught.code, caught.source.id], ["failed", "green"]);
  engine.send("green", { payload: "now", requestId: "r-8" });
  assert.match(errorOf(await engine.next(from("catch"))).message, /msg.payload is "now": allowed is "new"/);
});

const shown: Readonly<Record<string, RegExp>> = {
  "unknown-component": /^cabinet has no such part$/,
  failed: /^cabinet could not do it$/,
  none: /^message not understood$/,
};
const refusals: [string, Msg, RegExp, string | undefined][] = [
  [
    "an unknown lamp",
    { payload: 5, node: NODE, component: "lamp/9", minutes: 1 },
    /component names lamp\/9/,
    "unknown-component",
  ],
  [
    "no lamp",
    { payload: 5, node: NODE, component: "counter/1", minutes: 1 },
    /allowed are lamp components/,
    "unknown-component",
  ],
  ["a cabinet that fails", { payload: 13, node: NODE, component: "lamp", minutes: 1 }, /could not do it/, "failed"],
  [
    "too much light",
    { payload: 101, node: NODE, component: "lamp", minutes: 1 },
    /msg.payload is 101: allowed is a number from 0 to 100/,
    undefined,
  ],
  ["no cabinet", { payload: 1, component: "lamp", minutes: 1 }, /msg.node is missing/, undefined],
  ["a bad cabinet", { payload: 1, node: "a//b", component: "lamp", minutes: 1 }, /node "a\/\/b"/, undefined],
];
for (const [name, msg, message, code] of refusals) {
  test(`a refusal is an error that the flow catches: ${name}`, async () => {
    engine.send("free", msg);
    const caught = errorOf(await engine.next(from("catch")));
    assert.match(caught.message, message);
    assert.equal([caught.code, caught.source.id], [code, "free"]);
    assert.not.ok(engine.came(from("free")));
    await engine.next(badge(shown[code ?? "none"] as RegExp));
  });
}

test("a status node that is deployed later is told what is already known", async () => {
  // As the editor sends it: credentials go along only when somebody typed new ones.
  const unchanged = flow.map(({ credentials: _, ...node }: Msg) => node);
  const late = [...unchanged, ...heard("late", { tellStatus: true, code: "lighting.lamps" })];
  await engine.deploy(late, "nodes");
  const payload = async (component: string) =>
    (await engine.next(from("late", (msg) => msg["component"] === component)))["payload"];
  assert.equal(await payload("lamp/1/1"), { actualLightState: 60 });
  assert.equal(await payload("lamp/2/1"), { actualLightState: 30 });
  assert.is(broker.logins.filter((name) => name === "integrator").length, 1, "the connection was not touched");
});

test("a status node that is changed says nothing of what it was set to before", async () => {
  const lateNode = {
    id: "late",
    z: "tab",
    type: "hulotte-status",
    broker: "broker",
    node: "",
    code: "footfall",
    component: "",
  };
  const unchanged = flow.map(({ credentials: _, ...node }: Msg) => node);
  await engine.deploy(
    [...unchanged, { ...lateNode, tellStatus: true, wires: [["tell-late"]] }, tell("tell-late")],
    "nodes",
  );
  // The second is only heard after all that the first brought about.
  for (const level of [35, 36]) {
    cabinet.update("lighting.lamps", { actualLightState: { "lamp/2/1": level } }, AT);
    await engine.next(
      from("line2", (msg) => (msg["payload"] as { actualLightState?: number }).actualLightState === level),
    );
  }
  assert.not.ok(
    engine.came(from("late", (msg) => (msg["payload"] as { actualLightState?: number }).actualLightState === 35)),
  );
});

test("the password is in the encrypted credentials and nowhere in the flow", async () => {
  const flows = await engine.file("flows.json");
  assert.match(flows, /hulotte-broker/);
  assert.not.match(flows, /chouette|integrator/);
  assert.not.match(await engine.file("flows_cred.json"), /chouette|integrator/);
});

test("the nodes did all that without a line of complaint but for the errors they were given", () => {
  assert.is(
    engine.complaints
      .filter(
        (line) => !/rejected|msg.payload is "now"/.test(line) && !refusals.some(([, , message]) => message.test(line)),
      )
      .join("\n"),
    "",
  );
});

test("settings that cannot be are an error that names them, and the nodes say that there is no broker", async () => {
  const bad = flow.map((node) => (node.type === "hulotte-broker" ? { ...node, url: "http://broker" } : node));
  await engine.deploy(bad);
  assert.match(engine.complaints.join("\n"), /url is "http:\/\/broker": allowed is mqtt:/);
  engine.send("set", { payload: 40 });
  assert.is(errorOf(await engine.next(from("catch"))).code, "no-broker");
});

test("the examples are flows that deploy as they are", async () => {
  const folder = join(import.meta.dirname, "examples");
  const examples = await readdir(folder);
  assert.is(examples.length, 3);
  const before = engine.complaints.length;
  for (const name of examples) {
    const example = JSON.parse(await readFile(join(folder, name), "utf8")) as Msg[];
    await engine.deploy(example.map((node) => ("url" in node ? { ...node, url: broker.url } : node)));
    assert.ok(example.some(({ type }) => String(type).startsWith("hulotte-")));
  }
  assert.equal(engine.complaints.slice(before), []);
});

test("without a broker the nodes say so, and a command is an error at once", async () => {
  await engine.deploy(flow);
  await engine.next(badge(/^connected$/));
  await broker.close();
  await engine.next(badge(/^no connection$/));
  engine.send("set", { payload: 40 });
  assert.is(errorOf(await engine.next(from("catch"))).code, "not-connected");
  assert.not.match(
    engine.complaints.join("\n"),
    /no connection to the broker/,
    "a broker that is away is no error of the flow",
  );
});

test("everything ends", async () => {
  await engine.stop();
  await end();
});

test.run();
