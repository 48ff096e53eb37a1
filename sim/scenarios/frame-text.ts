import { decode } from "../../firmware/dali/codec.ts";
import type { ForwardFrame, GearAddress } from "../../firmware/dali/frame.ts";

/**
 * What a forward frame says, in the standard's words: `DAPC 3 170`, `QUERY STATUS 3`, `SET FADE TIME broadcast`,
 * `GO TO SCENE group 2 5`, `DTR0 4`. An address comes before a number of the command. What only control devices or a device
 * type understand is told by its bits.
 */
export function frameText(frame: ForwardFrame): string {
  const said = decode(frame);
  if (said.kind !== "gear") return `${frame.bits} bits ${hex(frame.data, frame.bits / 4)}`;
  const { row, to, value } = said;
  const number = row.parameters.length > 0 && (to !== null || value !== 0) ? [value] : [];
  return [row.name, ...(to ? [addressText(to)] : []), ...number].join(" ");
}

/** What a backward frame says; null: several that spoilt each other. */
export const answerText = (value: number | null): string =>
  value === null ? "answer spoilt" : `answer ${hex(value, 2)}`;

function addressText(to: GearAddress): string {
  switch (to.kind) {
    case "short":
      return String(to.address);
    case "group":
      return `group ${to.group}`;
    case "broadcast":
      return "broadcast";
    case "broadcast-unaddressed":
      return "unaddressed";
  }
}

const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
