/** Debian's gpiod tools: the way to the kernel's GPIO character devices without a native add-on of our own. */
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { Fault } from "../hal/fault.ts";

const ANSWER_MS = 5000;
const MISSING = "gpiomon is not here: apt-get install gpiod";

export type Monitor = ChildProcessByStdio<null, Readable, Readable>;

export interface GpioTools {
  /** The level of a line nobody has. Throws Fault `port-missing`, `port-busy`, `port-denied`. */
  level(device: string, offset: number, where: string): Promise<boolean>;
  /** A `gpiomon` that prints each edge of the line as `parseEdge` reads it, and that does not outlive this program. */
  monitor(device: string, offset: number, where: string): Promise<Monitor>;
  /** Who has the line, as the kernel knows it; undefined where nobody has it or it cannot be told. */
  holder(device: string, offset: number): Promise<string | undefined>;
}

/** `path`: where the tools are looked for, `PATH` as a rule. */
export function gpioTools(path = process.env["PATH"] ?? ""): GpioTools {
  const env = { PATH: path, LC_ALL: "C" };
  let known: Promise<Version> | undefined;

  const run = (command: string, args: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const options = { env, timeout: ANSWER_MS, killSignal: "SIGKILL", maxBuffer: 1 << 18 } as const;
      execFile(command, args, options, (error, stdout, stderr) =>
        error ? reject(Object.assign(error, { said: stderr })) : resolve(stdout),
      );
    });

  const version = async (where: string): Promise<Version> => {
    known ??= detect(run);
    try {
      return await known;
    } catch (error) {
      known = undefined; // it may be installed while we run
      throw new Fault("port-missing", where, MISSING, error);
    }
  };

  const holder = async (device: string, offset: number) => {
    try {
      const { major } = await version(device);
      return parseHolder(await run("gpioinfo", major >= 2 ? ["--chip", device] : [device]), offset);
    } catch {
      return undefined;
    }
  };

  return {
    holder,
    async level(device, offset, where) {
      const { major } = await version(where);
      const line = [device, String(offset)];
      try {
        const said = await run("gpioget", major >= 2 ? ["--numeric", "--chip", ...line] : line);
        return said.trim() === "1";
      } catch (error) {
        const { said = "" } = error as { said?: string };
        const fault = toolFault(where, said || String(error));
        const by = fault.kind === "port-busy" ? await holder(device, offset) : undefined;
        throw by === undefined ? fault : new Fault("port-busy", where, `held by ${by}`);
      }
    },
    async monitor(device, offset, where) {
      const { major, prefix } = await version(where);
      const line = [device, String(offset)];
      const args =
        major >= 2 ? ["--format", "%e %S", "--chip", ...line] : ["--line-buffered", "--format", "%e %s %n", ...line];
      const [command, ...rest] = [...prefix, "gpiomon", ...args] as [string, ...string[]];
      return spawn(command, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    },
  };
}

interface Version {
  /** 1 up to Debian 12, 2 from Debian 13: their command lines differ. */
  readonly major: number;
  /** What starts a program so that the kernel ends it with us. */
  readonly prefix: readonly string[];
}

/** util-linux's setpriv, where it is here and not busybox's: else a killed runtime would leave the line held until its next edge. */
const BOUND = ["setpriv", "--pdeathsig", "KILL"] as const;

async function detect(run: (command: string, args: readonly string[]) => Promise<string>): Promise<Version> {
  const [bound, ...args] = BOUND;
  const withIt = await run(bound, [...args, "gpiomon", "--version"]).catch(() => undefined);
  const text = withIt ?? (await run("gpiomon", ["--version"]));
  return { major: Number(/v(\d+)\./.exec(text)?.[1] ?? 1), prefix: withIt === undefined ? [] : BOUND };
}

/** The tools give the system's error in words only; nowhere else is their text read. */
export function toolFault(where: string, said: string): Fault {
  const text = said.trim().slice(0, 200) || "gpiod's tools said nothing";
  if (/busy/i.test(text)) return new Fault("port-busy", where, text);
  if (/permission|not permitted/i.test(text)) return new Fault("port-denied", where, text);
  return new Fault("port-missing", where, text);
}

/** The consumer of a line in what `gpioinfo` prints: 1.6 has it as a column, 2.x as `consumer=`. */
export function parseHolder(text: string, offset: number): string | undefined {
  const line = text.split("\n").find((one) => new RegExp(`^\\s*line\\s+${offset}:`).test(one));
  if (line === undefined) return undefined;
  const second = /consumer=(?:"([^"]*)"|(\S+))/.exec(line);
  const first = /:\s+(?:"[^"]*"|unnamed)\s+(?:"([^"]*)"|(kernel))/.exec(line);
  return second?.[1] ?? second?.[2] ?? first?.[1] ?? first?.[2];
}
