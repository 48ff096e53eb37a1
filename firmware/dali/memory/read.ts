import { milliseconds } from "../../../controllers/units.ts";
import { enableWriteMemory, writeMemoryLocation } from "../commands/gear.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { type Bank, type BankValues, type Field, LATCH, LOCK_BYTE } from "./banks.ts";
import { MOVED, type Pass, past, point, pointsAt, readSpan, SILENT, type Span } from "./pointer.ts";

/** What reading a bank came to. */
export type BankReading<B extends Bank> =
  | {
      readonly kind: "read";
      readonly values: BankValues<B>;
      /** Fields the gear cannot tell just now: ask again. */
      readonly later: readonly (keyof B["fields"])[];
      /** The last location the gear has in this bank. */
      readonly last: number;
    }
  /** The gear has no such bank. */
  | { readonly kind: "absent" }
  /** Another master is at the gear's pointers, or the line is too noisy: nothing that was read is certain. */
  | { readonly kind: "unsteady" }
  | { readonly kind: "silent" };

export interface ReadBankOptions<B extends Bank> {
  /** Which fields; all where not told. */
  readonly fields?: readonly (keyof B["fields"])[];
  /** The last location of the bank in this gear, where it is known: saves asking. */
  readonly last?: number;
  /** How often it is read anew before it counts as unsteady. Default 5. */
  readonly attempts?: number;
  /** How many frames of other masters that move pointers (`movesPointers`) were heard so far, where the gateway tells. */
  readonly others?: () => number;
}

interface Care {
  readonly attempts: number;
  readonly others: () => number;
}

const ATTEMPTS = 5;
/** A span is checked at its end, at least every so many bytes: what a check finds wrong is read again. */
const LONGEST_SPAN = 32;
/** Another DTR0 and another check cost more than a byte that nobody wants. */
const BRIDGED = 1;

/**
 * Reads fields of a memory bank of one gear (short address 0..63), each command on its own, so that others may go between:
 * run it with `scheduler.run`. Values of a bank with a latch are frozen first and so belong together; gear that does not
 * latch is read until two readings agree. A value is told only when the gear's pointers prove where it came from.
 */
export function* readBank<B extends Bank>(
  gear: number,
  bank: B,
  options: ReadBankOptions<B> = {},
): Sequence<BankReading<B>> {
  const { attempts = ATTEMPTS, others = () => 0 } = options;
  const care = { attempts, others };
  let last = options.last;
  if (last === undefined) {
    const first = yield* again(care, () => readSpan(gear, bank.number, { from: 0, to: 0 }));
    if (first.kind !== "read") return unread(first);
    last = first.bytes.get(0);
    if (last === undefined) return { kind: "absent" };
  }
  const there = Object.entries(bank.fields).filter(
    ([name, { at, length }]) => at + length - 1 <= last && (options.fields?.includes(name) ?? true),
  );
  const fields = there.map(([, field]) => field);
  const pass = yield* readFields(gear, bank, fields, care);
  if (pass.kind !== "read") return unread(pass);
  return { kind: "read", ...decoded<B>(there, pass.bytes), last };
}

const unread = (pass: Pass) =>
  pass.kind === "silent" ? ({ kind: "silent" } as const) : ({ kind: "unsteady" } as const);

/** A pass that others spoilt is made again, after a while that grows: they may have as much to read as we. */
function* again({ attempts, others }: Care, pass: () => Sequence<Pass>): Sequence<Pass> {
  for (let tries = 1; ; tries++) {
    const before = others();
    const result = yield* pass();
    if (result.kind === "silent" || (result.kind === "read" && others() === before)) return result;
    if (tries >= attempts) return MOVED;
    yield* pause(milliseconds(50 * 2 ** Math.min(tries, 5)), "another master reads memory");
  }
}

function* readFields(gear: number, bank: Bank, fields: readonly Field[], care: Care): Sequence<Pass> {
  const spans = spansOf(fields);
  if (!bank.latch) return yield* readSpans(spans, (span) => again(care, () => readSpan(gear, bank.number, span)));
  let latched = true;
  const together = yield* again(care, function* () {
    latched = yield* latch(gear, bank.number);
    // what is frozen together is read together: a disturbed pass begins anew, with a new latch
    return latched ? yield* readSpans(spans, (span) => readSpan(gear, bank.number, span, true)) : SILENT;
  });
  return latched ? together : yield* readTwice(gear, bank.number, fields, care);
}

/** Freezes the values of a bank. false: the gear does not say that it did. */
function* latch(gear: number, bank: number): Sequence<boolean> {
  // a command of others to this gear between the two ends its permission to write: then it is silent
  for (let tries = 0; tries < 3; tries++) {
    yield* point(bank, LOCK_BYTE);
    yield* ask(enableWriteMemory(gear));
    const written = yield* ask(writeMemoryLocation(LATCH));
    if (written.kind !== "value" || written.value !== LATCH) continue;
    if ((yield* pointsAt(gear, bank, past(LOCK_BYTE))) === "yes") return true;
  }
  return false;
}

function* readSpans(spans: readonly Span[], read: (span: Span) => Sequence<Pass>): Sequence<Pass> {
  const bytes = new Map<number, number>();
  for (const span of spans) {
    const pass = yield* read(span);
    if (pass.kind !== "read") return pass;
    for (const [location, byte] of pass.bytes) bytes.set(location, byte);
  }
  return { kind: "read", bytes };
}

/** Without a latch: a value of several bytes counts when a second reading agrees, but for small steps of its last byte. */
function* readTwice(gear: number, bank: number, fields: readonly Field[], care: Care): Sequence<Pass> {
  const bytes = new Map<number, number>();
  for (const { at, length } of fields) {
    const span = { from: at, to: at + length - 1 };
    let before: ReadonlyMap<number, number> | undefined;
    for (let tries = 0; ; tries++) {
      const pass = yield* again(care, () => readSpan(gear, bank, span));
      if (pass.kind !== "read") return pass;
      if (length === 1 || (before && agree(before, pass.bytes, span))) {
        for (const [location, byte] of pass.bytes) bytes.set(location, byte);
        break;
      }
      if (tries > care.attempts) return MOVED;
      before = pass.bytes;
    }
  }
  return { kind: "read", bytes };
}

/** A value that counts past a byte's end between two readings shows in the byte above, or as a leap of the last. */
function agree(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, { from, to }: Span): boolean {
  for (let location = from; location < to; location++) if (a.get(location) !== b.get(location)) return false;
  return Math.abs((a.get(to) ?? 0) - (b.get(to) ?? 0)) < 128;
}

/** Which locations to read for these fields. */
export function spansOf(fields: readonly Pick<Field, "at" | "length">[]): Span[] {
  const spans: Span[] = [];
  for (const { at, length } of fields.toSorted((a, b) => a.at - b.at)) {
    const end = at + length - 1;
    const open = spans.at(-1);
    if (open && at - open.to <= 1 + BRIDGED && end - open.from < LONGEST_SPAN)
      spans[spans.length - 1] = { ...open, to: end };
    else
      for (let from = at; from <= end; from += LONGEST_SPAN)
        spans.push({ from, to: Math.min(end, from + LONGEST_SPAN - 1) });
  }
  return spans;
}

function decoded<B extends Bank>(
  fields: readonly (readonly [string, Field])[],
  bytes: ReadonlyMap<number, number>,
): { values: BankValues<B>; later: (keyof B["fields"])[] } {
  const values: Record<string, unknown> = {};
  const later: string[] = [];
  for (const [name, field] of fields) {
    const raw = Array.from({ length: field.length }, (_, i) => bytes.get(field.at + i));
    if (!raw.every((byte) => byte !== undefined)) continue;
    const found = field.decode(raw);
    if (found.kind === "value") values[name] = found.value;
    if (found.kind === "later") later.push(name);
  }
  return { values: values as BankValues<B>, later };
}
