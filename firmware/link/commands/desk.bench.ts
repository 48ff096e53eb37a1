/** A cabinet's command desk with its memory on a simulated disk, and cockpits that sign: for tests. */
import { generateKeyPairSync } from "node:crypto";
import { hours, instant, milliseconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { memoryDisk } from "../../../sim/journal.ts";
import { memoryStore } from "../../../sim/ports.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { type KeptJournal, keepJournal } from "../../hal/journal-keeper.ts";
import { silent } from "../../hal/log.ts";
import type { CommandPayload, CommandResult } from "../payload.ts";
import { topicOf } from "../topic.ts";
import { encode } from "../wire/cbor.ts";
import type { Message } from "../wire/connection.ts";
import { Authority } from "./authority.ts";
import { CommandDesk } from "./commands.ts";
import { type CommandKey, openKeyRing } from "./key-ring.ts";
import { type Signer, type SigningKey, seal, signerOf } from "./signer.ts";

export const NODE = "21231/cab-0117";
export const NOW = Date.UTC(2026, 1, 24, 20, 0, 0);
export const IN_AN_HOUR = new Date(NOW + hours(1)).toISOString();
export const LAMPS = ["lamp/1/0", "lamp/1/1", "lamp/2/0", "counter/1"];
const LIMITS = { bytes: 64e6, age: hours(720) };

/** A cockpit's pair of keys. */
export interface Pair {
  readonly signer: Signer;
  readonly key: CommandKey;
}

export async function pair(id: string, rest: Partial<CommandKey> = {}): Promise<Pair> {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const issuer = rest.issuer ?? "cockpit";
  const signer = await signerOf({ ...(jwk as unknown as SigningKey), kid: id, issuer });
  return { signer, key: { id, issuer, publicKey: jwk.x as string, ...rest } };
}

/** What a command's message may have otherwise than usual. */
export interface Sent {
  readonly code?: string;
  readonly topic?: string;
  readonly correlation?: string;
  readonly responder?: string;
}

export interface Answer {
  readonly topic: string;
  readonly result: CommandResult;
  readonly correlation: string;
}

/** A cabinet that can be restarted: its disk and its store stay. */
export class DeskBench {
  readonly clock = new VirtualClock(instant(NOW));
  readonly store = memoryStore();
  readonly disk = memoryDisk();
  readonly keys: CommandKey[];
  readonly unsigned: string | undefined;
  /** What was done, over all lives: issuer, code, level. */
  readonly done: string[] = [];
  readonly answers: Answer[] = [];
  readonly refused: string[] = [];
  readonly logged: string[] = [];
  /** What a handler waits for before it is done. */
  gate: Promise<void> = Promise.resolve();
  journal!: KeptJournal;
  desk!: CommandDesk;
  #life = 0;
  #sent = 0;

  constructor(keys: readonly CommandKey[], unsigned?: string) {
    this.keys = [...keys];
    this.unsigned = unsigned;
  }

  static async start(keys: readonly CommandKey[], unsigned?: string): Promise<DeskBench> {
    const bench = new DeskBench(keys, unsigned);
    await bench.begin();
    return bench;
  }

  /** Starts the cabinet on what its disk holds. */
  async begin(): Promise<void> {
    const life = ++this.#life;
    const { clock, store, unsigned } = this;
    this.journal = await keepJournal(this.disk.open, LIMITS, clock, new SeededRandom(life));
    const ring = await openKeyRing({ configured: this.keys, store, log: silent });
    const write = (...told: unknown[]) => void this.logged.push(JSON.stringify(told));
    this.desk = new CommandDesk({
      clock,
      log: { ...silent, warn: write, error: write },
      journal: this.journal,
      authority: new Authority({ clock, ring, ...(unsigned === undefined ? {} : { unsigned }) }),
      reply: (topic, result, correlation) => {
        if (life === this.#life)
          this.answers.push({ topic, result, correlation: new TextDecoder().decode(correlation) });
      },
      onRefused: (why, issuer) => this.refused.push(`${why} ${issuer}`),
    });
    this.desk.setKnown(LAMPS);
    this.desk.handle("lighting.level.set", async ({ component, values, issuer }) => {
      await this.gate;
      // A process that is dead does nothing.
      if (life !== this.#life) return new Promise(() => {});
      this.done.push(`${issuer} ${component.join(",")} ${values.level}`);
      return { ok: true, values: { component: [...component], ...values } };
    });
  }

  /** Kills the cabinet: what is not on its disk is lost. */
  kill(): void {
    this.#life++;
    this.journal.abandon();
  }

  async restart(): Promise<void> {
    this.kill();
    await this.begin();
  }

  /** A message as the broker delivers it. */
  message(payload: Uint8Array, sent: Sent = {}): Message {
    const { code = "lighting.level.set", responder = "cockpit" } = sent;
    return {
      topic: sent.topic ?? topicOf(NODE, "command", code),
      payload,
      retain: false,
      responseTopic: topicOf(responder, "result", code),
      correlation: new TextEncoder().encode(sent.correlation ?? `c${this.#sent++}`),
      user: {},
    };
  }

  /** Delivers a message and resolves with the answer. */
  async deliver(payload: Uint8Array, sent: Sent = {}): Promise<CommandResult | undefined> {
    // As time goes by: nothing here is about rates.
    await this.clock.advance(milliseconds(300));
    const message = this.message(payload, sent);
    const before = this.answers.length;
    await this.through(this.desk.receive(sent.code ?? "lighting.level.set", message));
    return this.answers.slice(before).find(({ topic }) => topic === message.responseTopic)?.result;
  }

  /** Resolves when work is done that waits for real signatures and for simulated disks. */
  async through<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = () => {
      over = true;
    };
    work.then(done, done);
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await this.clock.advance(milliseconds(1));
    }
    return work;
  }

  /** A command that its cockpit signed for this node. */
  signed(by: Pair, change: Partial<CommandPayload> = {}, topic?: string): Promise<Uint8Array> {
    const now = this.clock.now();
    const { id = `id-${this.#sent++}-aaaa`, issued, expires, ...command } = change;
    const times = {
      id,
      issued: issued === undefined ? now : instant(Date.parse(issued)),
      expires: instant(expires === undefined ? now + 60_000 : Date.parse(expires)),
    };
    const whole = { component: "lamp/1", values: { level: 30, until: IN_AN_HOUR }, ...command };
    return seal(topic ?? topicOf(NODE, "command", "lighting.level.set"), whole, times, by.signer);
  }

  /** A command without a signature. */
  plain(change: Partial<CommandPayload> = {}): Uint8Array {
    return encode({ component: "lamp/1", values: { level: 30, until: IN_AN_HOUR }, ...change });
  }
}

/** In short: `ok`, or the kind and the field of a refusal. */
export const short = (result: CommandResult | undefined): string =>
  result === undefined ? "no answer" : result.ok ? "ok" : `${result.error.kind} ${result.error.field}`.trim();
