/** Small named values that outlive a power cut. Keys: `[a-z][a-z0-9-]*`; another key is a TypeError. */
export interface Store {
  /** null where nothing was written. What is read belongs to its reader. */
  read(key: string): Promise<Uint8Array | null>;
  /**
   * The value as it is at the call. Once it resolves the value is on the disk: a cut leaves the old or the new one, never a torn one. Of
   * writes at once the last one stays.
   */
  write(key: string, value: Uint8Array): Promise<void>;
}

/** The key itself, if it is one. */
export function storeKey(key: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(key)) throw new TypeError(`store key "${key}": allowed [a-z][a-z0-9-]*`);
  return key;
}
