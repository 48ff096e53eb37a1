/** Vehicles that come, as they move along their arm. They have no names: who is who follows from where they are. */
import { svg } from "./dom.ts";
import type { Coming } from "./junction-model.ts";

export interface Vehicles {
  readonly group: SVGGElement;
  /** What is told at `at` (ms of the page's own time). */
  show(coming: readonly Coming[], at: number): void;
  /** Moves them to where they are at `at`. */
  draw(at: number): void;
}

/** From an approach and metres before its stop line to a place on the drawing and the way it heads, degrees; null: no such approach. */
export type PlaceOf = (
  approach: number,
  distance: number,
) => { readonly x: number; readonly y: number; readonly heading: number; readonly label: Label } | null;
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

/** From one telling to the next, ms. */
const GLIDE = 1100;
/** Between two tellings one vehicle goes no farther, m. */
const LEAP = 60;
/** Who says only when it comes is drawn as if it drove so fast, m/s. */
const USUAL = 8;
const HALF_LETTER = 3.2;
/** Worth a word, s. */
const LATE = 60;

interface Vehicle {
  readonly element: SVGGElement;
  readonly body: SVGGElement;
  readonly words: SVGTextElement;
  coming: Coming;
  from: number;
  to: number;
  since: number;
}

/** `half`: from the middle of the drawing to its edge, which words do not cross. */
export function drawVehicles(placeOf: PlaceOf, half: number, isCalm: boolean): Vehicles {
  const group = svg("g", { class: "coming" });
  let vehicles: Vehicle[] = [];

  const add = (coming: Coming, at: number): Vehicle => {
    const body = svg(
      "g",
      {},
      svg("rect", { x: -4.5, y: -9, width: 9, height: 20, rx: 2.5 }),
      svg("path", { d: "M-3-6.5h6v3h-6Z" }),
    );
    const words = svg("text", {});
    const element = svg("g", { class: "vehicle", role: "img" }, body, words);
    const distance = metresOf(coming);
    group.append(element);
    return { element, body, words, coming, from: distance, to: distance, since: at };
  };
  const tell = ({ element, words, coming }: Vehicle) => {
    const { a, d, e, s, l, late } = coming;
    const when = e === undefined ? "" : `${e} s`;
    const behind = late !== undefined && late >= LATE ? `+${Math.round(late / 60)} min` : "";
    const text = [l, when, behind].filter(Boolean).join(" · ") || "bus";
    if (words.textContent !== text) words.textContent = text;
    element.dataset["approach"] = String(a);
    element.classList.toggle("late", (late ?? 0) >= LATE);
    element.classList.toggle("guessed", d === undefined);
    const said = [
      l === undefined ? "bus" : `line ${l}`,
      d === undefined ? "" : d < 0 ? "past the stop line" : `${d} m before the stop line`,
      e === undefined ? "" : `there in ${e} s, give or take ${s ?? 0} s`,
      late === undefined ? "" : late < 0 ? `${-late} s early` : `${late} s late`,
    ];
    element.setAttribute("aria-label", said.filter(Boolean).join(", "));
  };
  const shownAt = ({ from, to, since }: Vehicle, at: number) =>
    isCalm ? to : from + (to - from) * Math.min(1, (at - since) / GLIDE);

  return {
    group,
    show(coming, at) {
      const left = [...vehicles];
      vehicles = coming.map((one) => {
        const distance = metresOf(one);
        const [best] = left
          .filter(({ coming: { a, l } }) => a === one.a && l === one.l)
          .filter(({ to }) => Math.abs(to - distance) <= LEAP)
          .sort((a, b) => Math.abs(a.to - distance) - Math.abs(b.to - distance));
        if (best) left.splice(left.indexOf(best), 1);
        const vehicle = best ?? add(one, at);
        if (best) {
          best.from = shownAt(best, at);
          best.to = distance;
          best.since = at;
          best.coming = one;
        }
        tell(vehicle);
        return vehicle;
      });
      for (const { element } of left) element.remove();
      this.draw(at);
    },
    draw(at) {
      for (const vehicle of vehicles) {
        const { element, body, words, coming } = vehicle;
        const distance = shownAt(vehicle, at);
        const place = placeOf(coming.a, distance);
        element.toggleAttribute("hidden", place === null);
        if (!place) continue;
        const { x, y, heading, label } = place;
        body.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${heading.toFixed(0)})`);
        const room = label.anchor === "middle" ? half - (words.textContent?.length ?? 0) * HALF_LETTER : half;
        words.setAttribute("x", Math.max(-room, Math.min(room, label.x)).toFixed(1));
        words.setAttribute("y", label.y.toFixed(1));
        words.setAttribute("text-anchor", label.anchor);
      }
    },
  };
}

const metresOf = ({ d, e = 0 }: Coming): number => d ?? e * USUAL;
