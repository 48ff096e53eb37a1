/** Events of signal priority as the table of which ATSPM's tools are fed: SignalID, Timestamp, EventCodeID, EventParam. */
import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { Told } from "./entries.ts";

export interface AtspmOptions {
  readonly from: Instant;
  readonly to: Instant;
  /** IANA zone of the timestamps: they carry none, and ATSPM takes them for the controllers' own time. */
  readonly timeZone: string;
  /** SignalID by junction; another junction's is its component, `tlc/1`. */
  readonly signals: ReadonlyMap<string, string>;
}

interface Row {
  readonly at: Instant;
  readonly signal: string;
  readonly code: number;
  readonly parameter: number;
}

/** A table with a head line, in order of time. What is told twice is there once. Throws TypeError for a zone nobody knows. */
export function atspmTable(entries: readonly Told[], { from, to, timeZone, signals }: AtspmOptions): string {
  const rows = new Map<string, Row>();
  for (const { code, values } of entries) {
    if (code !== "tlc.priority.events") continue;
    const alike = new Map<string, number>();
    for (const { j, t, c, p } of values["events"] as readonly ToldEvent[]) {
      const at = instant(Date.parse(t));
      if (at < from || at >= to) continue;
      // Two alike in one entry are two; in another entry they are the same, told again.
      const event = `${j} ${t} ${c} ${p}`;
      const nth = (alike.get(event) ?? 0) + 1;
      alike.set(event, nth);
      rows.set(`${event} ${nth}`, { at, signal: signals.get(j) ?? j, code: c, parameter: p });
    }
  }
  const time = timeIn(timeZone);
  const lines = [...rows.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ at, signal, code, parameter }) => `${signal},${time(at)},${code},${parameter}`);
  return `${["SignalID,Timestamp,EventCodeID,EventParam", ...lines].join("\n")}\n`;
}

interface ToldEvent {
  readonly j: string;
  readonly t: string;
  readonly c: number;
  readonly p: number;
}

/** `2026-11-18 17:30:00.250` on the wall clock of a zone. */
function timeIn(timeZone: string): (at: Instant) => string {
  const { day, minutes } = localClock(timeZone);
  return (at) =>
    new Date(day(at) * 86_400_000 + Math.round(minutes(at) * 60_000)).toISOString().replace("T", " ").replace("Z", "");
}
