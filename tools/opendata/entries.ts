/** What a cabinet told, as a supervisor hands it on: one JSON object a line. */
import type { Release } from "../../controllers/footfall/privacy.ts";
import { instant } from "../../controllers/units.ts";
import { problemFinder } from "../../firmware/link/check.ts";
import { STATUSES } from "../../firmware/link/modules.ts";
import { channelValuesSchema } from "../../firmware/link/payload.ts";
import type { ChannelSpec, Status } from "../../firmware/link/table.ts";
import type { LampHour } from "./ngsi.ts";

/** The part of a supervisor's `ChannelEntry` that is read. */
export interface Told {
  readonly node: string;
  readonly code: string;
  readonly channel?: string;
  readonly ts: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The channels of which open data is made. Where there is no junction, nobody has heard of the last. */
export const SOURCES: readonly { readonly code: keyof typeof STATUSES; readonly channel?: string }[] = [
  { code: "footfall.counts", channel: "windows" },
  { code: "lighting.lamps", channel: "hourly" },
  { code: "lighting.lamps", channel: "failures" },
  { code: "tlc.priority.events" },
];

export interface Gathered {
  readonly releases: readonly Release[];
  readonly lampHours: readonly LampHour[];
  /** Lamps whose last word was that they have failed. */
  readonly failed: ReadonlySet<string>;
}

const PROBLEMS = new Map(
  SOURCES.map(({ code, channel }) => {
    const status: Status = STATUSES[code];
    const spec = status.channels.find(({ name }) => name === channel) as ChannelSpec;
    return [`${code}/${channel}`, problemFinder(channelValuesSchema(status, spec))];
  }),
);

/** Reads the lines of one node; those of other nodes and channels are let pass. A line that is no entry is a RangeError with its number. */
export function entriesIn(text: string, node: string): readonly Told[] {
  const all: Told[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const wrong = (what: string) => new RangeError(`line ${i + 1}: ${what}`);
    let told: Told;
    try {
      told = JSON.parse(line) as Told;
    } catch {
      throw wrong("is no JSON");
    }
    if (told?.node !== node) continue;
    const find = PROBLEMS.get(`${told.code}/${told.channel}`);
    if (!find) continue;
    const problem = find(told.values);
    if (problem) throw wrong(`${problem.field} ${problem.message}`);
    if (Number.isNaN(Date.parse(told.ts))) throw wrong(`ts is "${told.ts}": allowed is ISO 8601`);
    all.push(told);
  }
  return all;
}

/** Entries that come twice, and complete ones that repeat what was told, count once. */
export function gather(entries: readonly Told[]): Gathered {
  const releases = new Map<string, Release>();
  const lampHours: LampHour[] = [];
  const failed = new Map<string, { readonly ts: string; readonly failed: boolean }>();
  for (const { code, channel, ts, values } of entries) {
    if (code === "tlc.priority.events") continue;
    if (channel === "hourly") {
      lampHours.push({ at: instant(Date.parse(ts)), means: byComponent<number>(values["actualLightState.avg"]) });
    } else if (channel === "failures") {
      for (const [lamp, one] of Object.entries(byComponent<boolean>(values["lampFailure"])))
        if ((failed.get(lamp)?.ts ?? "") <= ts) failed.set(lamp, { ts, failed: one });
    } else {
      const [length, to] = [byComponent<number>(values["passedMinutes"]), byComponent<string>(values["passedTo"])];
      for (const [zone, people] of Object.entries(byComponent<number>(values["passed"]))) {
        const end = Date.parse(to[zone] ?? "");
        const begin = end - (length[zone] ?? 0) * 60_000;
        if (begin < end)
          releases.set(`${zone} ${begin} ${end}`, { zone, people, from: instant(begin), to: instant(end) });
      }
    }
  }
  return {
    releases: [...releases.values()],
    lampHours,
    failed: new Set([...failed].filter(([, one]) => one.failed).map(([lamp]) => lamp)),
  };
}

const byComponent = <V>(map: unknown): Readonly<Record<string, V>> => (map ?? {}) as Record<string, V>;
