/** A page of another system on the web, asked for again and again. */
export interface PagePort {
  readonly address: string;
  /**
   * The page as it is now, or null where it is the one that was had before. Throws Fault `port-missing` (no answer, or an answer
   * that is none), `port-denied` (it may not be had), `protocol` (larger than `limit` bytes); aborts with the signal's reason.
   */
  get(limit: number, signal: AbortSignal): Promise<Uint8Array | null>;
}
