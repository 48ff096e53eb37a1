/** The forms that values of `junctions` have beside those of the whole file. */
import Type from "typebox";
import { form, integer } from "./forms.ts";

export const inSeconds = (d: number): number => d / 1000;
const NAME = "^[A-Za-z0-9_-]{1,24}$";
export const name = (description: string) => form(NAME, "1 to 24 letters, digits, _ and -", description);
export const group = (description = "Signal group.") => name(description);
export const level = (description: string, fallback?: "high" | "low") =>
  Type.Enum(["high", "low"], { description, ...(fallback ? { default: fallback } : {}) });
export const byte = (description: string) => integer(0, 255, description);
