/**
 * A signal controller that speaks RSMP 3: a site that connects to its supervisor. It has a real engine and really changes its
 * signals for who asks by M0022; S0033 says what became of each, S0001 what its groups show. It speaks through the firmware's own codec.
 */
import { decideJunction, prepareJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { Junction } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { between, seconds } from "../../controllers/units.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { FrameReader, frame } from "../../firmware/rsmp3/frame.ts";
import { LETTERS } from "../../firmware/rsmp3/letters.ts";
import { type Body, type Message, type MessageType, messageId, parse, wire } from "../../firmware/rsmp3/messages.ts";
import { linesOf, M0022, type PriorityState, S0001, S0033 } from "../../firmware/rsmp3/priority.ts";
import { wordOf } from "../../firmware/vehicles/rsmp-request.ts";
import type { VirtualClock } from "../clock.ts";
import type { PipeEnd } from "../pipe.ts";

const RECONNECT = seconds(10);
const WATCHDOG = seconds(60);
const ENDS: ReadonlySet<string> = new Set(["completed", "cancelled", "timeout", "rejected", "cooldown", "stale"]);

export interface SiteSettings {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly junction: Junction;
  /** A new connection to the supervisor; null where nobody listens. */
  readonly connect: () => PipeEnd | null;
  readonly siteId?: string;
  readonly component?: string;
  readonly versions?: readonly string[];
  readonly sxl?: string;
  /** It knows no M0022, and says so. */
  readonly refusesCommands?: boolean;
}

export interface SimulatedSite {
  /** What its groups show, by id. */
  signal(group: string): string;
  /** Each message of the handshake and after it, as `> Version` (said) and `< Version` (heard). */
  readonly transcript: readonly string[];
  /** M0022s as they came: their arguments. */
  readonly commands: readonly Readonly<Record<string, string>>[];
  /** Whether a supervisor has subscribed. */
  readonly isSubscribed: boolean;
  /** It does not acknowledge, nor says anything, from here on. */
  mute(on: boolean): void;
  /** The wire breaks; it connects again by itself after 10 s. */
  drop(): void;
  /** Its own fault: fail-safe mode. */
  fail(on: boolean): void;
  /** Says these bytes, whatever they are. */
  say(bytes: Uint8Array): void;
  end(): void;
}

export function startRsmp3Site(settings: SiteSettings): SimulatedSite {
  const { clock, random, junction, connect } = settings;
  const { siteId = "RN+SI0001", component = "TC", versions = ["3.1.5", "3.2"], sxl = "1.1" } = settings;
  const prepared = prepareJunction(junction);
  let state = startJunction(prepared, clock.now());
  let words: VehicleWord[] = [];
  let far: PipeEnd | undefined;
  let subscribed = false;
  let isMuted = false;
  let isFailed = false;
  let isEnded = false;
  let letters = "";
  let callOff = () => {};
  const states = new Map<string, PriorityState>();
  const transcript: string[] = [];
  const commands: Record<string, string>[] = [];

  const iso = () => new Date(clock.now()).toISOString();
  const own = { cId: component, ntsOId: "KK+AG9998=001TC000", xNId: "" };
  const put = (type: string, message: object) => {
    if (isMuted || !far) return;
    transcript.push(`> ${type}`);
    far.write(frame(message)).catch(() => {});
  };
  const send = <T extends MessageType>(type: T, body: Omit<Body<T>, "mId">) =>
    put(type, wire(type, { mId: messageId(() => random.next()), ...body } as Body<T>));
  const update = (sS: readonly { readonly sCI: string; readonly n: string; readonly s: unknown }[]) => {
    if (subscribed && sS.length > 0)
      send("StatusUpdate", { ...own, sTs: iso(), sS: sS.map((one) => ({ ...one, q: "recent" as const })) });
  };

  /** The controller's own pass: signals follow their engine whether anybody is connected or not. */
  const pass = () => {
    callOff();
    if (isEnded) return;
    const now = clock.now();
    const decision = decideJunction(prepared, state, { words, detectors: [], clockSet: true }, now);
    words = [];
    state = decision.state;
    let isChanged = false;
    for (const event of decision.events) {
      if (event.kind !== "request") continue;
      isChanged = true;
      const { extension: e, reduction: d, request } = event;
      states.set(request.id, {
        r: request.id,
        t: new Date(event.at).toISOString(),
        s: request.state,
        ...(e === undefined ? {} : { e }),
        ...(d === undefined ? {} : { d }),
      });
      // Sent on change: each state by itself, the last of a pass not alone.
      update([{ sCI: S0033.code, n: S0033.name, s: linesOf([...states.values()]) }]);
    }
    if (isChanged) for (const [id, { s }] of states) if (ENDS.has(s)) states.delete(id);
    const shown = decision.signals.map(({ aspect }) => LETTERS[aspect]).join("");
    if (shown !== letters) {
      letters = shown;
      update([{ sCI: S0001.code, n: "signalgroupstatus", s: shown }]);
    }
    callOff = clock.after(Math.min(1000, Math.max(1, between(now, decision.wakeAt))), "simulated controller", pass);
  };

  const onCommand = (message: Body<"CommandRequest">) => {
    const said: Record<string, string> = {};
    for (const { cCI, n, v } of message.arg) if (cCI === M0022.code) said[n] = String(v);
    commands.push(said);
    send("CommandResponse", {
      ...own,
      cTS: iso(),
      rvs: message.arg.map(({ cCI, n, v }) => ({ cCI, n, v, age: "recent" as const })),
    });
    const word = wordOf(said, "supervisor", clock.now());
    if ("argument" in word) throw new Error(`M0022 ${word.argument}: allowed ${word.allowed}`);
    words.push(word);
    pass();
  };

  const onMessage = (message: Message) => {
    transcript.push(`< ${message.type}`);
    if (message.type === "MessageAck" || message.type === "MessageNotAck") return;
    if (message.type === "CommandRequest" && settings.refusesCommands)
      return put("MessageNotAck", wire("MessageNotAck", { oMId: message.mId, rea: "unknown command M0022" }));
    put("MessageAck", wire("MessageAck", { oMId: message.mId }));
    switch (message.type) {
      case "Version":
        return send("Watchdog", { wTs: iso() });
      case "Watchdog":
        if (!transcript.slice(transcript.lastIndexOf("connected")).includes("> AggregatedStatus")) aggregated();
        return;
      case "StatusSubscribe":
        subscribed = true;
        update(
          message.sS.map(({ sCI, n }) => {
            const values: Record<string, unknown> = {
              status: linesOf([...states.values()]),
              signalgroupstatus: letters,
            };
            return { sCI, n, s: values[n] ?? "0" };
          }),
        );
        return;
      case "CommandRequest":
        return onCommand(message);
      case "AggregatedStatus":
      case "StatusUpdate":
      case "CommandResponse":
      case "Alarm":
        throw new Error(`${message.type} goes to supervisors`);
    }
  };
  const aggregated = () =>
    send("AggregatedStatus", { ...own, aSTS: iso(), se: [false, false, isFailed, false, false, true, false, false] });

  const live = async () => {
    while (!isEnded) {
      const stream = connect();
      far = stream ?? undefined;
      subscribed = false;
      if (stream) {
        transcript.push("connected");
        send("Version", { RSMP: versions.map((vers) => ({ vers })), siteId: [{ sId: siteId }], SXL: sxl });
        const reader = new FrameReader();
        try {
          for await (const chunk of stream.chunks)
            for (const text of reader.push(chunk)) {
              const parsed = parse(text ?? "");
              if (!parsed.ok) throw new TypeError(`the supervisor says ${text}: ${parsed.why}`);
              onMessage(parsed.message);
            }
        } catch (error) {
          if (error instanceof TypeError) throw error; // else the connection was lost
        }
        far = undefined;
      }
      if (!isEnded) await clock.sleep(RECONNECT, "simulated controller reconnects");
    }
  };
  const bark = () => {
    if (isEnded) return;
    if (subscribed) send("Watchdog", { wTs: iso() });
    clock.after(WATCHDOG, "simulated controller's watchdog", bark);
  };
  pass();
  bark();
  void live();

  return {
    signal: (group) => state.engine.signals.find((signal) => signal.group === group)?.aspect ?? "dark",
    transcript,
    commands,
    get isSubscribed() {
      return subscribed;
    },
    mute(on) {
      isMuted = on;
    },
    drop() {
      far?.unplug();
    },
    fail(on) {
      isFailed = on;
      if (subscribed) aggregated();
    },
    say: (bytes) => void far?.write(bytes).catch(() => {}),
    end() {
      isEnded = true;
      callOff();
      void far?.close();
    },
  };
}
