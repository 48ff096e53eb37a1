import { type Duration, duration } from "../../controllers/units.ts";
import { type Problem, problemFinder } from "../link/check.ts";
import { iso, NEIGHBOUR_MESSAGE } from "../link/payload.ts";
import { NEIGHBOUR, nodeProblem } from "../link/topic.ts";
import { decode, encode } from "../link/wire/cbor.ts";

/** More than any message has, bytes. */
const MOST_BYTES = 128;

/** Spans count from when it was sent. */
export interface NeighbourMessage {
  /** The sender's wall time, ms since 1970; absent while it is not known. */
  readonly at?: number;
  readonly coming?: { readonly earliest: Duration; readonly latest: Duration };
}

/**
 * `<from>/neighbour/<to>/<border>`: whose it is stands first, so that a broker lets nobody else write it, and for whom, so that it
 * lets nobody else read it. Throws TypeError for what is no node id.
 */
export function neighbourTopic(from: string, to: string, border: string): string {
  const problem = nodeProblem(from) ?? nodeProblem(to);
  if (problem) throw new TypeError(problem);
  return `${from}/${NEIGHBOUR}/${to}/${border}`;
}

const tenths = (ms: number): number => Math.round(ms / 100) / 10;

export const encodeMessage = ({ at, coming }: NeighbourMessage): Uint8Array =>
  encode({
    ...(at === undefined ? {} : { at: iso(at) }),
    ...(coming && { coming: { earliest: tenths(coming.earliest), latest: tenths(coming.latest) } }),
  });

/** A message, or what is wrong with it. Nothing throws, whatever was sent. */
export type Read =
  | { readonly ok: true; readonly message: NeighbourMessage }
  | { readonly ok: false; readonly why: string };

/** Reads messages of one neighbour. */
export function messageReader(): (bytes: Uint8Array) => Read {
  const problem: (value: unknown) => Problem | null = problemFinder(NEIGHBOUR_MESSAGE);
  return (bytes) => {
    if (bytes.length > MOST_BYTES) return { ok: false, why: `${bytes.length} bytes: allowed ${MOST_BYTES}` };
    const decoded = decode(bytes);
    if (!decoded.ok) return { ok: false, why: decoded.hazard };
    const wrong = problem(decoded.value);
    if (wrong) return { ok: false, why: `${wrong.field} ${wrong.message}` };
    const { at, coming } = decoded.value as { at?: string; coming?: { earliest: number; latest: number } };
    if (coming && coming.latest < coming.earliest) return { ok: false, why: "coming.latest is before coming.earliest" };
    const sent = at === undefined ? Number.NaN : Date.parse(at);
    return {
      ok: true,
      message: {
        ...(Number.isNaN(sent) ? {} : { at: sent }),
        ...(coming && {
          coming: { earliest: duration(coming.earliest * 1000), latest: duration(coming.latest * 1000) },
        }),
      },
    };
  };
}
