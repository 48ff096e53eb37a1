import { dtr0, enableWriteMemory, writeMemoryLocation, writeMemoryLocationNoReply } from "../commands/gear.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { type Bank, type BankValues, LOCK, LOCK_BYTE, UNLOCK } from "./banks.ts";
import { past, point, pointsAt, readSpan, SLOW_MEMORY, type Span } from "./pointer.ts";

/** What writing came to. Writes are counted in bytes: memory that lasts wears. */
export type BankWriting =
  /** All is there now, read back; `bytes` 0: it was there already. */
  | { readonly kind: "written"; readonly bytes: number }
  /** The gear does not let this location be written, or keeps another value there. */
  | { readonly kind: "refused"; readonly location: number; readonly bytes: number }
  /** The gear has no such bank, or ends it before that field. */
  | { readonly kind: "absent" }
  | { readonly kind: "unsteady"; readonly bytes: number }
  | { readonly kind: "silent"; readonly bytes: number };

const ATTEMPTS = 5;

/**
 * Writes fields of a memory bank of one gear: reads what is there, unlocks, writes the bytes that differ, each with its
 * answer, locks again, and reads all back. Each command stands alone, so that others may go between; before a byte is
 * written the gear's pointers are asked. null writes MASK. Throws TypeError for a field that may not be written, or a
 * value that does not fit.
 */
export function* writeBank<B extends Bank>(
  gear: number,
  bank: B,
  values: { readonly [K in keyof BankValues<B>]?: BankValues<B>[K] | null },
): Sequence<BankWriting> {
  const wanted = bytesOf(bank, values);
  const spans = spansOf([...wanted.keys()]);
  const before = yield* readAll(gear, bank.number, [{ from: 0, to: 0 }, ...spans]);
  if (typeof before === "string") return { kind: before, bytes: 0 };
  const last = before.get(0) ?? -1;
  if (spans.some(({ to }) => to > last)) return { kind: "absent" };
  const differing = [...wanted].filter(([location, byte]) => before.get(location) !== byte);
  if (differing.length === 0) return { kind: "written", bytes: 0 };
  const counted = { bytes: 0 };
  const failed = yield* writeUnlocked(gear, bank, differing, counted);
  if (failed) return { ...failed, ...counted };
  const after = yield* readAll(gear, bank.number, spans);
  if (typeof after === "string") return { kind: after, ...counted };
  const other = differing.find(([location, byte]) => after.get(location) !== byte);
  return other ? { kind: "refused", location: other[0], ...counted } : { kind: "written", ...counted };
}

type Failure = { readonly kind: "refused"; readonly location: number } | { readonly kind: "unsteady" | "silent" };
type Writes = readonly (readonly [location: number, byte: number])[];

function* writeUnlocked(gear: number, bank: Bank, bytes: Writes, counted: { bytes: number }): Sequence<Failure | null> {
  const pen = new Pen(gear, bank.number);
  if (!bank.lock) return yield* writeBytes(pen, bytes, counted);
  try {
    const unlocked = yield* pen.write(LOCK_BYTE, UNLOCK);
    return unlocked ?? (yield* writeBytes(pen, bytes, counted));
  } finally {
    // also when the line fails in the middle: four frames
    yield* point(bank.number, LOCK_BYTE);
    yield* ask(enableWriteMemory(gear));
    yield* ask(writeMemoryLocationNoReply(LOCK));
  }
}

function* writeBytes(pen: Pen, bytes: Writes, counted: { bytes: number }): Sequence<Failure | null> {
  for (const [location, byte] of bytes) {
    const failure = yield* pen.write(location, byte);
    if (failure) return failure;
    counted.bytes++;
  }
  return null;
}

/** Writes byte after byte; knows where the gear's pointers must be, and asks where they are before it relies on them. */
class Pen {
  readonly #gear: number;
  readonly #bank: number;
  /** Where the pointer is and writing allowed, if all was heard; null: nowhere for certain. */
  #at: number | null = null;

  constructor(gear: number, bank: number) {
    this.#gear = gear;
    this.#bank = bank;
  }

  *write(location: number, byte: number): Sequence<Failure | null> {
    let silent = 0;
    for (let tries = 0; tries < ATTEMPTS; tries++) {
      if (this.#at !== location) {
        const ready = yield* this.#moveTo(location);
        if (ready === "silent") return { kind: "silent" };
        if (ready === "moved") continue;
      }
      const answer = yield* ask(writeMemoryLocation(byte));
      this.#at = null;
      if (answer.kind === "value" && answer.value === byte) {
        this.#at = past(location);
        return null;
      }
      if (answer.kind === "value") return { kind: "refused", location };
      if (answer.kind === "none") silent++;
      yield* pause(SLOW_MEMORY, "gear writes its memory");
    }
    return silent === ATTEMPTS ? { kind: "refused", location } : { kind: "unsteady" };
  }

  *#moveTo(location: number): Sequence<"yes" | "moved" | "silent"> {
    if (this.#at === null) {
      yield* point(this.#bank, location);
      yield* ask(enableWriteMemory(this.#gear));
    } else yield* ask(dtr0(location));
    this.#at = null;
    return yield* pointsAt(this.#gear, this.#bank, location);
  }
}

function* readAll(
  gear: number,
  bank: number,
  spans: readonly Span[],
): Sequence<Map<number, number> | "unsteady" | "silent"> {
  const bytes = new Map<number, number>();
  for (const span of spans) {
    let pass = yield* readSpan(gear, bank, span);
    for (let tries = 1; tries < ATTEMPTS && pass.kind === "moved"; tries++) pass = yield* readSpan(gear, bank, span);
    if (pass.kind !== "read") return pass.kind === "silent" ? "silent" : "unsteady";
    for (const [location, byte] of pass.bytes) bytes.set(location, byte);
  }
  return bytes;
}

function bytesOf(bank: Bank, values: Readonly<Record<string, unknown>>): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const [name, value] of Object.entries(values)) {
    const field = bank.fields[name];
    if (!field?.writable) {
      const allowed = Object.keys(bank.fields).filter((one) => bank.fields[one]?.writable);
      throw new TypeError(`${name} of bank ${bank.number} may not be written: allowed ${allowed.join(", ") || "none"}`);
    }
    if (value === undefined) continue;
    for (const [i, byte] of field.encode(name, value, field.length).entries()) bytes.set(field.at + i, byte);
  }
  return bytes;
}

function spansOf(locations: readonly number[]): Span[] {
  const spans: Span[] = [];
  for (const location of locations.toSorted((a, b) => a - b)) {
    const open = spans.at(-1);
    if (open?.to === location - 1) spans[spans.length - 1] = { ...open, to: location };
    else spans.push({ from: location, to: location });
  }
  return spans;
}
