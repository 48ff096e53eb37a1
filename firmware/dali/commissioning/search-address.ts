import { ask, type Sequence } from "../sequence.ts";
import type { Wire } from "./wire.ts";

/** The search address all units hold: only bytes that change are sent. */
export class SearchAddress {
  readonly #send: Wire["searchAddress"];
  #address: number | undefined;

  constructor(send: Wire["searchAddress"]) {
    this.#send = send;
  }

  /** undefined: nobody knows. */
  get address(): number | undefined {
    return this.#address;
  }

  /** A unit may not have heard all, or another master may have spoken: the next address is sent whole. */
  forget(): void {
    this.#address = undefined;
  }

  *set(address: number): Sequence<void> {
    const known = this.#address;
    for (const [i, send] of this.#send.entries()) {
      const shift = 16 - 8 * i;
      const byte = (address >> shift) & 0xff;
      if (known === undefined || ((known >> shift) & 0xff) !== byte) yield* ask(send(byte));
    }
    this.#address = address;
  }
}
