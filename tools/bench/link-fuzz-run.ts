/** What the fuzz of a node and that of a supervisor share: how it goes, what is counted, how messages are disguised. */
import type { Duration } from "../../controllers/units.ts";
import { seconds } from "../../controllers/units.ts";
import { problemOf } from "../../firmware/link/check.ts";
import type { MessageSpec } from "../../firmware/link/describe/messages.ts";
import { RESULT } from "../../firmware/link/payload.ts";
import { decode } from "../../firmware/link/wire/cbor.ts";
import type { Delivery } from "../../firmware/link/wire/connection.ts";
import { NODE } from "../../sim/link-scene.ts";
import { heapInUse } from "./heap.ts";
import type { Hostile } from "./hostile.ts";

/** What one end made of what it was sent. */
export interface Fuzzed {
  readonly sent: number;
  /** Thrown, or rejected and held by nobody. */
  readonly crashes: readonly string[];
  /** What is another than before, or was done. */
  readonly changes: readonly string[];
  /** Payloads that were looked at and refused, told by the counters: none is lost on the way. */
  readonly refused: number;
  /** After it all a good message is still understood. */
  readonly alive: boolean;
  /** MB, from when a tenth was sent to the end. */
  readonly grown: number;
}

/** Messages between two looks at the clock, and time that passes then: below the rates that a node and a supervisor take. */
const ROUND = 40;
export const PAUSE: Duration = seconds(10);
export const SUPERVISOR = "cockpit";

/** Whether a payload is what its table wants: then it is no attack, and is not sent. */
export function isRight(spec: MessageSpec, payload: Uint8Array): boolean {
  const decoded = decode(payload);
  // A supervisor leaves it to the node what a success holds.
  return decoded.ok && problemOf(spec.type === "result" ? RESULT : spec.payload, decoded.value) === null;
}

/** Runs `round` until so many payloads are sent; counts what is thrown meanwhile, and measures the heap. */
export async function fuzz(count: number, round: (upTo: number) => Promise<number>) {
  const crashes: string[] = [];
  const note = (error: unknown) =>
    void crashes.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  let sent = 0;
  let before: number | null = null;
  while (sent < count) {
    try {
      sent += await round(Math.min(ROUND, count - sent));
    } catch (error) {
      note(error);
      break;
    }
    if (sent >= count / 10) before ??= heapInUse();
  }
  const grown = (heapInUse() - (before ?? 0)) / 1e6;
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  return { sent, crashes, grown };
}

/** Where a message goes: mostly where it should. */
export function aboutOf(hostile: Hostile, { type, code, channel }: MessageSpec): string {
  const strange = hostile.below(10) === 0;
  const parts = strange
    ? [type, hostile.pick(["__proto__", "constructor", "a".repeat(64), code ?? ""]), "live"]
    : [type, code, channel];
  return parts.filter((part) => part !== undefined).join("/");
}

/** With what it goes: mostly as it should. */
export function deliveryOf(hostile: Hostile, { asks, answers, code, channel, qos }: MessageSpec): Delivery {
  const odd = hostile.below(8) === 0;
  const back = odd ? hostile.pick([`${NODE}/command/${code}`, "#", "a/b", "x".repeat(500)]) : undefined;
  const straight = [SUPERVISOR, asks, code, channel].filter((part) => part !== undefined).join("/");
  return {
    qos,
    retain: hostile.below(20) === 0,
    ...(asks || odd ? { responseTopic: back ?? straight } : {}),
    ...(asks || answers || odd ? { correlation: hostile.noise(odd ? 200 : 17) } : {}),
    user: odd ? { run: hostile.pick(["-1", "1e9", "NaN", "9".repeat(40)]), rsmp4: "x".repeat(1000) } : {},
  };
}
