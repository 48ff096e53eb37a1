/** Power of the lamps now against all of them at full. */
import { byId, say } from "./dom.ts";
import type { Power } from "./model.ts";
import { watts } from "./readable.ts";

const KEPT = 120; // samples in the small picture
const WIDE = 300;
const HIGH = 54;

export function powerPanel(): (power: Power) => void {
  const bar = byId("power-bar", HTMLDivElement);
  const fill = bar.querySelector("span");
  const trend = document.querySelector("#trend");
  const samples: number[] = [];
  return ({ lamps, full, measured }) => {
    if (lamps === null) return;
    say(byId("power-now", HTMLOutputElement), watts(lamps));
    say(byId("measured", HTMLSpanElement), measured !== null ? `the meter reads ${watts(measured)}` : "");
    if (full === null || full <= 0) return;
    const part = Math.min(1, lamps / full);
    say(byId("power-full", HTMLSpanElement), `of ${watts(full)} with all lamps full`);
    say(byId("saving", HTMLOutputElement), `${Math.round((1 - part) * 100)} % saved`);
    bar.setAttribute("aria-valuemax", String(Math.round(full)));
    bar.setAttribute("aria-valuenow", String(Math.round(lamps)));
    bar.setAttribute("aria-valuetext", `${watts(lamps)} of ${watts(full)}`);
    if (fill) fill.style.width = `${part * 100}%`;
    samples.push(part);
    if (samples.length > KEPT) samples.shift();
    const points = samples.map((sample, i) => {
      const x = WIDE - (samples.length - 1 - i) * (WIDE / (KEPT - 1));
      return `${x.toFixed(1)} ${(HIGH - 2 - sample * (HIGH - 4)).toFixed(1)}`;
    });
    const [first] = points;
    if (!trend || !first || points.length < 2) return;
    trend.querySelector(".edge")?.setAttribute("d", `M${points.join("L")}`);
    trend
      .querySelector(".area")
      ?.setAttribute("d", `M${first.split(" ")[0]} ${HIGH}L${points.join("L")}L${WIDE} ${HIGH}Z`);
  };
}
