import { bars } from "../plots/bars.ts";
import { figure } from "../plots/scale.ts";
import { escaped, markup } from "../plots/shape.ts";
import { PLOT_STYLE } from "../plots/style.ts";
import { PAGE_STYLE } from "../report/style.ts";
import { changeFrom, type Measure, type Summary } from "./measures.ts";
import type { Played, Strategy } from "./play.ts";

const WIDTH = 900;

export const NAMES: Readonly<Record<Strategy, string>> = {
  none: "No priority",
  engine: "No priority, hulotte's engine",
  simple: "Extension and early green",
  actuated: "SUMO's actuated bus priority",
  hulotte: "hulotte",
};

const PLOTS: readonly { who: "bus" | "others"; measure: Measure; title: string; caption: string }[] = [
  {
    who: "bus",
    measure: "timeLoss",
    title: "Bus: time lost",
    caption: "Against driving freely, without the standing at stops; the whole way.",
  },
  { who: "bus", measure: "waiting", title: "Bus: waiting", caption: "Standing, without stops; the whole way." },
  {
    who: "bus",
    measure: "atSignals",
    title: "Bus: time lost at a signal",
    caption:
      "On the lanes that end within 100 m of a stop line, for each bus that came to one, without the standing at stops.",
  },
  { who: "others", measure: "timeLoss", title: "Other traffic: time lost", caption: "The whole way." },
  {
    who: "others",
    measure: "atSignals",
    title: "Other traffic: time lost at signals",
    caption: "On the same lanes, for each vehicle and lane.",
  },
  {
    who: "others",
    measure: "departDelay",
    title: "Other traffic: waiting to enter",
    caption: "Before the road had room for it. In no other measure.",
  },
];

export interface PageInputs {
  readonly name: string;
  readonly software: string;
  readonly seeds: number;
  readonly signals: number;
  readonly summaries: readonly Summary[];
  readonly runs: readonly Played[];
  readonly notes: readonly string[];
}

/** One document that needs nothing beside itself: no script, no font, no picture. */
export function pageOf({ name, software, seeds, signals, summaries, runs, notes }: PageInputs): string {
  const reference = summaries.find(({ strategy }) => strategy === "none") ?? null;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`Bus priority in ${name}`)}</title>
<style>
${PAGE_STYLE}${PLOT_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(`Bus priority in ${name}`)}</h1>
<p>${escaped(`${software} · ${signals} signals · ${figure(summaries[0]?.bus.count ?? 0)} buses and ${figure(summaries[0]?.others.count ?? 0)} other vehicles · ${seeds} ${seeds === 1 ? "seed" : "seeds"}`)}</p>
</header>
${PLOTS.map((plot) => plotOf(plot, summaries, reference)).join("\n")}
${tableOf(summaries, reference)}
${seedTable(runs)}
${assumptions(notes)}
</main>
</body>
</html>
`;
}

function plotOf(
  { who, measure, title, caption }: (typeof PLOTS)[number],
  summaries: readonly Summary[],
  reference: Summary | null,
): string {
  const rows = summaries.map((one) => ({
    label: NAMES[one.strategy],
    value: one[who][measure],
    kind: one.strategy === "hulotte" ? ("ours" as const) : ("reference" as const),
    note: reference && one !== reference ? percent(changeFrom(reference, one)[who][measure]) : "",
  }));
  const plot = markup(bars(rows, { title, unit: "s", width: WIDTH }));
  return `<figure><h2>${escaped(title)}</h2><div class="wide">${plot}</div><figcaption>${escaped(caption)}</figcaption></figure>`;
}

export const percent = (part: number | null): string =>
  part === null ? "not known" : `${part < 0 ? "−" : "+"}${Math.abs(part * 100).toFixed(1)} %`;

const cells = (values: readonly string[]): string => values.map((value) => `<td>${escaped(value)}</td>`).join("");
const heads = (names: readonly string[]): string => names.map((one) => `<th scope="col">${escaped(one)}</th>`).join("");

function tableOf(summaries: readonly Summary[], reference: Summary | null): string {
  const rows = summaries.map((one) => {
    const change = reference && one !== reference ? changeFrom(reference, one) : null;
    const said = (value: number, part: number | null | undefined): string =>
      `${value.toFixed(1)}${part === undefined ? "" : ` (${percent(part)})`}`;
    return `<tr><th scope="row">${escaped(NAMES[one.strategy])}</th>${cells([
      said(one.bus.duration, change?.bus.duration),
      said(one.bus.waiting, change?.bus.waiting),
      said(one.bus.timeLoss, change?.bus.timeLoss),
      said(one.bus.stops, change?.bus.stops),
      said(one.others.duration, change?.others.duration),
      said(one.others.waiting, change?.others.waiting),
      said(one.others.timeLoss, change?.others.timeLoss),
      one.worstWait === null ? "" : one.worstWait.toFixed(0),
      String(one.teleports),
      String(one.collisions),
      String(one.monitorFaults),
    ])}</tr>`;
  });
  const names = [
    ...["Strategy", "Bus duration s", "waiting s", "time loss s", "stands"],
    ...["Others' duration s", "waiting s", "time loss s"],
    ...["Longest wait of a group s", "Teleports", "Collisions", "Monitor faults"],
  ];
  return `<section><h2>Means</h2><div class="wide"><table><thead><tr>${heads(names)}</tr></thead><tbody>${rows.join("")}</tbody></table></div></section>`;
}

function seedTable(runs: readonly Played[]): string {
  const rows = runs.map(
    (run) =>
      `<tr><th scope="row">${escaped(NAMES[run.strategy])}</th>${cells([
        String(run.seed),
        run.bus.waiting.toFixed(1),
        run.bus.timeLoss.toFixed(1),
        run.atSignals.bus.toFixed(1),
        run.others.timeLoss.toFixed(1),
        run.atSignals.others.toFixed(1),
        String(run.safety.teleports),
      ])}</tr>`,
  );
  const names = [
    "Strategy",
    "Seed",
    "Bus waiting s",
    "time loss s",
    "at a signal s",
    "Others' time loss s",
    "at signals s",
    "Teleports",
  ];
  return `<section><h2>Each run</h2><div class="wide"><table><thead><tr>${heads(names)}</tr></thead><tbody>${rows.join("")}</tbody></table></div></section>`;
}

const ASSUMED: readonly (readonly [string, string])[] = [
  [
    "What the cabinet knows",
    "Where buses are (their distance to the stop line, speed, whether they stand at a stop), once a second from 500 m on; their timetable's stops; how many vehicles stand within 60 m of a stop line, by an area detector on each lane. Nothing else of SUMO's.",
  ],
  [
    "Signals",
    "Groups are links that always show the same. Conflicts and times between them are those of the network and its programme. Steps of a change that are shorter than a minimum green are part of the change.",
  ],
  ["No priority", "The network's programmes as SUMO itself works them."],
  [
    "Extension and early green",
    "By hulotte's engine and kernel: green is held while a bus is on its approach, and conflicting green is ended as soon as it may be.",
  ],
  [
    "SUMO's actuated bus priority",
    "tlLogic of type actuated, with the programme's own bounds where it says any, else half to one and a half of each green; earlyTarget for buses on the last 100 m.",
  ],
  ["Teleports", "As the scenario's own configuration says; SUMO's default is 300 s."],
];

function assumptions(notes: readonly string[]): string {
  const rows = [...ASSUMED, ...notes.map((note) => ["Note", note] as const)].map(
    ([what, value]) => `<tr><th scope="row">${escaped(what)}</th><td>${escaped(value)}</td></tr>`,
  );
  return `<section><h2>Assumptions</h2><table class="words"><tbody>${rows.join("")}</tbody></table></section>`;
}
