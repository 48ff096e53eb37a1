import { readdirSync, readFileSync } from "node:fs";
import Type from "typebox";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ProblemFinders } from "./check.ts";
import { closed } from "./table.ts";

/** What is held against a schema once, at a start; everything else is held against it with each message. */
const AT_THE_START = ["commands/key-ring.ts"];

test("no message is held against a schema by interpreting it", () => {
  const files = ["wire", "service", "manager", "commands"].flatMap((room) =>
    readdirSync(new URL(`${room}/`, import.meta.url)).map((file) => `${room}/${file}`),
  );
  const slow = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !AT_THE_START.includes(file))
    .filter((file) => /\bproblemOf\b/.test(readFileSync(new URL(file, import.meta.url), "utf8")));
  assert.equal(slow, []);
});

test("a finder is made once for each schema, and says what problemOf says", () => {
  const finders = new ProblemFinders();
  const schema = closed({ level: Type.Number({ maximum: 100 }) });
  const find = finders.of(schema);
  assert.is(find({ level: 100 }), null);
  assert.equal(find({ level: 140 }), { field: "level", message: "is 140: must be <= 100" });
  assert.is(finders.of(schema), find);
  assert.is.not(finders.of(closed({})), find);
});

test.run();
