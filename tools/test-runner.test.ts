import { test } from "uvu";
import * as assert from "uvu/assert";
import { judge } from "./test-runner.ts";

const uvuSays = (total: number, passed: number, skipped = 0) =>
  `• • •   (3 / 3)\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.02ms\n`;

test("sums the suites of a file", () => {
  const { passed, failed, skipped } = judge(uvuSays(3, 3) + uvuSays(2, 2, 1), 0, false);
  assert.equal([passed, failed, skipped], [5, 0, 1]);
});

test("a failed test fails once", () => assert.is(judge(uvuSays(3, 2), 1, false).failed, 1));

test("a file whose run() was forgotten fails", () => assert.is(judge(uvuSays(0, 0), 0, false).failed, 1));

test("a file that printed nothing fails", () => assert.is(judge("", 0, false).failed, 1));

test("a file that hangs fails, whatever it passed", () => assert.is(judge(uvuSays(3, 3), null, true).failed, 1));

test("a crash after the tests fails", () => assert.is(judge(uvuSays(3, 3), 13, false).failed, 1));

test.run();
