/** A gateway with nothing lost to a box: frames go straight to a simulated bus. For tests and benches of what is above gateways. */
import { duration } from "../controllers/units.ts";
import {
  type BusEvent,
  COLLISION,
  type DaliGateway,
  type GatewayRequest,
  NO_REPLY,
  type Reply,
} from "../firmware/dali/gateway.ts";
import { Fault } from "../firmware/hal/fault.ts";
import { Queue } from "../firmware/hal/queue.ts";
import type { Heard, SimulatedBus } from "./bus.ts";
import { REPLY_WINDOW } from "./bus-timing.ts";

const WHERE = "simulated bus";

interface Sending {
  readonly request: GatewayRequest;
  readonly done: (reply: Reply) => void;
  readonly fail: (fault: Fault) => void;
  readonly withdraw: () => void;
  /** Forward frames still to come. */
  left: number;
  /** Our last frame is over; the answer may come. */
  asked: boolean;
  stopWaiting: () => void;
}

/**
 * A DaliGateway on `bus`: a command is done at the end of its last frame, a query at the end of its answer or, without one,
 * 12.4 ms after the forward frame's end (IEC 62386-101). `keepsEvents` false: nobody reads `events`, nothing is kept for it.
 */
export function idealGateway(bus: SimulatedBus, { keepsEvents = true } = {}): DaliGateway {
  const me = {};
  const events = new Queue<BusEvent>();
  let sending: Sending | undefined;
  let open = true;

  const at = () => duration(bus.clock.monotonic());
  const tell = (event: BusEvent) => {
    if (keepsEvents) events.push(event);
  };
  const end = (): Sending | undefined => {
    const ended = sending;
    sending = undefined;
    ended?.stopWaiting();
    ended?.withdraw();
    return ended;
  };

  const sent = (now: Sending) => {
    if (--now.left > 0) return;
    if (!now.request.answers) return end()?.done(NO_REPLY);
    now.asked = true;
    // an answer on its way is heard when it is over; without one the window tells
    const answer = bus.answerFrom;
    if (answer !== undefined && answer - bus.clock.monotonic() <= REPLY_WINDOW) return;
    now.stopWaiting = bus.clock.after(REPLY_WINDOW, "DALI reply window", () => end()?.done(NO_REPLY));
  };

  const stopHearing = bus.onFrame((heard: Heard) => {
    if (heard.kind === "forward") {
      if (heard.by === me && sending) return sent(sending);
      return tell({ kind: "frame", bits: heard.frame.bits, data: heard.frame.data, at: at() });
    }
    if (sending?.asked) {
      return end()?.done(heard.value === null ? COLLISION : { kind: "byte", value: heard.value });
    }
    if (heard.value === null) tell({ kind: "framing-error", at: at() });
    else tell({ kind: "frame", bits: 8, data: heard.value, at: at() });
  });
  const stopWatching = bus.onTrouble((fault) => {
    tell({ kind: "bus", fault, at: at() });
    if (fault) end()?.fail(new Fault(fault, WHERE));
  });

  return {
    description: "ideal gateway on a simulated bus",
    events,
    discarded: 0,
    send(request) {
      if (sending) throw new TypeError("send before the last one was done");
      return new Promise((done, fail) => {
        if (!open) return fail(new Fault("port-lost", WHERE, "closed"));
        if (bus.trouble) return fail(new Fault(bus.trouble, WHERE));
        const { frame, priority, twice } = request;
        const lost = () => end()?.fail(new Fault("bus-collision", WHERE));
        const withdraw = bus.transmit({ frame, priority, twice, by: me, lost });
        sending = { request, done, fail, withdraw, left: twice ? 2 : 1, asked: false, stopWaiting: () => {} };
      });
    },
    async close() {
      if (!open) return;
      open = false;
      stopHearing();
      stopWatching();
      end()?.fail(new Fault("port-lost", WHERE, "closed"));
      events.end();
    },
  };
}
