/** A gear that is gone answers nothing; one on a bad contact misses some. So improbable must it be that it only misses. */
const IMPROBABLE = Math.log(1e-7);
/** The part of the questions that it misses: as assumed at first, and the least and the most that is believed of any gear. */
const AT_FIRST = 0.02;
const LEAST = 0.01;
const MOST = 0.5;
/** Weight of one question in the part that is missed: the last hundred or so count. */
const WEIGHT = 1 / 96;
/** A miss weighs more than an answer: to call bad gear missing too late costs less than to call it missing for nothing. */
const STEEP = 4;

/**
 * Whether gear is there, from which questions it answers. It counts as missing after so many unanswered ones in a row that
 * chance would need 1:10,000,000: four for gear that answers nearly all, eighteen for one that misses every third. It is back
 * after a third as many answers in a row, two at least. Gear that misses up to 30 % at random so neither flaps nor has to be
 * known to be bad beforehand.
 */
export class Presence {
  #misses = 0;
  #answers = 0;
  #missing = false;
  #share = AT_FIRST;

  get missing(): boolean {
    return this.#missing;
  }

  /** One question: answered, in whatever way, or not. */
  asked(answered: boolean): void {
    if (answered) this.#answered();
    else this.#missed();
  }

  /** The line was down: what went unanswered before says nothing any more. */
  forget(): void {
    this.#misses = 0;
    this.#answers = 0;
  }

  get #needed(): number {
    const share = Math.min(MOST, Math.max(LEAST, this.#share * 1.3));
    return Math.ceil(IMPROBABLE / Math.log(share));
  }

  #answered(): void {
    this.#answers++;
    if (this.#missing && this.#answers < Math.max(2, this.#needed / 3)) return;
    // a run of misses that was absence is no sign of a bad contact
    if (!this.#missing) this.#learn(this.#misses);
    this.#missing = false;
    this.#misses = 0;
  }

  #missed(): void {
    this.#answers = 0;
    this.#misses++;
    if (this.#misses >= this.#needed) this.#missing = true;
  }

  /** So many were missed before this answer. */
  #learn(missed: number): void {
    for (let i = 0; i < missed; i++) this.#share += (MOST - this.#share) * WEIGHT * STEEP;
    this.#share -= this.#share * WEIGHT;
  }
}
