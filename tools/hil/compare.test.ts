import { test } from "uvu";
import * as assert from "uvu/assert";
import { compare, comparisonLines } from "./compare.ts";
import { failedStep, rehearsed } from "./rehearsal.ts";

const BOTH = ["in-process", "qemu"] as const;

test("the same verdicts, with how much later each step came true, latest first", () => {
  const [only, ...more] = compare([rehearsed(), rehearsed({ target: "qemu", late: 600 })], BOTH);
  assert.is(more.length, 0);
  assert.is(only?.compared, 1);
  assert.equal(only?.disagreements, []);
  assert.equal(
    only?.delays.map(({ line, later }) => [line, later]),
    [15, 21, 28].map((line) => [line, 600]),
  );
  assert.match(
    comparisonLines(only!)[0] as string,
    /^qemu against in-process: 1 scenario compared, the same verdicts$/,
  );
  assert.match(comparisonLines(only!).join("\n"), /later by \(middle\) \+0\.60 s/);
});

test("delay counts from the step's own beginning: a step that only began later is not slow", () => {
  const one = rehearsed().report.steps[1]!;
  const moved = { ...one, began: one.began! + 5000, happened: one.happened! + 5250 };
  const [only] = compare([rehearsed({ steps: [one] }), rehearsed({ target: "qemu", steps: [moved] })], BOTH);
  assert.equal(
    only?.delays.map(({ later }) => later),
    [250],
  );
});

test("other verdicts are named, of the scenario and of the step", () => {
  const passed = { ...failedStep, verdict: "passed", happened: 46_000 } as const;
  const [only] = compare([rehearsed({ steps: [passed] }), rehearsed({ target: "qemu", steps: [failedStep] })], BOTH);
  assert.equal(only?.disagreements, [
    { file: "scenarios/walker.yaml", verdicts: ["passed", "failed"] },
    { file: "scenarios/walker.yaml", line: 31, verdicts: ["passed", "failed"] },
  ]);
  assert.match(comparisonLines(only!).join("\n"), /walker\.yaml:31: passed on in-process, failed on qemu/);
});

test("a step that one target cannot tell is no disagreement", () => {
  const passed = { ...failedStep, verdict: "passed", happened: 46_000 } as const;
  const cannot = { ...failedStep, verdict: "skipped", why: "this target cannot tell" } as const;
  const [only] = compare([rehearsed({ steps: [cannot] }), rehearsed({ target: "qemu", steps: [passed] })], BOTH);
  assert.equal(only?.disagreements, []);
  const [other] = compare([rehearsed({ steps: [passed] }), rehearsed({ target: "qemu", steps: [cannot] })], BOTH);
  assert.equal(other?.disagreements, []);
});

test("the latest step comes first, whatever the order in the file", () => {
  const [, one, , two] = rehearsed().report.steps;
  const slow = (step: typeof one, by: number) => ({ ...step!, happened: step!.happened! + by });
  const [only] = compare(
    [rehearsed({ steps: [one!, two!] }), rehearsed({ target: "qemu", steps: [slow(one, 100), slow(two, 900)] })],
    BOTH,
  );
  assert.equal(
    only?.delays.map(({ later }) => later),
    [900, 100],
  );
});

test("what broke, was skipped or was not run on one of the two is not compared, and named", () => {
  const [only] = compare(
    [
      rehearsed({ file: "a.yaml" }),
      rehearsed({ file: "a.yaml", target: "qemu", report: { verdict: "broken" } }),
      rehearsed({ file: "b.yaml", report: { verdict: "skipped" } }),
      rehearsed({ file: "b.yaml", target: "qemu" }),
      rehearsed({ file: "c.yaml" }),
    ],
    BOTH,
  );
  assert.is(only?.compared, 0);
  assert.equal(only?.apart, ["a.yaml", "b.yaml", "c.yaml"]);
  assert.equal(only?.disagreements, []);
});

test("three targets: each against the first; one alone: nothing to compare", () => {
  assert.equal(compare([rehearsed()], ["in-process"]), []);
  const three = compare([rehearsed(), rehearsed({ target: "raspi3b" })], ["in-process", "qemu", "raspi3b"]);
  assert.equal(
    three.map(({ targets, compared }) => [...targets, compared]),
    [
      ["in-process", "qemu", 0],
      ["in-process", "raspi3b", 1],
    ],
  );
});

test.run();
