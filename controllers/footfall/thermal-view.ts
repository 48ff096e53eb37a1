/** How a thermal array looks down on a street, and its pixels put in the street's own order. */
import type { Metres } from "../units.ts";

/** An array as its data sheet draws it. */
export interface ArrayShape {
  readonly columns: number;
  readonly rows: number;
  /** Field of view, degrees. */
  readonly wide: number;
  readonly high: number;
  /** Which side of the picture its first row is. */
  readonly firstRow: "top" | "bottom";
}

/** A side of the picture. */
export type PictureSide = "left" | "right" | "top" | "bottom";

export interface ThermalView {
  readonly shape: ArrayShape;
  /** Of the array above the ground; it looks straight down. */
  readonly height: Metres;
  /** The side of the picture that lies towards growing metres of the street. */
  readonly up: PictureSide;
}

/** A picture in the street's order: a cell is `across * along + up the street`. Steps are metres at the height of a body. */
export interface Grid {
  /** Cells along the street, and across it. */
  readonly along: number;
  readonly across: number;
  /** The pixel of each cell. */
  readonly pixels: Int32Array;
  readonly stepAlong: number;
  readonly stepAcross: number;
}

/** Where a person's heat is seen, in metres above the ground: between shoulders and hips. */
export const BODY = 1.2;

/** Throws TypeError for a view from below the height of a head. */
export function gridOf({ shape, height, up }: ThermalView): Grid {
  if (!(height >= 2.2)) throw new TypeError(`height is ${height}: allowed 2.2 or more`);
  const { columns, rows } = shape;
  const lengthwise = up === "left" || up === "right";
  const [along, across] = lengthwise ? [columns, rows] : [rows, columns];
  const pixels = new Int32Array(along * across);
  // The picture's own order begins on the left and at the first row.
  const backwards = up === "left" || up === shape.firstRow;
  for (let j = 0; j < across; j++)
    for (let i = 0; i < along; i++) {
      const way = backwards ? along - 1 - i : i;
      pixels[j * along + i] = lengthwise ? j * columns + way : way * columns + j;
    }
  const step = (degrees: number, cells: number) => ((height - BODY) * degrees * (Math.PI / 180)) / cells;
  const wide = step(shape.wide, columns);
  const high = step(shape.high, rows);
  return {
    along,
    across,
    pixels,
    stepAlong: lengthwise ? wide : high,
    stepAcross: lengthwise ? high : wide,
  };
}

/** Metres along the street of a place in cells, from the line under the array; likewise across. */
export const metresAlong = (grid: Grid, cell: number): number => (cell - (grid.along - 1) / 2) * grid.stepAlong;
export const metresAcross = (grid: Grid, cell: number): number => (cell - (grid.across - 1) / 2) * grid.stepAcross;
