/** A capture of a bus: a text file of JSON lines, the first says what it is, each other is one thing that was on the bus. */
import type { Traffic } from "../../../firmware/dali/traffic.ts";
import { Usage } from "../usage.ts";

export interface CaptureHead {
  readonly hulotte: "dali-capture";
  readonly version: 1;
  readonly bus: string;
  readonly gateway: string;
  /** When `at` was 0: ISO 8601, UTC. */
  readonly began: string;
}

export interface Capture {
  readonly head: CaptureHead;
  readonly traffic: readonly Traffic[];
}

export const headLine = (head: Omit<CaptureHead, "hulotte" | "version">): string =>
  `${JSON.stringify({ hulotte: "dali-capture", version: 1, ...head })}\n`;

/** `at` is counted from the capture's beginning, in ms with three decimals. */
export const trafficLine = (traffic: Traffic, origin: number): string =>
  `${JSON.stringify({ ...traffic, at: Math.round((traffic.at - origin) * 1000) / 1000 })}\n`;

const KINDS: readonly Traffic["kind"][] = ["sent", "failed", "foreign", "framing-error", "bus", "gap"];

/** Reads a capture. A last line that was cut off is left out. Throws Usage that names the line. */
export function readCapture(text: string, name: string): Capture {
  const lines = text.split("\n");
  const cut = lines.pop() ?? "";
  const [head, ...traffic] = lines.map((line, i) => {
    try {
      return map(JSON.parse(line));
    } catch {
      throw new Usage(`${name}:${i + 1}: no JSON`);
    }
  });
  if (head?.["hulotte"] !== "dali-capture" || head["version"] !== 1)
    throw new Usage(`${name}:1: this is no capture of version 1${cut === "" ? "" : " (its first line is cut off)"}`);
  for (const [i, one] of traffic.entries()) {
    const wrong = wrongWith(one);
    if (wrong !== undefined) throw new Usage(`${name}:${i + 2}: ${wrong}`);
  }
  return { head: head as unknown as CaptureHead, traffic: traffic as unknown as Traffic[] };
}

type Raw = Readonly<Record<string, unknown>>;

const map = (value: unknown): Raw => (typeof value === "object" && value !== null ? (value as Raw) : {});
const fits = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** A file may be of anybody: what is sent again, and what is shown, is looked at first. */
function wrongWith(one: Raw): string | undefined {
  const { kind, at, frame, reply, twice, priority, bits, data, frames } = one;
  if (!KINDS.some((known) => known === kind)) return `kind is ${String(kind)}: allowed ${KINDS.join(", ")}`;
  if (typeof at !== "number" || !Number.isFinite(at)) return "at: allowed a number of ms";
  switch (kind as Traffic["kind"]) {
    case "sent":
    case "failed": {
      const { bits: long, data: value } = map(frame);
      if ((long !== 16 && long !== 24) || !fits(value, 0, 2 ** long - 1)) return "frame: allowed 16 or 24 bits of data";
      if (kind === "failed") return undefined;
      if (typeof twice !== "boolean" || !fits(priority, 1, 5)) return "twice, priority: allowed true, false; 1 to 5";
      const { kind: came, value: byte } = map(reply);
      const good = reply === null || came === "none" || came === "collision" || (came === "byte" && fits(byte, 0, 255));
      return good ? undefined : "reply: allowed none, collision, a byte, null";
    }
    case "foreign":
      if (!fits(bits, 1, 32)) return `bits is ${String(bits)}: allowed 1 to 32`;
      return fits(data, 0, 2 ** (bits as number) - 1)
        ? undefined
        : `data is ${String(data)}: allowed ${String(bits)} bits`;
    case "gap":
      return fits(frames, 1, Number.MAX_SAFE_INTEGER) ? undefined : "frames: allowed 1 or more";
    case "framing-error":
    case "bus":
      return undefined;
  }
}
