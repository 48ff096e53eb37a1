import type { Duration } from "../../controllers/units.ts";

/** A digital line by chip label and offset, never by a global number (those moved with kernel 6.6). */
export interface PinAddress {
  readonly chip: string;
  readonly offset: number;
}

/** A line whose level matters: a door, a switch. Changes in quick succession may be told as their last one. */
export interface InputPin {
  /** The level now. Throws Fault `port-lost`. */
  read(): Promise<boolean>;
  /**
   * Each change that lasts (10 ms; on a line without interrupts 250 ms), for one consumer. Ends after `close()`; throws Fault `port-lost` within 2 s
   * of the chip going, even if nothing changes.
   */
  readonly changes: AsyncIterable<boolean>;
  /** Lets the line go; may be called twice. Never throws. */
  close(): Promise<void>;
}

export interface OutputPin {
  /** Throws Fault `port-lost`. */
  write(high: boolean): Promise<void>;
  /**
   * Lets the line go; may be called twice. Never throws. What level it has then is up to the chip's driver: a CP2112 keeps it, a BCM2835 may turn
   * the line into an input.
   */
  close(): Promise<void>;
}

/** One edge, as the kernel saw it. */
export interface Edge {
  /** The level after it. */
  readonly high: boolean;
  /** When, by the kernel's monotonic clock: for spans between edges of one stream, and nothing else. */
  readonly at: Duration;
}

/** A line whose every edge matters: pulses to be counted. Nothing is debounced. */
export interface EdgeStream {
  /** The level before the first edge. */
  readonly high: boolean;
  /**
   * Every edge from the moment the stream was had, in order, for one consumer. Ends after `close()`; throws Fault `port-lost` within 2 s of the chip
   * going, and at once where edges had to be dropped: none is lost in silence.
   */
  readonly changes: AsyncIterable<Edge>;
  /** Lets the line go; may be called twice. Never throws. */
  close(): Promise<void>;
}
