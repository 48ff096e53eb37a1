/** What a junction did, what it means to do, and what it would have done without priority: the two rows of the stage diagram. */
import type { Meant } from "./junction-model.ts";

/** Times in ms since 1970. */
export interface Span {
  readonly stage: string;
  readonly from: number;
  readonly to: number;
}

export interface Told {
  readonly stage: string;
  /** Since when it is on, where that is told. */
  readonly since: number | null;
  readonly plan: readonly Meant[];
  readonly base: readonly Meant[];
}

export interface Rows {
  /** As it ran until now, then as it is meant. */
  readonly ran: readonly Span[];
  /** As it would have run, and would run. */
  readonly usual: readonly Span[];
}

/** What priority changed of a stage: `from` to `to` is the green that it gave. */
export interface Change extends Span {
  readonly kind: "extended" | "early" | "inserted";
}

interface Entry {
  readonly stage: string;
  readonly from: number;
}

/** From when on the base plan is as it was told at that time; null: it is what runs. */
interface Regime {
  readonly from: number;
  readonly frozen: readonly Span[] | null;
}

export interface Story {
  readonly entries: readonly Entry[];
  readonly regimes: readonly Regime[];
  /** Since when plan and base plan are one again; null: they are not. */
  readonly calm: number | null;
  readonly plan: readonly Span[];
  readonly base: readonly Span[];
}

/** Remembered, ms. */
const KEPT = 300_000;
/** Ends that differ by less are one, ms: plans are made anew each second. */
const SAME = 700;
/** A change that is shorter is none, ms. */
const LEAST = 1500;

export const NO_STORY: Story = { entries: [], regimes: [], calm: null, plan: [], base: [] };

/** Takes what is told at `now`. A stage whose begin is not told began when it was first heard of. */
export function hear(story: Story, { stage, since, plan, base }: Told, now: number): Story {
  const last = story.entries.at(-1);
  const known = last?.stage === stage;
  const from = known ? last.from : Math.min(now, since === null || since <= (last?.from ?? 0) ? now : since);
  const entries = known ? story.entries : [...story.entries, { stage, from }];
  const spans = { plan: spansFrom(from, plan), base: spansFrom(from, base) };
  const differs = !isSame(spans.plan, spans.base);
  const calm = differs ? null : (story.calm ?? now);
  return {
    entries: entries.filter((_, i) => (entries[i + 1]?.from ?? now) > now - KEPT),
    regimes: regimesAfter(story, entries, spans.base, differs, calm, now),
    calm,
    ...spans,
  };
}

function regimesAfter(
  { regimes }: Story,
  entries: readonly Entry[],
  base: readonly Span[],
  differs: boolean,
  calm: number | null,
  now: number,
): readonly Regime[] {
  const kept = regimes.filter((_, i) => (regimes[i + 1]?.from ?? now) > now - KEPT);
  const frozen = kept.at(-1)?.frozen ?? null;
  if (frozen === null) return differs && base.length > 0 ? [...kept, { from: now, frozen: base }] : kept;
  const meant = frozen.find(({ to }) => to > now);
  // The first stage of the calm was begun by what was changed; from the next that both have they go together.
  const begun = calm === null ? 0 : entries.filter(({ from }) => from >= calm - SAME).length;
  const isOver = meant === undefined || (begun > 1 && meant.stage === entries.at(-1)?.stage);
  return isOver ? [...kept, { from: now, frozen: null }] : kept;
}

export function rowsOf(story: Story, now: number): Rows {
  const { entries, regimes, plan, base } = story;
  const past = entries.map(({ stage, from }, i): Span => ({ stage, from, to: entries[i + 1]?.from ?? now }));
  const ran = joined([...past, ...cut(plan, now, Infinity)]);
  const begin = entries[0]?.from ?? now;
  const all: Regime[] = [{ from: begin, frozen: null }, ...regimes];
  const usual = all.flatMap(({ from, frozen }, i) => {
    const next = all[i + 1]?.from;
    const follows = frozen ?? [...past, ...cut(base, now, Infinity)];
    return cut(follows, from, next ?? Infinity);
  });
  return { ran, usual: joined(usual) };
}

/** What differs between the rows by priority; what only follows from a change before it is none. */
export function changesOf({ ran, usual }: Rows): Change[] {
  const found: Change[] = [];
  let before = 0;
  for (const [i, span] of ran.entries()) {
    const other = nearest(usual, span);
    if (!other) {
      const isKnown = span.from < (usual.at(-1)?.to ?? 0);
      if (isKnown && i > 0 && span.to - span.from >= LEAST) found.push({ ...span, kind: "inserted" });
      continue;
    }
    // Before the first begin, and beyond the last end, nobody knows.
    const begin = i === 0 || other === usual[0] ? 0 : span.from - other.from;
    const end = i === ran.length - 1 || other === usual.at(-1) ? begin : span.to - other.to;
    const early = Math.min(0, before) - begin;
    if (early >= LEAST) found.push({ stage: span.stage, kind: "early", from: span.from, to: span.from + early });
    const more = end - Math.max(0, begin);
    if (more >= LEAST) found.push({ stage: span.stage, kind: "extended", from: span.to - more, to: span.to });
    before = begin;
  }
  return found;
}

/** The span of the same stage that overlaps most, or lies nearest within half a minute. */
function nearest(spans: readonly Span[], { stage, from, to }: Span): Span | undefined {
  const apart = (other: Span) => Math.max(other.from, from) - Math.min(other.to, to);
  const [best] = spans.filter((other) => other.stage === stage).sort((a, b) => apart(a) - apart(b));
  return best && apart(best) < 30_000 ? best : undefined;
}

function spansFrom(from: number, meant: readonly Meant[]): Span[] {
  return meant.map(({ stage, to }, i) => ({ stage, from: meant[i - 1]?.to ?? from, to }));
}

function isSame(a: readonly Span[], b: readonly Span[]): boolean {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    if (a[i]?.stage !== b[i]?.stage) return false;
    // The end of a horizon is no end of a stage.
    if (i < common - 1 && Math.abs((a[i]?.to ?? 0) - (b[i]?.to ?? 0)) > SAME) return false;
  }
  return true;
}

const cut = (spans: readonly Span[], from: number, to: number): Span[] =>
  spans.flatMap((span) => {
    const part = { ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) };
    return part.to > part.from ? [part] : [];
  });

/** Spans of one stage that touch are one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.stage === span.stage && span.from - last.to < 50) all[all.length - 1] = { ...last, to: span.to };
    else if (span.to > span.from) all.push(span);
  }
  return all;
}
