/** The junction from above: roads, stop lines, crossings, signal heads, and who comes. North is up; not to scale. */
import type { Aspect } from "../../../controllers/junction/model.ts";
import { svg } from "./dom.ts";
import { drawVehicles, type Label, type PlaceOf } from "./junction-buses.ts";
import { drawHead, type Head } from "./junction-head.ts";
import { type Arm, layOutJunction } from "./junction-layout.ts";
import type { Coming, JunctionAssets } from "./junction-model.ts";

export interface JunctionPlan {
  readonly element: SVGSVGElement;
  show(aspects: ReadonlyMap<string, Aspect | null>): void;
  coming(vehicles: readonly Coming[], at: number): void;
  draw(at: number): void;
}

const HALF = 200;
/** Of a road, and from the middle to its stop line and its end. */
const ROAD = 19;
const STOP = 58;
const END = 200;
const LANE = 9.5;
/** Heads are larger than life. */
const HEAD = 1.35;
/** Letters of a line of an arm's name. */
const LETTERS = 16;
/** Metres of an arm that are shown, and how many drawn units a metre has beyond the stop line. */
const REACH = 300;
const WITHIN = 2;

export function drawJunction(assets: JunctionAssets): JunctionPlan {
  const { arms, armOf } = layOutJunction(assets);
  const heads: (readonly [id: string, head: Head])[] = [];
  const place = (id: string, angle: number, aside: number, out: number) => {
    const group = assets.groups.find((one) => one.id === id);
    if (!group) return;
    const head = drawHead(group);
    const { x, y } = at(angle, aside, out);
    head.element.setAttribute("transform", `translate(${tenth(x)} ${tenth(y)}) scale(${HEAD})`);
    heads.push([id, head]);
  };
  for (const { angle, heads: driven, crossings } of arms) {
    for (const [i, id] of driven.entries()) place(id, angle, -(ROAD + 17 + 22 * i), STOP + 16);
    for (const [i, id] of crossings.entries()) place(id, angle, ROAD + 17 + 22 * i, STOP);
  }
  const placeOf: PlaceOf = (approach, distance) => {
    const arm = arms[armOf.get(approach) ?? -1];
    if (!arm || distance > REACH) return null;
    const out = STOP + 11 + (distance >= 0 ? (distance * (END - STOP - 22)) / REACH : distance * WITHIN);
    const label = beside(arm.angle, ROAD + 5, out);
    return { ...at(arm.angle, -LANE, out), heading: arm.angle + 180, label };
  };
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const vehicles = drawVehicles(placeOf, HALF, isCalm);
  const element = svg(
    "svg",
    {
      class: "junction-plan",
      viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`,
      role: "group",
      "aria-label": `${assets.name} from above, not to scale`,
    },
    ...roads(arms),
    ...names(assets, arms, armOf),
    ...heads.map(([, { element }]) => element),
    vehicles.group,
  );
  return {
    element,
    show(aspects) {
      for (const [id, head] of heads) head.show(aspects.get(id) ?? null);
    },
    coming: vehicles.show.bind(vehicles),
    draw: vehicles.draw.bind(vehicles),
  };
}

/** `aside` to the right of who looks from the middle outward, `out` from the middle. */
function at(angle: number, aside: number, out: number): { readonly x: number; readonly y: number } {
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  return { x: out * sin + aside * cos, y: -out * cos + aside * sin };
}

/** Where words stand beside an arm, so that they lie off the road whatever way it goes. */
function beside(angle: number, aside: number, out: number): Label {
  const { x, y } = at(angle, aside, out);
  const way = at(angle, Math.sign(aside), 0);
  if (Math.abs(way.x) > 0.5) return { x, y: y + 4, anchor: way.x > 0 ? "start" : "end" };
  return { x, y: y + (way.y > 0 ? 10 : -3), anchor: "middle" };
}

/** Roads go on beyond the junction, whether or not anybody is told to come from there. */
function roads(arms: readonly Arm[]): SVGElement[] {
  const turned = ({ angle }: Pick<Arm, "angle">, ...parts: SVGElement[]) =>
    svg("g", { transform: `rotate(${tenth(angle)})` }, ...parts);
  return [
    ...arms.map((arm) =>
      turned(arm, svg("rect", { class: "road", x: -ROAD, y: -END, width: 2 * ROAD, height: 2 * END })),
    ),
    ...arms.map((arm) =>
      turned(
        arm,
        svg("path", { class: "middle", d: `M0-${END}V-${STOP + 2}` }),
        svg("path", { class: "stop", d: `M-${ROAD - 1}-${STOP}H-1` }),
        ...(arm.crossings.length > 0
          ? [svg("path", { class: "zebra", d: `M-${ROAD - 2}-${STOP - 12}H${ROAD - 2}` })]
          : []),
      ),
    ),
  ];
}

function names({ approaches }: JunctionAssets, arms: readonly Arm[], armOf: ReadonlyMap<number, number>): SVGElement[] {
  return arms.flatMap((arm, index) => {
    const own = approaches.filter(({ id }) => armOf.get(id) === index).map(({ name }) => name);
    if (own.length === 0) return [];
    const { x, y, anchor } = beside(arm.angle, -(ROAD + 5), END - 6);
    // Along the page a name begins at the drawing's edge.
    const edge = anchor !== "middle" ? anchor : x < 0 ? "start" : "end";
    const lines = linesOf(own.join(", "));
    const first = anchor !== "middle" || y > 0 ? y : y - LINE * (lines.length - 1);
    return lines.map((line, i) =>
      svg("text", { class: "arm", x, y: first + LINE * i + (anchor === "middle" ? 0 : 6), "text-anchor": edge }, line),
    );
  });
}

const LINE = 12;

function linesOf(name: string): string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LETTERS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
