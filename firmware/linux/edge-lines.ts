import { duration } from "../../controllers/units.ts";
import type { Edge } from "../hal/pin.ts";

/** `1 7 25000` of gpiomon 1.6 and `1 7.000025000` of 2.x: rising or not, then the kernel's monotonic time in s and ns. */
const SHAPE = /^([012]) (\d{1,10})[ .](\d{1,9})$/;
const LONGEST = "1 9999999999.999999999\n".length;

/** null where the line is none that gpiomon prints. */
export function parseEdge(line: string): Edge | null {
  const found = SHAPE.exec(line);
  if (!found) return null;
  return { high: found[1] === "1", at: duration(Number(found[2]) * 1000 + Number(found[3]) / 1e6) };
}

/** Cuts what gpiomon prints into edges, however it is chunked. Memory is bounded. */
export class EdgeLines {
  #rest = "";

  /** null: what came is nothing that gpiomon prints, and nothing after it can be trusted. */
  push(chunk: string): Edge[] | null {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() as string;
    if (this.#rest.length >= LONGEST) return null;
    const edges = lines.map(parseEdge);
    return edges.every((edge) => edge !== null) ? edges : null;
  }
}
