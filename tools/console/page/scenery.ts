/** What stands still: sky, ground, streets and houses. Colours are the style sheet's, so that day and night can cross-fade. */
import { svg } from "./dom.ts";
import type { Projection } from "./projection.ts";
import {
  CARRIAGEWAY,
  corridor,
  type Lane,
  type Place,
  type Point,
  pointAt,
  type Rect,
  STREET_WIDTH,
} from "./street-plan.ts";
import { build, type House, random } from "./town.ts";

const DASH = 1.2;
const FLOOR = 3; // metres from one row of windows to the next
const ENOUGH = 0.16; // room to both sides, in parts of the length
/** Where along a street its name may stand, in parts of its length; the first is best. */
const NAMED_AT: readonly number[] = [0.75, 0.85, 0.8, 0.25, 0.65, 0.35, 0.5];
const RIDGE = 2.6; // how far a roof rises

export function sky({ width, height }: Projection): SVGGElement {
  const chance = random("stars");
  const stars = Array.from({ length: Math.round(width / 14) }, () => {
    const depth = chance();
    return svg("circle", { cx: chance() * width, cy: depth * depth * height * 0.36, r: 0.5 + chance() * 0.8 });
  });
  return svg(
    "g",
    {},
    svg("rect", { class: "sky", width, height, fill: "url(#sky)" }),
    svg("g", { class: "stars" }, ...stars),
    svg("path", {
      class: "moon",
      transform: `translate(${width * 0.1} 30)`,
      d: "M10 0A14 14 0 1 0 24 19A11.5 11.5 0 0 1 10 0Z",
    }),
  );
}

/** Everything flat, drawn in metres under the projection's matrix. */
export function ground(lanes: readonly Lane[], projection: Projection): SVGGElement {
  const strip = (kind: string, lane: Lane, width: number, margin: number) =>
    rectangle(kind, corridor(lane, width, margin));
  return svg(
    "g",
    { transform: projection.matrix },
    ...lanes.map((lane) => strip("pavement", lane, STREET_WIDTH, STREET_WIDTH / 2)),
    ...lanes.map((lane) => strip("carriageway", lane, CARRIAGEWAY, STREET_WIDTH / 2)),
    ...lanes.map((lane) => dashes(lane)),
  );
}

function dashes(lane: Lane): SVGLineElement {
  const from = pointAt(lane, DASH);
  const to = pointAt(lane, lane.length - DASH);
  return svg("line", {
    class: "dashes",
    x1: from.x,
    y1: from.y,
    x2: to.x,
    y2: to.y,
    "stroke-dasharray": `${DASH} ${DASH * 3}`,
  });
}

const rectangle = (kind: string, { x0, y0, x1, y1 }: Rect): SVGRectElement =>
  svg("rect", { class: kind, x: x0, y: y0, width: x1 - x0, height: y1 - y0 });

export function town(lanes: readonly Lane[], projection: Projection): SVGGElement {
  return svg("g", { class: "town" }, ...build(lanes, projection).map((house) => draw(house, projection)));
}

function draw({ foot, height, tint, row }: House, projection: Projection): SVGGElement {
  const corners: Point[] = [
    { x: foot.x0, y: foot.y0 },
    { x: foot.x1, y: foot.y0 },
    { x: foot.x1, y: foot.y1 },
    { x: foot.x0, y: foot.y1 },
  ];
  const isLow = height < FLOOR;
  const walls = corners.flatMap((from, i) => {
    const to = corners[(i + 1) % 4] as Point;
    const outward = { x: to.y - from.y, y: from.x - to.x };
    if (outward.x * projection.away.x + outward.y * projection.away.y >= 0) return [];
    const kind = Math.abs(outward.y) > Math.abs(outward.x) ? "front" : "flank";
    const face = polygon([from, to], [0, 0], projection, [to, from], [height, height]);
    return [
      svg("polygon", { class: `wall ${kind}`, points: face }),
      ...(isLow || row > 0 ? [] : windows(from, to, height, tint, projection)),
    ];
  });
  const roof = isLow
    ? [
        svg("polygon", {
          class: "slab",
          points: polygon(
            corners,
            corners.map(() => height),
            projection,
          ),
        }),
      ]
    : hips(foot, corners, height, projection);
  return svg("g", { class: `house row-${row} tint-${Math.floor(tint * 3)}` }, ...walls, ...roof);
}

/** A hipped roof: four slopes up to a ridge, the hidden ones first. */
function hips(foot: Rect, corners: readonly Point[], height: number, projection: Projection): SVGPolygonElement[] {
  const isLong = foot.x1 - foot.x0 > foot.y1 - foot.y0;
  const inset = Math.min(foot.x1 - foot.x0, foot.y1 - foot.y0) / 2.2;
  const midX = (foot.x0 + foot.x1) / 2;
  const midY = (foot.y0 + foot.y1) / 2;
  const low: Point = isLong ? { x: foot.x0 + inset, y: midY } : { x: midX, y: foot.y0 + inset };
  const high: Point = isLong ? { x: foot.x1 - inset, y: midY } : { x: midX, y: foot.y1 - inset };
  const near = (corner: Point) =>
    (
      isLong
        ? Math.abs(corner.x - low.x) < Math.abs(corner.x - high.x)
        : Math.abs(corner.y - low.y) < Math.abs(corner.y - high.y)
    )
      ? low
      : high;
  return corners
    .map((from, i) => {
      const to = corners[(i + 1) % 4] as Point;
      const outward = { x: to.y - from.y, y: from.x - to.x };
      const facing = outward.x * projection.away.x + outward.y * projection.away.y;
      const kind = Math.abs(outward.y) > Math.abs(outward.x) ? "front" : "flank";
      const points = polygon(
        [from, to],
        [height, height],
        projection,
        [near(to), near(from)],
        [height + RIDGE, height + RIDGE],
      );
      return { facing, slope: svg("polygon", { class: `roof ${facing < 0 ? kind : "back"}`, points }) };
    })
    .sort((a, b) => b.facing - a.facing)
    .map(({ slope }) => slope);
}

function windows(from: Point, to: Point, height: number, tint: number, projection: Projection): SVGPathElement[] {
  const wide = Math.hypot(to.x - from.x, to.y - from.y);
  const columns = Math.floor(wide / 2.6);
  const chance = random(`windows ${tint}`);
  const dark: string[] = [];
  const lit: string[] = [];
  for (let sill = 1.1; sill + 1.7 < height; sill += FLOOR) {
    for (let column = 0; column < columns; column++) {
      const at = (part: number) => {
        const along = (column + part) / columns;
        return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along };
      };
      const corners = polygon(
        [at(0.3), at(0.7)],
        [sill, sill],
        projection,
        [at(0.7), at(0.3)],
        [sill + 1.6, sill + 1.6],
      );
      (chance() < 0.16 ? lit : dark).push(`M${corners}Z`);
    }
  }
  return [svg("path", { class: "window", d: dark.join("") }), svg("path", { class: "window lit", d: lit.join("") })];
}

function polygon(
  points: readonly Point[],
  heights: readonly number[],
  projection: Projection,
  more: readonly Point[] = [],
  moreHeights: readonly number[] = [],
): string {
  const all = [...heights, ...moreHeights];
  return [...points, ...more]
    .map((point, i) => {
      const { x, y } = projection.toScreen(point, all[i]);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}

/** Street names, written along the near side, where there is room beside what stands there. */
export function names(lanes: readonly Lane[], projection: Projection, standing: readonly Place[]): SVGGElement {
  const size = Math.max(11, Math.min(15, projection.scale * 4.2));
  const labels = lanes.map((lane) => {
    const before = projection.toScreen(pointAt(lane, 0));
    const after = projection.toScreen(pointAt(lane, lane.length));
    const turned = after.x < before.x;
    const angle = (Math.atan2(after.y - before.y, after.x - before.x) * 180) / Math.PI + (turned ? 180 : 0);
    const at = (part: number) =>
      [-1, 1]
        .map((side) => projection.toScreen(pointAt(lane, lane.length * part, (side * STREET_WIDTH) / 2)))
        .reduce((a, b) => (below(a, angle) > below(b, angle) ? a : b));
    const half = lane.street.length * size * 0.33 * Math.cos((angle * Math.PI) / 180);
    const taken = standing.filter(({ street }) => street === lane.street).map(({ position }) => position / lane.length);
    const room = (part: number) => {
      const { x } = at(part);
      if (x - half < 0 || x + half > projection.width) return 0;
      return Math.min(...taken.map((other) => Math.abs(other - part)), ENOUGH);
    };
    const { x, y } = at(NAMED_AT.reduce((best, part) => (room(part) > room(best) ? part : best)));
    const text = { transform: `translate(${x} ${y}) rotate(${angle})`, "font-size": size, y: size * 1.5 };
    return svg("text", text, lane.street);
  });
  return svg("g", { class: "street-names" }, ...labels);
}

/** How far down a point lies, seen along a line at this angle. */
const below = ({ x, y }: Point, degrees: number): number =>
  y * Math.cos((degrees * Math.PI) / 180) - x * Math.sin((degrees * Math.PI) / 180);
