import type { Counter, Direction } from "../../controllers/model.ts";
import type { Duration } from "../../controllers/units.ts";

/** Where a street goes on in the next cabinet's area. As a counter it stands for those who come from there. */
export interface Border extends Counter {
  /** RSMP id of the next cabinet. */
  readonly node: string;
  /** Its name, the same in both cabinets' files. */
  readonly name: string;
  /** How those go who come from there. */
  readonly inward: Direction;
  /** A presence counts for so long, and so long a neighbour may say nothing. */
  readonly staleAfter: Duration;
  readonly presence: true;
}
