import { test } from "uvu";
import * as assert from "uvu/assert";
import { readCall, readOptionsOnly } from "./options.ts";
import { isUsage } from "./usage.ts";

const SHAPE = { lamp: { type: "string" }, json: { type: "boolean", short: "j" } } as const;

test("options and words of a call", () => {
  const { values, positionals } = readCall(["a.yaml", "--lamp", "lamp/1/0", "-j", "b.yaml"], SHAPE);
  assert.equal([values.lamp, values.json, positionals], ["lamp/1/0", true, ["a.yaml", "b.yaml"]]);
  assert.equal(readOptionsOnly(["--json"], SHAPE).values.json, true);
});

for (const [read, argv, why] of [
  [readCall, ["--lamb", "1"], /--lamb/],
  [readCall, ["--lamp"], /--lamp/],
  [readCall, ["--json=yes"], /--json/],
  [readOptionsOnly, ["a.yaml"], /a\.yaml/],
] as const) {
  test(`the caller's mistake: ${argv.join(" ")}`, () => {
    assert.throws(
      () => read(argv, SHAPE),
      (error: Error) => isUsage(error) && why.test(error.message),
    );
  });
}

test.run();
