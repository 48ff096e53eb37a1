/** Which versions of RSMP's core and of its list for traffic lights (SXL) are spoken. */

/** Oldest first. Array values, which S0033 has, are known from 3.2 on. */
export const CORES = ["3.1.5", "3.2", "3.2.1", "3.2.2"] as const;
export type Core = (typeof CORES)[number];
/** M0022 and S0033 are there from 1.1 on; 1.3 needs core 3.3. */
const SXL = /^1\.[12](\.\d{1,3})?$/;

export type Agreed =
  | { readonly ok: true; readonly core: Core; readonly sxl: string }
  | { readonly ok: false; readonly why: string };

/** The newest core that both speak, and the peer's list. Some write 3.2.0 for 3.2. */
export function agree(theirs: readonly string[], sxl: string): Agreed {
  const named = theirs.map((one) => one.replace(/^(\d+\.\d+)\.0$/, "$1"));
  const core = CORES.findLast((one) => named.includes(one));
  if (!core) return { ok: false, why: `RSMP versions [${theirs.join(", ")}]: allowed ${CORES.join(", ")}` };
  if (!SXL.test(sxl)) return { ok: false, why: `SXL version ${sxl}: allowed 1.1 and 1.2` };
  return { ok: true, core, sxl };
}

export const knowsArrays = (core: Core): boolean => core !== "3.1.5";
