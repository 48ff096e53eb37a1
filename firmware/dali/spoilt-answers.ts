/** So many answers of a gear are looked at; so many of them spoilt begin the suspicion, so few end it. */
const LOOKED_AT = 24;
const BEGINS = 18;
const ENDS = 6;
/** Above this part spoilt among the answers of the others, the bus is bad and no gear is suspected. */
const BAD_BUS = 0.25;

/**
 * Whether another gear has the same short address: both answer, at their own time, and spoil each other's frame again and
 * again, while the answers of the others on the bus are clean. Gear whose answers are always alike and begin within a tenth of a
 * bit of each other cannot be told apart so.
 */
export class SpoiltAnswers {
  readonly #others: () => Iterable<SpoiltAnswers>;
  /** The last answers, newest in bit 0; 1 is spoilt. */
  #last = 0;
  #count = 0;
  #shared = false;

  /** `others`: those of the other gear on the bus; may give this one too. */
  constructor(others: () => Iterable<SpoiltAnswers> = () => []) {
    this.#others = others;
  }

  get shared(): boolean {
    return this.#shared;
  }

  /** The part of its last answers that was spoilt; of a gear that is suspected, nothing. */
  get part(): { readonly spoilt: number; readonly of: number } {
    return this.#shared ? { spoilt: 0, of: 0 } : { spoilt: ones(this.#last), of: this.#count };
  }

  answered(spoilt: boolean): void {
    this.#last = ((this.#last << 1) | (spoilt ? 1 : 0)) & (2 ** LOOKED_AT - 1);
    this.#count = Math.min(LOOKED_AT, this.#count + 1);
    const many = ones(this.#last);
    if (this.#shared) this.#shared = many > ENDS;
    else this.#shared = many >= BEGINS && !this.#badBus();
  }

  #badBus(): boolean {
    let [spoilt, of] = [0, 0];
    for (const other of this.#others()) {
      if (other === this) continue;
      spoilt += other.part.spoilt;
      of += other.part.of;
    }
    return of > 0 && spoilt / of > BAD_BUS;
  }
}

function ones(bits: number): number {
  let n = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) n++;
  return n;
}
