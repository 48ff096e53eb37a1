/** What stands in the street besides lamps: the counters' posts with their numbers, and the cabinet with its door. */
import type { Presence } from "../../../firmware/link/payload.ts";
import { say, svg } from "./dom.ts";
import type { Counter } from "./model.ts";
import type { Projection } from "./projection.ts";
import { type Lane, type Place, pointAt, STREET_WIDTH } from "./street-plan.ts";

const POST = 2.6; // metres

export interface CountersView {
  readonly group: SVGGElement;
  show(counter: Counter): void;
}

/** Posts on the near pavement; each blinks when its number grows. */
export function drawCounters(
  counters: Iterable<Counter>,
  lanes: readonly Lane[],
  projection: Projection,
): CountersView {
  const group = svg("g", { class: "counters" });
  const drawn = new Map<string, { post: SVGGElement; number: SVGTextElement; total: number | null }>();
  for (const { id, street, position } of counters) {
    const lane = lanes.find((candidate) => candidate.street === street);
    if (!lane) continue;
    const place = pointAt(lane, position, -(STREET_WIDTH / 2 - 0.6));
    const foot = projection.toScreen(place);
    const top = projection.toScreen(place, POST);
    const number = svg("text", { x: foot.x, y: foot.y + 18, class: "count" }, "–");
    const title = svg("title");
    const post = svg(
      "g",
      { class: "counter", role: "img", "data-counter": id },
      title,
      svg("line", { class: "stem", x1: foot.x, y1: foot.y, x2: top.x, y2: top.y }),
      svg("circle", { class: "eye", cx: top.x, cy: top.y - 2, r: 3 }),
      svg("circle", { class: "ping", cx: top.x, cy: top.y - 2, r: 3 }),
      svg("rect", { class: "plate", x: foot.x - 17, y: foot.y + 4, width: 34, height: 18, rx: 9 }),
      number,
    );
    drawn.set(id, { post, number, total: null });
    group.append(post);
  }
  const show = (counter: Counter) => {
    const at = drawn.get(counter.id);
    if (!at) return;
    const { post, number } = at;
    say(number, counter.total === null ? "–" : String(counter.total));
    const words =
      counter.total === null
        ? `${counter.id}, ${counter.street}: nothing counted yet`
        : `${counter.id}, ${counter.street}: ${counter.total} people, ${counter.people ?? 0} in the last window`;
    post.setAttribute("aria-label", words);
    const [title] = post.getElementsByTagName("title");
    if (title) say(title, words);
    if (at.total !== null && counter.total !== null && counter.total > at.total) {
      post.classList.remove("counted");
      post.getBoundingClientRect(); // so that the animation begins anew
      post.classList.add("counted");
    }
    at.total = counter.total;
  };
  for (const counter of counters) show(counter);
  return { group, show };
}

export interface CabinetView {
  readonly group: SVGGElement;
  show(presence: Presence | null, isOpen: boolean | null): void;
}

/** No message tells where the cabinet stands: here it is the middle of the first street. */
export const cabinetAt = (lane: Lane): Place => ({ street: lane.street, position: lane.length / 2 + 14 });

/** The cabinet; its door can be tried. */
export function drawCabinet(node: string, lane: Lane, projection: Projection, knock: () => void): CabinetView {
  const place = pointAt(lane, cabinetAt(lane).position, -(STREET_WIDTH / 2 + 1.6));
  const { x, y } = projection.toScreen(place);
  const name = node.split("/").at(-1) ?? node;
  const size = Math.max(0.68, Math.min(1.1, projection.scale / 3));
  const body = svg(
    "g",
    { transform: `scale(${size})` },
    svg("path", { class: "body", d: "M-11 0V-26L-5 -30H15V-4L9 0Z" }),
    svg("path", { class: "top", d: "M-11 -26L-5 -30H15L9 -26Z" }),
    svg("path", { class: "side", d: "M9 -26L15 -30V-4L9 0Z" }),
    svg("rect", { class: "inside", x: -8.5, y: -23.5, width: 15, height: 21 }),
    svg("path", { class: "door shut", d: "M-8.5 -23.5H6.5V-2.5H-8.5Z" }),
    svg("path", { class: "door ajar", d: "M-8.5 -23.5L-16 -19V2L-8.5 -2.5Z" }),
    svg("circle", { class: "led", cx: 3.6, cy: -20.5, r: 2 }),
    svg("rect", { class: "ring", x: -20, y: -34, width: 40, height: 38, rx: 6 }),
  );
  const group = svg(
    "g",
    { class: "cabinet", role: "button", tabindex: 0, transform: `translate(${x} ${y})` },
    svg("rect", { class: "reach", x: -22, y: -34, width: 44, height: 50 }),
    body,
    svg("text", { y: 15 }, name),
  );
  group.addEventListener("click", knock);
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    knock();
  });
  return {
    group,
    show(presence, isOpen) {
      group.dataset["presence"] = presence ?? "unknown";
      group.classList.toggle("open", isOpen === true);
      const door = isOpen === null ? "door not known" : isOpen ? "door open" : "door closed";
      group.setAttribute(
        "aria-label",
        `Cabinet ${name}: ${presence ?? "not heard yet"}, ${door}. Open or close its door.`,
      );
    },
  };
}
