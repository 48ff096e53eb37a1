/** Small named values that outlive a power cut. Keys: `[a-z][a-z0-9-]*`. */
export interface Store {
  /** null where nothing was written. */
  read(key: string): Promise<Uint8Array | null>;
  /** Once it resolves the value is on the disk: a cut leaves the old or the new one, never a torn one. */
  write(key: string, value: Uint8Array): Promise<void>;
}
