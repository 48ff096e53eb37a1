/** Alarms, footfall and messages: what the cabinet tells, as lists. */
import { byId, html } from "./dom.ts";
import type { Alarm, Counter } from "./model.ts";

const KEPT = 80; // messages on the page

export function showAlarms(alarms: Iterable<Alarm>): void {
  const items = [...alarms].map(({ code, component, message }) =>
    html("li", {}, html("b", {}, code), component ? ` at ${component}` : "", html("small", {}, message)),
  );
  byId("alarms", HTMLUListElement).replaceChildren(
    ...(items.length > 0 ? items : [html("li", { class: "calm" }, "No alarm is active.")]),
  );
}

export function showFootfall(counters: Iterable<Counter>): void {
  const items = [...counters].map(({ id, street, position, people, total }) =>
    html(
      "li",
      {},
      html("b", {}, id),
      html("b", {}, total === null ? "–" : String(total)),
      html("small", {}, `${street}, ${position} m`),
      html("small", {}, people === null ? "" : `${people} in the last window`),
    ),
  );
  byId("footfall", HTMLUListElement).replaceChildren(...items);
}

export interface Told {
  readonly kind: string;
  /** A code, or a node where there is none. */
  readonly about: string;
  readonly words: string;
  readonly content: unknown;
  /** Time of day. */
  readonly at: string;
  /** Somebody should look. */
  readonly isLoud?: boolean;
}

/** Writes a message at the top of the list; the oldest goes. Its whole content is one click away. */
export function addMessage({ kind, about, words, content, at, isLoud = false }: Told): void {
  const list = byId("messages", HTMLOListElement);
  const details = html(
    "details",
    {},
    html(
      "summary",
      {},
      html("time", {}, at),
      html("span", { class: "kind", "data-kind": kind, "data-loud": isLoud }, kind),
      html("code", {}, about),
      html("p", {}, words),
    ),
  );
  // Most messages are never opened: their text is made when one is.
  details.addEventListener("toggle", () => details.append(html("pre", {}, JSON.stringify(content, null, 1))), {
    once: true,
  });
  list.prepend(html("li", {}, details));
  while (list.children.length > KEPT) list.lastElementChild?.remove();
}
