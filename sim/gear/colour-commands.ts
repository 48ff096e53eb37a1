/** Device type 8, colour: the commands of IEC 62386-209 that a luminaire needs. Calibration and linked channels are not answered. */

import * as cmd from "../../firmware/dali/commands/colour.ts";
import type { Colour, TcLimits } from "./colour.ts";
import {
  CONTROL,
  isWide,
  PRIMARY,
  REPORT,
  RGBWAF,
  TC,
  TEMPORARY,
  TYPE,
  TYPES,
  typeOfAll,
  X,
  Y,
} from "./colour-values.ts";
import type { Gear } from "./gear.ts";
import { byCode } from "./table.ts";

type Act = (gear: Gear, colour: Colour) => number | undefined;

const STEP_XY = 256;
const MASK = 0xff;
const NUMBER_OF_PRIMARIES = 82;
const TC_LIMITS = 128;
/** In the order of QUERY COLOUR VALUE 128 to 131. */
const TOLD_LIMITS: readonly (keyof TcLimits)[] = ["coolest", "physicalCoolest", "warmest", "physicalWarmest"];
const CHANNELS = 3;

const once =
  (act: (gear: Gear, colour: Colour) => void): Act =>
  (gear, colour) => {
    act(gear, colour);
    return undefined;
  };
const twice = (act: (gear: Gear, colour: Colour) => void): Act =>
  once((gear, colour) => {
    if (gear.again()) act(gear, colour);
  });

const wide = ({ dtr0, dtr1 }: Gear): number => (dtr1 << 8) | dtr0;

function setPrimary(gear: Gear, colour: Colour): void {
  if (gear.dtr2 < (colour.options.primaries ?? 0)) colour.setTemporary(PRIMARY + gear.dtr2, wide(gear));
}

const setChannels = (first: number) =>
  once(({ dtr0, dtr1, dtr2 }, colour) => {
    for (const [i, level] of [dtr0, dtr1, dtr2].entries()) colour.setTemporary(first + i, level);
  });

function storeLimit(gear: Gear, colour: Colour): void {
  const limit = Object.entries(cmd.TC_LIMITS).find(([, number]) => number === gear.dtr2);
  if (limit) colour.setLimit(limit[0] as keyof TcLimits, wide(gear));
}

function status(_: Gear, colour: Colour): number {
  const type = typeOfAll(colour.now);
  return cmd.queryColourStatus.row.reading.byteOf({
    tcOutOfRange: colour.tcOutOfRange,
    xyActive: type === TYPES.xy,
    tcActive: type === TYPES.tc,
    primaryActive: type === TYPES.primary,
    rgbwafActive: type === TYPES.rgbwaf,
  });
}

function typeFeatures(_: Gear, { options }: Colour): number {
  const { xy = false, tc, primaries = 0, channels = 0 } = options;
  return (xy ? 1 : 0) | (tc ? 2 : 0) | (primaries << 2) | (channels << 5);
}

/** A value of two bytes is answered by the high one; both are in DTR1 and DTR0 then. */
function tellWide(gear: Gear, value: number): number {
  gear.dtr1 = value >> 8;
  gear.dtr0 = value & 0xff;
  return value >> 8;
}

function value(gear: Gear, colour: Colour): number {
  const wanted = gear.dtr0;
  if (wanted === NUMBER_OF_PRIMARIES) return colour.options.primaries ?? 0;
  const limit = TOLD_LIMITS[wanted - TC_LIMITS];
  if (limit) return tellWide(gear, colour.limits[limit]);
  const [from, block] =
    wanted >= REPORT
      ? [REPORT, colour.reported]
      : wanted >= TEMPORARY
        ? [TEMPORARY, colour.temporary]
        : [0, colour.now];
  const at = wanted - from;
  if (at === TYPE && from > 0) return typeOfAll(block);
  const found = block[at];
  if (found === undefined) return MASK;
  return isWide(at) ? tellWide(gear, found) : found;
}

const COLOUR = byCode<Act>([
  [cmd.setTemporaryXCoordinate, once((gear, colour) => colour.setTemporary(X, wide(gear)))],
  [cmd.setTemporaryYCoordinate, once((gear, colour) => colour.setTemporary(Y, wide(gear)))],
  [cmd.activate, once((_, colour) => colour.activate())],
  [cmd.xCoordinateStepUp, once((_, colour) => colour.step(X, STEP_XY))],
  [cmd.xCoordinateStepDown, once((_, colour) => colour.step(X, -STEP_XY))],
  [cmd.yCoordinateStepUp, once((_, colour) => colour.step(Y, STEP_XY))],
  [cmd.yCoordinateStepDown, once((_, colour) => colour.step(Y, -STEP_XY))],
  [cmd.setTemporaryColourTemperature, once((gear, colour) => colour.setTemporary(TC, wide(gear)))],
  [cmd.colourTemperatureStepCooler, once((_, colour) => colour.step(TC, -1))],
  [cmd.colourTemperatureStepWarmer, once((_, colour) => colour.step(TC, 1))],
  [cmd.setTemporaryPrimaryDimlevel, once(setPrimary)],
  [cmd.setTemporaryRgbDimlevel, setChannels(RGBWAF)],
  [cmd.setTemporaryWafDimlevel, setChannels(RGBWAF + CHANNELS)],
  [cmd.setTemporaryRgbwafControl, once((gear, colour) => colour.setTemporary(CONTROL, gear.dtr0))],
  [cmd.copyReportToTemporary, once((_, colour) => colour.copyReport())],
  [cmd.storeColourTemperatureLimit, twice(storeLimit)],
  [cmd.storeGearFeaturesStatus, twice((gear, colour) => gear.nvm.set(colour, "features", gear.dtr0 & 1))],
  [cmd.queryGearFeaturesStatus, (_, { features }) => features],
  [cmd.queryColourStatus, status],
  [cmd.queryColourTypeFeatures, typeFeatures],
  [cmd.queryColourValue, value],
  [cmd.queryRgbwafControl, (_, colour) => (typeOfAll(colour.now) === TYPES.rgbwaf ? colour.now[CONTROL] : MASK)],
]);

export const colourCommand = (gear: Gear, opcode: number): number | undefined =>
  gear.colour && COLOUR[opcode]?.(gear, gear.colour);
