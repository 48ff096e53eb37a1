import Type, { type Static } from "typebox";
import { type Instant, instant } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal } from "../../hal/journal.ts";
import { compile } from "../compile.ts";
import { type CommandResult, RESULT, type Refused } from "../payload.ts";
import { closed, text } from "../table.ts";
import { decode, encode } from "../wire/cbor.ts";
import { MOST_AHEAD } from "./authority.ts";
import { refuse } from "./refuse.ts";

/** Facts kept in the journal at one time. Past it no command begins: none is forgotten before its time. */
export const MOST_NOTES = 4096;
/** A command without an expiry is remembered so long, and every other so long after its expiry. ms. */
const REMEMBERED = 600_000;
/** The latest `issued` that was signed and believed. */
const LATEST = "command-latest";
/** It is written down again when it is so much later: not with every command. ms, less than REMEMBERED. */
const SEEN_EVERY = 60_000;
const FOR_EVER = instant(8.64e15);

const NOTE = closed({ content: text(64), result: Type.Optional(RESULT) });
type Note = Static<typeof NOTE>;
const isNote = compile(NOTE);

/** A command as it is told apart from all others. */
export interface Named {
  readonly issuer: string;
  readonly id: string;
  /** Of what exactly is asked: two contents under one id are two commands. */
  readonly content: string;
  /** Where a signature vouches for it. */
  readonly issued?: string;
  readonly expires?: string;
}

/**
 * Remembers what came of each command until its time is over, over restarts too, so that none is done twice and each is answered
 * the same however often it comes. The journal holds it: the intent before it begins, the result before it is told.
 */
export class Once {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #underWay = new Map<string, { readonly content: string; readonly result: Promise<CommandResult> }>();

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /**
   * Wall time, and never more than a minute before what the cockpit has signed: who sets the clock back does not bring back commands
   * that were forgotten since.
   */
  now(): Instant {
    return instant(Math.max(this.#clock.now(), this.#latest() - MOST_AHEAD));
  }

  /** What came, or comes, of a command; null where it may begin. */
  recall(command: Named): Promise<CommandResult> | null {
    const key = keyOf(command);
    const underWay = this.#underWay.get(key);
    // The other is told of only when it is on the disk: after a kill it must be the other still.
    if (underWay) return underWay.result.then((result) => (underWay.content === command.content ? result : OTHER));
    const bytes = this.#journal.noted(key);
    if (!bytes) return null;
    const note = noteOf(bytes);
    if (note && note.content !== command.content) return Promise.resolve(OTHER);
    if (note?.result) return Promise.resolve(note.result as CommandResult);
    // Whether it was done nobody knows: it is not begun again, and what is said of it now is said from now on.
    return this.#keep(key, command, INTERRUPTED).then(() => INTERRUPTED);
  }

  /** Whether no more can be remembered, so that none may begin. */
  get isFull(): boolean {
    return this.#journal.notes >= MOST_NOTES;
  }

  /**
   * Does a command that `recall` does not know and resolves with its result, once that is on the disk. Rejects with the journal's
   * error before it began.
   */
  do(command: Named, work: () => Promise<CommandResult>): Promise<CommandResult> {
    const key = keyOf(command);
    const result = this.#work(key, command, work).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, { content: command.content, result });
    return result;
  }

  async #work(key: string, command: Named, work: () => Promise<CommandResult>): Promise<CommandResult> {
    await Promise.all([this.#keep(key, command), this.#sawTime(command)]);
    const result = await work();
    await this.#keep(key, command, result);
    return result;
  }

  #keep(key: string, { content, expires }: Named, result?: CommandResult): Promise<void> {
    const until = Math.max(this.now(), expires === undefined ? 0 : Date.parse(expires)) + REMEMBERED;
    return this.#journal.note(key, encode(result ? { content, result } : { content }), instant(until));
  }

  async #sawTime({ issued }: Named): Promise<void> {
    const at = issued === undefined ? 0 : Date.parse(issued);
    if (at >= this.#latest() + SEEN_EVERY)
      await this.#journal.note(LATEST, new TextEncoder().encode(String(at)), FOR_EVER);
  }

  #latest(): number {
    const kept = this.#journal.noted(LATEST);
    return kept ? Number(new TextDecoder().decode(kept)) : 0;
  }
}

const keyOf = ({ issuer, id }: Named): string => `command/${issuer}/${id}`;

function noteOf(bytes: Uint8Array): Note | null {
  const decoded = decode(bytes);
  return decoded.ok && isNote(decoded.value) ? (decoded.value as Note) : null;
}

const OTHER: Refused = refuse("invalid", "id", "was that of another command: allowed is one never used before");
const INTERRUPTED: Refused = refuse("failed", "", "interrupted by a restart: it may have been done or not");
