/** How a thermal array is mounted, in `cabinet.yaml`. */
import Type, { type Static } from "typebox";
import type { PictureSide } from "../../controllers/footfall/thermal-view.ts";
import { type Metres, metres } from "../../controllers/units.ts";
import type { CounterKind } from "../sensors/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { number } from "./forms.ts";
import type { Problems, Step } from "./problem.ts";
import { shown } from "./words.ts";

/** Keys of a counter that is a thermal array. */
export const thermalKeys = {
  height: Type.Optional(
    number(2.2, 12, "Of a thermal array, which looks straight down: metres above the ground; best 3.4 to 4.2."),
  ),
  up: Type.Optional(
    Type.Enum(["left", "right", "top", "bottom"], {
      default: DEFAULTS.thermal.up,
      description: "Side of a thermal array's picture that lies towards growing positions of the street.",
    }),
  ),
  lens: Type.Optional(
    Type.Enum([55, 110], {
      default: DEFAULTS.thermal.lens,
      description: "Of an MLX90640: degrees that its lens sees.",
    }),
  ),
};
type Written = { readonly [K in keyof typeof thermalKeys]?: Static<(typeof thermalKeys)[K]> };

export interface ThermalMounting {
  readonly height: Metres;
  readonly up: PictureSide;
  readonly lens?: 55 | 110;
}

/** Of an entry that passed every check. */
export const mountingOf = ({ height, up = DEFAULTS.thermal.up, lens }: Written): ThermalMounting => ({
  height: metres(height as number),
  up: up as PictureSide,
  ...(lens === undefined ? {} : { lens: lens as 55 | 110 }),
});

interface Entry {
  readonly kind?: CounterKind | undefined;
  readonly i2c?: { readonly address?: number | undefined } | undefined;
  readonly lens?: number | undefined;
}

/** An AMG8833 has one lens and two addresses. (An MLX90640 can be given any address.) */
export function checkThermal({ kind, i2c, lens }: Entry, at: readonly Step[], problems: Problems): void {
  if (kind !== "amg8833") return;
  if (lens !== undefined) problems.add([...at, "lens"], String(lens), "nothing: kind amg8833 has one lens");
  const address = i2c?.address;
  if (address !== undefined && address !== 0x68 && address !== 0x69)
    problems.add([...at, "i2c", "address"], shown(address), "0x68 or 0x69, for kind amg8833");
}
