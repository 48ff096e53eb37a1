import type { ComponentId } from "../../controllers/model.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { decode } from "./cbor.ts";
import { type Problem, problemOf } from "./check.ts";
import { expand } from "./component.ts";
import type { Message } from "./connection.ts";
import type { AcceptedCommand, CommandHandler } from "./link.ts";
import { COMMANDS, type CommandCode, commandOf } from "./modules.ts";
import { COMMAND, type CommandPayload, type CommandResult, REFUSALS, type Refusal, type Refused } from "./payload.ts";
import { parseTopic } from "./topic.ts";

/** The furthest that `until` may be ahead: a wish that nobody withdraws ends within a week. ms. */
const FURTHEST = 7 * 24 * 3_600_000;
/** Results kept for commands that come again. */
const REMEMBERED = 256;
/** Commands under way at one time. */
const MOST_UNDER_WAY = 32;
const LONGEST_CORRELATION = 64;

export interface CommandDeskOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Sends a result, where there is a way. */
  readonly reply: (topic: string, result: CommandResult, correlation: Uint8Array) => void;
}

/**
 * Takes commands off the wire: checks each, has it done at most once, answers it. Whatever arrives, nothing throws; what
 * cannot be answered safely (no correlation, a response topic that is no supervisor's result topic of the same code, kept
 * by the broker from another time) is counted and dropped. RSMP 4 draft, "Command" and "Result".
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #handlers = new Map<string, (command: AcceptedCommand<never>) => Promise<CommandResult>>();
  /** By response topic and correlation, oldest first. */
  readonly #results = new Map<string, Promise<CommandResult>>();
  #known: readonly ComponentId[] = [];
  #underWay = 0;
  readonly counters = {
    commands: 0,
    repeated: 0,
    ignored: 0,
    refused: Object.fromEntries(REFUSALS.map((kind) => [kind, 0])) as Record<Refusal, number>,
  };

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  setKnown(components: readonly ComponentId[]): void {
    this.#known = [...components];
  }

  handle<C extends CommandCode>(code: C, handler: CommandHandler<C>): void {
    this.#handlers.set(code, handler as (command: AcceptedCommand<never>) => Promise<CommandResult>);
  }

  /** One message on a command topic of this node. Resolves once it is answered or dropped. */
  async receive(code: string, message: Message): Promise<void> {
    const unanswerable = this.#unanswerable(code, message);
    if (unanswerable) {
      this.counters.ignored++;
      this.#options.log.warn({ topic: message.topic, why: unanswerable }, "command ignored");
      return;
    }
    const topic = message.responseTopic as string;
    const correlation = message.correlation as Uint8Array;
    const key = `${topic} ${correlation.join(",")}`;
    let result = this.#results.get(key);
    if (result !== undefined) this.counters.repeated++;
    else {
      this.counters.commands++;
      result = this.#work(code, message.payload);
      this.#results.set(key, result);
      for (const oldest of this.#results.keys()) {
        if (this.#results.size <= REMEMBERED) break;
        this.#results.delete(oldest);
      }
    }
    const settled = await result;
    // A busy cabinet may be asked again with the same correlation; everything else is final.
    if (!settled.ok && settled.error.kind === "busy") this.#results.delete(key);
    this.#options.reply(topic, settled, correlation);
  }

  #unanswerable(code: string, message: Message): string | null {
    if (message.retain) return "retained: its time may be long past";
    if (!message.responseTopic) return "no response topic";
    if (!message.correlation?.length || message.correlation.length > LONGEST_CORRELATION) return "no correlation data";
    const answer = parseTopic(message.responseTopic);
    if (answer?.type !== "result" || answer.code !== code) return "response topic is not <supervisor>/result/<code>";
    return null;
  }

  async #work(code: string, payload: Uint8Array): Promise<CommandResult> {
    const checked = this.#check(code, payload);
    if ("error" in checked) {
      this.counters.refused[checked.error.kind]++;
      this.#options.log.warn({ code, ...checked.error }, "command refused");
      return checked;
    }
    this.#underWay++;
    try {
      const result = await checked.handler(checked.command as AcceptedCommand<never>);
      if (!result.ok) this.counters.refused[result.error.kind]++;
      const wrong = result.ok ? problemOf(COMMANDS[checked.code].result, result.values) : null;
      if (wrong) throw new TypeError(`result of ${code}: ${wrong.field} ${wrong.message}`);
      return result;
    } catch (error) {
      this.counters.refused.failed++;
      this.#options.log.error({ code, err: error }, "command failed");
      return refuse("failed", { field: "", message: "the cabinet could not do it; see its log" });
    } finally {
      this.#underWay--;
    }
  }

  #check(
    code: string,
    payload: Uint8Array,
  ):
    | Refused
    | {
        code: CommandCode;
        command: AcceptedCommand<CommandCode>;
        handler: (command: AcceptedCommand<never>) => Promise<CommandResult>;
      } {
    const table = commandOf(code);
    const handler = this.#handlers.get(code);
    if (!table || !handler) {
      const allowed = [...this.#handlers.keys()].join(", ");
      return refuse("unknown-code", { field: "code", message: `is "${code}": allowed ${allowed}` });
    }
    const decoded = decode(payload);
    if (!decoded.ok) {
      return refuse("malformed", {
        field: "payload",
        message: `is ${decoded.hazard}: allowed is one CBOR item of JSON data`,
      });
    }
    const wrong = problemOf(COMMAND, decoded.value);
    if (wrong) return refuse("invalid", wrong);
    const sent = decoded.value as CommandPayload;
    const bad = problemOf(table.values, sent.values);
    if (bad) return refuse("invalid", { ...bad, field: bad.field === "payload" ? "values" : `values.${bad.field}` });
    if (sent.component === undefined) {
      return refuse("invalid", {
        field: "component",
        message: `is missing: allowed are ${table.component} components`,
      });
    }
    const expanded = expand(sent.component, this.#known);
    if (!expanded.ok) return refuse("unknown-component", { field: "component", message: expanded.message });
    const foreign = expanded.components.find((id) => !id.startsWith(`${table.component}/`));
    if (foreign !== undefined) {
      const message = `names ${foreign}: allowed are ${table.component} components`;
      return refuse("unknown-component", { field: "component", message });
    }
    const late = this.#expiry(sent.values["until"]);
    if (late) return late;
    const command = { component: expanded.components, values: sent.values } as AcceptedCommand<CommandCode>;
    if (this.#underWay >= MOST_UNDER_WAY) {
      return refuse("busy", { field: "", message: `${MOST_UNDER_WAY} commands are under way: try again` });
    }
    return { code: code as CommandCode, command, handler };
  }

  /** What is wrong with an expiry, where the command has one. */
  #expiry(until: unknown): Refused | null {
    if (typeof until !== "string") return null;
    const { clock } = this.#options;
    const field = "values.until";
    if (!clock.isSet()) {
      return refuse("clock-unset", { field, message: "cannot be judged: the cabinet's clock is not set" });
    }
    const at = Date.parse(until);
    const now = clock.now();
    const latest = new Date(now + FURTHEST).toISOString();
    if (Number.isNaN(at)) return refuse("invalid", { field, message: `is ${until}: no such day` });
    if (at <= now) {
      return refuse("expired", { field, message: `is ${until}: allowed is after ${new Date(now).toISOString()}` });
    }
    if (at > now + FURTHEST) return refuse("too-far", { field, message: `is ${until}: allowed is up to ${latest}` });
    return null;
  }
}

const refuse = (kind: Refusal, { field, message }: Problem): Refused => ({
  ok: false,
  error: { kind, field: field.slice(0, 200), message: message.slice(0, 400) },
});
