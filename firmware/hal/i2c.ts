/** An I2C adapter. A transfer is one combined transaction: write, repeated start, read. */
export interface I2cBus {
  readonly name: string;
  /**
   * Writes `write` (may be empty) to the 7-bit address, then reads `read` bytes (may be 0). Transfers do not interleave.
   * Throws Fault `port-missing` (no such adapter, or no device answers the address) or `port-lost`.
   */
  transfer(address: number, write: Uint8Array, read: number): Promise<Uint8Array>;
  close(): Promise<void>;
}
