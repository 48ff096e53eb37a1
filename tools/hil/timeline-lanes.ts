import type { Observation, Report } from "../../sim/scenarios/model.ts";
import { type Layout, pinName } from "./outcome.ts";
import { describe } from "./report-text.ts";

/** What a mark looks like. */
export type Tone = "light" | "state" | "bad" | "query" | "command" | "answer" | "spoilt" | "message" | "action";

/** Something at a moment. Times are ms of the scenario. */
export interface Mark {
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
}

/** Something that lasts. `share` 0 to 1: how high it is drawn. */
export interface Stretch extends Mark {
  readonly until: number;
  readonly share: number;
}

/** One line of the chart: moments, or stretches without a gap in order of time. */
export interface Lane {
  readonly label: string;
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
}

export interface Section {
  readonly title: string;
  readonly lanes: readonly Lane[];
}

/** What one run looked like over time, without its steps. */
export interface Lanes {
  readonly from: number;
  readonly to: number;
  readonly sections: readonly Section[];
}

/** How much of the settling is shown: enough to see what was there at the beginning. */
const BEFORE_MS = 1000;
const BEFORE_SHARE = 0.1;

/** Sorts what was seen into lanes: runtime and cockpit, lamps by street, buses, alarms, messages, pins. */
export function lanesOf(report: Report, layout: Layout): Lanes {
  const { timeline, steps, duration } = report;
  const ends = steps.flatMap(({ deadline, ended }) => [deadline ?? 0, ended ?? 0]);
  const end = Math.max(duration, ...ends, 1000);
  // A little more, so that a mark at the very end is seen whole.
  const to = end * 1.01;
  const first = Math.min(0, timeline[0]?.at ?? 0);
  const from = Math.max(first, -(BEFORE_MS + BEFORE_SHARE * end));
  const seen = new Seen(timeline, from, to);
  const known = new Set(layout.streets.flatMap(({ lamps }) => lamps));
  const strangers = seen.keys("light", ({ lamp }) => lamp).filter((lamp) => !known.has(lamp));
  const streets = [...layout.streets, ...(strangers.length > 0 ? [{ name: "other lamps", lamps: strangers }] : [])];
  const sections: readonly Section[] = [
    { title: "Runtime and cockpit", lanes: lifeOf(seen) },
    { title: "Alarms", lanes: alarmsOf(seen) },
    ...streets.map(({ name, lamps }) => ({ title: `Light: ${name}`, lanes: lamps.map((lamp) => lampOf(seen, lamp)) })),
    { title: "DALI", lanes: busesOf(seen) },
    { title: "Pins", lanes: pinsOf(seen, layout) },
    { title: "Messages to the cockpit", lanes: messagesOf(seen) },
  ];
  const filled = sections.map(({ title, lanes }) => ({ title, lanes: lanes.filter(hasSomething) }));
  return { from, to, sections: filled.filter(({ lanes }) => lanes.length > 0) };
}

const hasSomething = ({ marks, stretches }: Lane): boolean => marks.length + stretches.length > 0;

type Kind = Observation["kind"];
type Of<K extends Kind> = Extract<Observation, { readonly kind: K }>;

/** What was seen, by kind, and the span of time that is drawn. */
class Seen {
  readonly #all: readonly Observation[];
  readonly from: number;
  readonly to: number;

  constructor(all: readonly Observation[], from: number, to: number) {
    this.#all = all;
    this.from = from;
    this.to = to;
  }

  of<K extends Kind>(kind: K): readonly Of<K>[] {
    return this.#all.filter((one): one is Of<K> => one.kind === kind);
  }

  /** What was told apart by `key`, in the order of names. */
  keys<K extends Kind>(kind: K, key: (one: Of<K>) => string): string[] {
    return [...new Set(this.of(kind).map(key))].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  }

  /** A lane of moments. */
  marks<K extends Kind>(label: string, ones: readonly Of<K>[], tone: (one: Of<K>) => Tone): Lane {
    const marks = ones
      .filter(({ at }) => at >= this.from && at <= this.to)
      .map((one) => ({ at: one.at, text: describe(one), tone: tone(one) }));
    return { label, marks, stretches: [] };
  }

  /** A lane of what lasts: each of them until the next. The drawing cuts off what began before the chart. */
  stretches<K extends Kind>(
    label: string,
    ones: readonly Of<K>[],
    look: (one: Of<K>) => { readonly share: number; readonly tone: Tone },
  ): Lane {
    const stretches: Stretch[] = [];
    for (const [i, one] of ones.entries()) {
      const until = Math.min(ones[i + 1]?.at ?? this.to, this.to);
      if (until >= this.from) stretches.push({ at: one.at, until, text: describe(one), ...look(one) });
    }
    return { label, marks: [], stretches };
  }
}

function lifeOf(seen: Seen): Lane[] {
  const actions = seen.marks("done", seen.of("action"), () => "action");
  const results = seen.marks("answers", seen.of("result"), ({ ok }) => (ok ? "message" : "bad"));
  const running = seen.stretches("process", seen.of("runtime"), (one) => ({
    share: one.running ? 1 : 0.5,
    tone: one.running ? "state" : "bad",
  }));
  const presence = seen.stretches("presence", seen.of("presence"), (one) => ({
    share: one.presence === "online" ? 1 : 0.5,
    tone: one.presence === "online" ? "state" : "bad",
  }));
  return [actions, running, presence, results];
}

const alarmsOf = (seen: Seen): Lane[] =>
  seen
    .keys("alarm", ({ code, component }) => `${code} ${component}`)
    .map((label) => {
      const ones = seen.of("alarm").filter(({ code, component }) => `${code} ${component}` === label);
      return seen.stretches(label, ones, ({ active }) => ({ share: active ? 1 : 0, tone: active ? "bad" : "state" }));
    });

function lampOf(seen: Seen, lamp: string): Lane {
  const ones = seen.of("light").filter((one) => one.lamp === lamp);
  return seen.stretches(lamp, ones, ({ level }) => ({ share: level / 100, tone: "light" }));
}

const busesOf = (seen: Seen): Lane[] =>
  seen
    .keys("frame", ({ bus }) => bus)
    .map((bus) =>
      seen.marks(
        bus,
        seen.of("frame").filter((frame) => frame.bus === bus),
        toneOf,
      ),
    );

function toneOf({ bits, data, text }: Of<"frame">): Tone {
  if (data === null) return "spoilt";
  if (bits === 8) return "answer";
  return text.startsWith("QUERY") ? "query" : "command";
}

const pinsOf = (seen: Seen, { pins }: Layout): Lane[] =>
  seen
    .keys("pin", ({ chip, offset }) => pinName(chip, offset))
    .map((name) => {
      const ones = seen.of("pin").filter(({ chip, offset }) => pinName(chip, offset) === name);
      const label = pins[name] ? `${pins[name]} (${name})` : name;
      return seen.stretches(label, ones, ({ high }) => ({ share: high ? 1 : 0.08, tone: "state" }));
    });

const messagesOf = (seen: Seen): Lane[] =>
  seen
    .keys("status", ({ code }) => code)
    .map((code) => {
      const ones = seen.of("status").filter((one) => one.code === code);
      return seen.marks(code, ones, () => "message");
    });
