/** Whether the kernel's clock is kept by a time server: asked of Debian's own tools, for Node has no adjtimex(2). */
import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";

const ANSWER_MS = 5000;
/** After so long without a time server the kernel itself takes its clock for unkept: its error grows by 0.5 ms/s up to 16 s. */
const KEPT_FOR = 32_000_000;

export interface QualitySources {
  /** Where programs are looked for. */
  readonly path: string;
  /** Touched by systemd-timesyncd at each synchronisation. */
  readonly timesync: string;
}

export const QUALITY_SOURCES: QualitySources = {
  path: process.env["PATH"] ?? "",
  timesync: "/run/systemd/timesync/synchronized",
};

/**
 * True where the kernel's clock is disciplined (adjtimex(2): STA_UNSYNC is clear). Asked of busybox's `adjtimex`, else of `timedatectl`, which
 * both ask the kernel; where neither is here or answers within 5 s, of the mark that systemd-timesyncd leaves. Never throws.
 */
export async function isSynchronised(now: number, sources = QUALITY_SOURCES): Promise<boolean> {
  const ask = (command: string, args: readonly string[]) =>
    new Promise<string | undefined>((resolve) => {
      const env = { PATH: sources.path, LC_ALL: "C" };
      const options = { env, timeout: ANSWER_MS, killSignal: "SIGKILL", maxBuffer: 1 << 16 } as const;
      execFile(command, args, options, (error, stdout) => resolve(error ? undefined : stdout));
    });
  return (
    readAdjtimex(await ask("busybox", ["adjtimex"])) ??
    readTimedatectl(await ask("timedatectl", ["show", "--property=NTPSynchronized", "--value"])) ??
    (await isFresh(sources.timesync, now))
  );
}

const STA_UNSYNC = 0x40;

/** `    status:       0x2001 (PLL | NANO)` */
export function readAdjtimex(text: string | undefined): boolean | undefined {
  const found = /^\s*status:\s+(0x[0-9a-f]+|\d+)\b/im.exec(text ?? "");
  return found ? (Number(found[1]) & STA_UNSYNC) === 0 : undefined;
}

export function readTimedatectl(text: string | undefined): boolean | undefined {
  const word = text?.trim();
  return word === "yes" ? true : word === "no" ? false : undefined;
}

async function isFresh(mark: string, now: number): Promise<boolean> {
  const age = now - ((await stat(mark).catch(() => undefined))?.mtimeMs ?? Number.NEGATIVE_INFINITY);
  return age >= 0 && age < KEPT_FOR;
}
