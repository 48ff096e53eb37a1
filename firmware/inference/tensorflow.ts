import { createRequire } from "node:module";
import type { BackendLoader } from "./backend.ts";

const require = createRequire(import.meta.url);

/**
 * The native library, where its binary was built or fetched. The binary is looked for first: without it the package fails
 * only after it has loaded 50 MB of code.
 */
export const tensorflow: BackendLoader = {
  name: "tensorflow",
  async load() {
    require.resolve("@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node");
    repair(require("node:util"));
    await import("@tensorflow/tfjs-node");
  },
};

/**
 * Gives `util` back the two functions that tfjs-node 4.22 calls in its kernels and later Nodes took away
 * (tensorflow/tfjs#8609: `isNullOrUndefined` went with Node 23). What is still there stays as it is.
 */
export function repair(util: Record<string, unknown>): void {
  util["isNullOrUndefined"] ??= (value: unknown) => value === undefined || value === null;
  util["isArray"] ??= Array.isArray;
}
