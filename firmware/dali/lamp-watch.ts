import { fromArc, toArc } from "../../controllers/lighting/curve.ts";
import type { Reading } from "../../controllers/model.ts";
import type { Instant, Level } from "../../controllers/units.ts";
import type { Answer } from "./command.ts";
import type { Status } from "./commands/gear.ts";
import type { DaliLamp } from "./pending.ts";
import { Presence } from "./presence.ts";
import { SpoiltAnswers } from "./spoilt-answers.ts";

/** So often a lamp that was elsewhere than told is said again to be where it was told. */
const REASSURES = 3;
/** Light that is not as told has to be seen again so much later, ms: two answers at once are no better than one. */
const LASTS = 3000;

/**
 * What is known of one lamp, and which Readings follow from what was seen of it. `ms` is monotonic time, `at` wall time
 * for the Reading.
 * - A level is said when it differs from the one said last; a lamp that was elsewhere than told is said three times more to be
 *   where it was told, and that not at the level it strayed to: there it shows nothing.
 * - Failures are said when two answers in a row agree on a change: one bit of an answer can be wrong. So is light that is not
 *   as told. Light is said anew each time after it was told to go on or off, and never while it fades, or before it was told
 *   anything since its mains returned.
 * - Absence and a shared address are said when they begin and end.
 */
export class LampWatch {
  readonly lamp: DaliLamp;
  readonly answers: SpoiltAnswers;
  readonly #report: (reading: Reading) => void;
  readonly #presence = new Presence();
  #said: Level | undefined;
  #given: Level | undefined;
  /** How many commands it was given: a query that began before the last of them tells nothing. */
  #commands = 0;
  #fadesUntil = 0;
  /** The arc level at which it was found though told another, until it was found as told often enough. */
  #strayed: number | undefined;
  #reassurances = 0;
  /** As said, and as the last answer had it. */
  #failures = { lampFailure: false, gearFailure: false };
  #heard: Failures | undefined;
  #told = false;
  #lit: boolean | undefined;
  /** Light that was not as told, since when. */
  #litHeard: { readonly lit: boolean; readonly at: Instant } | undefined;
  #shared = false;
  #missing = false;

  /** `others`: the watches of the line, which show whether a spoilt answer is the lamp's own fault. */
  constructor(lamp: DaliLamp, report: (reading: Reading) => void, others: () => Iterable<LampWatch> = () => []) {
    this.lamp = lamp;
    this.#report = report;
    this.answers = new SpoiltAnswers(() => [...others()].map(({ answers }) => answers));
  }

  /** Whether it counts as gone. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Whether the last answer told other failures than were said: it is worth to ask again at once. */
  get doubtful(): boolean {
    return this.#heard !== undefined && !same(this.#heard, this.#failures);
  }

  /** The line was down: the lamp may be anywhere. */
  forget(): void {
    this.#said = undefined;
    this.#given = undefined;
    this.#fadesUntil = 0;
    this.#strayed = undefined;
    this.#unlearnLight();
    this.#presence.forget();
  }

  /** A command for it begins to be sent; it fades until `until`, at the latest. */
  commanded(until: number): void {
    this.#commands++;
    this.#fadesUntil = until;
  }

  /** The command was sent: the lamp will be at `level`. */
  given(level: Level, until: number, at: Instant): void {
    if (this.#given === undefined || this.#given > 0 !== level > 0) this.#unlearnLight();
    this.#litHeard = undefined;
    this.#given = level;
    this.#fadesUntil = until;
    this.#sayLevel(level, at);
  }

  /** Called when a level query begins; what it returns takes the answer. */
  asksLevel(ms: number): (answer: Answer<number | null>, at: Instant) => void {
    const { commands, fades } = { commands: this.#commands, fades: ms < this.#fadesUntil };
    return (answer, at) => {
      this.#seen(answer, at);
      if (answer.kind !== "value" || answer.value === null || fades || commands !== this.#commands) return;
      const { curve } = this.lamp;
      const asGiven = this.#given !== undefined && toArc(this.#given, curve) === answer.value;
      if (asGiven) return this.#sayLevel(this.#given as Level, at, this.#reassures(answer.value));
      if (this.#given !== undefined) {
        this.#strayed = answer.value;
        this.#reassurances = 0;
      }
      this.#sayLevel(fromArc(answer.value, curve), at);
    };
  }

  status(answer: Answer<Status>, at: Instant): void {
    this.#seen(answer, at);
    if (answer.kind !== "value") return;
    const { lampFailure, controlGearFailure: gearFailure, lampOn, fadeRunning, powerCycleSeen } = answer.value;
    const fades = fadeRunning || this.#fadesUntil === Number.POSITIVE_INFINITY;
    // since its mains returned it was told nothing: it is where its power on level has it
    const astray = fades || powerCycleSeen;
    this.failures({ lampFailure, gearFailure }, at, astray ? undefined : lampOn);
  }

  /** What a status, or a question to all, says of its failures and its light. `lit` undefined: nothing can be said of it. */
  failures(heard: Failures, at: Instant, lit?: boolean): void {
    const before = this.#heard;
    this.#heard = heard;
    const agrees = before === undefined ? !heard.lampFailure && !heard.gearFailure : same(before, heard);
    const expected = this.#said !== undefined && this.#said > 0 === lit;
    const litAgrees = lit !== undefined && (expected || this.#lasts(lit, at));
    const news = agrees && (!this.#told || !same(this.#failures, heard));
    if (news) this.#failures = heard;
    const litNews = litAgrees && lit !== this.#lit;
    if (litNews) this.#lit = lit;
    if (expected) this.#litHeard = undefined;
    if (!news && !litNews) return;
    this.#told = true;
    this.#sayState(at);
  }

  /** It is where it was told: whether to say so again. */
  #reassures(arc: number): boolean {
    if (this.#strayed === undefined || arc === this.#strayed) return false;
    if (++this.#reassurances === REASSURES) this.#strayed = undefined;
    return true;
  }

  /** Whether light was seen so, not as told, for a while. */
  #lasts(lit: boolean, at: Instant): boolean {
    if (this.#litHeard?.lit !== lit || at < this.#litHeard.at) this.#litHeard = { lit, at };
    return at - this.#litHeard.at >= LASTS;
  }

  #unlearnLight(): void {
    this.#lit = undefined;
    this.#litHeard = undefined;
  }

  #sayState(at: Instant): void {
    this.#report({
      kind: "lamp",
      source: this.lamp.id,
      ...this.#failures,
      ...(this.#lit === undefined ? {} : { lit: this.#lit }),
      ...(this.answers.shared || this.#shared ? { shared: this.answers.shared } : {}),
      at,
    });
  }

  #sayLevel(level: Level, at: Instant, again = false): void {
    if (level === this.#said && !again) return;
    this.#said = level;
    this.#report({ kind: "level", source: this.lamp.id, level, at });
  }

  #seen(answer: Answer<unknown>, at: Instant): void {
    if (answer.kind !== "none") this.answers.answered(answer.kind === "collision");
    if (this.answers.shared !== this.#shared) {
      this.#sayState(at);
      this.#shared = this.answers.shared;
    }
    this.#presence.asked(answer.kind !== "none");
    const { missing } = this.#presence;
    if (missing === this.#missing) return;
    this.#missing = missing;
    this.#report({ kind: "fault", source: this.lamp.id, fault: missing ? "gear-missing" : null, at });
  }
}

export interface Failures {
  readonly lampFailure: boolean;
  readonly gearFailure: boolean;
}

const same = (a: Failures, b: Failures): boolean => a.lampFailure === b.lampFailure && a.gearFailure === b.gearFailure;
