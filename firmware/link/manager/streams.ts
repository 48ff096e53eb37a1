/**
 * The supervisor's streams: order, gaps, what is asked when. Longer than other files: the life of a stream is one machine whose
 * parts share its state.
 */
import { type Instant, milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import type { Random } from "../../hal/random.ts";
import { type FetchPayload, iso } from "../payload.ts";
import type { LostEntries, Position, Positions } from "./entries.ts";
import { type Fetcher, spanOf } from "./fetcher.ts";
import { Room } from "./room.ts";
import { comparePlaces, type Gap, type Place, Sequence } from "./sequence.ts";
import { type Item, idOf, keyOf, nameOf, type StreamId } from "./stream-id.ts";

/** A gap may be one only because what fills it is on its way: nobody asks for so long, ms. Made longer by chance. */
const SETTLE = 500;
/** A replay that is silent for so long is not waited for, ms. */
const REPLAY_SILENT = 30_000;
/** How often a node that does not answer is asked for the same, and the first wait before it is asked again, ms. */
const TRIES = 3;
const WAIT_AGAIN = 10_000;
/** A new session asks about so many streams a second. */
const ASK_A_SECOND = 200;
/** Clocks are not set the very same: asked is a little more than the gap. ms. */
const MARGIN = 1000;
/** A node's clock may be so far behind ours. ms. */
const BEHIND = 3_600_000;
/** Most entries of one stream that wait behind a gap. */
const MOST_HELD = 1000;

const EVER = Number.POSITIVE_INFINITY;

export interface StreamsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly fetcher: Pick<Fetcher, "ask" | "online">;
  /** Streams met for the first time are asked for what happened since; null: since the first session. */
  readonly since: Instant | null;
  readonly resume: Positions;
  /** Whether a node can be asked now. */
  readonly isOnline: (node: string) => boolean;
  readonly give: (stream: StreamId, item: Item) => void;
  readonly lost: (lost: LostEntries) => void;
}

interface Stream {
  readonly id: StreamId;
  readonly sequence: Sequence<Item>;
  /** Of the last entry given, or of when its node said that there was none to give. */
  ts: string | undefined;
  /** The last entry is a complete one: nothing of the same moment follows it. */
  whole: boolean;
  /** It is to be asked for what came after the last that was had. */
  unsure: boolean;
  /** The node replays it, or will. */
  replaying: boolean;
  /** Its node was asked in vain. */
  unanswered: boolean;
  /** A live entry came that is newer than its number allows: perhaps the node counts anew. */
  suspect: boolean;
  /** Somebody looks after it. */
  tended: boolean;
  /** Told of each message of its replay. */
  heard: AbortController | undefined;
}

/**
 * Gives what nodes record to the user: each entry once, in the order of its stream. What is missing is waited for while the
 * node replays, then asked for, and told as lost where the node has it no more. Entries behind a gap wait, within limits.
 */
export class Streams {
  readonly #options: StreamsOptions;
  /** By node, then by name. */
  readonly #nodes = new Map<string, Map<string, Stream>>();
  #count = 0;
  #since: Instant;
  #sessions = 0;
  #session: AbortController | null = null;
  readonly #room = new Room();
  /** Entries that came again. */
  repeated = 0;

  /** A position of `resume` under a name that no stream can have is a TypeError. */
  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#since = options.since ?? options.clock.now();
    for (const key of options.resume.keys()) this.meet(idOf(key));
  }

  /** Takes an entry, however it came. */
  offer(id: StreamId, item: Item): void {
    this.#offer(this.#stream(id), item);
  }

  /** The stream is there, whether or not an entry of it ever came. */
  meet(id: StreamId): void {
    this.#stream(id);
  }

  /** An entry of this number was recorded: what has not come up to it is missing. */
  reveal(id: StreamId, place: Place): void {
    const stream = this.#stream(id);
    const { position } = stream.sequence;
    if (position && comparePlaces(place, position) <= 0) return;
    stream.unsure = true;
    this.#tend(stream);
  }

  /** The node says what number the next entry will have: before it nothing is missing, or something is. */
  shown(id: StreamId, next: Place): void {
    const stream = this.#stream(id);
    const { sequence } = stream;
    if (stream.suspect) return;
    if (next.seq === 0) {
      // A run in which nothing has happened yet says nothing of the run before it.
      if (next.run === 0 && sequence.position === null && sequence.held === 0) stream.unsure = false;
      return;
    }
    const last = { run: next.run, seq: next.seq - 1 };
    if (sequence.position === null) {
      // What was told before our first session is older than what the user wants; what is told since would be at hand.
      if (this.#options.since !== null || this.#sessions > 1 || sequence.held > 0) {
        stream.unsure = true;
        return this.#tend(stream);
      }
      sequence.begin(last);
      stream.ts = iso(this.#since - BEHIND);
    }
    const order = comparePlaces(last, sequence.position ?? last);
    if (order === 0) stream.unsure = false;
    if (order <= 0) return;
    stream.unsure = true;
    this.#tend(stream);
  }

  /** A message of its replay came. */
  replay(id: StreamId, done: boolean): void {
    const stream = this.#stream(id);
    stream.replaying = !done;
    stream.heard?.abort();
  }

  /** The node has begun a session, or was there before ours. `cameBack`: it replays what it recorded while it was away. */
  online(node: string, cameBack: boolean): void {
    this.#options.fetcher.online(node);
    for (const stream of this.#nodes.get(node)?.values() ?? []) {
      stream.unsure ||= stream.unanswered;
      stream.unanswered = false;
      if (cameBack) stream.replaying = stream.id.type === "status";
      this.#tend(stream);
    }
  }

  /** A new session: something may have been lost at the broker, so every stream is asked for its end. */
  begin(): void {
    if (this.#sessions++ === 0 && this.#options.since === null) this.#since = this.#options.clock.now();
    this.#session = new AbortController();
    for (const streams of this.#nodes.values()) {
      for (const stream of streams.values()) {
        stream.unsure = true;
        stream.replaying = false;
        this.#tend(stream, (this.#count / ASK_A_SECOND) * 1000);
      }
    }
  }

  end(): void {
    this.#session?.abort();
    this.#session = null;
  }

  /** How far each stream has been given; what was taken over by `resume` and not met yet included. */
  positions(): Map<string, Position> {
    const positions = new Map(this.#options.resume);
    for (const streams of this.#nodes.values()) {
      for (const { id, sequence, ts } of streams.values()) {
        const { position } = sequence;
        if (position && ts !== undefined) positions.set(keyOf(id), { ...position, ts });
      }
    }
    return positions;
  }

  #stream(id: StreamId): Stream {
    let streams = this.#nodes.get(id.node);
    if (!streams) {
      streams = new Map();
      this.#nodes.set(id.node, streams);
    }
    const name = nameOf(id);
    const known = streams.get(name);
    if (known) return known;
    const position = this.#options.resume.get(keyOf(id));
    const made: Stream = {
      id,
      sequence: new Sequence<Item>(position ? { run: position.run, seq: position.seq } : null),
      ts: position?.ts,
      whole: false,
      unsure: true,
      replaying: false,
      unanswered: false,
      suspect: false,
      tended: false,
      heard: undefined,
    };
    streams.set(name, made);
    this.#count++;
    this.#tend(made);
    return made;
  }

  #offer(stream: Stream, item: Item): void {
    const taken = stream.sequence.offer(item);
    if (taken === "repeated") {
      this.repeated++;
      if (item.complete && item.ts === stream.ts && isSame(item, stream.sequence.position ?? undefined)) {
        stream.whole = true;
      }
      if (item.source === "live" && stream.ts !== undefined && item.ts > stream.ts && !stream.suspect) {
        stream.suspect = true;
        stream.unsure = true;
        this.#tend(stream);
      }
      return;
    }
    this.#room.take(stream.id.node, item.bytes);
    // What is complete and older than what the user wants is where to begin.
    const begins = stream.sequence.position === null && item.complete && Date.parse(item.ts) < this.#since;
    if (taken === "next" || (begins && stream.sequence.confirm())) this.#give(stream);
    // What does not fit pushes out what it waits for.
    while (stream.sequence.held > MOST_HELD || (stream.sequence.held > 0 && this.#room.isFull(stream.id.node))) {
      this.#giveUp(stream, "flooded");
    }
    if (stream.sequence.held > 0) this.#tend(stream);
  }

  #give(stream: Stream): void {
    for (const item of stream.sequence.take()) {
      this.#room.leave(stream.id.node, item.bytes);
      stream.ts = item.ts;
      stream.whole = item.complete;
      try {
        this.#options.give(stream.id, item);
      } catch (error) {
        // The user's own: it is not to be hidden, nor to cost the user the entries after it.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #giveUp(stream: Stream, why: LostEntries["why"]): void {
    const gap = stream.sequence.giveUp();
    // Where it was met is no loss: the user wanted nothing from before.
    if (gap?.after) this.#options.lost({ ...stream.id, ...gap, why });
    this.#give(stream);
  }

  /** Looks after a stream for which something is missing or unsure, where its node can be asked. */
  #tend(stream: Stream, within = SETTLE): void {
    const session = this.#session?.signal;
    if (stream.tended || !session || !this.#needs(stream)) return;
    stream.tended = true;
    const again = () => {
      stream.tended = false;
      this.#tend(stream);
    };
    // It may be in need again by now, and its session another one.
    this.#fill(stream, within, session).then(again, (error: unknown) => {
      if (session.aborted) return again();
      stream.tended = false;
      this.#options.log.error({ ...stream.id, err: error }, "a stream is not looked after");
    });
  }

  #needs({ id, unsure, sequence }: Stream): boolean {
    return (unsure || sequence.gap() !== null) && this.#options.isOnline(id.node);
  }

  /** Until nothing is missing, or nobody can be asked. Rejects when the session ends. */
  async #fill(stream: Stream, within: number, session: AbortSignal): Promise<void> {
    const { clock, random, fetcher } = this.#options;
    const { sequence, id } = stream;
    await clock.sleep(milliseconds(SETTLE + random.next() * within), "stream settles", session);
    let silent = 0;
    let searched: Place | undefined;
    for (;;) {
      await this.#replayed(stream, session);
      if (!this.#needs(stream)) return;
      const gap = sequence.gap();
      const { last } = sequence;
      // Where the clock jumped the missing are not where they should be.
      const everywhere = gap !== null && isSame(gap.before, searched);
      searched = gap?.before;
      const { position } = sequence;
      let newest: Place | undefined;
      // Time of the entry after the last of an unbroken row from the position on.
      let follows: string | null | undefined;
      const { unsure } = stream;
      const question = { ...id, ...(everywhere ? spanOf(0, EVER) : this.#span(stream, gap)) };
      // Whoever is unsure again while it is asked is not to be forgotten.
      stream.unsure = false;
      const answer = await fetcher.ask(question, (entries, bytes) => {
        for (const { run, seq, ts, next_ts, values } of entries) {
          newest = { run, seq };
          if (position && isSame(position, newest)) follows = next_ts;
          else follows = ts === follows ? next_ts : undefined;
          const part = bytes / entries.length;
          this.#offer(stream, { run, seq, ts, values, complete: false, source: "history", bytes: part });
        }
        // Met for the first time: it begins with the first that the node has of the time.
        if (sequence.position === null && sequence.confirm()) this.#give(stream);
      });
      session.throwIfAborted();
      if (!answer.ok) {
        const isAway = answer.error.kind === "not-connected";
        if (isAway || ++silent < TRIES) {
          stream.unsure ||= unsure;
          searched = undefined;
          const wait = isAway ? SETTLE : WAIT_AGAIN * silent;
          await clock.sleep(milliseconds(wait * (1 + random.next())), "stream asks again", session);
        } else {
          silent = 0;
          stream.unanswered = true;
          this.#giveUp(stream, "unanswered");
        }
        continue;
      }
      silent = 0;
      if (stream.suspect) this.#judge(stream, newest, answer.end);
      // The end of a run does not show in numbers: it is sure where nothing can be between, or all that there is was looked at.
      if (everywhere || follows !== undefined) while (sequence.confirm()) this.#give(stream);
      if (everywhere && last) this.#giveUpTo(stream, last);
    }
  }

  /** Resolves once no replay of it is under way. */
  async #replayed(stream: Stream, session: AbortSignal): Promise<void> {
    while (stream.replaying) {
      const heard = new AbortController();
      stream.heard = heard;
      const end = () => heard.abort();
      session.addEventListener("abort", end, { once: true });
      await this.#options.clock
        .sleep(milliseconds(REPLAY_SILENT), "replay", heard.signal)
        .then(() => {
          stream.replaying = false;
        })
        .catch(() => {});
      session.removeEventListener("abort", end);
      stream.heard = undefined;
      session.throwIfAborted();
    }
  }

  /** What is asked for first: the time of the gap, and, where the end is unsure, all that follows. */
  #span({ ts, whole, unsure, sequence }: Stream, gap: Gap | null): FetchPayload {
    // The last entry itself, which may be a large one, is wanted again only where it must be told what follows it.
    if (whole && !gap && ts !== undefined) return spanOf(Date.parse(ts) + 1, EVER);
    const times = [
      sequence.position && ts !== undefined ? Date.parse(ts) : this.#since,
      Date.parse(sequence.first?.ts ?? ""),
    ];
    const known = times.filter((time) => !Number.isNaN(time));
    const to = unsure || !gap?.after ? EVER : Math.max(...known) + MARGIN;
    return spanOf(Math.min(...known) - MARGIN, to);
  }

  /** The node has none of what is missing up to there. */
  #giveUpTo(stream: Stream, last: Place): void {
    for (let gap = stream.sequence.gap(); gap && comparePlaces(gap.before, last) <= 0; gap = stream.sequence.gap()) {
      this.#giveUp(stream, "gone");
    }
  }

  /** The newest that the node has is older than what was had: another cabinet has taken its place, or its journal is gone. */
  #judge(stream: Stream, newest: Place | undefined, isEnd: boolean): void {
    stream.suspect = false;
    const { position } = stream.sequence;
    if (!position || !newest || !isEnd || comparePlaces(newest, position) >= 0) return;
    this.#options.lost({ ...stream.id, after: position, before: newest, why: "anew" });
    for (const { bytes } of stream.sequence.reset()) this.#room.leave(stream.id.node, bytes);
    stream.ts = undefined;
    stream.unsure = true;
  }
}

const isSame = (a: Place, b: Place | undefined): boolean => b !== undefined && comparePlaces(a, b) === 0;
