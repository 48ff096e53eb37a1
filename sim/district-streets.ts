import type { Join, LightingClass } from "../controllers/model.ts";
import { metres } from "../controllers/units.ts";

/** A street of the demonstration district. Lamps stand in the middle of each `SPACING`, from 0 to `length`. */
export interface DistrictStreet {
  readonly name: string;
  readonly class: LightingClass;
  readonly length: number;
  /** Which ends lead out of the district. */
  readonly open: { readonly low: boolean; readonly high: boolean };
}

/** Metres between lamps, and between crossings: a block is four lamps long. */
export const SPACING = 28;
const BLOCK = 4 * SPACING;
/** So far beyond its open ends a street goes on under the lamps of other cabinets. */
export const OUTSIDE = 28;

const EAST_WEST = 6;
const NORTH_SOUTH = 8;
const through = { low: true, high: true };

/** By their order in the grid: two collector streets each way, living streets, and at the edges quiet ones. */
const EAST_WEST_CLASSES: readonly LightingClass[] = ["P4", "P3", "P4", "P4", "P3", "P5"];
const NORTH_SOUTH_CLASSES: readonly LightingClass[] = ["P5", "P4", "P3", "P4", "P4", "P3", "P4", "P5"];

/** Dead-end lanes that branch off in mid-block: from which street, and after how many blocks of it. */
const LANES = [
  { from: "east 1", block: 3 },
  { from: "east 1", block: 6 },
  { from: "east 6", block: 2 },
  { from: "east 6", block: 7 },
] as const;

const row = (class_: LightingClass, i: number): DistrictStreet => ({
  name: `east ${i + 1}`,
  class: class_,
  length: (NORTH_SOUTH + 2) * BLOCK,
  open: through,
});
const column = (class_: LightingClass, i: number): DistrictStreet => ({
  name: `north ${i + 1}`,
  class: class_,
  length: (EAST_WEST + 1) * BLOCK,
  open: through,
});
const lane = (_: unknown, i: number): DistrictStreet => ({
  name: `lane ${i + 1}`,
  class: "P5",
  length: 3 * BLOCK,
  open: { low: false, high: false },
});

/** A whole district: 18 streets, 512 lamps, 48 crossings, four dead-end lanes. */
export const DISTRICT_STREETS: readonly DistrictStreet[] = [
  ...EAST_WEST_CLASSES.map(row),
  ...NORTH_SOUTH_CLASSES.map(column),
  ...LANES.map(lane),
];

const crossings: readonly Join[] = EAST_WEST_CLASSES.flatMap((_, e) =>
  NORTH_SOUTH_CLASSES.map((__, n) => ({
    a: { street: `east ${e + 1}`, position: metres((n + 1.5) * BLOCK) },
    b: { street: `north ${n + 1}`, position: metres((e + 1) * BLOCK) },
  })),
);

/** Where they meet: at crossings between two lamps, as the mouths of the lanes. */
export const DISTRICT_JOINS: readonly Join[] = [
  ...crossings,
  ...LANES.map(({ from, block }, i) => ({
    a: { street: from, position: metres(block * BLOCK) },
    b: { street: `lane ${i + 1}`, position: metres(0) },
  })),
];
