/** The page's end of the simulator's controls; connects again for as long as the page lives. */
import { parseMessage, type SimulatorRequest, type SimulatorState } from "../../../sim/control.ts";

export interface Simulator {
  /** False where the simulator is not there to hear it. */
  ask(request: SimulatorRequest): boolean;
}

export interface SimulatorEvents {
  state(state: SimulatorState): void;
  refused(error: string): void;
  reachable(isReachable: boolean): void;
}

const AGAIN = 1500; // ms

export function connectSimulator(url: string, events: SimulatorEvents): Simulator {
  let socket: WebSocket | undefined;
  const open = () => {
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener("open", () => events.reachable(true));
    opened.addEventListener("message", ({ data }) => {
      const message = typeof data === "string" ? parseMessage(data) : ({ ok: false, error: "a binary frame" } as const);
      if (!message.ok) events.refused(`the simulator said something strange: ${message.error}`);
      else if (message.value.type === "state") events.state(message.value);
      else events.refused(message.value.error);
    });
    opened.addEventListener("close", () => {
      events.reachable(false);
      setTimeout(open, AGAIN);
    });
  };
  open();
  return {
    ask(request) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(request));
      return true;
    },
  };
}
