/** A drawing as data: SVG's own words, so that a report writes it as text and a page builds it as elements. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export const shape = (
  tag: string,
  attributes: Shape["attributes"] = {},
  ...children: readonly (Shape | string)[]
): Shape => ({ tag, attributes, children });

/** Words at a place; `anchor` as SVG's text-anchor. */
export const words = (
  x: number,
  y: number,
  text: string,
  kind = "label",
  anchor: "start" | "middle" | "end" = "start",
): Shape => shape("text", { x: tidy(x), y: tidy(y), class: kind, "text-anchor": anchor }, text);

/** A drawing that scales with its place, is read out by its title, and keeps its proportions. */
export function drawing(title: string, width: number, height: number, children: readonly Shape[]): Shape {
  return shape(
    "svg",
    { viewBox: `0 0 ${tidy(width)} ${tidy(height)}`, class: "plot", role: "img", "aria-label": title },
    shape("title", {}, title),
    ...children,
  );
}

/** As markup, for a document of HTML or SVG. Every text and value is escaped. */
export function markup({ tag, attributes, children }: Shape): string {
  const told = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const inner = children.map((child) => (typeof child === "string" ? escaped(child) : markup(child))).join("");
  const isRoot = tag === "svg" ? ' xmlns="http://www.w3.org/2000/svg"' : "";
  return `<${tag}${isRoot}${told.join("")}>${inner}</${tag}>`;
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** No more digits than can be seen. */
export const tidy = (value: number): number => Math.round(value * 100) / 100;

/** About so wide is a text in these drawings; a label is cut where it would leave its place. */
const LETTER = 6.4;
export const widthOf = (text: string): number => text.length * LETTER;
export function fitted(text: string, width: number): string {
  const most = Math.floor(width / LETTER);
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
