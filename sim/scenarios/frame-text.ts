import { rowOf } from "../../firmware/dali/catalogue.ts";
import { decodeGear, type ForwardFrame, type GearAddress } from "../../firmware/dali/frame.ts";

/**
 * What a forward frame says, in the standard's words: `DAPC 3 170`, `QUERY STATUS 3`, `SET FADE TIME broadcast`,
 * `GO TO SCENE group 2 5`, `DTR0 4`. An address comes before a number of the command.
 */
export function frameText({ bits, data }: ForwardFrame): string {
  if (bits === 24) return `24 bits ${hex(data, 6)}`;
  const frame = decodeGear(data);
  if (frame.kind === "arc") return `DAPC ${addressText(frame.to)} ${frame.level}`;
  const row = rowOf(data);
  if (frame.kind === "reserved" || !row) return `16 bits ${hex(data, 4)}`;
  if (frame.kind === "special") return frame.data === 0 ? row.name : `${row.name} ${frame.data}`;
  const number = row.span > 1 ? ` ${frame.opcode - row.code}` : "";
  return `${row.name} ${addressText(frame.to)}${number}`;
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
