import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { junit } from "./junit.ts";
import { failedStep, rehearsed } from "./rehearsal.ts";
import { printable } from "./text.ts";

const AT = new Date(Date.UTC(2026, 10, 23, 2, 30));

interface Parsed {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Parsed[];
}

/** As another XML parser reads it: expat, which refuses whatever is not well-formed. */
function parse(documents: readonly string[]): readonly Parsed[] {
  const program = `
import json, sys, xml.etree.ElementTree as tree
def told(e):
    return {"tag": e.tag, "attributes": e.attrib, "text": e.text or "", "children": [told(c) for c in e]}
json.dump([told(tree.fromstring(d.encode())) for d in json.load(sys.stdin)], sys.stdout)`;
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify(documents),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`not well-formed: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(stdout) as Parsed[];
}

const parseOne = (document: string): Parsed => parse([document])[0] as Parsed;
const child = (parent: Parsed | undefined, tag: string): Parsed | undefined =>
  parent?.children.find((one) => one.tag === tag);

test("a suite for each target, a case for each scenario, with counts that CI systems sum", () => {
  const root = parseOne(
    junit(
      [
        rehearsed(),
        rehearsed({ target: "qemu", steps: [failedStep] }),
        rehearsed({ target: "qemu", file: "b.yaml", report: { verdict: "broken", why: "QEMU ended" } }),
        rehearsed({ target: "qemu", file: "e.yaml", report: { verdict: "broken", why: "QEMU ended again" } }),
        rehearsed({ target: "qemu", file: "c.yaml", report: { verdict: "skipped", why: "only for in-process: fast" } }),
      ],
      AT,
    ),
  );
  assert.is(root.tag, "testsuites");
  const counts = ({ attributes }: Parsed) =>
    ["tests", "failures", "errors", "skipped"].map((name) => Number(attributes[name]));
  assert.equal(counts(root), [5, 1, 2, 1]);
  assert.equal(
    root.children.map(({ attributes }) => attributes["name"]),
    ["hil in-process", "hil qemu"],
  );
  assert.equal(root.children.map(counts), [
    [1, 0, 0, 0],
    [4, 1, 2, 1],
  ]);
  assert.is(root.children[0]?.attributes["timestamp"], "2026-11-23T02:30:00");
  const [failed, broken, , skipped] = root.children[1]?.children ?? [];
  assert.is(failed?.attributes["classname"], "hil.qemu");
  assert.is(failed?.attributes["name"], "A walker lights the street ahead");
  assert.is(failed?.attributes["file"], "scenarios/walker.yaml");
  assert.is(failed?.attributes["line"], "31");
  assert.is(failed?.attributes["time"], "66.400");
  assert.is(
    child(failed, "failure")?.attributes["message"],
    "line 31: expected: lamp/1/11 gives at least 90 %; seen: lamp/1/11 gives 40 %, at most 43 % since the step began",
  );
  assert.match(child(failed, "failure")?.text ?? "", "scenarios/walker.yaml:31: failed: expect lamp/1/11");
  assert.is(child(broken, "error")?.attributes["message"], "QEMU ended");
  assert.is(child(skipped, "skipped")?.attributes["message"], "only for in-process: fast");
  assert.is(child(root.children[0]?.children[0], "failure"), undefined);
});

test("the output carries the last things seen, and how many were before", () => {
  const outcome = rehearsed();
  const { timeline } = outcome.report;
  const { text } = child(parseOne(junit([outcome], AT)).children[0]?.children[0], "system-out") as Parsed;
  const lines = text.split("\n");
  assert.is(lines.length, 41);
  assert.is(lines[0], `(${timeline.length - 40} observations before these)`);
  assert.match(lines.at(-1) as string, /59\.\d\d s {2}/);
});

test("well-formed and true to the text whatever a scenario, the wire or the cockpit says", async () => {
  const wild = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom("<", ">", "&", '"', "'", "]", "\u0000", "\u001b", "\r", "\n", "\ud800", "\uffff", "é"),
    }),
  );
  const document = fc.record({ name: wild, file: wild, expected: wild, seen: wild, message: wild });
  await fc.assert(
    fc.property(fc.array(document, { minLength: 20, maxLength: 20 }), (all) => {
      const parsed = parse(
        all.map(({ name, file, expected, seen, message }) =>
          junit(
            [
              rehearsed({
                name,
                file,
                steps: [{ ...failedStep, text: name, expected, seen }],
                timeline: [{ at: 1, kind: "alarm", code: "c", component: "x", active: true, message: message || "m" }],
              }),
            ],
            AT,
          ),
        ),
      );
      for (const [i, root] of parsed.entries()) {
        const { name, file, expected, seen } = all[i] as (typeof all)[number];
        const one = root.children[0]?.children[0];
        assert.is(one?.attributes["name"], printable(name));
        assert.is(one?.attributes["file"], printable(file));
        assert.is(
          child(one, "failure")?.attributes["message"],
          printable(`line 31: expected: ${expected}; seen: ${seen}`),
        );
      }
    }),
    { numRuns: 8 },
  );
});

test.run();
