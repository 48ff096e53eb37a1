/** The smallest contract of a box that stands between bytes and a DALI bus. One file per box, in `gateways/`. */
import type { ForwardFrame } from "./frame.ts";

/** IEC 62386-103 9.14: 1 inside a transaction, 2 user, 3 configuration, 4 automatic, 5 periodic query. */
export type Priority = 1 | 2 | 3 | 4 | 5;

/** What came back on the bus after a forward frame. A collision is an answer of several, or one that noise spoilt. */
export type Reply =
  | { readonly kind: "none" }
  | { readonly kind: "byte"; readonly value: number }
  | { readonly kind: "collision" };

export const NO_REPLY: Reply = { kind: "none" };
export const COLLISION: Reply = { kind: "collision" };

export interface GatewayRequest {
  readonly frame: ForwardFrame;
  readonly priority: Priority;
  /** The box sends it a second time within 100 ms. */
  readonly twice: boolean;
  /** Whether a backward frame may follow. Where not, `send` resolves as soon as the last frame is on the bus. */
  readonly answers: boolean;
}

/** What others do on the bus. `bits` 8 is a backward frame outside any reply window of ours. */
export type BusEvent =
  | { readonly kind: "frame"; readonly bits: number; readonly data: number }
  | { readonly kind: "framing-error" };

export interface DaliGateway {
  /** What the box says it is: for logs. */
  readonly description: string;
  /**
   * Puts one frame on the bus and waits for what comes back. One at a time: a second call before the first is done is a
   * TypeError. Throws Fault: `gateway-silent` (the box does not answer), `bus-power-lost` (it takes frames and cannot
   * send them), `port-lost`, `protocol` (it refuses the frame).
   */
  send(request: GatewayRequest): Promise<Reply>;
  /** Foreign traffic, for one consumer. Ends after `close()`; throws the Fault that ended the gateway. */
  readonly events: AsyncIterable<BusEvent>;
  /** Bytes from the box that belonged to no valid frame. */
  readonly discarded: number;
  /** Closes the stream too. May be called twice. Never throws. */
  close(): Promise<void>;
}
