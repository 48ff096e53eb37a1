/** Elements without inline styles or markup strings: the page's policy and its peace of mind. */
import type { Shape } from "../../plots/shape.ts";

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

const SVG = "http://www.w3.org/2000/svg";

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : typeof value === "number" ? String(round(value)) : value);
  }
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A drawing of `plots/`, as elements. */
export function drawn({ tag, attributes, children }: Shape): SVGElement {
  const parts = children.map((child) => (typeof child === "string" ? child : drawn(child)));
  return fill(document.createElementNS(SVG, tag) as SVGElement, attributes, parts);
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** The element of index.html with this id. */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`index.html has no ${kind.name} with id ${id}`);
  return found;
}

/** Writes text only where it differs, so that screen readers and layout are left in peace. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
