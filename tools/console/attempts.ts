import { isIPv6 } from "node:net";

/** So many wrong passwords from one address are free; then one more for each pause. */
const FREE = 5;
const PAUSE = 30_000;
const MOST_ADDRESSES = 4096;

/** Slows down who guesses passwords: by address, since a lock on the user would lock out the user. `now`: ms, never back. */
export class Attempts {
  readonly #now: () => number;
  /** When the address will have none against it. */
  readonly #clear = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long the address has to wait before it may try, ms; 0: it may, and this counts as a try. */
  take(address: string): number {
    const key = keyOf(address);
    const now = this.#now();
    const clear = Math.max(now, this.#clear.get(key) ?? now);
    const wait = clear + PAUSE - FREE * PAUSE - now;
    if (wait > 0) return wait;
    this.#clear.delete(key);
    this.#clear.set(key, clear + PAUSE);
    const [oldest] = this.#clear.keys();
    if (this.#clear.size > MOST_ADDRESSES && oldest !== undefined) this.#clear.delete(oldest);
    return 0;
  }

  /** The password was right. */
  forgive(address: string): void {
    this.#clear.delete(keyOf(address));
  }
}

/** Of IPv6 the network: its holder has all its addresses. */
function keyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = (address.split("%", 1)[0] ?? "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: gap }, () => "0"), ...back];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
