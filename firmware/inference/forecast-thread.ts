import { Worker } from "node:worker_threads";
import type { Expected, ForecastEngine, Refreshed } from "./forecast-engine.ts";
import type { Answer, Question, Ready } from "./forecast-messages.ts";

/** The engine in a thread of its own. Every promise rejects with an Error once the thread has failed or was closed. */
export interface ForecastThread extends ForecastEngine {
  /** `tensorflow` or `wasm`. */
  readonly backend: string;
  close(): Promise<void>;
}

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, "id"> : never) : never;

/** Heap that JavaScript may take in the thread; what the networks compute with is outside it. */
const LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 };

/** Starts the thread. Rejects where no inference backend loads. */
export async function startForecastThread(): Promise<ForecastThread> {
  // Beside this file, as source or bundled.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./forecast-worker.${extension}`, import.meta.url), { resourceLimits: LIMITS });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<string>();
  let ended: Error | undefined;
  let last = 0;
  const end = (why: Error) => {
    ended ??= why;
    ready.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", (message: Answer | Ready) => {
    if ("ready" in message) return ready.resolve(message.ready);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) asked?.resolve(message.value);
    else asked?.reject(new Error(message.message));
  });
  worker.on("error", end);
  worker.on("exit", () => end(new Error("the forecast's thread has ended")));
  // Nothing waits for a forecast to end the process.
  worker.unref();

  const ask = (question: Asked): Promise<unknown> => {
    if (ended) return Promise.reject(ended);
    const id = ++last;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    worker.ref();
    worker.postMessage({ id, ...question });
    return answer.promise.finally(() => {
      if (waiting.size === 0 && !ended) worker.unref();
    });
  };
  worker.ref();
  const backend = await ready.promise.finally(() => worker.unref());
  return {
    backend,
    load: async (horizon, weights) => (await ask({ ask: "load", horizon, weights })) as boolean,
    expect: async (counts, horizon, t) =>
      (await ask({ ask: "expect", counts, horizon, t })) as readonly (Expected | null)[],
    refresh: async (counts, horizon, steps) => (await ask({ ask: "refresh", counts, horizon, steps })) as Refreshed,
    async close() {
      end(new Error("the forecast's thread was closed"));
      worker.ref();
      await worker.terminate();
    },
  };
}
