import type { JunctionTable } from "./kernel-table.ts";

/**
 * The facts of safety that the kernel goes by, as 16 hexadecimal digits: `Junction` in model.ts says the format. The
 * conflict monitor makes the same of its own table by its own code.
 */
export function kernelHash({ groups, intergreen }: JunctionTable): string {
  const facts = groups.flatMap(({ id, kind, minGreen, amber, redAmber }) => [
    `group ${id} ${kind}`,
    `min-green ${id} ${minGreen}`,
    `amber ${id} ${amber}`,
    `red-amber ${id} ${redAmber}`,
  ]);
  intergreen.forEach((time, i) => {
    const from = groups[Math.floor(i / groups.length)];
    const to = groups[i % groups.length];
    if (from && to && time >= 0) facts.push(`conflict ${from.id} ${to.id} ${time}`);
  });
  const text = facts.sort().join("\n");
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (const byte of [unit & 0xff, unit >> 8]) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
