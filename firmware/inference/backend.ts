import type { Log } from "../hal/log.ts";
import { tensorflow } from "./tensorflow.ts";
import { wasm } from "./wasm.ts";

/** TensorFlow.js with one backend chosen. Its engine is the process's: whoever loads it twice gets the same one. */
export interface Backend {
  /** `tensorflow` is the native library behind @tensorflow/tfjs-node. */
  readonly name: "tensorflow" | "wasm";
  readonly core: typeof import("@tensorflow/tfjs-core");
  readonly layers: typeof import("@tensorflow/tfjs-layers");
}

/** One way to compute. `load` registers the backend with TensorFlow.js and makes it current; rejects where it cannot. */
export interface BackendLoader {
  readonly name: Backend["name"];
  load(): Promise<void>;
}

/**
 * Loads TensorFlow.js with the first backend that works here, the native library before WebAssembly, and says in the log
 * which one and why not the others. Nothing of TensorFlow.js is loaded before this is called. Rejects with an Error whose
 * cause is an AggregateError where no backend works: an incomplete installation.
 */
export async function loadBackend(log: Log, loaders: readonly BackendLoader[] = [tensorflow, wasm]): Promise<Backend> {
  const failures: unknown[] = [];
  for (const { name, load } of loaders) {
    try {
      await load();
      const core = await import("@tensorflow/tfjs-core");
      const current = core.getBackend();
      if (current !== name) throw new Error(`current backend is "${current}" after loading "${name}"`);
      const layers = await import("@tensorflow/tfjs-layers");
      log.info({ backend: name, version: core.version_core }, "inference backend loaded");
      return { name, core, layers };
    } catch (failure) {
      failures.push(failure);
      log.info({ backend: name, reason: firstLine(failure) }, "inference backend does not load here");
    }
  }
  throw new Error("no inference backend loads", { cause: new AggregateError(failures) });
}

const firstLine = (failure: unknown): string =>
  (failure instanceof Error ? failure.message : String(failure)).split("\n", 1)[0] as string;
