import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/**
 * Asks for a password twice on the terminal, without showing it; null where the two differ, or the terminal goes. Where standard input is no
 * terminal its first line is the password.
 */
export async function askPassword(question: string, again: string): Promise<string | null> {
  const terminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, output: silent(), terminal, historySize: 0 });
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (text: string): Promise<string | null> => {
    if (terminal) process.stderr.write(text);
    const { value, done } = await answers.next();
    if (terminal) process.stderr.write("\n");
    return done ? null : value;
  };
  try {
    const password = await ask(question);
    if (!terminal || password === null) return password;
    return (await ask(again)) === password ? password : null;
  } finally {
    lines.close();
  }
}

/** What the terminal would be shown: nothing. */
const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
