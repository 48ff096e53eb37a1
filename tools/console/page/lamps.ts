/** The lamps of the street: posts, glow and the light on the ground. They can be pointed at, tabbed to and chosen. */
import { html, say, svg } from "./dom.ts";
import type { Lamp } from "./model.ts";
import { NARROW, type Projection } from "./projection.ts";
import { AT_WALL, sidesOf } from "./sides.ts";
import { type Lane, type Point, pointAt, STREET_WIDTH } from "./street-plan.ts";

const HEIGHT = 7; // metres, the head of a post-top lamp
const POOL = 17; // metres, how far its light is drawn
const BUBBLE = 120; // pixels, half its greatest width
const REACH = 20; // pixels, how near a finger must come

export interface LampsView {
  /** Flat light, to lie under the houses. */
  readonly pools: SVGGElement;
  readonly posts: SVGGElement;
  readonly bubble: HTMLElement;
  show(lamp: Lamp): void;
  choose(id: string | null): void;
  /** How bright it is around a place, 0 to 1. */
  lightAt(street: string, position: number): number;
}

interface Drawn {
  lamp: Lamp;
  readonly pool: SVGCircleElement;
  readonly post: SVGGElement;
  readonly glow: SVGGElement;
  readonly head: Point;
}

export function drawLamps(
  lamps: readonly Lamp[],
  lanes: readonly Lane[],
  projection: Projection,
  choose: (id: string) => void,
): LampsView {
  const drawn = new Map<string, Drawn>();
  const side = sidesOf(lamps, lanes);
  const pools = svg("g", { class: "pools", transform: projection.matrix });
  const posts = svg("g", { class: "lamps", role: "listbox", "aria-label": "Lamps: choose one to set it" });
  const bubble = html("div", { class: "bubble", "aria-hidden": "true", hidden: true });
  let chosen: string | null = null;
  let pointed: string | null = null;

  const tell = () => {
    const at = drawn.get(pointed ?? chosen ?? "");
    bubble.hidden = !at;
    if (!at) return;
    const { lamp, head } = at;
    bubble.replaceChildren(
      html("span", {}, lamp.id, " ", html("strong", {}, levelText(lamp))),
      html("span", { class: "why" }, whyText(lamp)),
    );
    // A phone has no room above a lamp: there the bubble has its corner.
    const isDocked = projection.width < NARROW;
    bubble.classList.toggle("docked", isDocked);
    bubble.style.left = isDocked ? "" : `${Math.max(BUBBLE, Math.min(projection.width - BUBBLE, head.x))}px`;
    bubble.style.top = isDocked ? "" : `${head.y - 16}px`;
  };

  const order = [...lamps].sort(
    (a, b) =>
      a.street.localeCompare(b.street) || a.position - b.position || a.id.localeCompare(b.id, "en", { numeric: true }),
  );
  for (const lamp of order) {
    const lane = lanes.find(({ street }) => street === lamp.street);
    if (!lane) continue;
    const aside = side.get(lamp.id) ?? 1;
    const foot = pointAt(lane, lamp.position, AT_WALL * aside);
    const over = pointAt(lane, lamp.position, (STREET_WIDTH / 2 - 3.2) * aside);
    const base = projection.toScreen(foot);
    const top = projection.toScreen(foot, HEIGHT);
    const head = projection.toScreen(over, HEIGHT + 0.4);
    const size = Math.max(0.62, Math.min(1.1, projection.scale / 3.4));
    const pool = svg("circle", { cx: over.x, cy: over.y, r: POOL, fill: "url(#pool)", opacity: 0 });
    const glow = svg(
      "g",
      { class: "glow", opacity: 0 },
      svg("circle", { cx: head.x, cy: head.y, r: 34 * size, fill: "url(#halo)" }),
      svg("circle", { class: "bulb", cx: head.x, cy: head.y, r: 3.4 * size }),
    );
    const post = svg(
      "g",
      { class: "lamp", role: "option", tabindex: -1, "data-lamp": lamp.id },
      svg("circle", {
        class: "reach",
        cx: head.x,
        cy: head.y + 4,
        r: Math.min(REACH, Math.max(12, projection.scale * 6)),
      }),
      svg("path", {
        class: "pole",
        d: `M${base.x} ${base.y}L${top.x} ${top.y}Q${top.x} ${head.y - 2 * size} ${head.x} ${head.y - 2 * size}`,
        "stroke-width": 1.7 * size,
      }),
      svg("ellipse", { class: "head", cx: head.x, cy: head.y, rx: 4.4 * size, ry: 2.2 * size }),
      glow,
      svg("circle", { class: "ring", cx: head.x, cy: head.y, r: 10 * Math.max(0.8, size) }),
      svg("path", { class: "fault", d: `M${head.x} ${head.y - 22 * size}l6 10.500h-12z` }),
    );
    post.addEventListener("click", () => choose(lamp.id));
    post.addEventListener("pointerenter", () => {
      pointed = lamp.id;
      tell();
    });
    const leave = () => {
      if (pointed === lamp.id) pointed = null;
      tell();
    };
    post.addEventListener("pointerleave", leave);
    post.addEventListener("blur", leave);
    post.addEventListener("focus", () => {
      pointed = lamp.id;
      for (const other of drawn.values()) other.post.setAttribute("tabindex", other.post === post ? "0" : "-1");
      tell();
    });
    drawn.set(lamp.id, { lamp, pool, post, glow, head });
    pools.append(pool);
  }
  const far = (d: Drawn) => d.head.y;
  posts.append(...[...drawn.values()].sort((a, b) => far(a) - far(b)).map(({ post }) => post));
  drawn.get(order[0]?.id ?? "")?.post.setAttribute("tabindex", "0");

  posts.addEventListener("keydown", (event) => {
    const ids = order.map(({ id }) => id).filter((id) => drawn.has(id));
    const at = ids.findIndex((id) => drawn.get(id)?.post === document.activeElement);
    if (at < 0) return;
    const to = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      Home: 0,
      End: ids.length - 1,
    }[event.key];
    if (to !== undefined) drawn.get(ids[(to + ids.length) % ids.length] ?? "")?.post.focus();
    else if (event.key === "Enter" || event.key === " ") choose(ids[at] ?? "");
    else return;
    event.preventDefault();
  });

  const show = (lamp: Lamp) => {
    const at = drawn.get(lamp.id);
    if (!at) return;
    at.lamp = lamp;
    const light = (lamp.level ?? 0) / 100;
    at.pool.setAttribute("opacity", (light ** 1.15).toFixed(3));
    at.glow.setAttribute("opacity", (light === 0 ? 0 : 0.12 + 0.88 * light ** 1.4).toFixed(3));
    at.post.setAttribute("data-level", lamp.level === null ? "" : String(lamp.level));
    at.post.classList.toggle("broken", lamp.failed);
    at.post.setAttribute(
      "aria-label",
      `${lamp.id}, ${lamp.street} at ${lamp.position} m: ${levelText(lamp)}, ${whyText(lamp)}`,
    );
    if (lamp.id === (pointed ?? chosen)) tell();
  };
  for (const lamp of lamps) show(lamp);

  return {
    pools,
    posts,
    bubble,
    show,
    choose(id) {
      chosen = id;
      for (const [key, { post }] of drawn) {
        post.classList.toggle("chosen", key === id);
        post.setAttribute("aria-selected", String(key === id));
      }
      tell();
    },
    lightAt(street, position) {
      let light = 0;
      for (const { lamp } of drawn.values()) {
        const d = (lamp.position - position) / POOL;
        if (lamp.street === street && Math.abs(d) < 2) light += ((lamp.level ?? 0) / 100) * Math.exp(-2 * d * d);
      }
      return Math.min(1, light);
    },
  };
}

export const levelText = (lamp: Lamp): string =>
  lamp.level === null ? "level unknown" : `${Math.round(lamp.level)} %`;

/** Why a lamp is as it is: its fault, or the reason of its target. */
export function whyText(lamp: Lamp): string {
  if (lamp.failed) return "lamp failure";
  return lamp.reason ?? "no reason told";
}

/** Writes the lamps as rows of a table, for those who would rather read. */
export function listLamps(body: HTMLTableSectionElement, lamps: Iterable<Lamp>): void {
  const rows = new Map([...body.rows].map((row) => [row.dataset["row"], row]));
  for (const lamp of lamps) {
    let row = rows.get(lamp.id);
    if (!row) {
      row = html(
        "tr",
        { "data-row": lamp.id },
        html("th", { scope: "row" }, lamp.id),
        html("td"),
        html("td"),
        html("td"),
      );
      body.append(row);
    }
    rows.delete(lamp.id);
    const [, place, level, why] = row.cells;
    if (place) say(place, `${lamp.street}, ${lamp.position} m`);
    if (level) say(level, levelText(lamp));
    if (why) say(why, whyText(lamp));
  }
  for (const gone of rows.values()) gone.remove();
}
