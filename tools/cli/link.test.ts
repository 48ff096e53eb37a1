import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DOCUMENTS, topicLines } from "./link.ts";

const ROOT = join(import.meta.dirname, "../..");

for (const [what, { file, text }] of Object.entries(DOCUMENTS)) {
  test(`${file} is what the tables say: else hulotte link ${what} > firmware/link/reference/${file}`, () =>
    assert.ok(
      readFileSync(join(ROOT, "firmware/link/reference", file), "utf8") === text(),
      `${file} is of older tables`,
    ));
}

test("the command prints a document, and refuses what there is not", () => {
  const hulotte = (...args: string[]) =>
    spawnSync(join(ROOT, "tools/hulotte"), args, { encoding: "utf8", timeout: 20_000 });
  assert.ok(hulotte("link", "cddl").stdout === DOCUMENTS.cddl.text());
  const { status, stderr } = hulotte("link", "protobuf");
  assert.is(status, 2);
  assert.match(stderr, /allowed asyncapi, cddl, page, topics/);
});

test("topics tells what a cabinet sends and takes, and nothing of junctions", () => {
  const lines = topicLines("21231/cab-0117");
  for (const line of [
    "sends 21231/cab-0117/presence",
    "sends 21231/cab-0117/alarm/access.door",
    "takes 21231/cab-0117/command/lighting.level.set",
  ])
    assert.ok(lines.includes(line), line);
  assert.not(lines.some((line) => line.includes("tlc")));
  assert.throws(() => topicLines("a/status"), /node "a\/status"/);
});

test.run();
