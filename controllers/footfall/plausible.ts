/**
 * Whether what a counter says can be people. Pure rules on its minutes:
 * - more than a crowded pavement lets pass;
 * - as regular as no people are: people come at least as unevenly as chance (variance of a Poisson process: its mean);
 * - nobody for so long that its own usual, or the other counters of its street, say otherwise.
 */
import { between, hours, type Instant, minutes } from "../units.ts";

/** Why a counter is not believed. */
export type Doubt = "too many" | "too regular" | "too quiet";

/** In words, for its alarm. */
export const DOUBTS: Readonly<Record<Doubt, string>> = {
  "too many": "it counts more people than can pass",
  "too regular": "it counts as regularly as no people come",
  "too quiet": "it counts nobody where many were to be expected",
};

/** A pavement of 5 m, shoulder to shoulder: 80 people a minute for each metre. */
const MOST_A_MINUTE = 400;
/** Minutes that are judged together, and how many such blocks in a row must be odd. */
const BLOCK = 30;
const BLOCKS = 2;
/** Variance over mean. Of 30 minutes of a Poisson process it is under this twice in a million times (chi-square, 29 degrees). */
const REGULAR = 0.2;
/** With fewer people a minute there is too little to judge by. */
const FEWEST_A_MINUTE = 0.5;
/** So many were to be expected since the last one came, and so long it has been. A tenth of the usual may be a day of snow. */
const EXPECTED = 120;
const QUIET = hours(3);
/** Others of its street have counted so many meanwhile: judges a counter that has no usual of its own yet. */
const OTHERS = 1000;
/** A usual is one after so many days, and follows the last of them with this weight. */
const DAYS = 3;
const WEIGHT = 1 / 8;
/** An hour teaches what is usual where it was heard in so many of its minutes. */
const HEARD = 45;
/** Nothing said for longer: what happened meanwhile is not known. */
const LONGEST_GAP = minutes(20);
const MINUTE = 60_000;

/** People an hour of each hour of workdays (0 to 23) and of weekends (24 to 47), with the days that this was learnt from. */
export type Usual = readonly { readonly rate: number; readonly days: number }[];

/** What is known of one counter's numbers. */
export interface Plausibility {
  readonly doubt: Doubt | null;
  /** The open minute (since 1970) and who came in it. */
  readonly minute: number;
  readonly people: number;
  /** The open block: its first minute, minutes heard, their sum and the sum of their squares; odd blocks before it, in a row. */
  readonly block: { readonly from: number; readonly heard: number; readonly sum: number; readonly squares: number };
  readonly odd: number;
  /** The last person: when, how many were to be expected since then, and what all of its street had counted by then. */
  readonly quiet: { readonly since: Instant; readonly expected: number; readonly street: number };
  /** The open hour (since 1970). */
  readonly hour: { readonly number: number; readonly heard: number; readonly people: number };
  readonly usual: Usual;
}

/** What a count says of a counter. */
export interface Said {
  readonly people: number;
  readonly at: Instant;
  /** All people counted on its street since the start, these too. */
  readonly street: number;
}

/** Which of the 48 hours of `Usual` an instant is in; null while the time is not known. */
export type HourOf = (at: Instant) => number | null;

const UNKNOWN: Usual = Array.from({ length: 48 }, () => ({ rate: 0, days: 0 }));
const blockFrom = (minute: number) => ({ from: minute, heard: 0, sum: 0, squares: 0 });

/** Nothing is known yet: it is believed. */
export function unjudged(now: Instant): Plausibility {
  const minute = Math.floor(now / MINUTE);
  return {
    doubt: null,
    minute,
    people: 0,
    block: blockFrom(minute),
    odd: 0,
    quiet: { since: now, expected: 0, street: 0 },
    hour: { number: Math.floor(minute / 60), heard: 0, people: 0 },
    usual: UNKNOWN,
  };
}

/** After the wall clock was set: minutes begin anew, what is usual and what is doubted stays. */
export function rejudged({ doubt, usual, quiet }: Plausibility, now: Instant): Plausibility {
  const anew = unjudged(now);
  return { ...anew, doubt, usual, quiet: { ...anew.quiet, street: quiet.street } };
}

/** After the counter said something, not before what it said last. */
export function judged(before: Plausibility, { people, at, street }: Said, hourOf: HourOf): Plausibility {
  const minute = Math.floor(at / MINUTE);
  const now = minute > before.minute ? closed(before, minute, street, hourOf) : before;
  if (people <= 0) return now;
  return {
    ...now,
    people: now.people + people,
    quiet: { since: at, expected: 0, street },
    // Whoever was said to see nobody sees somebody.
    doubt: now.doubt === "too quiet" ? null : now.doubt,
  };
}

/** Closes the open minute, and the block and the hour that end with it; `minute` is the next that it is heard in. */
function closed(before: Plausibility, minute: number, street: number, hourOf: HourOf): Plausibility {
  const gone = Math.min(minute - before.minute, LONGEST_GAP / MINUTE);
  const at = (before.minute * MINUTE) as Instant;
  const cell = hourOf(at);
  const block = withMinute(before.block, before.people, gone);
  const quiet =
    before.people > 0
      ? before.quiet
      : { ...before.quiet, expected: before.quiet.expected + (expectedIn(before.usual, cell) * gone) / 60 };
  const { usual, hour } = learnt(before, Math.floor(minute / 60), gone, cell);
  const next = { ...before, minute, people: 0, quiet, usual, hour };
  const ofBlock = judgeBlock(before, block, minute);
  const tooQuiet = isTooQuiet(quiet, usual, street, (minute * MINUTE) as Instant);
  return { ...next, ...ofBlock, doubt: ofBlock.doubt ?? (tooQuiet ? "too quiet" : null) };
}

type Block = Plausibility["block"];

/** Nobody came in those minutes in which a live counter said nothing: some speak only when somebody comes. */
const withMinute = ({ from, heard, sum, squares }: Block, people: number, gone: number): Block => ({
  from,
  heard: heard + gone,
  sum: sum + people,
  squares: squares + people * people,
});

function judgeBlock(
  { odd, doubt }: Plausibility,
  block: Block,
  minute: number,
): Pick<Plausibility, "block" | "odd" | "doubt"> {
  const stands = doubt === "too quiet" ? null : doubt;
  // At once: a street has no second half an hour for that.
  const many = block.sum > MOST_A_MINUTE * BLOCK && block.sum > MOST_A_MINUTE * (minute - block.from);
  if (!many && block.heard < BLOCK) return { block, odd, doubt: stands };
  const mean = block.sum / block.heard;
  const variance = block.squares / block.heard - mean * mean;
  const regular = mean >= FEWEST_A_MINUTE && variance < REGULAR * mean;
  const row = regular ? odd + 1 : 0;
  const found = many ? "too many" : row >= BLOCKS ? "too regular" : null;
  return { block: blockFrom(minute), odd: row, doubt: found };
}

/** What is usual in such an hour; nobody where that is not known yet. */
function expectedIn(usual: Usual, cell: number | null): number {
  const known = cell === null ? undefined : usual[cell];
  return known && known.days >= DAYS ? known.rate : 0;
}

function isTooQuiet(quiet: Plausibility["quiet"], usual: Usual, street: number, now: Instant): boolean {
  if (between(quiet.since, now) < QUIET) return false;
  return quiet.expected >= EXPECTED || (street - quiet.street >= OTHERS && usual.every(({ rate }) => rate === 0));
}

/** The open hour after a minute, and what is usual once it is over. What is doubted teaches nothing. */
function learnt(
  { hour, people, usual, doubt }: Plausibility,
  number: number,
  gone: number,
  cell: number | null,
): Pick<Plausibility, "usual" | "hour"> {
  const open = { number: hour.number, heard: hour.heard + gone, people: hour.people + people };
  if (number === hour.number) return { usual, hour: open };
  const next = { number, heard: 0, people: 0 };
  if (cell === null || doubt !== null || open.heard < HEARD) return { usual, hour: next };
  const { rate, days } = usual[cell] ?? { rate: 0, days: 0 };
  const weight = Math.max(WEIGHT, 1 / (days + 1));
  const now = (open.people * 60) / Math.max(open.heard, HEARD);
  return { usual: usual.with(cell, { rate: rate + weight * (now - rate), days: days + 1 }), hour: next };
}
