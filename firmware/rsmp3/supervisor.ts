/**
 * One connection of a signal controller, which RSMP 3 calls a site: the handshake in its order, acknowledgements, watchdogs both
 * ways, subscriptions, commands out and statuses in. RSMP core 3.1.5 to 3.2.2, "Communication establishment".
 */
import { type Duration, duration, type Instant } from "../../controllers/units.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { FrameReader, frame } from "./frame.ts";
import { type Body, type Message, type MessageType, messageId, parse, wire } from "./messages.ts";
import { argumentsOf, type PriorityCommand, S0001, S0033 } from "./priority.ts";
import { agree, CORES, type Core, knowsArrays } from "./versions.ts";

/** Texts that are no message before a peer is let go. */
const MOST_BAD = 8;
/** Messages that may wait for their acknowledgement. */
const MOST_UNACKED = 256;

export interface SupervisorOptions {
  /** The junction, for faults and logs. */
  readonly where: string;
  readonly stream: ByteStream;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What we call ourselves. */
  readonly supervisor: string;
  /** The one that is awaited; absent: any. */
  readonly site?: string;
  readonly component?: string;
  readonly ackWithin: Duration;
  readonly watchdog: Duration;
  readonly heard: (news: SiteNews) => void;
}

export type SiteNews =
  /** It is subscribed to, and takes commands. */
  | {
      readonly kind: "ready";
      readonly site: string;
      readonly core: Core;
      readonly command: (command: PriorityCommand) => void;
    }
  /** A status as it came, its code and name with it; what was buffered while nobody heard is left out. */
  | {
      readonly kind: "status";
      readonly code: string;
      readonly name: string;
      readonly value: unknown;
      readonly at: Instant;
    }
  | { readonly kind: "aggregated"; readonly se: readonly boolean[] }
  /** As it came: issued, acknowledged or suspended. */
  | { readonly kind: "alarm"; readonly alarm: Body<"Alarm"> }
  /** A command that the controller does not know, or not so. */
  | { readonly kind: "not-done"; readonly requestId: string; readonly why: string };

/** Works until the signal aborts or the connection ends. Throws Fault `port-lost`, `sensor-silent`, `protocol`. */
export async function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<void> {
  const { where, stream, clock, random, log, heard, ackWithin, watchdog } = options;
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  /** Sent and not acknowledged, with when it must be, and what then. */
  const unacked = new Map<
    string,
    { readonly until: number; readonly done?: () => void; readonly refused?: (why: string) => void }
  >();
  let written: Promise<void> = Promise.resolve();
  let lastHeard = clock.monotonic();
  let bad = 0;
  let site: string | undefined;
  let core: Core | undefined;
  let stage: "version" | "watchdog" | "component" | "ready" = "version";
  let component = options.component;
  let ntsOId = "";
  let oursAcked = false;

  const iso = (): string => new Date(clock.now()).toISOString();
  const put = (message: object) => {
    written = written.then(() => stream.write(frame(message)));
    written.catch(failed.reject);
  };
  const send = <T extends MessageType>(
    type: T,
    body: Omit<Body<T>, "mId">,
    then: { readonly done?: () => void; readonly refused?: (why: string) => void } = {},
  ) => {
    if (unacked.size >= MOST_UNACKED) return failed.reject(new Fault("sensor-silent", where, "acknowledges nothing"));
    const mId = messageId(() => random.next());
    unacked.set(mId, { until: clock.monotonic() + ackWithin, ...then });
    put(wire(type, { mId, ...body } as Body<T>));
  };
  const ack = (mId: string) => put(wire("MessageAck", { oMId: mId }));
  const refuse = (mId: string | undefined, why: string) => {
    log.debug({ why }, "not acknowledged");
    if (mId !== undefined) put(wire("MessageNotAck", { oMId: mId, rea: why }));
  };
  const give = (why: string): never => {
    throw new Fault("protocol", where, why);
  };

  const command = (said: PriorityCommand) =>
    send(
      "CommandRequest",
      { cId: component ?? "", ntsOId, xNId: "", arg: argumentsOf(said) },
      { refused: (why) => heard({ kind: "not-done", requestId: said.requestId, why }) },
    );

  /** The last steps: subscribe, and say that commands are taken. */
  const begin = () => {
    if (stage !== "component" || component === undefined || !oursAcked || core === undefined) return;
    stage = "ready";
    const wanted = [
      ...(knowsArrays(core) ? [{ sCI: S0033.code, n: S0033.name }] : []),
      ...S0001.names.map((n) => ({ sCI: S0001.code, n })),
    ];
    const sS = wanted.map((one) => ({ ...one, uRt: "0", sOc: true }));
    send("StatusSubscribe", { cId: component, ntsOId, xNId: "", sS });
    heard({ kind: "ready", site: site ?? "", core, command });
  };

  const onVersion = (message: Body<"Version">) => {
    const [named] = message.siteId;
    const isOther = options.site !== undefined && named?.sId !== options.site;
    const agreed = agree(
      message.RSMP.map(({ vers }) => vers),
      message.SXL,
    );
    const why = isOther ? `site id ${named?.sId}: allowed ${options.site}` : agreed.ok ? null : agreed.why;
    if (why !== null || !agreed.ok) {
      refuse(message.mId, why ?? "");
      return give(why ?? "");
    }
    ack(message.mId);
    site = named?.sId ?? "";
    core = agreed.core;
    stage = "watchdog";
    send("Version", { RSMP: CORES.map((vers) => ({ vers })), siteId: [{ sId: options.supervisor }], SXL: agreed.sxl });
  };

  const onStatus = ({ sS, sTs }: Body<"StatusUpdate">) => {
    const at = Date.parse(sTs);
    if (!Number.isFinite(at)) return;
    for (const { sCI: code, n: name, s: value, q } of sS)
      if (q === "recent") heard({ kind: "status", code, name, value, at: at as Instant });
  };

  const onMessage = (message: Message) => {
    if (message.type === "MessageAck" || message.type === "MessageNotAck") {
      const waiting = unacked.get(message.oMId);
      unacked.delete(message.oMId);
      if (message.type === "MessageAck") waiting?.done?.();
      else if (waiting?.refused) waiting.refused(message.rea);
      else if (waiting) give(`does not acknowledge: ${message.rea.slice(0, 100)}`);
      return;
    }
    if (stage === "version" && message.type !== "Version") {
      refuse(message.mId, "Version comes first");
      return give(`${message.type} before Version`);
    }
    switch (message.type) {
      case "Version":
        if (stage !== "version") return refuse(message.mId, "Version was there");
        return onVersion(message);
      case "Watchdog":
        ack(message.mId);
        if (stage !== "watchdog") return;
        stage = "component";
        send(
          "Watchdog",
          { wTs: iso() },
          {
            done() {
              oursAcked = true;
              begin();
            },
          },
        );
        return;
      case "AggregatedStatus":
        ack(message.mId);
        component ??= message.cId;
        if (message.cId === component) {
          ntsOId = message.ntsOId ?? "";
          heard({ kind: "aggregated", se: message.se });
        }
        return begin();
      case "StatusUpdate":
        ack(message.mId);
        if (message.cId === component) onStatus(message);
        return;
      case "CommandResponse":
        ack(message.mId);
        for (const { n, v, age } of message.rvs)
          if (n === "requestId" && (age === "undefined" || age === "unknown") && typeof v === "string")
            heard({ kind: "not-done", requestId: v, why: age });
        return;
      case "Alarm":
        ack(message.mId);
        return heard({ kind: "alarm", alarm: message });
      case "StatusSubscribe":
      case "CommandRequest":
        return refuse(message.mId, `${message.type} goes to sites`);
    }
  };

  const read = async () => {
    const reader = new FrameReader();
    for await (const chunk of stream.chunks) {
      lastHeard = clock.monotonic();
      try {
        for (const text of reader.push(chunk)) {
          const parsed = text === null ? { ok: false as const, why: "is no UTF-8" } : parse(text);
          if (parsed.ok) onMessage(parsed.message);
          else {
            refuse("mId" in parsed ? parsed.mId : undefined, parsed.why);
            if (++bad > MOST_BAD) give(`${bad} texts that are no message`);
          }
        }
      } catch (error) {
        if (error instanceof RangeError) give(error.message);
        throw error;
      }
    }
    throw new Fault("port-lost", where, "the site has left");
  };

  /** Acknowledgements that do not come, and a site that says nothing. */
  const look = async () => {
    const every = duration(Math.min(1000, ackWithin, watchdog));
    for (;;) {
      await clock.sleep(every, `acknowledgements ${where}`, both);
      const now = clock.monotonic();
      for (const { until } of unacked.values())
        if (now >= until) throw new Fault("sensor-silent", where, `no acknowledgement within ${ackWithin / 1000} s`);
      if (now - lastHeard > 2 * watchdog + ackWithin) throw new Fault("sensor-silent", where, "no watchdog");
      if (stage !== "ready" && now - began > ackWithin)
        throw new Fault("protocol", where, `no ${stage} within ${ackWithin / 1000} s`);
    }
  };
  const bark = async () => {
    for (;;) {
      await clock.sleep(watchdog, `watchdog ${where}`, both);
      if (stage === "ready") send("Watchdog", { wTs: iso() });
    }
  };
  const began = clock.monotonic();
  // What was said last is still said.
  const leave = () => {
    const close = () => void stream.close();
    written.then(close, close);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([failed.promise, read(), look(), bark()]);
  } finally {
    over.abort();
    signal.removeEventListener("abort", leave);
    await written.catch(() => {});
    await stream.close();
  }
}
