import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import type { BusEvent, DaliGateway } from "./gateway.ts";

/** A gateway lent to somebody for a while. */
export interface Loan {
  /** What the borrower has; to close it is to give it back. */
  readonly gateway: DaliGateway;
  /** Resolves when it was given back. */
  readonly returned: Promise<void>;
  /** Passes on what others do on the bus. */
  heard(event: BusEvent): void;
  /** Takes it back: the borrower gets this Fault from now on. */
  end(reason: unknown): void;
}

/** Lends a gateway, which stays its owner's: the borrower's `close` does not close it. */
export function lend(gateway: DaliGateway): Loan {
  const events = new Queue<BusEvent>();
  const returned = Promise.withResolvers<void>();
  let over: { readonly reason: unknown } | undefined;
  const end = (reason: unknown) => {
    over ??= { reason };
    events.fail(reason);
    returned.resolve();
  };
  return {
    returned: returned.promise,
    heard: (event) => events.push(event),
    end,
    gateway: {
      description: gateway.description,
      get discarded() {
        return gateway.discarded;
      },
      events,
      async send(request) {
        if (over) throw over.reason;
        return gateway.send(request);
      },
      async close() {
        events.end();
        end(new Fault("port-lost", gateway.description, "given back"));
      },
    },
  };
}
