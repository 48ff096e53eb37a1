/** Times of the wire, ms (IEC 62386-101:2022 tables 16 to 21, as Zephyr's and Beckhoff's sources give them). */
import type { Priority } from "../firmware/dali/gateway.ts";
import type { Random } from "../firmware/hal/random.ts";

/** Shortest and longest. */
export type Span = readonly [number, number];

/** From the end of the last frame to the start of a forward frame, by priority. */
export const SETTLING: Record<Priority, Span> = {
  1: [13.5, 14.7],
  2: [14.9, 16.1],
  3: [16.3, 17.7],
  4: [17.9, 19.3],
  5: [19.5, 21.1],
};
/** A master takes what begins later than this after a forward frame for no answer to it. */
export const REPLY_WINDOW = 12.4;
/** The bus without power for so long is a system failure. */
export const SYSTEM_FAILURE = 550;
/** A master that begins so soon after another has not seen it yet: both are on the wire. */
export const UNSEEN = 0.1;
/** Who finds its frame spoilt holds the wire low so long, ... */
export const BREAK = 1.3;
/** ... and tries again after so long. */
export const RECOVERY: Span = [4.0, 4.6];

/**
 * How soon gear answers: `ideal` always after 8 ms, `jitter` anywhere in the 5.5 to 10.5 ms of IEC 62386-101, `legacy` in the
 * 2.92 to 9.17 ms (7 to 22 Te) of gear from before DALI-2.
 */
export const REPLY_TIMINGS = ["ideal", "jitter", "legacy"] as const;
export type ReplyTiming = (typeof REPLY_TIMINGS)[number];
const REPLY: Record<ReplyTiming, Span> = { ideal: [8, 8], jitter: [5.5, 10.5], legacy: [2.92, 9.17] };
/** After the window of the master that asked and before anybody may send. */
const LATE: Span = [12.6, 13.2];

export const between = ([shortest, longest]: Span, random: Random): number =>
  shortest === longest ? shortest : shortest + random.next() * (longest - shortest);

/** From the end of a forward frame to the start of the answer; `late`: too late for the master that asked. */
export const replyDelay = (timing: ReplyTiming, random: Random, late = false): number =>
  between(late ? LATE : REPLY[timing], random);
