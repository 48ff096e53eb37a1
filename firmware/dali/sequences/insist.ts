import type { Answer, Command } from "../command.ts";
import { ask, type Sequence } from "../sequence.ts";

/** So many times a question is asked whose answer is missing or spoilt. */
const PATIENCE = 6;

/** Asks until an answer can be read, a few times: its value, or undefined where none came. */
export function* insist<T>(question: Command<Answer<T>>): Sequence<T | undefined> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const answer = yield* ask(question);
    if (answer.kind === "value") return answer.value;
  }
  return undefined;
}
