import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "../../firmware/config/read.ts";
import type { Action, Condition, Scenario } from "./model.ts";
import { readScenario } from "./read.ts";
import { ScenarioSchema } from "./schema.ts";
import { spanText } from "./times.ts";

const street = readConfig(readFileSync(new URL("./suite/street.yaml", import.meta.url), "utf8"));
const load = (path: string) => (path === "street.yaml" ? street : undefined);

const file = (steps: string, head = "") => `name: a test
given: { cabinet: street.yaml, time: 2026-11-18T20:00:00+01:00 }
${head}steps:
${steps}
`;
const accepted = (text: string): Scenario => {
  const read = readScenario(text, load);
  if (!read.ok)
    throw new Error(read.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`).join("\n"));
  return read.play.scenario;
};
const refused = (text: string): string[] => {
  const read = readScenario(text, load);
  return read.ok ? [] : read.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
};
const action = (act: string): Action | undefined => accepted(file(`  - do: ${act}`)).steps[0]?.act;
const condition = (what: string): Condition | undefined =>
  accepted(file(`  - expect: ${what}`)).steps[0]?.expect?.condition;

test("a step has its time, its line, its words and its defaults", () => {
  const { given, steps } = accepted(
    file(`  - at: 1.5 s
    do: { unplug: bus/1 }
  - after: 200 ms
    expect: { not: { alarm: { code: lighting.bus } } }
    within: 2 min
    note: because
  - expect: { light: { lamps: lamp/1/2, is: 50, tolerance: 5 } }
  - expect: { light: { lamps: lamp/1/2, atMost: 50 } }
    for: 3 s`),
  );
  assert.equal(given, {
    cabinet: "street.yaml",
    time: Date.UTC(2026, 10, 18, 19),
    seed: 1,
    people: 0,
    settle: 3000,
  });
  assert.equal(steps, [
    {
      line: 4,
      text: "unplug bus/1",
      due: { since: "beginning", ms: 1500 },
      act: { kind: "plug", component: "bus/1", present: false },
      within: 1000,
      hold: 0,
    },
    {
      line: 6,
      text: "not alarm lighting.bus within 2 min",
      note: "because",
      due: { since: "step", ms: 200 },
      expect: { not: true, condition: { kind: "alarm", code: "lighting.bus" } },
      within: 120_000,
      hold: 0,
    },
    {
      line: 10,
      text: "lamp/1/2 at 45 to 55 % within 1 s",
      due: { since: "step", ms: 0 },
      expect: { not: false, condition: { kind: "light", lamps: ["lamp/1/2"], atLeast: 45, atMost: 55 } },
      within: 1000,
      hold: 500,
    },
    {
      line: 11,
      text: "lamp/1/2 at 50 or less % for 3 s",
      due: { since: "step", ms: 0 },
      expect: { not: false, condition: { kind: "light", lamps: ["lamp/1/2"], atMost: 50 } },
      within: 0,
      hold: 3000,
    },
  ]);
});

test("what can be done", () => {
  const done: [string, Action][] = [
    ["{ replug: output/1 }", { kind: "plug", component: "output/1", present: true }],
    ["{ silence: counter/1 }", { kind: "silence", component: "counter/1", silent: true }],
    ["{ speak: counter/1 }", { kind: "silence", component: "counter/1", silent: false }],
    ["{ garbage: { component: bus/1 } }", { kind: "garbage", component: "bus/1", bytes: 64, every: 500, lasts: 0 }],
    [
      "{ garbage: { component: bus/1, bytes: 9, every: 1 s, lasts: 3 s } }",
      { kind: "garbage", component: "bus/1", bytes: 9, every: 1000, lasts: 3000 },
    ],
    [
      "{ i2c: { component: output/1, fault: late, count: 4, delay: 60 ms } }",
      { kind: "i2c", component: "output/1", fault: "late", count: 4, amount: 60 },
    ],
    [
      "{ i2c: { component: meter/2, fault: busy, polls: 7 } }",
      { kind: "i2c", component: "meter/2", fault: "busy", count: 1, amount: 7 },
    ],
    ["{ dali: { bus: bus/2, fault: noise } }", { kind: "dali", bus: "bus/2", fault: "noise" }],
    [
      '{ gear: { lamps: "lamp/1/2-4,7", fault: mute } }',
      { kind: "gear", lamps: ["lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/7"], fault: "mute" },
    ],
    ["{ mains: { lamps: lamp/2/1, is: off } }", { kind: "mains", lamps: ["lamp/2/1"], on: false }],
    ["{ open: door/1 }", { kind: "door", component: "door/1", open: true }],
    ["{ close: door/1 }", { kind: "door", component: "door/1", open: false }],
    ["{ pin: { pin: door/1, is: high } }", { kind: "pin", chip: "pinctrl-bcm2711", offset: 17, high: true }],
    [
      "{ walk: { street: rue des Essais, position: 20, direction: down, people: 2, every: 3 s } }",
      { kind: "walk", street: "rue des Essais", position: 20, direction: -1, people: 2, every: 3000 },
    ],
    ["{ pass: { counter: counter/3 } }", { kind: "pass", counter: "counter/3", direction: 1, people: 1, every: 1000 }],
    ["{ kill: {} }", { kind: "kill", restart: 1000 }],
    ["{ power: off }", { kind: "power", on: false }],
    ["{ broker: cut }", { kind: "broker", up: false }],
    ["{ jump: -90 s }", { kind: "jump", ms: -90_000 }],
    ["{ jump: +1.5 h }", { kind: "jump", ms: 5_400_000 }],
    [
      "{ command: { code: lighting.level.set, component: lamp/1, level: 40, lasts: 5 min } }",
      { kind: "command", code: "lighting.level.set", component: "lamp/1", level: 40, lasts: 300_000 },
    ],
    [
      "{ command: { code: lighting.level.release, component: lamp } }",
      { kind: "command", code: "lighting.level.release", component: "lamp" },
    ],
  ];
  for (const [text, wanted] of done) assert.equal(action(text), wanted, text);
});

test("what can be expected", () => {
  const { chip } = { chip: "pinctrl-bcm2711" };
  const expected: [string, Condition][] = [
    [
      "{ light: { group: dac, atLeast: 30 } }",
      { kind: "light", lamps: [0, 1, 2, 3, 4, 5].map((n) => `lamp/dac/${n}`), atLeast: 30 },
    ],
    ["{ alarm: {} }", { kind: "alarm" }],
    [
      "{ status: { code: cabinet.health, attribute: clockSet, is: true } }",
      { kind: "status", code: "cabinet.health", attribute: "clockSet", is: true },
    ],
    ["{ presence: shutdown }", { kind: "presence", is: "shutdown" }],
    ["{ result: done }", { kind: "result", ok: true }],
    ["{ result: refused }", { kind: "result", ok: false }],
    ["{ result: expired }", { kind: "result", ok: false, error: "expired" }],
    ["{ frames: { bus: bus/1 } }", { kind: "frames", bus: "bus/1", matching: "*", atLeast: 1 }],
    [
      '{ frames: { bus: bus/1, matching: "DAPC *", atMost: 0 } }',
      { kind: "frames", bus: "bus/1", matching: "DAPC *", atMost: 0 },
    ],
    ["{ pin: { pin: counter/3, is: low } }", { kind: "pin", chip, offset: 27, high: false }],
    ["{ edges: { pin: door/1, to: high } }", { kind: "edges", chip, offset: 17, to: "high", atLeast: 1 }],
    ["{ runtime: stopped }", { kind: "runtime", running: false }],
    ["{ runtime: same }", { kind: "process", is: "same" }],
    ["{ descriptors: { atMost: 2 } }", { kind: "descriptors", atMost: 2 }],
  ];
  for (const [text, wanted] of expected) assert.equal(condition(text), wanted, text);
});

test("where it can run", () => {
  const only = "only: { targets: [in-process, qemu], because: no such pin there }\n";
  assert.equal(accepted(file("  - do: { open: door/1 }", only)).only, {
    targets: ["in-process", "qemu"],
    because: "no such pin there",
  });
});

/** A step, and what is said of it. */
const MISTAKES: readonly (readonly [string, string])[] = [
  ["do: { unplug: bus/3 }", 'steps[0].do.unplug: found "bus/3", allowed bus/1, bus/2, output/1,'],
  ["do: { unplug: lamp/1/0 }", 'steps[0].do.unplug: found "lamp/1/0", allowed bus/1'],
  ["do: { silence: output/1 }", "allowed bus/1, bus/2, counter/1, counter/2 or meter/1"],
  ["do: { i2c: { component: bus/1, fault: nack } }", "allowed output/1, output/2 or meter/2"],
  ["do: { open: door/2 }", 'found "door/2", allowed door/1; did you mean "door/1"?'],
  ["do: { gear: { lamps: lamp/dac/0, fault: mute } }", "allowed lamps of lamp/1 or lamp/2; it names lamp/dac/0"],
  ["do: { mains: { lamps: lamp/1/0-12, is: off } }", "it names lamp/1/12: no such component"],
  ["do: { mains: { is: off } }", "steps[0].do.mains.lamps: found nothing, allowed an address"],
  ["do: { gear: { lamps: lamp/1, group: banc, fault: mute } }", "allowed nothing: there are `lamps`"],
  ["do: { pin: { pin: door/9, is: high } }", "allowed counter/3, pinctrl-bcm2711:27, door/1 or pinctrl-bcm2711:17"],
  ["do: { walk: { street: rue des Esais, position: 0, direction: up } }", 'did you mean "rue des Essais"?'],
  ["do: { walk: { street: passage du Banc, position: 101, direction: up } }", "allowed 0 to 100"],
  ["do: { pass: { counter: counter/1, every: 1 ms } }", "allowed 10 ms or more"],
  ["do: { jump: 2 days }", "allowed a time such as +2 h or -90 s"],
  ["do: { kill: {}, power: off }", "steps[0].do.power: found a second thing to do, allowed one thing to do a step"],
  ["do: {}", "found an empty map, allowed one thing to do"],
  ["do: { explode: bus/1 }", "found an unknown key, allowed unplug, replug"],
  [
    "do: { command: { code: lighting.level.set, component: lamp, level: 3 } }",
    "allowed a lasts: lighting.level.set needs one",
  ],
  ["do: { command: { code: lighting.level.release, component: lamp, level: 3 } }", "allowed nothing"],
  ["note: nothing", "steps[0].do: found nothing, allowed something to do, or something in `expect`"],
  ["{ do: { open: door/1 }, within: 3 s }", 'steps[0].within: found "3 s", allowed nothing: the step expects nothing'],
  ["{ at: 1 s, after: 1 s, do: { open: door/1 } }", 'steps[0].after: found "1 s", allowed nothing'],
  ["{ at: soon, do: { open: door/1 } }", 'steps[0].at: found "soon", allowed a time such as 200 ms, 5 s'],
  ["expect: { light: { lamps: lamp } }", "steps[0].expect.light.is: found nothing, allowed is, atLeast or atMost"],
  ["expect: { light: { lamps: lamp, is: 3, atMost: 4 } }", "allowed nothing: there is an atLeast or an atMost"],
  ["expect: { light: { lamps: lamp, atMost: 3, tolerance: 4 } }", "the tolerance is that of `is`"],
  ["expect: { light: { group: bank, is: 3 } }", 'did you mean "banc"?'],
  ["expect: { light: { lamps: lamp, atLeast: 4, atMost: 3 } }", "allowed 4 (atLeast) or more"],
  ["expect: { alarm: { code: lighting.buss } }", "allowed lighting.bus,"],
  ["expect: { not: { alarm: { component: bus/9 } } }", 'steps[0].expect.not.alarm.component: found "bus/9"'],
  ["expect: { not: {} }", "steps[0].expect.not: found an empty map, allowed one condition"],
  ["expect: { not: { alarm: {} }, presence: online }", "found a second condition, allowed one condition a step"],
  ["expect: { status: { code: lighting.lamp, attribute: reason } }", 'did you mean "lighting.lamps"?'],
  ["expect: { status: { code: lighting.lamps, attribute: reasons } }", 'did you mean "reason"?'],
  ["expect: { status: { code: lighting.lamps, attribute: reason } }", "allowed a component: each has its own reason"],
  [
    "expect: { status: { code: cabinet.health, attribute: clockSet, component: bus/1 } }",
    "allowed nothing: clockSet is one value",
  ],
  [
    "expect: { status: { code: cabinet.health, attribute: clockSet, is: [1] } }",
    "allowed text, a number, true or false",
  ],
  ["expect: { frames: { bus: output/1 } }", "allowed bus/1 or bus/2"],
  ["expect: { result: fine }", "allowed done, refused, malformed"],
];

for (const [step, said] of MISTAKES)
  test(`a mistake is named: ${step}`, () => {
    const problems = refused(file(`  - ${step}`));
    assert.is(problems.length, 1, problems.join("\n"));
    assert.ok(problems[0]?.includes(said), problems[0]);
    assert.ok(problems[0]?.startsWith("4 "), problems[0]);
  });

test("times go forward, a cabinet is there and has no mistakes, and all problems come at once", () => {
  assert.match(
    refused(file("  - { at: 5 s, do: { open: door/1 } }\n  - { at: 4 s, do: { close: door/1 } }"))[0] ?? "",
    /^5 steps\[1\].at: found "4 s", allowed a time not before that of a step above/,
  );
  const steps = file("  - do: { open: door/7 }");
  assert.match(refused(steps.replace("street.yaml", "no.yaml"))[0] ?? "", /^2 given.cabinet: found "no.yaml", allowed/);
  const broken = readScenario(steps, () => readConfig("node: 3"));
  assert.ok(!broken.ok && broken.problems[0]?.message.includes("the first: street.yaml:1:1"));
  assert.match(refused(steps.replace("18T20", "38T20"))[0] ?? "", /allowed a day and time that there are/);
  assert.equal(
    refused("name: 3\nsteps: []\nextra: 1\n").map((problem) => problem.split(": ")[0]),
    ["1 given", "1 name", "2 steps", "3 extra"],
  );
});

test("reading never throws, whatever is done to the text", () => {
  const good = readFileSync(new URL("./suite/i2c-disturbed.yaml", import.meta.url), "utf8");
  const cut = fc.tuple(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 12 }));
  fc.assert(
    fc.property(cut, ([at, length, put]) => {
      const read = readScenario(good.slice(0, at) + put + good.slice(at + length), load);
      if (!read.ok) assert.ok(read.problems.length > 0 && read.problems.every(({ line }) => line > 0));
    }),
    { numRuns: 300 },
  );
});

test("the published JSON Schema is that of the code", () => {
  const published = JSON.parse(readFileSync(new URL("./scenario.schema.json", import.meta.url), "utf8"));
  assert.equal(published, JSON.parse(JSON.stringify(ScenarioSchema)), "make it anew from ScenarioSchema of schema.ts");
});

test("every map of the schema is closed and every value is described", () => {
  const walk = (schema: Record<string, unknown>, path: string) => {
    assert.type(schema["description"], "string", path);
    if (schema["items"]) walk(schema["items"] as Record<string, unknown>, `${path}[]`);
    if (schema["type"] !== "object") return;
    assert.is(schema["additionalProperties"], false, path);
    for (const [key, value] of Object.entries(schema["properties"] as object)) walk(value, `${path}.${key}`);
  };
  walk(JSON.parse(JSON.stringify(ScenarioSchema)), "file");
});

test("spans are said shortly", () => {
  assert.equal([0, 250, 1500, 90_000, 600_000, 7_200_000].map(spanText), [
    "0 ms",
    "250 ms",
    "1.5 s",
    "90 s",
    "10 min",
    "2 h",
  ]);
});

test.run();
