/** What a supervisor hands to its user of the streams that nodes record: words for entries, gaps and positions. */
import type { Gap, Place } from "./sequence.ts";

/** How an entry came: as it happened, after its node was away, or because it was asked for. */
export type Source = "live" | "replay" | "history";

/** An entry of a channel. Of a channel that is replayed each comes once and in order; of others as they come. */
export interface ChannelEntry extends Place {
  readonly node: string;
  readonly code: string;
  /** Left out where the status has only one channel. */
  readonly channel?: string;
  readonly ts: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** It is known to hold every attribute and component; replay and history do not say, so false there. */
  readonly complete: boolean;
  readonly source: Source;
}

/** An event of an alarm: each comes once, and in order for its code. */
export interface AlarmEvent extends Place {
  readonly node: string;
  readonly code: string;
  readonly component?: string;
  readonly ts: string;
  readonly active: boolean;
  readonly message: string;
  readonly source: Source;
}

/** Entries that are lost: the node has them no more, or did not answer. Told before what follows them. */
export interface LostEntries extends Gap {
  readonly node: string;
  readonly type: "status" | "alarm";
  readonly code: string;
  readonly channel?: string;
  /**
   * `gone`: the node says that it has nothing there. `unanswered`: it does not say. `flooded`: too much had to wait for it.
   * `anew`: the node counts from the beginning (another cabinet in its place, a journal lost), and `before` is its newest.
   */
  readonly why: "gone" | "unanswered" | "flooded" | "anew";
}

/** How far a stream has been given. */
export interface Position extends Place {
  /** Of the last entry given. */
  readonly ts: string;
}

/** By `<node> status/<code>[/<channel>]` and `<node> alarm/<code>`. Plain data: to be kept, and given back as `resume`. */
export type Positions = ReadonlyMap<string, Position>;

/** One entry of a node's history. RSMP 4 draft, "History". */
export interface PastEntry extends Place {
  readonly ts: string;
  readonly next_ts: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What was fetched: `beginning` and `end` say that the node has nothing earlier, nothing later. */
export type Fetched =
  | {
      readonly ok: true;
      readonly entries: readonly PastEntry[];
      readonly beginning: boolean;
      readonly end: boolean;
    }
  | FetchFailed;

export interface FetchFailed {
  readonly ok: false;
  readonly error: {
    readonly kind: "not-connected" | "no-answer" | "too-large";
    readonly field: string;
    readonly message: string;
  };
}
