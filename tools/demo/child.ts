import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface Child {
  /** The first line it prints on standard output. Rejects when it ends without one. */
  readonly firstLine: Promise<string>;
  /** Asks it to end, kills it after `ms`, and starts it no more. */
  stop(ms: number): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Whether its first line of output is for us; else all its output is the terminal's. */
  readonly speaks: boolean;
  /** Started again so long after it ended by itself, in ms. */
  readonly restart: number;
  readonly say: (line: string) => void;
}

/**
 * Keeps a process running, as systemd does on a cabinet. It has a process group of its own: Ctrl-C reaches only us, and we
 * end the parts in order.
 */
export function keep({ name, command, cwd, speaks, restart, say }: ChildOptions): Child {
  let child: ChildProcess;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  const first = Promise.withResolvers<string>();
  first.promise.catch(() => {});

  const start = () => {
    const [program, ...args] = command;
    child = spawn(program as string, args, {
      cwd,
      detached: true,
      stdio: ["pipe", speaks ? "pipe" : "inherit", "inherit"],
    });
    child.stdout?.once("data", (chunk: Buffer) => first.resolve(chunk.toString().split("\n")[0] as string));
    child.stdout?.resume();
    child.on("error", (error) => first.reject(error));
    child.on("exit", (code, signal) => {
      first.reject(new Error(`the ${name} ended (${signal ?? code})`));
      if (stopping) return;
      say(`the ${name} ended (${signal ?? `code ${code}`}); it is started again in ${restart / 1000} s`);
      timer = setTimeout(start, restart);
    });
  };
  start();

  return {
    firstLine: first.promise,
    async stop(ms) {
      stopping = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), ms);
      await ended;
      clearTimeout(late);
    },
  };
}
