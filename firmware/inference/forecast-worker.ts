/** The worker's end: inference and training off the main thread. One question at a time, answered in order. */
import { parentPort } from "node:worker_threads";
import { silent } from "../hal/log.ts";
import { loadBackend } from "./backend.ts";
import { forecastEngine } from "./forecast-engine.ts";
import type { Answer, Question } from "./forecast-messages.ts";

const port = parentPort;
if (!port) throw new TypeError("a worker only");
const backend = await loadBackend(silent);
const engine = forecastEngine(backend);
let before: Promise<void> = Promise.resolve();
port.on("message", (question: Question) => {
  before = before.then(async () => port.postMessage(await answer(question)));
});
port.postMessage({ ready: backend.name });

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  try {
    switch (question.ask) {
      case "load":
        return { id, ok: true, value: await engine.load(question.horizon, question.weights) };
      case "expect":
        return { id, ok: true, value: await engine.expect(question.counts, question.horizon, question.t) };
      case "refresh":
        return { id, ok: true, value: await engine.refresh(question.counts, question.horizon, question.steps) };
    }
  } catch (error) {
    return { id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
