import type { DaliGateway } from "../dali/gateway.ts";
import type { ByteStream, LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";

/** One make of box, as the configuration names it. */
export interface GatewayKind {
  readonly name: string;
  /** How its serial line is set. */
  readonly settings: LineSettings;
  /**
   * Talks to the box on an open stream until it has proven to be there. The stream is the gateway's from now on: it closes
   * it, also when this throws. Throws Fault `gateway-silent`, `port-lost`, `protocol`; aborts with the signal's reason.
   */
  open(stream: ByteStream, clock: Clock, log: Log, signal: AbortSignal): Promise<DaliGateway>;
}
