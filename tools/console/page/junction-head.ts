/** Signal heads: what a group shows by place, shape and colour, and in words for those who listen. */
import type { Aspect, GroupKind } from "../../../controllers/junction/model.ts";
import { svg } from "./dom.ts";
import type { Group } from "./junction-model.ts";

export interface Head {
  readonly element: SVGGElement;
  show(aspect: Aspect | null): void;
}

type Lens = "top" | "middle" | "bottom";

const LIT: Readonly<Record<Aspect, readonly Lens[]>> = {
  dark: [],
  red: ["top"],
  "red-amber": ["top", "middle"],
  green: ["bottom"],
  amber: ["middle"],
  "flashing-amber": ["middle"],
};
const COLOURS: Readonly<Record<Lens, string>> = { top: "red", middle: "amber", bottom: "green" };
const NAMES: Readonly<Record<GroupKind, string>> = {
  vehicle: "vehicles",
  bus: "buses",
  tram: "trams",
  cycle: "bicycles",
  pedestrian: "pedestrians",
};

const BICYCLE = "M-2-.2a1.6 1.6 0 1 0 .01 0ZM2-.2a1.6 1.6 0 1 0 .01 0ZM-2 1.2-.8-1.4h2L2 1.4 1.5 1.5.9-.6-.2 1.5H-2Z";
/** Signs in a lens of 9 across: pedestrians and bicycles as in the street; buses and trams by bars (a disc is a disc). */
const SIGNS: Partial<Record<GroupKind, Readonly<Record<Lens, string>>>> = {
  pedestrian: {
    top: "M0-3.2a1 1 0 1 0 .01 0ZM-1.2-.9h2.4V1.4H.8V3.6H-.8V1.4h-.4Z",
    middle: "",
    bottom:
      "M.2-3.2a1 1 0 1 0 .01 0ZM-.6-.9 1-.7 2.4.8 1.8 1.3.7.4.6 1.4 2 3.4 1.1 3.7-.2 2-1.6 3.7-2.2 3.1-.7 1.2-.6.4-1.7 1.2-2.2.6Z",
  },
  bus: { top: "M-3.4-.8h6.8v1.6h-6.8Z", middle: "", bottom: "M-.8-3.4h1.6v6.8h-1.6Z" },
  tram: { top: "M-3.4-.8h6.8v1.6h-6.8Z", middle: "", bottom: "M-.8-3.4h1.6v6.8h-1.6Z" },
  cycle: { top: BICYCLE, middle: BICYCLE, bottom: BICYCLE },
};

const HEIGHT = 11;

/** A head with its middle at the origin, its name beneath. */
export function drawHead({ id, kind }: Group): Head {
  const places: readonly Lens[] = kind === "pedestrian" ? ["top", "bottom"] : ["top", "middle", "bottom"];
  const top = -(places.length * HEIGHT) / 2;
  const lenses = new Map(
    places.map((lens, i) => {
      const path = SIGNS[kind]?.[lens] ?? "";
      const parts = [
        svg("circle", { r: 4.5, class: "lens" }),
        ...(path === "" ? [] : [svg("path", { d: path, class: "sign" })]),
      ];
      const place = `translate(0 ${top + HEIGHT * (i + 0.5)})`;
      return [lens, svg("g", { class: COLOURS[lens], transform: place }, ...parts)] as const;
    }),
  );
  const box = svg("rect", { x: -6.5, y: top - 1, width: 13, height: places.length * HEIGHT + 2, rx: 4.5 });
  const name = svg("text", { y: -top + 10, "text-anchor": "middle" }, id);
  const element = svg(
    "g",
    { class: "head", role: "img", "data-group": id, "data-kind": kind },
    box,
    ...lenses.values(),
    name,
  );
  const head: Head = {
    element,
    show(aspect) {
      const text = aspect ?? "unknown";
      if (element.dataset["aspect"] === text) return;
      element.dataset["aspect"] = text;
      element.setAttribute("aria-label", `${id}, ${NAMES[kind]}: ${aspect?.replace("-", " ") ?? "not told"}`);
      // Pedestrians' heads have no amber: they go dark where others flash.
      for (const [lens, part] of lenses) part.classList.toggle("lit", aspect !== null && LIT[aspect].includes(lens));
    },
  };
  head.show(null);
  return head;
}
