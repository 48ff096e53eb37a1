/**
 * Reads of 16-bit registers, each through `i2ctransfer` of Debian's i2c-tools: one I2C_RDWR, so there is a repeated start
 * between the address and what is read. A process a read costs this one 1.2 to 4 ms (measured on a PC with 70 to 130 MB
 * resident: what a fork copies), so only what cannot do without goes this way.
 *
 * Not through the kernel's video-i2c (`melexis,mlx90640`): its frames tell neither which subpage is new nor that one is, and
 * it keeps the chip's address for itself.
 */
import { execFile } from "node:child_process";
import type { Clock } from "../hal/clock.ts";
import type { I2cOutcome } from "../hal/i2c.ts";
import { failed } from "./i2c-outcome.ts";

const MISSING = "i2ctransfer is not here: apt-get install i2c-tools";
/** Of a user who is not root, Debian's PATH has no sbin. */
const SBIN = "/usr/sbin:/sbin";
/** The longest read prints 2560 bytes. */
const MOST_SAID = 4096;

/**
 * One attempt on `/dev/i2c-N`: writes, repeated start, reads. Never rejects, and resolves when its process has ended. An
 * aborted `signal` kills the process; one that hangs in the kernel ends when the kernel lets it.
 */
export type CombinedRead = (
  number: number,
  address: number,
  write: Uint8Array,
  wanted: number,
  signal: AbortSignal,
) => Promise<I2cOutcome>;

/** `path`: where the tool is looked for, before the folders where Debian has it. */
export function combinedRead(clock: Clock, path = process.env["PATH"] ?? "", sbin = SBIN): CombinedRead {
  const env = { PATH: [path, sbin].filter(Boolean).join(":"), LC_ALL: "C" };

  const run = (args: readonly string[], signal: AbortSignal) =>
    new Promise<Ended>((resolve) => {
      const options = { env, maxBuffer: MOST_SAID, killSignal: "SIGKILL" } as const;
      // execFile's own signal would not wait for the end of the process.
      const child = execFile("i2ctransfer", args, options, (...ended) => {
        signal.removeEventListener("abort", kill);
        resolve(ended);
      });
      const kill = () => child.kill("SIGKILL");
      if (signal.aborted) kill();
      else signal.addEventListener("abort", kill);
    }).catch((error): Ended => [error, "", ""]); // no memory for a process

  return async (number, address, write, wanted, signal) => {
    const began = clock.monotonic();
    const [error, said, complaint] = await run(combinedArguments(number, address, write, wanted), signal);
    if (error) return unsuccessful(error, complaint, clock.monotonic() - began);
    const data = parseBytes(said, wanted);
    return data ? { kind: "done", data } : { kind: "broken", code: "short" };
  };
}

type Ended = [error: (Error & { readonly code?: string | number | null }) | null, stdout: string, stderr: string];

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, "0")}`;

function combinedArguments(number: number, address: number, write: Uint8Array, wanted: number): string[] {
  return ["-y", String(number), `w${write.length}@${hex(address)}`, ...Array.from(write, hex), `r${wanted}`];
}

/** One line of `0x24 0x00 ...`; undefined for other than `wanted` bytes. */
function parseBytes(said: string, wanted: number): Uint8Array | undefined {
  const words = said.trim().split(" ");
  if (words.length !== wanted || !words.every((word) => /^0x[0-9a-f]{2}$/.test(word))) return undefined;
  return Uint8Array.from(words, Number);
}

/** The C library's words for its errors, glibc's and where they differ musl's: the tool gives no other. */
const CODES: ReadonlyMap<string, string> = new Map([
  ["No such device or address", "ENXIO"],
  ["Remote I/O error", "EREMOTEIO"],
  ["Connection timed out", "ETIMEDOUT"],
  ["Operation timed out", "ETIMEDOUT"],
  ["No such device", "ENODEV"],
  ["No such file or directory", "ENOENT"],
  ["Cannot send after transport endpoint shutdown", "ESHUTDOWN"],
  ["Device or resource busy", "EBUSY"],
  ["Resource busy", "EBUSY"],
  ["Permission denied", "EACCES"],
  ["Operation not permitted", "EPERM"],
  ["Invalid argument", "EINVAL"],
  ["Operation not supported", "EOPNOTSUPP"],
  ["Not supported", "EOPNOTSUPP"],
  ["Inappropriate ioctl for device", "ENOTTY"],
  ["Not a tty", "ENOTTY"],
  ["Input/output error", "EIO"],
  ["I/O error", "EIO"],
  ["Resource temporarily unavailable", "EAGAIN"],
  ["Protocol error", "EPROTO"],
]);

function unsuccessful(error: NonNullable<Ended[0]>, complaint: string, took: number): I2cOutcome {
  // A code in words is Node's, about the process; the tool's own is a number.
  if (error.code === "ENOENT") return { kind: "refused", code: MISSING };
  if (error.code === "EACCES") return { kind: "denied", code: "i2ctransfer may not be run: EACCES" };
  if (typeof error.code === "string") return { kind: "broken", code: error.code };
  const lines = complaint.trim().split("\n");
  for (const line of lines) {
    const code = CODES.get(line.slice(line.lastIndexOf(": ") + 2));
    if (code) return failed(code, took);
  }
  const first = (lines[0] as string).slice(0, 200);
  if (/does not have .* capability$/.test(first)) return { kind: "refused", code: first };
  return { kind: "broken", code: first || "i2ctransfer was ended" };
}
