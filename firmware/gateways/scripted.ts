/** A box played by hand, for tests of what is one driver's own. For tests only. */
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { pipe } from "../../sim/pipe.ts";
import type { BusEvent, DaliGateway, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { optionsOf, type SerialGateway } from "./kind.ts";
import type { SerialDecoder } from "./serial-box.ts";

export interface Scripted<Request> {
  readonly clock: VirtualClock;
  /** What the host asked so far. */
  readonly asked: readonly Request[];
  readonly opening: Promise<DaliGateway>;
  /** The gateway, once it is open. */
  open(): Promise<DaliGateway>;
  /** Says bytes, and lets the host take them. */
  say(...parts: readonly Uint8Array[]): Promise<void>;
  /** Lets so many ms pass. */
  pass(ms: number): Promise<void>;
}

/** Opens `kind` on a box that answers each request as `answer` says: bytes, or nothing. */
export function scripted<Request>(
  kind: SerialGateway,
  decoder: SerialDecoder<Request>,
  answer: (request: Request) => Uint8Array | undefined,
  options: Readonly<Record<string, string>> = {},
): Scripted<Request> {
  const clock = new VirtualClock(instant(0));
  const [near, far] = pipe();
  const asked: Request[] = [];
  void (async () => {
    for await (const chunk of far.chunks) {
      for (const request of decoder.push(chunk)) {
        asked.push(request);
        const bytes = answer(request);
        if (bytes) await far.write(bytes);
      }
    }
  })().catch(() => {});
  const signal = new AbortController().signal;
  const opening = kind.open(near, { clock, log: silent, signal, options: optionsOf(kind, options) });
  return {
    clock,
    asked,
    opening,
    open: () => clock.run(opening, seconds(5)),
    async say(...parts) {
      for (const part of parts) await far.write(part);
      await clock.advance(milliseconds(1));
    },
    pass: (ms) => clock.advance(milliseconds(ms)),
  };
}

/** How a send or an opening stands: its reply, its fault, or that it waits. */
export function watched(work: Promise<Reply | DaliGateway>): () => string {
  let state = "waits";
  work.then(
    (reply) => {
      state = "kind" in reply ? reply.kind : "open";
    },
    (error: unknown) => {
      state = error instanceof Fault ? error.kind : String(error);
    },
  );
  return () => state;
}

/** Closes a gateway and gives what it told, without times. */
export async function told(gateway: DaliGateway): Promise<readonly object[]> {
  await gateway.close();
  const events: BusEvent[] = [];
  for await (const event of gateway.events) events.push(event);
  return events.map(({ at, ...event }) => event);
}
