/** The one table: every row of every part, gathered from `commands/`. */
import type { Row, RowKind } from "./command.ts";
import * as absoluteInput from "./commands/absolute-input.ts";
import * as colour from "./commands/colour.ts";
import * as d4i from "./commands/d4i.ts";
import * as device from "./commands/device.ts";
import * as emergency from "./commands/emergency.ts";
import * as gear from "./commands/gear.ts";
import * as instance from "./commands/instance.ts";
import * as led from "./commands/led.ts";
import * as light from "./commands/light.ts";
import * as occupancy from "./commands/occupancy.ts";
import * as pushButton from "./commands/push-button.ts";

const KINDS: readonly RowKind[] = [
  "arc",
  "addressed",
  "special",
  "device",
  "instance",
  "device-special",
  "device-pair",
];

/** The rows of one table, in the order of the code space. */
const rowsOf = (table: object): Row[] =>
  Object.values(table)
    .flatMap((entry) => (typeof entry === "function" && "row" in entry ? [entry.row as Row] : []))
    .sort((a, b) => a.part - b.part || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.code - b.code);

/** The rows of IEC 62386-102, DAPC first. */
export const gearCommands: readonly Row[] = rowsOf(gear);

/** Every row, part by part. */
export const commands: readonly Row[] = [
  ...gearCommands,
  ...[emergency, led, colour, d4i, device, instance, pushButton, absoluteInput, occupancy, light].flatMap(rowsOf),
];
