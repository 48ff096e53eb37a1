/** What the cases of the conformance suite are made with. For tests only. */
import type { Duration } from "../../controllers/units.ts";
import { seconds } from "../../controllers/units.ts";
import type { Heard } from "../../sim/bus.ts";
import type { Traits } from "../../sim/gateways/kind.ts";
import type { Command } from "../dali/command.ts";
import { dapc, queryActualLevel } from "../dali/commands/gear.ts";
import type { ForwardFrame } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import type { Harm, Rig } from "./conformance-rig.ts";

export const LIMIT = seconds(10);
export const NONE: Reply = { kind: "none" };
export const LIT: Reply = { kind: "byte", value: 254 };

/** A rig whose box is open. */
export interface Bench extends Rig {
  readonly gateway: DaliGateway;
  send(what: GatewayRequest, limit?: Duration): Promise<Reply>;
  /** What was on the bus since the box was opened. */
  sinceOpen(): readonly Heard[];
  /** Closes the gateway and gives its events, without the bus' state before. */
  eventsAtEnd(): Promise<readonly BusEvent[]>;
}

export interface Case {
  readonly name: string;
  readonly when?: (traits: Traits) => boolean;
  readonly harm?: keyof Harm;
  /** `rig` makes a box that is not open yet; `open` one that is. */
  run(made: { rig(): Rig; open(): Promise<Bench>; readonly traits: Traits }): Promise<void>;
}

export async function openBench(rig: Rig): Promise<Bench> {
  const gateway = await rig.clock.run(rig.connect(), LIMIT);
  const before = rig.heard.length;
  return {
    ...rig,
    gateway,
    send: (what, limit = LIMIT) => rig.clock.run(gateway.send(what), limit),
    sinceOpen: () => rig.heard.slice(before),
    async eventsAtEnd() {
      await gateway.close();
      const events: BusEvent[] = [];
      for await (const event of gateway.events) events.push(event);
      return events;
    },
  };
}

/**
 * Another master that begins whenever our box does, `times` times: on a bus that was quiet the two frames spoil each other. Gives
 * what it sends.
 */
export function rival({ bus }: Bench, times: number): ForwardFrame {
  const frame = dapc(60, 1).frame;
  const transmit = bus.transmit.bind(bus);
  let left = times;
  bus.transmit = (what) => {
    const withdraw = transmit(what);
    const { ready, priority } = what;
    if (left-- > 0)
      transmit({ frame, priority, twice: false, foreign: true, by: rival, ...(ready !== undefined && { ready }) });
    return withdraw;
  };
  return frame;
}

export const request = (command: Command<unknown>, priority: GatewayRequest["priority"] = 3): GatewayRequest => ({
  frame: command.frame,
  twice: command.twice,
  answers: command.answers,
  priority,
});
export const query = request(queryActualLevel(5), 5);

export const faultOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no fault",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );
/** What ends the events. */
export const endOf = (gateway: DaliGateway): Promise<string> =>
  faultOf(
    (async () => {
      for await (const _ of gateway.events);
    })(),
  );
export const forwards = (heard: readonly Heard[]) => heard.filter((one) => one.kind === "forward");
export const passed = (bench: Bench): number => bench.clock.monotonic() - (bench.sinceOpen().at(-1)?.end ?? 0);
