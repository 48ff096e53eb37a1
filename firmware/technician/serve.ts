import type { ComponentId } from "../../controllers/model.ts";
import { minutes } from "../../controllers/units.ts";
import type { DaliGateway } from "../dali/gateway.ts";
import type { DaliLine } from "../dali/line.ts";
import { after } from "../dali/timer.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import { line, lines, readCall, readSend, type Said } from "./message.ts";

/** A bus that a technician borrowed and sends nothing on is taken back after so long. */
export const IDLE = minutes(15);

export interface TechnicianOptions {
  /** Connections as they come; ends when the cabinet does. */
  readonly visitors: AsyncIterable<ByteStream>;
  readonly buses: readonly DaliLine[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Lets technicians on this machine watch the buses, or borrow one: one connection, one bus. A borrowed bus is back with the
 * cabinet as soon as the connection ends, or nothing was sent for 15 minutes. Resolves when the visitors end; never rejects.
 */
export async function serveTechnician({ visitors, buses, clock, log }: TechnicianOptions): Promise<void> {
  const lineOf = new Map<ComponentId, DaliLine>(buses.map((bus) => [bus.id, bus]));
  const open = new Set<Promise<void>>();
  try {
    for await (const stream of visitors) {
      const visit = receive(stream, lineOf, clock, log).catch((error: unknown) =>
        log.warn({ err: error }, "a technician's connection ended"),
      );
      open.add(visit);
      void visit.then(() => open.delete(visit));
    }
  } catch (error) {
    log.warn({ err: error }, "technicians cannot be let in");
  }
  await Promise.all(open);
}

async function receive(
  stream: ByteStream,
  lineOf: ReadonlyMap<ComponentId, DaliLine>,
  clock: Clock,
  log: Log,
): Promise<void> {
  const say = (said: Said) => stream.write(line(said));
  const heard = lines(stream);
  try {
    const first = await heard.next();
    if (first.done) return;
    const { want, bus } = readCall(first.value);
    const wanted = lineOf.get(bus);
    if (!wanted) throw new SyntaxError(`bus is ${bus}: allowed ${[...lineOf.keys()].join(", ") || "none"}`);
    log.info({ bus, want }, "a technician came");
    if (want === "watch") await watch(wanted, heard, say, clock);
    else await lend(wanted, heard, say, clock);
    log.info({ bus, want }, "a technician went");
  } catch (error) {
    if (error instanceof Fault && error.kind === "port-lost" && error.where !== "technician") return;
    const fault =
      error instanceof Fault
        ? { kind: error.kind, where: error.where, text: error.message }
        : {
            kind: "protocol" as const,
            where: "technician",
            text: error instanceof Error ? error.message : String(error),
          };
    await say({ fault, end: true }).catch(() => {});
    if (!(error instanceof Fault || error instanceof SyntaxError)) throw error;
  } finally {
    await stream.close();
  }
}

const ready = (gateway: string, clock: Clock): Said => ({
  ready: { gateway, monotonic: clock.monotonic(), now: clock.now() },
});

async function watch(
  bus: DaliLine,
  heard: AsyncGenerator<string>,
  say: (said: Said) => Promise<void>,
  clock: Clock,
): Promise<void> {
  await say(ready("", clock));
  const stop = bus.watch((traffic) => void say({ traffic }).catch(() => {}));
  try {
    while (!(await heard.next()).done);
  } finally {
    stop();
  }
}

async function lend(
  bus: DaliLine,
  heard: AsyncGenerator<string>,
  say: (said: Said) => Promise<void>,
  clock: Clock,
): Promise<void> {
  const gateway = await bus.borrow();
  let idle = () => {};
  const tooLong = Promise.withResolvers<never>();
  tooLong.promise.catch(() => {});
  const wait = () => {
    idle();
    idle = after(clock, IDLE, "idle technician", () =>
      tooLong.reject(
        new Fault("port-lost", "technician", "nothing was sent for 15 minutes: the cabinet has its bus again"),
      ),
    );
  };
  const lost = tellEvents(gateway, say);
  lost.catch(() => {});
  try {
    await say(ready(gateway.description, clock));
    wait();
    for (;;) {
      const next = await Promise.race([heard.next(), tooLong.promise, lost]);
      if (next.done) return;
      wait();
      await answer(gateway, next.value, say);
    }
  } finally {
    idle();
    await gateway.close();
  }
}

async function answer(gateway: DaliGateway, text: string, say: (said: Said) => Promise<void>): Promise<void> {
  const request = readSend(text);
  try {
    await say({ reply: await gateway.send(request) });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    await say({ fault: { kind: error.kind, where: error.where, text: error.message }, end: false });
  }
}

/** Ends by the Fault that ended the gateway only. */
async function tellEvents(gateway: DaliGateway, say: (said: Said) => Promise<void>): Promise<never> {
  for await (const event of gateway.events) await say({ event });
  return new Promise<never>(() => {});
}
