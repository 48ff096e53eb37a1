import { test } from "uvu";
import * as assert from "uvu/assert";
import { printRows } from "./rows.ts";

/** What goes to standard output while something is done, a line each. */
async function printed(
  work: () => Promise<unknown>,
): Promise<readonly { name: string; ok: boolean; error?: string }[]> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => void lines.push(line);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines.map((line) => JSON.parse(line));
}
const figure = (name: string) => async () => ({ name, value: 1, unit: "", target: 1 });
const broken = async () => {
  throw new Error("no such machine");
};

test("every row in its order, or those that are named", async () => {
  const rows = { one: figure("first"), two: figure("second") };
  assert.equal(
    (await printed(async () => assert.is(await printRows(rows, []), 0))).map(({ name }) => name),
    ["first", "second"],
  );
  assert.equal(
    (await printed(async () => assert.is(await printRows(rows, ["two"]), 0))).map(({ name }) => name),
    ["second"],
  );
});

test("a row that cannot be worked out is a line that is not ok, and the others are printed", async () => {
  const lines = await printed(async () => assert.is(await printRows({ broken, two: figure("second") }, []), 1));
  assert.equal(
    lines.map(({ name, ok, error }) => [name, ok, error]),
    [
      ["broken", false, "no such machine"],
      ["second", true, undefined],
    ],
  );
});

test("a name that is no row is a mistake, and nothing is worked out", async () => {
  assert.equal(await printed(async () => assert.is(await printRows({ broken }, ["brokn"]), 2)), []);
});

test.run();
