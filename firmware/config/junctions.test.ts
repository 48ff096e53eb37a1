import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { readConfig } from "./read.ts";

const file = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const accepted = (text = file) => {
  const read = readConfig(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.config;
};
/** The example with one thing changed. */
const changed = (from: string | RegExp, to: string): string => {
  const text = file.replace(from, to);
  assert.not.equal(text, file, `nothing to change: ${from}`);
  return text;
};
const refused = (text: string): string[] => {
  const read = readConfig(text);
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
};

test("a plain cross-roads is short to write: the rest is French practice", () => {
  const { junction, control } = accepted().junctions[0]!;
  assert.equal(junction.groups[0], {
    id: "A",
    kind: "vehicle",
    minGreen: 6000,
    amber: 3000,
    redAmber: 0,
    maxWait: 120_000,
    guard: 120_000,
    onCall: false,
  });
  assert.is(junction.groups[2]?.amber, 0);
  assert.is(junction.groups[2]?.guard, 90_000);
  // 3 s of amber and 2 s all red; 9 m at 1 m/s. Who shares a stage has none.
  assert.equal(junction.intergreens, {
    A: { B: 5000, PA: 5000 },
    B: { A: 5000, PB: 5000 },
    PA: { A: 9000, PB: 9000 },
    PB: { B: 7000, PA: 7000 },
  });
  assert.equal(junction.plans, [
    {
      kind: "fixed",
      id: 1,
      cycle: 70_000,
      stages: [
        { stage: "avenue", at: 0 },
        { stage: "side", at: 42_000 },
      ],
    },
  ]);
  assert.equal(junction.approaches[0]?.stops, [{ distance: 180, dwell: 20_000, spread: 10_000 }]);
  assert.is(junction.priority.persons.bus, 40);
  assert.is(control.kind, "contacts");
  assert.equal(accepted().vehicles, [{ id: "feed/1", kind: "hfp", topic: "/hfp/v2/journey/ongoing/+/bus/#" }]);
});

test("priority may depend on lateness or headway, in seconds, and a stop counts for what a site says", () => {
  const text = changed(
    "    plans:",
    "    priority: { minLateness: 60, minHeadway: 300, stopCost: 4.5, lockout: 20 }\n    plans:",
  );
  const { priority } = accepted(text).junctions[0]!.junction;
  assert.equal([priority.minLateness, priority.minHeadway], [60, 300]);
  assert.equal([priority.stopCost, priority.lockout], [4500, 20_000]);
  assert.is("stopCost" in accepted().junctions[0]!.junction.priority, false);
  const [problem] = refused(changed("    plans:", "    priority: { stopCost: 61 }\n    plans:"));
  assert.match(problem ?? "", /stopCost/);
});

test("a stage that only ends something says how short it may be", () => {
  const text = changed(
    /( +)- \{ id: side, [^\n]*\n/,
    "$&$1- { id: early, groups: [A], shortest: 2, skippable: true }\n",
  );
  const [, , early] = accepted(text).junctions[0]!.junction.stages;
  assert.equal([early?.shortest, early?.skippable], [2000, true]);
  assert.is("shortest" in accepted().junctions[0]!.junction.stages[0]!, false);
  assert.match(refused(text.replace("shortest: 2", "shortest: 0.5"))[0] ?? "", /stages\[2\]\.shortest: found 0\.5/);
  assert.equal(refused(text.replace("shortest: 2", "shortest: 7")), [
    "junctions[0].stages[2].shortest: found 7000 ms, allowed 1000 to 6000; of stages.early.shortest",
  ]);
  assert.match(
    refused(text.replace("[A]", "[A, PA]"))[0] ?? "",
    /^junctions\[0\]\.stages\[2\]\.shortest: .* another stage/,
  );
});

test("times between two groups are said for one way, the other is as usual", () => {
  const text = changed("    plans:", "    conflicts: [{ from: PA, to: A, intergreen: 12 }]\n    plans:");
  const { intergreens } = accepted(text).junctions[0]!.junction;
  assert.is(intergreens["PA"]?.["A"], 12_000);
  assert.is(intergreens["A"]?.["PA"], 5000);
});

test("groups that share no stage conflict, whether a pair is said or not", () => {
  const { intergreens } = accepted().junctions[0]!.junction;
  assert.is(intergreens["PA"]?.["PB"], 9000, "two crossings that nobody thought of");
});

test("an actuated plan needs no cycle", () => {
  const text = changed(/cycle: 70[^\n]*\n[^\n]*\n/, "stages: [{ stage: avenue, max: 40 }, { stage: side, max: 30 }]\n");
  assert.equal(accepted(text).junctions[0]?.junction.plans[0], {
    kind: "actuated",
    id: 1,
    stages: [
      { stage: "avenue", min: 6000, max: 40_000, gap: 2500 },
      { stage: "side", min: 6000, max: 30_000, gap: 2500 },
    ],
  });
});

const REFUSED: readonly (readonly [what: string, text: () => string, expected: string])[] = [
  [
    "a pedestrian group without its way across",
    () => changed("pedestrian, crossing: 9", "pedestrian"),
    "junctions[0].groups[2].crossing: found nothing, allowed the way across in metres, or clearance in seconds",
  ],
  [
    "a stage that is not there",
    () => changed("stage: side, at: 42", "stage: sid, at: 42"),
    'junctions[0].plans[0].stages[1].stage: found "sid", allowed avenue or side; did you mean "side"?',
  ],
  [
    "stages out of order",
    () => changed("{ stage: avenue, at: 0 }", "{ stage: avenue, at: 50 }"),
    "junctions[0].plans[0].stages[1].at: found 42, allowed more than 50: in order",
  ],
  [
    "two groups of a stage that conflict",
    () => changed("    plans:", "    conflicts: [{ from: A, to: PB, intergreen: 5 }]\n    plans:"),
    "junctions[0].conflicts[0]: found A and PB, allowed groups that are in no stage together; both are in avenue",
  ],
  [
    "a pin with two purposes",
    () => changed("offset: 13", "offset: 5"),
    'junctions[0].contacts.calls[0].green: found "pinctrl-bcm2711 5", allowed each pin once; first in line 54',
  ],
  [
    "no way to its signals",
    () => file.slice(0, file.indexOf("    # The wires")),
    "junctions[0]: found none of them, allowed one of contacts, rsmp3 or engine",
  ],
  [
    "two ways to its signals",
    () => `${file}    rsmp3: {}\n`,
    "junctions[0]: found contacts and rsmp3, allowed one of contacts, rsmp3 or engine",
  ],
  [
    "heads without a hardware monitor",
    () =>
      `${file.slice(0, file.indexOf("    # The wires"))}
    engine:
      heads:
${["A", "B", "PA", "PB"]
  .map((group, i) => {
    const pins = (at: number) =>
      `red: { chip: heads, offset: ${at} }, amber: { chip: heads, offset: ${at + 1} }, green: { chip: heads, offset: ${at + 2} }`;
    return `        - { group: ${group}, ${pins(i * 6)}, shows: { ${pins(i * 6 + 3)} } }`;
  })
  .join("\n")}
`,
    "junctions[0].engine.permit: found nothing, allowed a pin: without a hardware conflict monitor that it releases the heads are not driven",
  ],
  [
    "a filter that is none",
    () => changed("/bus/#", "/#/bus"),
    'vehicles[0].topic: found "/hfp/v2/journey/ongoing/+/#/bus", allowed # as the last level only',
  ],
  [
    "feeds of vehicles that no junction hears",
    () => file.slice(0, file.indexOf("junctions:")),
    "vehicles: found feeds without a junction, allowed feeds where `junctions` has one: nobody else hears them",
  ],
  [
    "more stages than there may be",
    () => changed(/ +- \{ id: side, [^\n]*\n/, "$&".repeat(16)),
    "junctions[0].stages: found a list of 17, allowed a list of 2 to 16",
  ],
  [
    "more bus stops than there may be",
    () => changed("stops: [{ distance: 180 }]", `stops: [${"{ distance: 180 }, ".repeat(9)}]`),
    "junctions[0].approaches[0].stops: found a list of 9, allowed a list of 0 to 8",
  ],
  [
    "telegrams without a serial line",
    () => changed("kind: hfp", "kind: r09"),
    'vehicles[0].topic: found "/hfp/v2/journey/ongoing/+/bus/#", allowed port with kind r09',
  ],
];
for (const [what, text, expected] of REFUSED)
  test(`refused: ${what}`, () => {
    assert.ok(refused(text()).includes(expected), `${expected}\nis not in\n${refused(text()).join("\n")}`);
  });

test("what the engine finds wrong is told at the place in the file", () => {
  const problems = refused(changed("cycle: 70", "cycle: 50"));
  assert.ok(
    problems.some((one) => one.startsWith("junctions[0].plans[0].stages[1]")),
    problems.join("\n"),
  );
});

test("RSMP 3 and other brokers have their usual ports and times", () => {
  const text = `${file.slice(0, file.indexOf("    # The wires"))}    rsmp3: { site: RN+SI0001, component: TC }\n`;
  assert.equal(accepted(text).junctions[0]?.control, {
    kind: "rsmp3",
    port: 12_111,
    address: "127.0.0.1",
    site: "RN+SI0001",
    component: "TC",
    ackWithin: seconds(30),
    watchdog: seconds(60),
  });
});

test("RSMP 3 over TLS names whom it believes and who it is, all three files or none", () => {
  const text = (tls: string) => `${file.slice(0, file.indexOf("    # The wires"))}    rsmp3: { tls: { ${tls} } }\n`;
  const all = "ca: ca.pem, certificate: own.pem, key: own.key";
  const { control } = accepted(text(`${all}, name: RN+SI0001`)).junctions[0]!;
  assert.equal(control.kind === "rsmp3" && control.tls, {
    ca: "ca.pem",
    certificate: "own.pem",
    key: "own.key",
    name: "RN+SI0001",
  });
  for (const [key, without] of [
    ["ca", "certificate: own.pem, key: own.key"],
    ["certificate", "ca: ca.pem, key: own.key"],
    ["key", "ca: ca.pem, certificate: own.pem"],
  ] as const)
    assert.equal(refused(text(without)), [
      `junctions[0].rsmp3.tls.${key}: found nothing, allowed text of 1 to 200 characters`,
    ]);
});

test.run();
