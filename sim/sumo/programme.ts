/** A signal programme of SUMO taken apart: which links always show the same, when they are green, what is wanted when. */
import type { Programme } from "./net.ts";

/** From second to second of the cycle; `end` may be past its last second where green goes over it. */
export interface Green {
  readonly begin: number;
  readonly end: number;
}

/** Links that always show the same. */
export interface LinkGroup {
  readonly links: readonly number[];
  readonly greens: readonly Green[];
  /** Seconds of amber after green, and of red and amber before it; 0 where the programme has none. */
  readonly amber: number;
  readonly redAmber: number;
}

/** What shall be green from a second of the cycle on; what has to be cleared before is not in it. */
export interface Wanted {
  readonly at: number;
  readonly groups: ReadonlySet<number>;
  /** Seconds that it lasts at least, where it only ends something; absent: as long as in the programme. */
  readonly shortest?: number;
}

/** Longer than any clearance: what begins so long after another has ended does not wait for it. */
export const LONGEST_GAP = 12;

export const cycleOf = ({ phases }: Programme): number => phases.reduce((sum, { duration }) => sum + duration, 0);

const isGreen = (letter: string | undefined): boolean => letter === "G" || letter === "g";

/** Groups of links, in the order of their first; links that are always green or never are in none. */
export function groupsIn(programme: Programme, links: readonly number[]): LinkGroup[] {
  const column = (link: number): string => programme.phases.map(({ state }) => plain(state[link])).join("");
  const alike = Map.groupBy(links, column);
  return [...alike.entries()]
    .filter(([letters]) => letters.includes("G") && /[^G]/.test(letters))
    .map(([letters, links]) => ({ links, ...timesOf(letters, programme) }));
}

const plain = (letter = "r"): string => (isGreen(letter) ? "G" : letter === "y" || letter === "u" ? letter : "r");

function timesOf(letters: string, programme: Programme): Omit<LinkGroup, "links"> {
  const { phases } = programme;
  const cycle = cycleOf(programme);
  const starts: number[] = [];
  let at = 0;
  for (const { duration } of phases) {
    starts.push(at);
    at += duration;
  }
  const count = phases.length;
  const letter = (i: number): string => letters[((i % count) + count) % count] as string;
  const lasts = (i: number): number => phases[((i % count) + count) % count]?.duration as number;
  /** Seconds of a letter from phase `i` on, and how many phases it is. */
  const run = (from: number, of: string, step: 1 | -1): number => {
    let sum = 0;
    for (let i = from, n = 0; n < count && letter(i) === of; i += step, n++) sum += lasts(i);
    return sum;
  };
  const greens: Green[] = [];
  let [amber, redAmber] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (letter(i) !== "G" || letter(i - 1) === "G") continue;
    const length = run(i, "G", 1);
    let next = i;
    while (letter(next) === "G") next++;
    const begin = starts[i] as number;
    greens.push({ begin, end: begin + length });
    amber = Math.max(amber, run(next, "y", 1));
    redAmber = Math.max(redAmber, run(i - 1, "u", -1));
  }
  return { greens: greens.map(({ begin, end }) => ({ begin: begin % cycle, end })), amber, redAmber };
}

/** Seconds from an end of green of the first to the next begin of the second, over all the cycle. */
export function gapsBetween(first: LinkGroup, second: LinkGroup, cycle: number): number[] {
  return first.greens.map(({ end }) =>
    Math.min(...second.greens.map(({ begin }) => (((begin - end) % cycle) + cycle) % cycle)),
  );
}

/** Whether both are green at one time. */
export const areGreenTogether = (a: LinkGroup, b: LinkGroup, cycle: number): boolean =>
  a.greens.some((one) =>
    b.greens.some((other) => [-cycle, 0, cycle].some((by) => one.begin < other.end + by && other.begin + by < one.end)),
  );

/**
 * What the programme wants, in order through the cycle. A time in which something has ended and what comes next only waits
 * until that is cleared belongs to what comes next: the intergreens say how long it waits.
 */
export function wantedIn(
  programme: Programme,
  groups: readonly LinkGroup[],
  conflict: (a: number, b: number) => boolean,
): Wanted[] {
  const cycle = cycleOf(programme);
  const entries: Wanted[] = [];
  let at = 0;
  for (const { duration, state } of programme.phases) {
    const green = new Set(groups.flatMap(({ links }, i) => (isGreen(state[links[0] as number]) ? [i] : [])));
    const last = entries.at(-1)?.groups;
    if (!last || !isSame(last, green)) entries.push({ at, groups: green });
    at += duration;
  }
  const [first, last] = [entries[0], entries.at(-1)];
  if (first && last && first !== last && isSame(first.groups, last.groups)) {
    entries.shift();
  }
  /** Whether `group`, which becomes green next after `from`, waits for one that ended at `from` or shortly before. */
  const waits = (group: number, from: number): boolean => {
    const begin = Math.min(
      ...(groups[group] as LinkGroup).greens.map((green) => from + ((((green.begin - from) % cycle) + cycle) % cycle)),
    );
    return groups.some(
      (other, i) =>
        conflict(i, group) &&
        other.greens.some(({ end }) => {
          const gap = (((begin - end) % cycle) + cycle) % cycle;
          return gap <= LONGEST_GAP && gap >= begin - from - 1e-6;
        }),
    );
  };
  for (let i = 0; i < entries.length && entries.length > 1; ) {
    const here = entries[i] as Wanted;
    const next = entries[(i + 1) % entries.length] as Wanted;
    const begun = [...next.groups].filter((group) => !here.groups.has(group));
    const isWithin = begun.length > 0 && [...here.groups].every((group) => next.groups.has(group));
    if (isWithin && (here.groups.size === 0 || begun.every((group) => waits(group, here.at)))) {
      entries.splice((i + 1) % entries.length, 1, { at: here.at, groups: next.groups });
      entries.splice(i, 1);
      i = Math.max(0, i - 1);
    } else i++;
  }
  return entries.sort((a, b) => a.at - b.at);
}

const isSame = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));
