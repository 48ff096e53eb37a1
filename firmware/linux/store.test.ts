import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fileStore } from "./store.ts";

const folder = () => join(mkdtempSync(join(tmpdir(), "hulotte-store-")), "state");

test("what was written is read back, by a new store too; what was not is null", async () => {
  const path = folder();
  await fileStore(path).write("wishes", new Uint8Array([1, 2, 3]));
  assert.equal([...((await fileStore(path).read("wishes")) ?? [])], [1, 2, 3]);
  assert.is(await fileStore(path).read("other"), null);
});

test("of writes at once the last one stays, whole, and no part is left", async () => {
  const path = folder();
  const store = fileStore(path);
  await Promise.all(Array.from({ length: 50 }, (_, i) => store.write("wishes", new Uint8Array(1000).fill(i))));
  const read = (await store.read("wishes")) as Uint8Array;
  assert.is(read.length, 1000);
  assert.ok(read.every((byte) => byte === 49));
  assert.equal(readdirSync(path), ["wishes"]);
});

test("nobody else may read it", async () => {
  const path = folder();
  await fileStore(path).write("wishes", new Uint8Array());
  assert.is(statSync(join(path, "wishes")).mode & 0o777, 0o600);
  assert.is(statSync(path).mode & 0o777, 0o700);
});

test("a key that could leave the folder is refused", () => {
  assert.throws(() => fileStore("/tmp").write("../x", new Uint8Array()), /allowed/);
});

test.run();
