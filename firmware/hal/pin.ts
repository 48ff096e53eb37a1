/** A digital line by chip label and offset, never by a global number (those moved with kernel 6.6). */
export interface PinAddress {
  readonly chip: string;
  readonly offset: number;
}

export interface InputPin {
  /** The level now. Throws Fault `port-lost`. */
  read(): Promise<boolean>;
  /** Each change, debounced; for one consumer. Ends after `close()`. */
  readonly changes: AsyncIterable<boolean>;
  close(): Promise<void>;
}

export interface OutputPin {
  /** Throws Fault `port-lost`. */
  write(high: boolean): Promise<void>;
  /** Leaves the line as it is and lets it go. */
  close(): Promise<void>;
}
