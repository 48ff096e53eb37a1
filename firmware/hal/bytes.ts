/** An open two-way stream of bytes: a serial line or a TCP connection. No framing, no meaning. */
export interface ByteStream {
  /**
   * Chunks as they arrive, for one consumer. Ends after `close()`; throws Fault `port-lost` when the other side goes.
   * A chunk belongs to its receiver.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Resolves when the system has taken the bytes; they stay in order. Throws Fault `port-lost`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the device free; may be called twice. Never throws. */
  close(): Promise<void>;
}

/** Where a stream can be had, again and again: a port survives its streams. */
export interface BytePort {
  /** As the configuration names it: for logs and faults. */
  readonly name: string;
  /** Throws Fault `port-missing`, `port-busy` or `port-denied`; aborts with the signal's reason. */
  open(signal: AbortSignal): Promise<ByteStream>;
}

/** How a serial line is set; a TCP port ignores it. */
export interface LineSettings {
  readonly baud: number;
  readonly parity?: "none" | "even";
  /**
   * Request To Send and Data Terminal Ready once open: some boxes draw their supply from them. Both are raised where neither is
   * given; a line without them (a pseudo-terminal, three wires) ignores them.
   */
  readonly rts?: boolean;
  readonly dtr?: boolean;
}
