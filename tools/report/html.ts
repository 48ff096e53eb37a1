import { localClock } from "../../controllers/lighting/local-time.ts";
import type { Instant } from "../../controllers/units.ts";
import { band } from "../plots/band.ts";
import { bars } from "../plots/bars.ts";
import { heatMap } from "../plots/heat-map.ts";
import { energyUnit, figure } from "../plots/scale.ts";
import { escaped, markup, type Shape } from "../plots/shape.ts";
import { PLOT_STYLE } from "../plots/style.ts";
import type { CabinetUse, CountedHour } from "./model.ts";
import { PAGE_STYLE } from "./style.ts";
import { type Indicators, type Summary, summed } from "./sum.ts";

const WIDTH = 900;
/** Of a city only the sums are drawn. */
const MOST_PICTURES = 4;
const MOST_NAMES = 6;

/** One document that needs nothing beside itself: no script, no font, no picture. */
export function htmlOf(uses: readonly CabinetUse[], from: Instant, to: Instant): string {
  const summary = summed(uses);
  const title = uses.length === 1 ? (uses[0]?.name ?? "") : `${uses.length} cabinets`;
  const period = `${dateOf(uses[0], from)} to ${dateOf(uses[0], to)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`Energy of ${title}, ${period}`)}</title>
<style>
${PAGE_STYLE}${PLOT_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(`Energy of ${title}`)}</h1>
<p>${escaped(`${period} · ${figure(summary.lamps)} lamps · ${hoursInWords(summary)}`)}</p>
</header>
${headline(summary)}
${figureOf("Energy by strategy", energyBars(summary), sourcesInWords(summary))}
${uses.length > MOST_PICTURES ? "" : uses.map((use) => nightFigure(use) + countsFigures(use)).join("\n")}
${indicatorTable(summary.indicators)}
${assumptionTables(uses)}
</main>
</body>
</html>
`;
}

function dateOf(use: CabinetUse | undefined, at: Instant): string {
  const timeZone = use?.timeZone ?? "UTC";
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
}

const hoursInWords = ({ hours, missing }: Summary): string =>
  `${figure(hours)} hours${missing > 0.01 ? `, ${figure(missing)} hours are not known and in no sum` : ""}`;

const percent = (part: number | null): string => (part === null ? "not known" : `${(part * 100).toFixed(1)} %`);

function headline({ totals, saving, savingWithOwn }: Summary): string {
  const { lit, under } = totals;
  const people =
    lit === null || under === null
      ? [["Person-seconds under the class", "not known", "a cabinet counts passages, it knows no persons"]]
      : [
          [
            "Person-seconds under the class",
            lit + under > 0 ? `${((under / (lit + under)) * 100).toFixed(3)} %` : "none",
            `${figure(under)} of ${figure(lit + under)}; ${figure(lit)} lit`,
          ],
        ];
  const cards = [
    [
      "Saved against the old lamps",
      percent(saving.againstBaseline),
      `${percent(savingWithOwn.againstBaseline)} with the cabinet itself`,
    ],
    [
      "Saved against LED at full",
      percent(saving.againstFull),
      `${percent(savingWithOwn.againstFull)} with the cabinet itself`,
    ],
    ...people,
  ];
  const one = ([name = "", value = "", more = ""]: readonly string[]) =>
    `<div class="card"><h2>${escaped(name)}</h2><p class="figure">${escaped(value)}</p><p>${escaped(more)}</p></div>`;
  return `<section class="cards" aria-label="Saving">${cards.map(one).join("")}</section>`;
}

function figureOf(title: string, plot: Shape, caption: string): string {
  return `<figure><h2>${escaped(title)}</h2><div class="wide">${markup(plot)}</div><figcaption>${escaped(caption)}</figcaption></figure>`;
}

function energyBars({ totals }: Summary): Shape {
  const { baseline, full, programme, adaptive, own } = totals;
  const { per, name } = energyUnit(Math.max(baseline, full, programme, adaptive + own));
  const against = (value: number) => (baseline > 0 ? `−${((1 - value / baseline) * 100).toFixed(1)} %` : "");
  const bar = (label: string, value: number, kind: "reference" | "ours") => ({
    label,
    value: value / per,
    kind,
    note: against(value),
  });
  const rows = [
    { label: "Old lamps", value: baseline / per, kind: "reference" as const },
    bar("LED full", full, "reference"),
    bar("LED programme", programme, "reference"),
    bar("LED adaptive", adaptive, "ours"),
    bar("… and the cabinet itself", adaptive + own, "ours"),
  ];
  return bars(rows, { title: "Energy by strategy", unit: name, width: WIDTH });
}

function sourcesInWords({ totals }: Summary): string {
  const { adaptive, sources, own } = totals;
  const known = Object.entries(sources).filter(([, energy]) => energy > 0);
  const parts = known.map(([source, energy]) => `${((energy / adaptive) * 100).toFixed(1)} % ${source}`);
  const { per, name } = energyUnit(own);
  return `LED adaptive: ${parts.join(", ") || "nothing known"}. The cabinet itself took ${figure(own / per)} ${name}.`;
}

function nightFigure({ name, night }: CabinetUse): string {
  if (!night) return "";
  const title = `Light of each lamp in the night of ${night.date}`;
  const plot = heatMap(night.rows, { title, columns: night.columns, scale: ["off", "full light"], width: WIDTH });
  return figureOf(title, plot, `${name}: a line a lamp, means of an hour, local time.`);
}

function countsFigures({ name, counts, countsUnit, timeZone }: CabinetUse): string {
  const local = localClock(timeZone);
  const label = ({ at }: CountedHour) => {
    const isMidnight = local.minutes(at) === 0;
    return isMidnight ? new Date(local.day(at) * 86_400_000).toISOString().slice(5, 10) : "";
  };
  const names = ["seen", "expected", "8 of 10 hours"] as const;
  const told = counts.filter(({ hours }) => hours.some(({ people, high }) => people !== null || high !== null));
  const others = told.length > MOST_PICTURES ? ` The ${told.length - MOST_PICTURES} quieter ones are not drawn.` : "";
  const figures = told.slice(0, MOST_PICTURES).map((place) => {
    const points = place.hours.map((hour) => ({ ...hour, value: hour.people, label: label(hour) }));
    const title = `People at ${place.name}`;
    const plot = band(points, { title, unit: countsUnit, names, width: WIDTH, height: 260 });
    const caption = `${name}, ${place.name}: those who came over those who were foretold when the hour began. Fewer than 11 are not shown.${others}`;
    return figureOf("People, and how many were expected", plot, caption);
  });
  return figures.join("\n");
}

const cell = (value: number | null, digits: number): string =>
  value === null ? "not known" : value.toLocaleString("en-GB", { maximumFractionDigits: digits });

function indicatorTable(indicators: readonly Indicators[]): string {
  if (indicators.length === 0) return "";
  const rows = indicators.map((one) => {
    const cells = [
      cell(one.lamps, 0),
      cell(one.area, 0),
      cell(one.density === null ? null : one.density * 1000, 1),
      cell(one.densityWithOwn === null ? null : one.densityWithOwn * 1000, 1),
      cell(one.consumption === null ? null : one.consumption / 1000, 2),
      cell(one.consumptionWithOwn === null ? null : one.consumptionWithOwn / 1000, 2),
    ];
    const name = `${one.street} (${one.class})`;
    return `<tr><th scope="row">${escaped(name)}</th>${cells.map((text) => `<td>${text}</td>`).join("")}</tr>`;
  });
  return `<section><h2>Energy indicators, EN 13201-5</h2>
<div class="wide"><table><thead><tr><th scope="col">Street</th><th scope="col">Lamps</th><th scope="col">Area m²</th><th scope="col">D<sub>P</sub> mW/(lx m²)</th><th scope="col">with cabinet</th><th scope="col">D<sub>E</sub> kWh/m² a year</th><th scope="col">with cabinet</th></tr></thead>
<tbody>${rows.join("")}</tbody></table></div></section>`;
}

/** Cabinets that assume the same have one table. */
function assumptionTables(uses: readonly CabinetUse[]): string {
  const groups = [...Map.groupBy(uses, ({ assumptions }) => JSON.stringify(assumptions)).values()];
  return groups.map((group) => assumptionTable(group, groups.length > 1)).join("\n");
}

function assumptionTable(group: readonly CabinetUse[], isNamed: boolean): string {
  const rows = (group[0]?.assumptions ?? []).map(
    ({ what, value }) => `<tr><th scope="row">${escaped(what)}</th><td>${escaped(value)}</td></tr>`,
  );
  const names = group.slice(0, MOST_NAMES).map(({ name }) => name);
  const others = group.length > names.length ? ` and ${group.length - names.length} others` : "";
  const title = isNamed ? `Assumptions of ${names.join(", ")}${others}` : "Assumptions";
  return `<section><h2>${escaped(title)}</h2><table class="words"><tbody>${rows.join("")}</tbody></table></section>`;
}
