import { type Duration, milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Reply } from "../gateway.ts";
import type { Sequence } from "../sequence.ts";
import { CountBelief } from "./count.ts";
import type { CommissioningOptions, Phase, Progress } from "./model.ts";
import { Roll } from "./roll.ts";
import { SearchAddress } from "./search-address.ts";
import type { Search } from "./strategy.ts";
import { devices, GEAR, type Wire } from "./wire.ts";

/** A frame with its settling time and its part of the answers, ms, before any was measured (priority 3). */
const FRAME = 35;
/** So many frames at the pace before any was measured are counted with those that were. */
const SETTLING_IN = 50;
/** Frames of a search beside those that look for units: it begins, and it makes sure that nobody is left. */
const AROUND = 12;
/** Frames that give a unit its address. */
const GIVING = 3;
/** Frames a question costs: COMPARE and the bytes of the search address. */
const ASKING = 2.13;
/** A survey asks an empty address so often. */
const EMPTY = 2;

/** What the parts of commissioning share: the bus they speak to, who was found, and what is told of it. */
export class Work {
  wire: Wire;
  readonly clock: Pick<Clock, "monotonic">;
  readonly roll: Roll;
  readonly address: SearchAddress;
  frames = 0;
  /** Units may not have the addresses they were given: they are asked once more. */
  doubtful = false;
  readonly #options: CommissioningOptions;
  readonly #began: number;
  #phase: Phase = "survey";
  #search: Search | undefined;
  #toSurvey = 0;

  constructor(options: CommissioningOptions) {
    const { units = "gear", clock, known = [], free, saved } = options;
    this.wire = units === "gear" ? GEAR : devices(false);
    this.clock = clock;
    this.roll = new Roll(known, free, saved);
    this.address = new SearchAddress(this.wire.searchAddress);
    this.#options = options;
    this.#began = clock.monotonic();
  }

  /** Some control devices may not obey INITIALISE to those without an address: then it is sent to all of them. */
  widen(): void {
    if (this.#options.units === "devices") this.wire = devices(true);
  }

  /** How many are believed to be found by a search that begins now. */
  count(): CountBelief {
    const { expected } = this.#options;
    const left = expected === undefined ? 0 : expected - (this.wire.findsAddressed ? 0 : this.roll.units.size);
    return left > 0 ? CountBelief.counted(left) : CountBelief.unknown();
  }

  get #counted(): boolean {
    return this.#options.expected !== undefined;
  }

  /** All that somebody counted are there. */
  get complete(): boolean {
    return this.roll.units.size === this.#options.expected;
  }

  get elapsed(): Duration {
    return milliseconds(this.clock.monotonic() - this.#began);
  }

  /** Whatever is worth keeping has changed. */
  save(): void {
    this.#options.onSave?.(this.roll.state);
    this.tell();
  }

  phase(phase: Phase, { search, toSurvey = 0 }: { search?: Search; toSurvey?: number } = {}): void {
    this.#phase = phase;
    this.#search = search;
    this.#toSurvey = toSurvey;
    this.tell();
  }

  surveyed(): void {
    this.#toSurvey = Math.max(0, this.#toSurvey - 1);
    this.tell();
  }

  tell(): void {
    const { onProgress } = this.#options;
    if (!onProgress) return;
    const found = this.roll.units.size + this.roll.without.length;
    const coming = this.#coming(found);
    const progress: Progress = {
      phase: this.#phase,
      found,
      expected: found + Math.round(coming),
      frames: this.frames,
      elapsed: this.elapsed,
      left: milliseconds(Math.round(this.#framesLeft(coming) * this.#pace)),
    };
    onProgress(progress);
  }

  /** How many are still to be found, as far as it can be told. */
  #coming(found: number): number {
    const { expected = 0, known = [] } = this.#options;
    switch (this.#phase) {
      case "survey":
      case "conflicts":
        return Math.max(0, expected - Math.max(found, known.length));
      case "search":
        return this.#search?.remaining ?? 0;
      case "identities":
      case "done":
        return 0;
    }
  }

  #framesLeft(coming: number): number {
    if (this.#phase === "done") return 0;
    const searching = this.#phase === "search";
    // where nobody counted, whoever is at an address that nobody was asked at is looked for afterwards
    const later = searching && !this.#counted ? Math.max(0, this.roll.unasked.length - coming) : 0;
    const survey = (this.#toSurvey + later) * EMPTY;
    if (coming < 0.5) return survey + (searching ? AROUND : 0);
    const room = this.#search?.room ?? 2 ** 24;
    // what tells one address out of so many, and that no other lies below it
    const questions = Math.log2(Math.max(2, room / coming)) + 1.5;
    return survey + coming * (questions * ASKING + GIVING) + AROUND;
  }

  /** ms a frame, as it was so far. */
  get #pace(): number {
    return (this.elapsed + SETTLING_IN * FRAME) / (this.frames + SETTLING_IN);
  }

  /** The same sequence with its frames counted. */
  *counted<T>(sequence: Sequence<T>): Sequence<T> {
    let next = sequence.next();
    while (!next.done) {
      if (!("wait" in next.value)) this.frames += next.value.twice ? 2 : 1;
      let reply: Reply | undefined;
      try {
        reply = yield next.value;
      } catch (error) {
        next = sequence.throw(error);
        continue;
      }
      next = sequence.next(reply);
    }
    return next.value;
  }
}
