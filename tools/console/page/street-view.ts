/** The drawing of the street: made anew when the assets or the width of the page change, kept up to date in between. */
import type { Remote } from "../../../firmware/link/manager/remote.ts";
import { svg } from "./dom.ts";
import { type CabinetView, type CountersView, cabinetAt, drawCabinet, drawCounters } from "./furniture.ts";
import { drawLamps, type LampsView } from "./lamps.ts";
import { countersOf, lampsOf, siteOf } from "./model.ts";
import { drawPeople, type People } from "./people.ts";
import { fit } from "./projection.ts";
import { ground, names, sky, town } from "./scenery.ts";
import { layOut, type Place, placeAt } from "./street-plan.ts";

export interface StreetView {
  readonly lamps: LampsView;
  readonly counters: CountersView;
  readonly cabinet: CabinetView | null;
  readonly people: People;
}

export interface StreetActions {
  choose(lamp: string): void;
  walk(place: Place, direction: 1 | -1): void;
  knock(): void;
  /** How bright the day is, 0 to 1. */
  daylight(): number;
}

/** Draws into `holder`, replacing what was there. Null while the cabinet has told no street. */
export function drawStreet(holder: HTMLElement, remote: Remote, actions: StreetActions): StreetView | null {
  const site = siteOf(remote);
  if (!site || site.streets.size === 0 || holder.clientWidth === 0) return null;
  const lanes = layOut(site.streets, site.joins);
  const projection = fit(lanes, holder.clientWidth);
  const { width, height } = projection;
  const lamps = drawLamps(lampsOf(remote), lanes, projection, actions.choose);
  const counters = drawCounters(countersOf(remote), lanes, projection);
  const [first] = lanes;
  const cabinet = first ? drawCabinet(remote.node, first, projection, actions.knock) : null;

  const pavement = ground(lanes, projection);
  pavement.classList.add("ground");
  pavement.addEventListener("click", (event) => {
    const box = holder.getBoundingClientRect();
    const place = placeAt(lanes, projection.toGround({ x: event.clientX - box.left, y: event.clientY - box.top }));
    const length = site.streets.get(place?.street ?? "");
    if (place && length !== undefined) actions.walk(place, place.position < length / 2 ? 1 : -1);
  });

  const canvas = document.createElement("canvas");
  canvas.className = "people";
  canvas.setAttribute("aria-hidden", "true");
  // What changes often lies in layers of its own: the town is painted once.
  const layer = (...parts: Element[]) =>
    svg("svg", { class: "street", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, ...parts);
  const front = layer(counters.group, ...(cabinet ? [cabinet.group] : []), lamps.posts);
  front.removeAttribute("aria-hidden");
  front.setAttribute("role", "group");
  front.setAttribute("aria-label", `Street: ${[...site.streets.keys()].join(", ")}`);
  const standing = [...countersOf(remote), ...(first ? [cabinetAt(first)] : [])];
  const layers = [
    layer(light(), sky(projection), pavement),
    layer(lamps.pools),
    layer(town(lanes, projection), names(lanes, projection, standing)),
    front,
  ];
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const people = drawPeople(canvas, lanes, projection, lamps.lightAt, actions.daylight, isCalm);
  holder.replaceChildren(...layers, canvas, lamps.bubble);
  holder.style.height = `${height}px`;
  return { lamps, counters, cabinet, people };
}

function light(): SVGDefsElement {
  const stop = (kind: string, offset: number) => svg("stop", { class: kind, offset });
  return svg(
    "defs",
    {},
    svg(
      "linearGradient",
      { id: "sky", x1: 0, y1: 0, x2: 0, y2: 1 },
      stop("sky-0", 0),
      stop("sky-1", 0.22),
      stop("sky-2", 0.5),
      stop("sky-3", 1),
    ),
    svg(
      "radialGradient",
      { id: "pool" },
      stop("pool-0", 0),
      stop("pool-1", 0.28),
      stop("pool-2", 0.62),
      stop("pool-3", 1),
    ),
    svg(
      "radialGradient",
      { id: "halo" },
      stop("halo-0", 0),
      stop("halo-1", 0.14),
      stop("halo-2", 0.42),
      stop("halo-3", 1),
    ),
  );
}
