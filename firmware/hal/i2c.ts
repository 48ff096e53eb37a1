/**
 * An I2C adapter as drivers see it: patient (`i2c-patient.ts`), so that what reaches a driver is a value or a Fault, and
 * never somebody else's value.
 *
 * A transfer is a write, then a read. Between the two is a repeated start where the machine below can make one for these
 * lengths; else a stop and a start, which leaves a gap where another master could talk (a cabinet has one master), and
 * which every device with a register pointer takes. On Linux: a repeated start for a write of 1 and a read of up to 32, and
 * for a write of 2 and any read (by `i2ctransfer`).
 *
 * A transfer may reach the device more than once: write what can be written twice.
 */
export interface I2cBus {
  /** As the configuration names the adapter. */
  readonly name: string;
  /**
   * Writes `write` (may be empty) to the 7-bit address, then reads `read` bytes (may be 0). Transfers do not interleave.
   * Throws Fault `port-missing` (no such adapter, or no device answers the address), `port-busy` (the system's own driver
   * has the device), `port-denied`, `port-lost` (pulled, stuck, or no answer in time) or `protocol` (the adapter cannot do
   * it); TypeError past `I2C_LIMITS`.
   */
  transfer(address: number, write: Uint8Array, read: number): Promise<Uint8Array>;
  /** Lets it go; may be called twice. Never throws. */
  close(): Promise<void>;
}

/** What every adapter can do (the CP2112's reports are the narrowest), and the addresses UM10204 3.1.12 leaves to devices. */
export const I2C_LIMITS = {
  write: 61,
  /** Longest write that a read follows. */
  writeBeforeRead: 16,
  read: 512,
  firstAddress: 0x08,
  lastAddress: 0x77,
} as const;

/** How one attempt went. `code` is the machine's own word, for people. */
export type I2cOutcome =
  | { readonly kind: "done"; readonly data: Uint8Array }
  /** The address was not acknowledged, as far as the machine can tell. */
  | { readonly kind: "unanswered"; readonly code: string }
  /** Begun and broken off: a byte not acknowledged, arbitration lost. */
  | { readonly kind: "broken"; readonly code: string }
  /** The adapter itself was silent for its time. Its answer may still come, and may be taken for that of the next attempt. */
  | { readonly kind: "late"; readonly code: string }
  | { readonly kind: "denied"; readonly code: string }
  /** The system's own driver has the device. */
  | { readonly kind: "taken"; readonly code: string }
  /** This adapter cannot do it: no other attempt will go better. */
  | { readonly kind: "refused"; readonly code: string }
  /** The adapter was pulled. */
  | { readonly kind: "gone"; readonly code: string };

/** An opened adapter: single attempts, one at a time. */
export interface I2cHandle {
  /** Never rejects for what the bus does; lasts as long as the machine takes, perhaps for ever. */
  attempt(address: number, write: Uint8Array, read: number): Promise<I2cOutcome>;
  /** Resolves when nothing of it is left, which is after an attempt that hangs. Never throws. */
  close(): Promise<void>;
}

/** Where an adapter can be had, again and again: its name survives its handles. */
export interface I2cAdapter {
  readonly name: string;
  /** Throws Fault `port-missing`, `port-busy` or `port-denied`. */
  open(): Promise<I2cHandle>;
}
