import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Outcome } from "./outcome.ts";
import { failedStep, rehearsed } from "./rehearsal.ts";
import { detailsOf, progress, screenOf } from "./terminal.ts";

/** What a screen got. */
function watch(isTTY: boolean, env: Record<string, string>, show: (progressing: ReturnType<typeof progress>) => void) {
  let text = "";
  const stream = { isTTY, columns: 60, write: (part: string) => (text += part) };
  show(progress(screenOf(stream, env), 2));
  return text;
}
const bad: Outcome = rehearsed({ steps: [...rehearsed().report.steps, failedStep] });
const all = (shown: ReturnType<typeof progress>) => {
  shown.step("A walker", "in-process", failedStep, 6, 7);
  shown.done(rehearsed());
  shown.done(bad);
  shown.end([rehearsed(), bad], 1234);
};

test("without a terminal: one line a scenario, no control sequence, all about a failure, the sum last", () => {
  const text = watch(false, {}, all);
  assert.not.match(text, "\u001b");
  const lines = text.trimEnd().split("\n");
  assert.is(lines[0], "ok       in-process  A walker lights the street ahead  1 min, took 84 ms");
  assert.match(lines[1] as string, /^FAILED {3}in-process {2}A walker/);
  assert.is(lines[2], "         step 7  scenarios/walker.yaml:31  expect lamp/1/11 at least 90 % within 5 s");
  assert.is(lines[3], "           expected: lamp/1/11 gives at least 90 %");
  assert.is(lines[4], "           seen: lamp/1/11 gives 40 %, at most 43 % since the step began");
  assert.is(lines[5], "           due 44.00 s, began 44.00 s, allowed until 49.00 s, ended 49.00 s");
  assert.match(lines[6] as string, /^ {11}before: 4\d\.\d\d s {2}lamp/);
  assert.is(lines.at(-1), "2 runs: 1 passed, 1 failed, in 1.2 s");
});

test("on a terminal the step under way is written over, within its width, and verdicts have colours", () => {
  const text = watch(true, { TERM: "xterm" }, all);
  const live = text.split("\r\u001b[2K").find((part) => part.startsWith("[1/2]"));
  assert.is(live, "[1/2] in-process  A walker  7/7 expect lamp/1/11 at least 9");
  assert.match(text, "\u001b[32mok     \u001b[0m");
  assert.match(text, "\u001b[31mFAILED \u001b[0m");
});

test("NO_COLOR is obeyed; a dumb terminal is no terminal", () => {
  const plain = watch(true, { TERM: "xterm", NO_COLOR: "1" }, all);
  assert.not.match(plain, "\u001b[3");
  assert.match(plain, "\u001b[2K");
  assert.not.match(watch(true, { TERM: "dumb" }, all), "\u001b");
});

test("nothing from a scenario or the wire reaches the terminal as a control sequence", () => {
  const evil = "a\u001b[2Jb\r\nc\u009b31m";
  const outcome = rehearsed({
    name: evil,
    file: evil,
    steps: [{ ...failedStep, text: evil, expected: evil, seen: evil }],
    timeline: [{ at: 1, kind: "alarm", code: evil, component: "x", active: true, message: evil }],
    report: { why: evil },
  });
  const text = watch(false, {}, (shown) => {
    shown.done(outcome);
    shown.say(evil);
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.is(text.trimEnd().split("\n").length, 1 + detailsOf(outcome).length + 1);
});

test("a target that broke says why, line by line", () => {
  const why = "qemu-system-aarch64 is not here:\napt-get install qemu-system-arm";
  assert.equal(detailsOf(rehearsed({ report: { verdict: "broken", why } })), why.split("\n"));
});

test.run();
