import type { Row } from "./command.ts";
import * as table from "./commands/gear.ts";
import { decodeGear } from "./frame.ts";

/** Every row of the command table but DAPC, which is an address and a level and has no code. */
export const gearCommands: readonly Row[] = Object.values(table).flatMap((entry) =>
  typeof entry === "function" && "row" in entry ? [entry.row] : [],
);

/** The row that a 16-bit frame belongs to; undefined for DAPC and for what the table does not hold. */
export function rowOf(data: number): Row | undefined {
  const frame = decodeGear(data);
  if (frame.kind !== "command" && frame.kind !== "special") return undefined;
  const kind = frame.kind === "command" ? "addressed" : "special";
  const code = frame.kind === "command" ? frame.opcode : frame.code;
  return gearCommands.find((row) => row.kind === kind && code >= row.code && code < row.code + row.span);
}
