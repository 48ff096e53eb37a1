import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Log, silent } from "../hal/log.ts";
import { type BackendLoader, loadBackend } from "./backend.ts";
import { repair } from "./tensorflow.ts";
import { wasm } from "./wasm.ts";

const require = createRequire(import.meta.url);
const native = (() => {
  try {
    return require.resolve("@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node") !== "";
  } catch {
    return false;
  }
})();

const BACKEND = JSON.stringify(new URL("./backend.ts", import.meta.url).href);
const LOG = JSON.stringify(new URL("../hal/log.ts", import.meta.url).href);

/** Runs a module in a fresh process; what it tells goes to standard error, so that standard output shows who prints. */
function fresh(code: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

test("a machine without the native library computes with WebAssembly and prints nothing", () => {
  const { status, stdout, stderr } = fresh(`
    const { loadBackend } = await import(${BACKEND});
    const { silent } = await import(${LOG});
    const { name, core } = await loadBackend(silent);
    process.stderr.write(JSON.stringify([name, core.getBackend()]));
  `);
  assert.is(stdout, "");
  assert.is(stderr, JSON.stringify(native ? ["tensorflow", "tensorflow"] : ["wasm", "wasm"]));
  assert.is(status, 0);
});

test("nothing of TensorFlow.js is loaded before it is asked for", () => {
  const { stderr } = fresh(`
    import { createRequire } from "node:module";
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).filter((file) => file.includes("@tensorflow")).length;
    const { loadBackend } = await import(${BACKEND});
    const { silent } = await import(${LOG});
    const before = loaded();
    await loadBackend(silent);
    process.stderr.write(JSON.stringify([before, loaded() > 0]));
  `);
  assert.is(stderr, "[0,true]");
});

test("the process keeps the last word on its own uncaught errors", () => {
  const { status, stderr } = fresh(`
    process.on("uncaughtException", () => setTimeout(() => { process.stderr.write("lamps at fail-safe"); process.exit(3); }, 10));
    const { loadBackend } = await import(${BACKEND});
    const { silent } = await import(${LOG});
    await loadBackend(silent);
    setTimeout(() => { throw new Error("boom"); }, 1);
  `);
  assert.is(stderr, "lamps at fail-safe");
  assert.is(status, 3);
});

function recorder() {
  const lines: { fields: object; message: string }[] = [];
  const log: Log = { ...silent, info: (fields, message) => lines.push({ fields, message }) };
  return { lines, log };
}

const broken = (reason: string): BackendLoader => ({
  name: "tensorflow",
  load: () => Promise.reject(new Error(`${reason}\nRequire stack: ...`)),
});

test("the log says which backend it is and why not another", async () => {
  const { lines, log } = recorder();
  const backend = await loadBackend(log, [broken("no binary"), wasm]);
  assert.is(backend.name, "wasm");
  assert.equal(lines, [
    { fields: { backend: "tensorflow", reason: "no binary" }, message: "inference backend does not load here" },
    { fields: { backend: "wasm", version: "4.22.0" }, message: "inference backend loaded" },
  ]);
});

test("a backend that loads but is not the current one is not believed", async () => {
  const { lines, log } = recorder();
  const backend = await loadBackend(log, [{ name: "tensorflow", load: async () => {} }, wasm]);
  assert.is(backend.name, "wasm");
  assert.match(JSON.stringify(lines[0]), /after loading/);
});

test("asked for twice at the same time, both get the same engine", async () => {
  const [a, b] = await Promise.all([loadBackend(silent, [wasm]), loadBackend(silent, [wasm])]);
  assert.is(a.core.engine(), b.core.engine());
});

test("where no backend loads, every reason is told", async () => {
  try {
    await loadBackend(silent, [broken("first"), broken("second")]);
  } catch (error) {
    const reasons = ((error as Error).cause as AggregateError).errors.map((reason: Error) => reason.message[0]);
    assert.equal(reasons, ["f", "s"]);
    return;
  }
  assert.unreachable("a backend was found");
});

test("what tfjs-node misses in util since Node 23 is put back, and what is there stays", () => {
  const util: Record<string, unknown> = { isArray: "as it was" };
  repair(util);
  const isNullOrUndefined = util["isNullOrUndefined"] as (value: unknown) => boolean;
  assert.equal([undefined, null, 0, "", false].map(isNullOrUndefined), [true, true, false, false, false]);
  assert.is(util["isArray"], "as it was");
});

test.run();
