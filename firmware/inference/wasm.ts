import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { BackendLoader } from "./backend.ts";

/** WebAssembly in one thread: needs nothing but its npm package, on every machine. Never dispose this backend: its
 * own clean-up takes away every listener for uncaught errors in the process (tfjs-backend-wasm 4.22). */
export const wasm: BackendLoader = {
  name: "wasm",
  async load() {
    const { setBackend } = await import("@tensorflow/tfjs-core");
    const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // Any other form, a relative path too, ends in a failed fetch (tensorflow/tfjs#6942).
    setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
    setThreadsCount(1);
    await withoutNewCrashListeners(() => setBackend("wasm"));
  },
};

const CRASHES = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Does `work` and takes away the listeners for uncaught errors that came meanwhile: Emscripten's start code installs ones
 * that throw (emscripten#7855), so that the cabinet's own could no longer leave its lamps at fail-safe before it ends.
 */
async function withoutNewCrashListeners(work: () => Promise<unknown>): Promise<void> {
  const before = CRASHES.map((event) => new Set(process.listeners(event as "uncaughtException")));
  try {
    await work();
  } finally {
    for (const [index, event] of CRASHES.entries()) {
      for (const listener of process.listeners(event as "uncaughtException")) {
        if (!before[index]?.has(listener)) process.off(event, listener as () => void);
      }
    }
  }
}
