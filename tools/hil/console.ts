import type { Readable, Writable } from "node:stream";

/** The shell on the guest's console: one command at a time, and lines that the guest says by itself (`@word ...`). */
export interface GuestShell {
  /** Resolves once the guest has said that it is ready: its uptime then, in seconds. */
  readonly ready: Promise<number>;
  /** What the command printed, standard error included. Rejects where it ends with another code than 0, or not within `ms`. */
  run(command: string, ms?: number): Promise<string>;
  /** Called with each line that begins with `@`, without the `@`. */
  onSaid: (line: string) => void;
  /** The last lines, for what went wrong. */
  tail(): string;
}

const LIMIT_MS = 20_000;
const KEPT = 200;
const READY = /guest: ready ([\d.]+)/;

export function guestShell(output: Readable, input: Writable): GuestShell {
  const ready = Promise.withResolvers<number>();
  ready.promise.catch(() => {});
  const kept: string[] = [];
  let rest = "";
  let number = 0;
  let current: { mark: string; lines: string[]; done(code: number, text: string): void } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const heard = (line: string) => {
    kept.push(line);
    if (kept.length > KEPT) kept.shift();
    const uptime = READY.exec(line);
    if (uptime) return ready.resolve(Number(uptime[1]));
    const said = /^(?:.*[#$] )?@(\w+ .*)$/.exec(line);
    if (said) return shell.onSaid(said[1] as string);
    if (!current) return;
    const end = line.indexOf(current.mark);
    if (end < 0) {
      current.lines.push(line.replace(/^(.*\/ # )+/, ""));
      return;
    }
    const before = line.slice(0, end).replace(/^(\/ # )+/, "");
    if (before) current.lines.push(before);
    const { lines, done } = current;
    current = undefined;
    done(Number(line.slice(end).split(" ")[1]), lines.join("\n"));
  };

  output.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = lines.pop() as string;
    for (const line of lines) heard(line);
  });
  output.on("close", () =>
    ready.reject(new Error(`the guest ended before it was ready:\n${kept.slice(-20).join("\n")}`)),
  );

  const run = (command: string, ms: number) =>
    new Promise<string>((resolve, reject) => {
      const mark = `<<${++number}>>`;
      const late = setTimeout(() => {
        current = undefined;
        reject(new Error(`the guest did not end \`${command}\` within ${ms} ms`));
      }, ms);
      current = {
        mark,
        lines: [],
        done(code, text) {
          clearTimeout(late);
          if (code === 0) resolve(text);
          else reject(new Error(`\`${command}\` ended with ${code}: ${text}`));
        },
      };
      // The mark is not written whole, so that an echo of the command cannot be taken for its end.
      input.write(`{ ${command}\n} 2>&1; printf '\\n<<%s>> %s\\n' ${number} $?\n`);
    });

  const shell: GuestShell = {
    ready: ready.promise,
    onSaid: () => {},
    run(command, ms = LIMIT_MS) {
      const mine = turn.catch(() => {}).then(() => run(command, ms));
      turn = mine;
      return mine;
    },
    tail: () => kept.join("\n"),
  };
  return shell;
}
