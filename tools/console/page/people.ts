/** People on the pavements, drawn on a canvas above the street: sixty of them, sixty times a second, on a phone. */
import type { Walker } from "../../../sim/control.ts";
import type { Projection } from "./projection.ts";
import { type Lane, pointAt, STREET_WIDTH } from "./street-plan.ts";

const SHADES = 16; // steps from dark to light
const DARK = "#2c3550";
const COATS = ["#e08a5b", "#6fa8b8", "#d8b45c", "#8fae78", "#c98ba0", "#7f93cf", "#d5c7b2"].map(shadesOf);
const SKIN = shadesOf("#e8c4a0");
const TROUSERS = shadesOf("#3d4763");
/** States come ten times a second; drawing this far behind them leaves two to draw between. Milliseconds. */
const BEHIND = 150;
const LOST = 600; // no state for so long: people stand still, then go
const STEP = 1.5; // metres walked in a full swing of the legs
const FASTEST = 2.4; // swings a second, however fast time runs

interface Seen {
  readonly at: number;
  readonly position: number;
}

interface Person {
  readonly walker: Walker;
  readonly seen: Seen[];
  readonly aside: number;
  swing: number;
  drawn: number;
}

export interface People {
  show(walkers: readonly Walker[], at: number): void;
  /** Draws everybody as of `now` (milliseconds of the page's own time). */
  draw(now: number): void;
  readonly count: number;
}

export function drawPeople(
  canvas: HTMLCanvasElement,
  lanes: readonly Lane[],
  projection: Projection,
  lightAt: (street: string, position: number) => number,
  daylight: () => number,
  isCalm: boolean,
): People {
  const sharpness = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = projection.width * sharpness;
  canvas.height = projection.height * sharpness;
  const pen = canvas.getContext("2d");
  if (!pen) throw new TypeError("this browser draws no canvas");
  const people = new Map<number, Person>();
  const tall = Math.max(9.5, Math.min(17, projection.scale * 4));
  let last = 0;
  let isBlank = true;

  return {
    get count() {
      return people.size;
    },
    show(walkers, at) {
      const here = new Set<number>();
      for (const walker of walkers) {
        here.add(walker.id);
        let person = people.get(walker.id);
        if (!person) {
          person = { walker, seen: [], aside: asideOf(walker), swing: walker.id, drawn: walker.position };
          people.set(walker.id, person);
        } else if (person.walker.street !== walker.street || person.walker.direction !== walker.direction) {
          person = { ...person, walker, seen: [], aside: asideOf(walker), drawn: walker.position };
          people.set(walker.id, person);
        }
        person.seen.push({ at, position: walker.position });
        while (person.seen.length > 4) person.seen.shift();
      }
      for (const id of people.keys()) if (!here.has(id)) people.delete(id);
    },
    draw(now) {
      if (people.size === 0 && isBlank) return;
      const elapsed = Math.min(100, now - last) / 1000;
      last = now;
      pen.setTransform(sharpness, 0, 0, sharpness, 0, 0);
      pen.clearRect(0, 0, projection.width, projection.height);
      isBlank = people.size === 0;
      const day = daylight();
      const standing = [...people.values()].flatMap((person) => {
        const lane = lanes.find(({ street }) => street === person.walker.street);
        const position = between(person.seen, now - BEHIND);
        const newest = person.seen.at(-1);
        if (!lane || position === undefined || !newest || now - newest.at > LOST * 5) return [];
        const walked = Math.abs(position - person.drawn);
        person.drawn = position;
        if (!isCalm) person.swing += Math.min((walked / STEP) * 2, FASTEST * elapsed * 2) * Math.PI;
        const foot = projection.toScreen(pointAt(lane, position, person.aside));
        return [{ person, foot, light: Math.max(day, lightAt(person.walker.street, position)) }];
      });
      standing.sort((a, b) => a.foot.y - b.foot.y);
      for (const { person, foot, light } of standing) figure(pen, person, foot.x, foot.y, tall, light);
    },
  };
}

/** Where somebody was at `at`, between two sightings. */
function between(seen: readonly Seen[], at: number): number | undefined {
  const after = seen.findIndex((sight) => sight.at >= at);
  const next = seen[after];
  const before = seen[after - 1];
  if (!next) return seen.at(-1)?.position;
  if (!before) return next.position;
  return before.position + ((next.position - before.position) * (at - before.at)) / (next.at - before.at);
}

/** Each keeps to the pavement of the way they go, a little apart from the others. */
function asideOf({ id, direction }: Walker): number {
  return -direction * (STREET_WIDTH / 2 - 1.6 - ((id * 0.618) % 1) * 2.6);
}

function figure(
  pen: CanvasRenderingContext2D,
  person: Person,
  x: number,
  y: number,
  tall: number,
  light: number,
): void {
  const { id, direction } = person.walker;
  const swing = Math.sin(person.swing);
  const bob = Math.abs(Math.cos(person.swing)) * tall * 0.035;
  const hip = y - tall * 0.42 - bob;
  const shoulder = y - tall * 0.76 - bob;
  const stride = swing * tall * 0.16 * direction;
  const shade = (colour: readonly string[]) => colour[Math.round(light * SHADES)] ?? "";

  pen.fillStyle = `rgba(6, 9, 18, ${0.14 + 0.26 * light})`;
  pen.beginPath();
  pen.ellipse(x, y, tall * 0.26, tall * 0.09, 0, 0, Math.PI * 2);
  pen.fill();

  pen.lineCap = "round";
  pen.lineWidth = Math.max(1.3, tall * 0.12);
  pen.strokeStyle = shade(TROUSERS);
  pen.beginPath();
  pen.moveTo(x, hip);
  pen.lineTo(x + stride, y - Math.max(0, swing) * tall * 0.05);
  pen.moveTo(x, hip);
  pen.lineTo(x - stride, y - Math.max(0, -swing) * tall * 0.05);
  pen.stroke();

  pen.lineWidth = tall * 0.3;
  pen.strokeStyle = shade(COATS[id % COATS.length] ?? SKIN);
  pen.beginPath();
  pen.moveTo(x, hip - tall * 0.02);
  pen.lineTo(x, shoulder + tall * 0.06);
  pen.stroke();

  pen.fillStyle = shade(SKIN);
  pen.beginPath();
  pen.arc(x, shoulder - tall * 0.16, tall * 0.13, 0, Math.PI * 2);
  pen.fill();
}

/** A colour from how it looks in the dark to how it looks in full light. */
function shadesOf(colour: string): readonly string[] {
  return Array.from({ length: SHADES + 1 }, (_, i) => mix(DARK, colour, 0.18 + (0.82 * i) / SHADES));
}

function mix(from: string, to: string, part: number): string {
  const parse = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const a = parse(from);
  const b = parse(to);
  return `rgb(${a.map((value, i) => Math.round(value + ((b[i] ?? value) - value) * part)).join(" ")})`;
}
