import {
  BANK_0,
  BANK_0_2009,
  type BANK_1,
  type BANK_207,
  type BankValues,
  LATCH,
  LOCK,
  LOCK_BYTE,
  UNLOCK,
} from "../../firmware/dali/memory/banks.ts";
import type { Gear } from "./gear.ts";
import { type BankContent, contents } from "./memory-contents.ts";
import type { Meter, MeterOptions } from "./meter.ts";

/** What a gear's memory banks hold, and how it keeps them. */
export interface MemoryOptions extends MeterOptions {
  /** Banks it has beside bank 0; absent: 1, 202, 205, 206 and 207. */
  readonly banks?: readonly number[];
  /** Bank 0; what is absent has a default, a serial of chance. */
  readonly gear?: BankValues<typeof BANK_0>;
  readonly luminaire?: BankValues<typeof BANK_1>;
  readonly maintenance?: BankValues<typeof BANK_207>;
  /** The first read of another bank than before is answered too late, or not done at all. */
  readonly slow?: "late" | "missing";
}

const MOST = 0xff;

/** The memory banks of a gear and how they are read and written (IEC 62386-102 9.10). */
export class Memory {
  readonly #gear: Gear;
  readonly #options: MemoryOptions;
  readonly #contents: ReadonlyMap<number, BankContent>;
  /** Location 2 of banks that have it; lost without mains. */
  readonly #locks = new Map<number, number>();
  /** What a latched bank held when it was latched. */
  readonly #latched = new Map<number, readonly number[]>();
  #writing = false;
  #lastRead: number | undefined;

  constructor(gear: Gear, meter: Meter | undefined, options: MemoryOptions = { banks: [] }) {
    this.#gear = gear;
    this.#options = options;
    const first = gear.version === 1 ? BANK_0_2009 : BANK_0;
    this.#contents = contents(gear, first, meter, options);
  }

  enableWrite(): void {
    this.#writing = true;
  }

  endWrite(): void {
    this.#writing = false;
  }

  powerCycle(): void {
    this.#writing = false;
    this.#locks.clear();
    this.#latched.clear();
    this.#lastRead = undefined;
  }

  /** READ MEMORY LOCATION: the byte at DTR1, DTR0, which counts up also past the end of a bank. */
  read(): number | undefined {
    const gear = this.#gear;
    const { dtr0: at, dtr1: bank } = gear;
    const content = this.#contents.get(bank);
    if (!content) return undefined;
    const { slow } = this.#options;
    const first = bank !== this.#lastRead;
    this.#lastRead = bank;
    if (first && slow === "missing") return undefined;
    gear.late = first && slow === "late";
    gear.dtr0 = Math.min(MOST, at + 1);
    if (at === LOCK_BYTE && hasLockByte(content)) return this.#lock(bank);
    return (this.#latched.get(bank) ?? content.bytes())[at];
  }

  /** WRITE MEMORY LOCATION: what was written, or undefined where it may not be. */
  write(value: number): number | undefined {
    const gear = this.#gear;
    const { dtr0: at, dtr1: bank } = gear;
    const content = this.#contents.get(bank);
    if (!this.#writing || !content) return undefined;
    gear.dtr0 = Math.min(MOST, at + 1);
    if (at === LOCK_BYTE && hasLockByte(content)) {
      this.#setLock(bank, content, value);
      return value;
    }
    if (!content.bank.lock || this.#lock(bank) !== UNLOCK || !content.writable(at)) return undefined;
    content.write(at, value);
    return value;
  }

  /** RESET MEMORY BANK: an unlocked bank holds again what it held from the factory; 0: all of them. */
  reset(bank: number): void {
    for (const [number, content] of this.#contents) {
      if ((bank === 0 || bank === number) && this.#lock(number) === UNLOCK) content.reset();
    }
  }

  #lock(bank: number): number {
    return this.#locks.get(bank) ?? LOCK;
  }

  #setLock(bank: number, content: BankContent, value: number): void {
    this.#locks.set(bank, value);
    if (!content.bank.latch) return;
    if (value === LATCH) this.#latched.set(bank, content.bytes());
    else this.#latched.delete(bank);
  }
}

const hasLockByte = ({ bank }: BankContent): boolean => bank.lock || bank.latch;
