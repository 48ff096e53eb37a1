import type { FaultKind } from "../../controllers/model.ts";
import type { Duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { ForwardFrame } from "./frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Priority, Reply } from "./gateway.ts";

/** What a bus monitor sees. `at` is monotonic time, ms: when it was over, as well as the gateway can tell. */
export type Traffic =
  /** A frame of ours and what came back; `took` from the hand-over to the gateway on. */
  | {
      readonly kind: "sent";
      readonly at: Duration;
      readonly took: number;
      readonly frame: ForwardFrame;
      readonly twice: boolean;
      readonly priority: Priority;
      /** null: nothing was asked. */
      readonly reply: Reply | null;
    }
  | { readonly kind: "failed"; readonly at: Duration; readonly frame: ForwardFrame; readonly fault: FaultKind }
  /** A frame of another master, or an answer to it (`bits` 8). */
  | { readonly kind: "foreign"; readonly at: Duration; readonly bits: number; readonly data: number }
  | Exclude<BusEvent, { kind: "frame" }>;

/** The same gateway; `tell` sees what goes over its bus. What `tell` throws is not caught. */
export function watched(gateway: DaliGateway, clock: Clock, tell: (traffic: Traffic) => void): DaliGateway {
  const seen = (event: BusEvent): Traffic => {
    if (event.kind !== "frame") return event;
    const { bits, data, at } = event;
    return { kind: "foreign", bits, data, at };
  };
  return {
    description: gateway.description,
    get discarded() {
      return gateway.discarded;
    },
    events: (async function* () {
      for await (const event of gateway.events) {
        tell(seen(event));
        yield event;
      }
    })(),
    async send(request: GatewayRequest): Promise<Reply> {
      const { frame, twice, priority, answers } = request;
      const began = clock.monotonic();
      try {
        const reply = await gateway.send(request);
        const at = clock.monotonic();
        tell({ kind: "sent", at, took: at - began, frame, twice, priority, reply: answers ? reply : null });
        return reply;
      } catch (error) {
        if (error instanceof Fault) tell({ kind: "failed", at: clock.monotonic(), frame, fault: error.kind });
        throw error;
      }
    },
    close: () => gateway.close(),
  };
}
