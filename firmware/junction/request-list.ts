/** The requests of a junction as S0033 lists them: all that live, and those that just ended, once. RSMP 3, S0033. */
import type { JunctionEvent } from "../../controllers/junction/model.ts";
import type { PriorityRequest, RequestState } from "../../controllers/junction/request-model.ts";
import type { ComponentId } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import { iso } from "../link/payload.ts";
import type { SignalNews } from "./adapter.ts";

/** Where requests of the cockpit come from: their ids are its own, and two supervisors' never meet. */
export const cockpitSource = (issuer = ""): string => `${COCKPIT}${issuer}`;
const COCKPIT = "cockpit:";
const LONGEST_ID = 64;

const ENDS: ReadonlySet<RequestState> = new Set(["completed", "cancelled", "timeout", "rejected", "cooldown", "stale"]);

/** As `tlc.priority.requests` has it. */
export interface ListedRequest {
  readonly r: string;
  readonly t: string;
  readonly s: RequestState;
  readonly e?: number;
  readonly d?: number;
  readonly j: ComponentId;
  readonly g?: string;
  readonly l?: string;
}

export class RequestList {
  readonly #junction: ComponentId;
  /** By `source id`. */
  readonly #listed = new Map<string, ListedRequest>();
  /** What another controller said stands until it says otherwise. */
  readonly #theirs = new Set<string>();
  /** What it ended, and lives here until its vehicle is gone: it is told no second end. */
  readonly #closed = new Set<string>();

  constructor(junction: ComponentId) {
    this.#junction = junction;
  }

  get all(): readonly ListedRequest[] {
    return [...this.#listed.values()];
  }

  /** True where the list is another now. Those that ended before this pass leave it. */
  after(events: readonly JunctionEvent[], news: readonly SignalNews[], toWall: (at: Instant) => Instant): boolean {
    let isChanged = this.#leave();
    for (const event of events) {
      if (event.kind !== "request") continue;
      const key = keyOf(event.request);
      if (this.#closed.has(key)) {
        if (ENDS.has(event.request.state)) this.#closed.delete(key);
        continue;
      }
      // A controller that answers knows better how far it is; that nobody wants it any more we know better.
      if (this.#theirs.has(key) && !ENDS.has(event.request.state)) continue;
      isChanged = true;
      const { extension: e, reduction: d } = event;
      this.#put(key, event.request, event.request.state, toWall(event.at), e, d);
    }
    for (const one of news) {
      if (one.kind !== "request") continue;
      const known = this.#listed.get(one.key);
      if (!known) continue;
      isChanged = true;
      this.#theirs.add(one.key);
      if (ENDS.has(one.state) && !ENDS.has(known.s)) this.#closed.add(one.key);
      const { extension, reduction } = one;
      this.#listed.set(one.key, {
        ...known,
        t: iso(one.at),
        s: one.state,
        ...(extension === undefined ? {} : { e: extension }),
        ...(reduction === undefined ? {} : { d: reduction }),
      });
    }
    return isChanged;
  }

  #put(
    key: string,
    { source, id, group, line }: PriorityRequest,
    state: RequestState,
    at: Instant,
    extension: number | undefined,
    reduction: number | undefined,
  ): void {
    this.#listed.set(key, {
      r: (source.startsWith(COCKPIT) ? id : `${source} ${id}`).slice(0, LONGEST_ID),
      t: iso(at),
      s: state,
      ...(extension === undefined ? {} : { e: extension }),
      ...(reduction === undefined ? {} : { d: reduction }),
      j: this.#junction,
      ...(group === "" ? {} : { g: group.slice(0, 24) }),
      ...(line === undefined ? {} : { l: line.slice(0, 40) }),
    });
  }

  #leave(): boolean {
    let left = false;
    for (const [key, { s }] of this.#listed)
      if (ENDS.has(s)) {
        this.#listed.delete(key);
        this.#theirs.delete(key);
        left = true;
      }
    return left;
  }
}

export const keyOf = ({ source, id }: Pick<PriorityRequest, "source" | "id">): string => `${source} ${id}`;
