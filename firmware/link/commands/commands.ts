import type { ComponentId } from "../../../controllers/model.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal } from "../../hal/journal.ts";
import type { Log } from "../../hal/log.ts";
import { ProblemFinders } from "../check.ts";
import { expand, type Groups } from "../component.ts";
import type { AcceptedCommand, CommandHandler } from "../link.ts";
import { COMMANDS, type CommandCode, commandOf } from "../modules.ts";
import { COMMAND, type CommandPayload, type CommandResult, REFUSALS, type Refusal, type Refused } from "../payload.ts";
import type { Command } from "../table.ts";
import { parseTopic } from "../topic.ts";
import { decode } from "../wire/cbor.ts";
import type { Message } from "../wire/connection.ts";
import { TokenBucket } from "../wire/limits.ts";
import type { Authority } from "./authority.ts";
import { keyCommands } from "./key-commands.ts";
import { type Named, Once } from "./once.ts";
import { base64url } from "./public-key.ts";
import { refuse } from "./refuse.ts";

/** The furthest that `until` may be ahead: a wish that nobody withdraws ends within a week. ms. */
const FURTHEST = 7 * 24 * 3_600_000;
/** Commands under way at one time. */
const MOST_UNDER_WAY = 32;
const LONGEST_CORRELATION = 64;
/** Of one code. What comes faster is not even looked at. */
const TAKEN = { perSecond: 5, burst: 20 };
/** Answers to what comes too fast. */
const BUSY_ANSWERS = { perSecond: 1, burst: 1 };

export interface CommandDeskOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends a result, where there is a way. */
  readonly reply: (topic: string, result: CommandResult, correlation: Uint8Array) => void;
  /** Remembers what was done. */
  readonly journal: Journal;
  /** Who may command. */
  readonly authority: Authority;
  /** Told of what was refused and nobody entitled sent; the issuer is whom the sender calls itself, if anything. */
  readonly onRefused?: (why: Refusal | "unanswerable", issuer: string | null) => void;
}

type Handler = (command: AcceptedCommand<never>) => Promise<CommandResult>;

/** A command of a table that is done here, as it came. */
interface Asked {
  readonly code: CommandCode;
  readonly table: Command;
  readonly handler: Handler;
}

/** A command whose sender is known and may send it. */
interface Entitled extends Asked {
  readonly sent: CommandPayload;
  readonly issuer: string;
}

/**
 * Takes commands off the wire: checks who sent each, has it done at most once, answers it. Whatever arrives, nothing throws; what
 * cannot be answered safely (no correlation, a response topic that is no supervisor's result topic of the same code, kept
 * by the broker from another time) is counted and dropped. RSMP 4 draft, "Command" and "Result".
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #once: Once;
  readonly #finders = new ProblemFinders();
  readonly #handlers = new Map<string, Handler>();
  /** By code, and "" for all that nobody does. */
  readonly #taken = new Map<string, TokenBucket>();
  readonly #busyAnswers = new TokenBucket(BUSY_ANSWERS);
  #known: readonly ComponentId[] = [];
  #groups: Groups = new Map();
  #underWay = 0;
  readonly counters = {
    commands: 0,
    repeated: 0,
    ignored: 0,
    refused: Object.fromEntries(REFUSALS.map((kind) => [kind, 0])) as Record<Refusal, number>,
  };

  constructor(options: CommandDeskOptions) {
    this.#options = options;
    this.#once = new Once(options.journal, options.clock);
    const { ring } = options.authority;
    if (!ring) return;
    const { add, revoke } = keyCommands(ring, options.clock);
    this.handle("cabinet.keys.add", add);
    this.handle("cabinet.keys.revoke", revoke);
  }

  setKnown(components: readonly ComponentId[], groups: Groups = new Map()): void {
    this.#known = [...components];
    this.#groups = groups;
  }

  handle<C extends CommandCode>(code: C, handler: CommandHandler<C>): void {
    this.#handlers.set(code, handler as Handler);
  }

  /** One message on a command topic of this node. Resolves once it is answered or dropped. */
  async receive(code: string, message: Message): Promise<void> {
    const { clock, log, reply, onRefused } = this.#options;
    const way = wayBack(code, message);
    if (!this.#takes(code)) {
      this.counters.refused.busy++;
      // A flood is told; a burst is answered.
      if (this.#busyAnswers.take(clock.monotonic()) && "topic" in way) {
        reply(way.topic, refuse("busy", "", "commands of this code come too fast: try again"), way.correlation);
      } else onRefused?.("busy", null);
      return;
    }
    if ("why" in way) {
      this.counters.ignored++;
      log.warn({ topic: message.topic, why: way.why }, "command ignored");
      onRefused?.("unanswerable", null);
      return;
    }
    reply(way.topic, await this.#resultOf(code, message, way), way.correlation);
  }

  #takes(code: string): boolean {
    const kind = this.#handlers.has(code) ? code : "";
    const bucket = this.#taken.get(kind) ?? new TokenBucket(TAKEN);
    this.#taken.set(kind, bucket);
    return bucket.take(this.#options.clock.monotonic());
  }

  async #resultOf(code: string, message: Message, way: WayBack): Promise<CommandResult> {
    if (this.#underWay >= MOST_UNDER_WAY) return this.#count(BUSY);
    this.#underWay++;
    try {
      return await this.#work(code, message, way);
    } catch (error) {
      this.#options.log.error({ code, err: error }, "command failed");
      return this.#count(FAILED);
    } finally {
      this.#underWay--;
    }
  }

  async #work(code: string, message: Message, way: WayBack): Promise<CommandResult> {
    const { authority } = this.#options;
    const table = commandOf(code);
    const handler = this.#handlers.get(code);
    if (!table || !handler) {
      const allowed = [...this.#handlers.keys()].join(", ");
      return this.#stranger(code, way, refuse("unknown-code", "code", `is "${code}": allowed ${allowed}`));
    }
    const asked: Asked = { code: code as CommandCode, table, handler };
    const opened = await authority.open(message.topic, message.payload);
    if (!opened.ok) return this.#stranger(code, way, opened);
    const sent = this.#payloadOf(opened.payload);
    if ("error" in sent) return this.#stranger(code, way, sent);
    const petition = { ...asked, command: sent, key: opened.key, responder: way.responder };
    const admitted = authority.admit(petition);
    if (!admitted.ok) return this.#stranger(code, way, admitted);

    const { issuer } = admitted;
    const { id = `~${base64url(way.correlation)}`, issued, expires } = sent;
    const named: Named = {
      issuer,
      id,
      content: fingerprint(code, opened.payload),
      ...(opened.key && issued !== undefined ? { issued } : {}),
      ...(expires === undefined ? {} : { expires }),
    };
    // Nothing is waited for from here until it has begun: of two that come at once the second must find the first.
    const known = this.#once.recall(named);
    if (known !== null) {
      this.counters.repeated++;
      return known;
    }
    const late = authority.late(sent, this.#once.now());
    if (late) return this.#stranger(code, way, late);
    return this.#begin(named, { ...asked, sent, issuer });
  }

  /** What is judged now and would be judged otherwise at another time is not kept, so that it may be asked again. */
  #begin(named: Named, entitled: Entitled): Promise<CommandResult> | CommandResult {
    if (this.#once.isFull) return this.#count(FULL);
    this.counters.commands++;
    const { code, handler } = entitled;
    const accepted = this.#accept(entitled);
    if ("error" in accepted) {
      const { kind, field } = accepted.error;
      this.#options.log.warn({ code, kind, field }, "command refused");
      if (accepted.error.kind === "clock-unset") return this.#count(accepted);
    }
    return this.#once.do(named, async () =>
      this.#count("error" in accepted ? accepted : await this.#act(code, handler, accepted)),
    );
  }

  async #act(code: CommandCode, handler: Handler, command: AcceptedCommand<never>): Promise<CommandResult> {
    try {
      const result = await handler(command);
      const wrong = result.ok ? this.#finders.of(COMMANDS[code].result)(result.values) : null;
      if (wrong) throw new TypeError(`result of ${code}: ${wrong.field} ${wrong.message}`);
      return result;
    } catch (error) {
      this.#options.log.error({ code, err: error }, "command failed");
      return FAILED;
    }
  }

  #payloadOf(bytes: Uint8Array): CommandPayload | Refused {
    const decoded = decode(bytes);
    if (!decoded.ok) {
      return refuse("malformed", "payload", `is ${decoded.hazard}: allowed is one CBOR item of JSON data`);
    }
    const wrong = this.#finders.of(COMMAND)(decoded.value);
    return wrong ? refuse("invalid", wrong.field, wrong.message) : (decoded.value as CommandPayload);
  }

  #accept({ table, sent, issuer }: Entitled): Refused | AcceptedCommand<never> {
    const bad = this.#finders.of(table.values)(sent.values);
    if (bad) return refuse("invalid", bad.field === "payload" ? "values" : `values.${bad.field}`, bad.message);
    const component = this.#componentsOf(table, sent.component);
    if ("error" in component) return component;
    const { from, until } = sent.values as { readonly from?: unknown; readonly until?: unknown };
    const late = this.#expiry(until) ?? this.#beginning(from, until);
    return late ?? ({ component, values: sent.values, issuer } as AcceptedCommand<never>);
  }

  #componentsOf({ component: level }: Command, address: string | undefined): Refused | readonly ComponentId[] {
    if (level === null) {
      if (address === undefined) return [];
      return refuse("invalid", "component", `is "${address}": allowed is none, the command is for the node as a whole`);
    }
    if (address === undefined) return refuse("invalid", "component", `is missing: allowed are ${level} components`);
    const expanded = expand(address, this.#known, this.#groups);
    if (!expanded.ok) return refuse("unknown-component", "component", expanded.message);
    const foreign = expanded.components.find((id) => !id.startsWith(`${level}/`));
    if (foreign === undefined) return expanded.components;
    return refuse("unknown-component", "component", `names ${foreign}: allowed are ${level} components`);
  }

  /** What is wrong with an expiry, where the command has one. */
  #expiry(until: unknown): Refused | null {
    if (typeof until !== "string") return null;
    const { clock } = this.#options;
    const field = "values.until";
    if (!clock.isSet()) return refuse("clock-unset", field, "cannot be judged: the cabinet's clock is not set");
    const at = Date.parse(until);
    const now = clock.now();
    const latest = new Date(now + FURTHEST).toISOString();
    if (Number.isNaN(at)) return refuse("invalid", field, `is ${until}: no such day`);
    if (at <= now) return refuse("expired", field, `is ${until}: allowed is after ${new Date(now).toISOString()}`);
    if (at > now + FURTHEST) return refuse("too-far", field, `is ${until}: allowed is up to ${latest}`);
    return null;
  }

  /** What is wrong with a begin, where the command has one. The expiry is good. */
  #beginning(from: unknown, until: unknown): Refused | null {
    if (typeof from !== "string" || typeof until !== "string") return null;
    if (Number.isNaN(Date.parse(from))) return refuse("invalid", "values.from", `is ${from}: no such day`);
    if (Date.parse(from) < Date.parse(until)) return null;
    return refuse("invalid", "values.from", `is ${from}: allowed is before ${until} (until)`);
  }

  /** Refuses what was sent by somebody who is not known to be entitled. */
  #stranger(code: string, { responder }: WayBack, refused: Refused): Refused {
    // The message quotes what was sent: that is for the sender, not for the log.
    const { kind, field } = refused.error;
    this.#options.log.warn({ code, responder, kind, field }, "command refused");
    // Without the time nobody can tell: that has an alarm of its own.
    if (kind !== "clock-unset") this.#options.onRefused?.(kind, responder);
    this.#count(refused);
    return refused;
  }

  #count(result: CommandResult): CommandResult {
    if (!result.ok) this.counters.refused[result.error.kind]++;
    return result;
  }
}

/** Where a result goes. */
interface WayBack {
  readonly topic: string;
  readonly correlation: Uint8Array;
  /** RSMP id of the supervisor that the topic belongs to. */
  readonly responder: string;
}

function wayBack(code: string, { retain, responseTopic, correlation }: Message): WayBack | { readonly why: string } {
  if (retain) return { why: "retained: its time may be long past" };
  if (!responseTopic) return { why: "no response topic" };
  if (!correlation?.length || correlation.length > LONGEST_CORRELATION) return { why: "no correlation data" };
  const answer = parseTopic(responseTopic);
  if (answer?.type !== "result" || answer.code !== code)
    return { why: "response topic is not <supervisor>/result/<code>" };
  return { topic: responseTopic, correlation, responder: answer.node };
}

/**
 * What exactly is asked, short: FNV-1a over the code and the payload, from two beginnings. It tells mistakes of somebody entitled, who
 * could as well take another id; nobody else gets as far as here.
 */
function fingerprint(code: string, payload: Uint8Array): string {
  let [a, b] = [0x811c9dc5, payload.length];
  for (const byte of [...new TextEncoder().encode(`${code}\n`), ...payload]) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x01000193);
  }
  return `${a >>> 0} ${b >>> 0}`;
}

const BUSY = refuse("busy", "", `${MOST_UNDER_WAY} commands are under way: try again`);
const FULL = refuse("busy", "", "as many commands are remembered as can be: try again when some have expired");
const FAILED = refuse("failed", "", "the cabinet could not do it; see its log");
