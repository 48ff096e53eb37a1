import { spawn } from "node:child_process";
import { milliseconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import { systemClock } from "./clock.ts";

const WITHIN = milliseconds(30_000);
const LONGEST = 1 << 20;

/** Runs Debian's `openssl` with these arguments and this input. Resolves with what it prints; faults with what it complains of. */
export async function openssl(args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}) {
  const where = `openssl ${args[0] ?? ""}`;
  const child = spawn("openssl", [...args], { stdio: "pipe", env: { ...process.env, LC_ALL: "C", ...env } });
  const done = new AbortController();
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (output.length < LONGEST) output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (complaint.length < LONGEST) complaint += text;
  });
  // It may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new Fault("port-missing", where, "the program openssl is not installed: apt install openssl", error)
          : error,
      ),
    );
    child.on("close", resolve);
  });
  systemClock.sleep(WITHIN, "openssl", done.signal).then(
    () => child.kill("SIGKILL"),
    () => {},
  );
  try {
    const code = await ended;
    if (code !== 0) throw new Fault("protocol", where, complaint.trim().slice(0, 500) || `ended with ${code}`);
    return output;
  } finally {
    done.abort();
  }
}

/** A name for openssl's `-subj`, where `/` and `+` part names and `\` protects. */
export const subjectOf = (commonName: string): string => `/CN=${commonName.replace(/[\\/+=]/g, (sign) => `\\${sign}`)}`;
