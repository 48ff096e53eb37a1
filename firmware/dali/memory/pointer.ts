import { type Duration, milliseconds } from "../../../controllers/units.ts";
import {
  dtr0,
  dtr1,
  queryContentDtr0,
  queryContentDtr1,
  readMemoryLocation,
  writeMemoryLocation,
  writeMemoryLocationNoReply,
} from "../commands/gear.ts";
import { decodeGear, type ForwardFrame } from "../frame.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { insist } from "../sequences/insist.ts";

/** Locations `from` to `to`, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What one pass over memory brought: bytes by location, without those nobody answered for; that somebody else moved the
 * gear's pointers, or too much was lost; that the gear says nothing at all.
 */
export type Pass = { readonly kind: "read"; readonly bytes: ReadonlyMap<number, number> } | Failed;
export type Failed = { readonly kind: "moved" } | { readonly kind: "silent" };

export const MOVED: Failed = { kind: "moved" };
export const SILENT: Failed = { kind: "silent" };

/** So often without an answer, and a location has none; spoilt answers are asked for so often, too. */
const MISSES = 5;
const SPOILT = 8;
/** Gear that must wake its memory is left this time before it is asked again. */
export const SLOW_MEMORY: Duration = milliseconds(20);

const MOVING: ReadonlySet<number> = new Set(
  [dtr0, dtr1, writeMemoryLocation, writeMemoryLocationNoReply].map(({ row }) => row.code),
);

/**
 * Whether a frame of another master moves a gear's pointers: the one thing that checking them cannot always tell, where
 * that master leaves them where ours would be. Count such frames for `others`.
 */
export function movesPointers({ bits, data }: ForwardFrame): boolean {
  if (bits !== 16) return false;
  const frame = decodeGear(data);
  if (frame.kind === "command") return frame.opcode === readMemoryLocation.row.code;
  return frame.kind === "special" && MOVING.has(frame.code);
}

/** DTR0 counts up to 255 and stays there (IEC 62386-102 9.10). */
export const past = (location: number): number => Math.min(255, location + 1);

/** Points the gear at a location of a bank. DTRs are heard by all gear of the bus. */
export function* point(bank: number, location: number): Sequence<void> {
  yield* ask(dtr1(bank));
  yield* ask(dtr0(location));
}

/** Whether the gear's pointers are where our commands alone would have brought them. */
export function* pointsAt(gear: number, bank: number, location: number): Sequence<"yes" | "moved" | "silent"> {
  const low = yield* insist(queryContentDtr0(gear));
  if (low === undefined) return "silent";
  if (low !== location) return "moved";
  const high = yield* insist(queryContentDtr1(gear));
  if (high === undefined) return "silent";
  return high === bank ? "yes" : "moved";
}

/**
 * Reads a span, and believes it only when the pointers end where they must: a frame that gear did not hear, or another
 * master's DTR0 or DTR1 in between, leaves them elsewhere. Where an answer is missing it asks where the pointer is and
 * goes on there. `bankSet`: DTR1 was seen to be right already.
 */
export function* readSpan(gear: number, bank: number, { from, to }: Span, bankSet = false): Sequence<Pass> {
  const bytes = new Map<number, number>();
  if (!bankSet) yield* ask(dtr1(bank));
  yield* ask(dtr0(from));
  // what is read from a pointer nobody has seen counts only if every answer came: one lost could hide that it was one off
  let seen = false;
  let [misses, spoilt] = [0, 0];
  for (let location = from; location <= to; ) {
    const answer = yield* ask(readMemoryLocation(gear));
    if (answer.kind === "value") {
      bytes.set(location++, answer.value);
      [misses, spoilt] = [0, 0];
      continue;
    }
    if (!seen && bytes.size > 0) {
      bytes.clear();
      location = from;
    } else if (answer.kind === "none") misses++;
    else if (++spoilt > SPOILT) return MOVED;
    const hole = misses === MISSES;
    const there = yield* bring(gear, seen ? location : undefined, hole ? past(location) : location);
    if (there !== "yes") return there === "moved" ? MOVED : SILENT;
    seen = true;
    if (hole) {
      location++;
      [misses, spoilt] = [0, 0];
    } else yield* pause(SLOW_MEMORY, "gear reads its memory");
  }
  const end = yield* pointsAt(gear, bank, past(to));
  if (end !== "yes") return end === "moved" ? MOVED : SILENT;
  return { kind: "read", bytes };
}

/**
 * Brings the pointer to `wanted` and sees it there. `read`: a read at that location may have been done or not, anywhere
 * else the pointer was moved by others.
 */
function* bring(gear: number, read: number | undefined, wanted: number): Sequence<"yes" | "moved" | "silent"> {
  let set = read === undefined;
  for (let tries = 0; tries < SPOILT; tries++) {
    const pointer = yield* insist(queryContentDtr0(gear));
    if (pointer === undefined) return "silent";
    if (!set && pointer !== read && pointer !== past(read as number)) return "moved";
    if (pointer === wanted) return "yes";
    yield* ask(dtr0(wanted));
    set = true;
  }
  return "moved";
}
