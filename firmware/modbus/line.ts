import { type Duration, duration, milliseconds } from "../../controllers/units.ts";
import type { ByteStream, LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import { BUSY, type ModbusReply, type ModbusRequest } from "./pdu.ts";
import { encodeRequest, ReplyReader, replyBytes } from "./rtu.ts";
import type { ModbusCount } from "./unit.ts";

/** How often a request is sent before its unit is silent, in turns of which others have theirs in between. */
const ATTEMPTS = 3;
/** After so many unanswered requests a unit is given little time and one attempt, so that the others have theirs ... */
const SUSPECT_AFTER = 3;
const SHORT_PATIENCE = milliseconds(100);
/** ... but at every so many all of it: it may be there again, and slow. */
const FULL_PATIENCE_EVERY = 8;
/** A line that is never quiet is talked on after so many gaps. */
const MOST_GAPS = 20;
/** Start, 8 data bits, parity or second stop bit, stop. */
const BITS_A_CHARACTER = 11;
/** Above 19200 baud the gap is fixed (Modbus over Serial Line V1.02 2.5.1.1). */
const SHORTEST_GAP = 1.75;

/** Who asks, by identity: turns are taken between users. */
export interface User {
  readonly address: number;
  readonly patience: Duration;
  readonly count: (what: ModbusCount, by: number) => void;
}

interface Job {
  readonly user: User;
  readonly request: ModbusRequest;
  readonly once: boolean;
  readonly resolve: (reply: ModbusReply | null) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

export interface LineOptions {
  readonly stream: ByteStream;
  readonly clock: Clock;
  readonly settings: LineSettings;
  readonly where: string;
}

/** The wait for a reply is over: a reason that is made once, since each abort without one makes an exception. */
const HEARD = new Error("heard");

/** An open Modbus RTU line: one request at a time, users in turn. Ends with its stream. */
export class OpenLine {
  /** Resolves when the line is closed or lost. */
  readonly ended: Promise<void>;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #where: string;
  readonly #character: number;
  readonly #gap: Duration;
  /** In the order of turns. */
  readonly #users = new Set<User>();
  readonly #jobs = new Map<User, Job[]>();
  /** Unanswered requests in a row, by address. */
  readonly #missed = new Map<number, number>();
  readonly #over = new AbortController();
  #hear: ((chunk: Uint8Array) => void) | undefined;
  /** Ends the wait for a reply: it is there, or the line is lost. */
  #waits: AbortController | undefined;
  #current: Job | undefined;
  #heardAt: number;
  #serving = false;

  constructor({ stream, clock, settings, where }: LineOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#where = where;
    this.#character = (BITS_A_CHARACTER * 1000) / settings.baud;
    this.#gap = duration(Math.max(SHORTEST_GAP, 3.5 * this.#character));
    this.#heardAt = clock.monotonic();
    this.ended = this.#listen();
  }

  join(user: User): void {
    this.#users.add(user);
  }

  /** Aborts with the Fault that ended the line. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Drops what the user has asked for; the others wait for the reply to what is on the line all the same. */
  part(user: User, reason: Fault): void {
    this.#users.delete(user);
    for (const job of this.#jobs.get(user) ?? []) job.reject(reason);
    if (this.#current?.user === user) this.#current.reject(reason);
    this.#jobs.delete(user);
  }

  /** What came back, perhaps an exception; null where nothing did. Throws the Fault that ended the line. */
  ask(user: User, request: ModbusRequest, once: boolean): Promise<ModbusReply | null> {
    return new Promise((resolve, reject) => {
      if (this.#over.signal.aborted) return reject(this.#over.signal.reason);
      this.#enter({ user, request, once, resolve, reject, attempts: 0 });
      if (!this.#serving) void this.#serve();
    });
  }

  async close(): Promise<void> {
    this.#end(new Fault("port-lost", this.#where, "closed"));
    await this.#stream.close();
    await this.ended;
  }

  #end(reason: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort(reason);
    this.#waits?.abort(HEARD);
    for (const jobs of this.#jobs.values()) for (const job of jobs) job.reject(reason);
    this.#jobs.clear();
  }

  async #listen(): Promise<void> {
    try {
      for await (const chunk of this.#stream.chunks) {
        this.#heardAt = this.#clock.monotonic();
        if (this.#hear) this.#hear(chunk);
        else this.#discard(chunk.length);
      }
      this.#end(new Fault("port-lost", this.#where, "the stream ended"));
    } catch (error) {
      this.#end(error);
    }
    await this.#stream.close();
  }

  #discard(bytes: number): void {
    if (bytes > 0) for (const user of this.#users) user.count("discarded", bytes);
  }

  #enter(job: Job): void {
    const jobs = this.#jobs.get(job.user);
    if (jobs) jobs.push(job);
    else this.#jobs.set(job.user, [job]);
  }

  /** The first job of the user who has had no turn for longest. */
  #next(): Job | undefined {
    for (const user of this.#users) {
      const job = this.#jobs.get(user)?.shift();
      if (!job) continue;
      this.#users.delete(user);
      this.#users.add(user);
      return job;
    }
    return undefined;
  }

  async #serve(): Promise<void> {
    this.#serving = true;
    for (let job = this.#next(); job; job = this.#next()) {
      this.#current = job;
      try {
        await this.#quiet();
        this.#done(job, await this.#exchange(job));
      } catch (error) {
        this.#end(error);
        job.reject(this.#over.signal.reason);
      }
    }
    this.#current = undefined;
    this.#serving = false;
  }

  #done(job: Job, reply: ModbusReply | null): void {
    const { user, once } = job;
    const { address, count } = user;
    const missed = this.#missed.get(address) ?? 0;
    this.#missed.set(address, reply ? 0 : missed + 1);
    count(reply ? (reply.kind === "exception" ? "refused" : "replies") : "unanswered", 1);
    const again = !reply || (reply.kind === "exception" && reply.code === BUSY);
    const attempts = once || missed >= SUSPECT_AFTER ? 1 : ATTEMPTS;
    if (again && ++job.attempts < attempts && this.#users.has(user)) this.#enter(job);
    else job.resolve(reply);
  }

  /** Waits until 3.5 characters' time has passed since the last byte (2.5.1.1). */
  async #quiet(): Promise<void> {
    for (let gaps = 0; gaps < MOST_GAPS; gaps++) {
      const left = this.#heardAt + this.#gap - this.#clock.monotonic();
      if (left <= 0) return;
      await this.#clock.sleep(duration(left), `gap on ${this.#where}`, this.#over.signal);
    }
  }

  #patienceWith({ address, patience }: User): Duration {
    const missed = this.#missed.get(address) ?? 0;
    const short = missed >= SUSPECT_AFTER && (missed - SUSPECT_AFTER) % FULL_PATIENCE_EVERY !== FULL_PATIENCE_EVERY - 1;
    return short ? duration(Math.min(patience, SHORT_PATIENCE)) : patience;
  }

  async #exchange({ user, request }: Job): Promise<ModbusReply | null> {
    const addressed = { unit: user.address, request };
    const bytes = encodeRequest(addressed);
    const onWire = (bytes.length + replyBytes(request)) * this.#character;
    const limit = duration(onWire + this.#patienceWith(user));
    const reader = new ReplyReader(addressed);
    // One of its own: signals derived from the line's for every exchange would pile up on it between two collections of garbage.
    const waits = new AbortController();
    this.#waits = waits;
    let reply: ModbusReply | null = null;
    this.#hear = (chunk) => {
      if (reply) return this.#discard(chunk.length);
      reply = reader.push(chunk);
      if (reply) waits.abort(HEARD);
    };
    try {
      await this.#stream.write(bytes);
      await this.#clock.sleep(limit, `reply of ${this.#where} unit ${user.address}`, waits.signal).catch(() => {});
      this.#over.signal.throwIfAborted();
    } finally {
      this.#hear = undefined;
      this.#waits = undefined;
      if (!reply) reader.giveUp();
      this.#discard(reader.discarded);
    }
    return reply;
  }
}
