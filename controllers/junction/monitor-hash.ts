/** The monitor's own hash of a junction's safety facts; `Junction` in model.ts says the format. */
import type { Junction } from "./model.ts";

/** The facts, one a line. */
export function monitorText({ groups, intergreens }: Junction): string {
  const facts: string[] = [];
  for (const { id, kind, minGreen, amber, redAmber } of groups)
    facts.push(
      `group ${id} ${kind}`,
      `min-green ${id} ${minGreen}`,
      `amber ${id} ${amber}`,
      `red-amber ${id} ${redAmber}`,
    );
  for (const [from, entries] of Object.entries(intergreens))
    for (const [to, time] of Object.entries(entries)) facts.push(`conflict ${from} ${to} ${time}`);
  return facts.sort().join("\n");
}

const PRIME = 0x100000001b3n;
const BASIS = 0xcbf29ce484222325n;

/** FNV-1a, 64 bits, over UTF-16 code units, low byte first: 16 lower-case hex digits. Against mistakes, not against malice. */
export function fnv1a64(text: string): string {
  let hash = BASIS;
  const take = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  };
  for (let i = 0; i < text.length; i++) {
    take(text.charCodeAt(i) & 0xff);
    take(text.charCodeAt(i) >> 8);
  }
  return hash.toString(16).padStart(16, "0");
}
