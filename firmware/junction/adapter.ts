/** What stands between a junction's decision and its signals: contacts of another controller, RSMP 3, our own outputs. */

import type { PriorityCall } from "../../controllers/junction/junction-state.ts";
import type { JunctionMode, Signal } from "../../controllers/junction/model.ts";
import type { RequestState } from "../../controllers/junction/request-model.ts";
import type { FaultKind } from "../../controllers/model.ts";
import type { Duration, Instant } from "../../controllers/units.ts";

/** What a pass wants of the signals, and why. */
export interface SignalOrder {
  /** What the engine shows: for heads that are ours. */
  readonly signals: readonly Signal[];
  readonly mode: JunctionMode;
  /** What another controller is asked for. */
  readonly calls: readonly PriorityCall[];
  /** Keys of the requests whose vehicles have passed, `source id`. */
  readonly completed: ReadonlySet<string>;
  readonly at: Instant;
}

/** What an adapter has to say. */
export type SignalNews =
  /** What heads show, as far as it is read back: all that are known. */
  | { readonly kind: "shown"; readonly signals: readonly Signal[] }
  /** Another controller tells what became of a request of ours. */
  | {
      readonly kind: "request";
      /** `source id`. */
      readonly key: string;
      readonly state: RequestState;
      /** Whole seconds, once completed. */
      readonly extension?: number;
      readonly reduction?: number;
      readonly at: Instant;
    }
  /** A vehicle passed the stop line of a group: a contact or a loop of the controller says so. */
  | { readonly kind: "passed"; readonly group: string; readonly at: Instant }
  /** Stage, plan and seconds of the cycle of another controller. */
  | {
      readonly kind: "controller";
      readonly stage?: number;
      readonly cycle?: number;
      readonly baseCycle?: number;
      readonly at: Instant;
    }
  /** What another controller says is wrong with it: all that stands, the worst in words; null: nothing. */
  | { readonly kind: "alarms"; readonly said: { readonly isError: boolean; readonly text: string } | null }
  /** Signals are out of our hands: `fault`, and its end (null). The controller goes its own way. */
  | { readonly kind: "fault"; readonly fault: FaultKind | null; readonly at: Instant }
  /** Heads of ours begin from red, of which nobody knows what was before: so must the engine. */
  | { readonly kind: "anew"; readonly at: Instant }
  /** The monitor forced flashing amber; a person resets it. */
  | { readonly kind: "flashing"; readonly why: string; readonly at: Instant };

/** One way to a junction's signals. It owns its device: opens it, keeps it open, and says what it sees. */
export interface SignalAdapter {
  /** Takes what the last pass wants and returns; what cannot be done while the device is away is not made up for. */
  order(order: SignalOrder): void;
  /** Works until the signal aborts: then every call is ended in order. Never throws. */
  run(tell: (news: SignalNews) => void, signal: AbortSignal): Promise<void>;
  /** A person has looked: the monitor begins anew. Where there is none that says so. */
  reset?(): boolean;
  /** What happened since the start, by name. Only ever grows. */
  tally(): Readonly<Record<string, number>>;
  /** An order comes so often at least: what watches us takes it for our heartbeat. Absent: each second. */
  readonly every?: Duration;
}
