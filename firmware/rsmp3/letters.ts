/** S0001's letters: one for the state of each signal group, in the controller's order. RSMP SXL for traffic lights. */
import type { Aspect } from "../../controllers/junction/model.ts";

export const LETTERS: Readonly<Record<Aspect, string>> = {
  dark: "a",
  red: "B",
  "red-amber": "0",
  green: "1",
  amber: "N",
  "flashing-amber": "c",
};

/** What a letter means for who drives or walks; null for one that S0001 has not. */
export function aspectOf(letter: string): Aspect | null {
  switch (letter) {
    case "a":
      return "dark";
    case "c":
      return "flashing-amber";
    case "0":
    case "f":
      return "red-amber";
    case "N":
    case "O":
      return "amber";
    default:
      if (/^[1-9]$/.test(letter)) return "green";
      return /^[b-eg-hA-GP]$/.test(letter) ? "red" : null;
  }
}
