import { mkdtempSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { realTime } from "../hal/contract/bench.ts";
import { storeContract } from "../hal/contract/store.ts";
import { systemClock } from "./clock.ts";
import { fileStore } from "./store.ts";

const folder = () => join(mkdtempSync(join(tmpdir(), "hulotte-store-")), "state");

storeContract("file", async () => {
  const path = folder();
  return {
    ...realTime(systemClock),
    store: fileStore(path),
    again: async () => fileStore(path),
    close: async () => {},
  };
});

test("what a power cut left half written is not seen, and no part is left after the next write", async () => {
  const path = folder();
  const store = fileStore(path);
  await store.write("wishes", new Uint8Array([1]));
  writeFileSync(join(path, "wishes.part"), "half");
  assert.equal([...((await fileStore(path).read("wishes")) ?? [])], [1]);
  await fileStore(path).write("wishes", new Uint8Array([2]));
  assert.equal([...((await store.read("wishes")) ?? [])], [2]);
  assert.equal(readdirSync(path), ["wishes"]);
});

test("nobody else may read it", async () => {
  const path = folder();
  await fileStore(path).write("wishes", new Uint8Array());
  assert.is(statSync(join(path, "wishes")).mode & 0o777, 0o600);
  assert.is(statSync(path).mode & 0o777, 0o700);
});

test.run();
