import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Answer, Ask } from "../hil/workbench-process.ts";

export interface FarSide {
  /** Keeps the process alive until it is answered, and no longer. */
  // biome-ignore lint/suspicious/noExplicitAny: the answer's type follows from the question, and both are one release
  ask(ask: Ask): Promise<any>;
}

/** The workbench around the machine, over TCP. */
export async function farSide(host: string, port: number): Promise<FarSide> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 1;
  createInterface({ input: socket }).on("line", (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) socket.unref();
  });
  socket.unref();
  return {
    ask: (ask) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, ({ error, value }) => (error === undefined ? resolve(value) : reject(new Error(error))));
        socket.ref().write(`${JSON.stringify({ ...ask, id })}\n`);
      }),
  };
}
