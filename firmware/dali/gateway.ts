/** The smallest contract of a box that stands between bytes and a DALI bus. One file per box, in `gateways/`. */
import type { FaultKind } from "../../controllers/model.ts";
import type { Duration } from "../../controllers/units.ts";
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

/**
 * What happens on the bus beside our own frames. `at` is monotonic time: when it was over, as well as the box can tell.
 * `bits` 8 is a backward frame outside any reply window of ours.
 */
export type BusEvent =
  | { readonly kind: "frame"; readonly bits: number; readonly data: number; readonly at: Duration }
  | { readonly kind: "framing-error"; readonly at: Duration }
  /** The bus itself failed (`bus-power-lost`, `bus-short-circuit`, `gateway-fault`), or works again (null). */
  | { readonly kind: "bus"; readonly fault: FaultKind | null; readonly at: Duration }
  /** So many frames passed that nobody kept. */
  | { readonly kind: "gap"; readonly frames: number; readonly at: Duration };

export interface DaliGateway {
  /** What the box says it is: for logs. */
  readonly description: string;
  /**
   * Puts one frame on the bus and waits for what comes back. One at a time: a second call before the first is done is a
   * TypeError. Throws Fault:
   * - `bus-power-lost`, `bus-short-circuit`: it takes frames and cannot send them;
   * - `bus-collision`: another master spoilt the frame, also when it was repeated;
   * - `gateway-full`: it has no room for the frame, also after a wait;
   * - `gateway-fault`: it is too hot, its supply is bad, or there is mains on the bus;
   * - `gateway-silent`: it does not answer in time; `port-lost`: it is gone; `protocol`: it refuses the frame.
   * After `gateway-silent`, `port-lost` and `protocol` of a refused setting it has ended; after the others it works on.
   */
  send(request: GatewayRequest): Promise<Reply>;
  /** What others do, for one consumer. Ends after `close()`; throws the Fault that ended the gateway. */
  readonly events: AsyncIterable<BusEvent>;
  /** Bytes from the box that belonged to no valid frame. */
  readonly discarded: number;
  /** Closes what it is reached by, too. May be called twice. Never throws. */
  close(): Promise<void>;
}
