/** What a technician's tool and a running cabinet say to each other: JSON, one message a line. */
import type { FaultKind } from "../../controllers/model.ts";
import type { BusEvent, GatewayRequest, Reply } from "../dali/gateway.ts";
import type { Traffic } from "../dali/traffic.ts";
import type { ByteStream } from "../hal/bytes.ts";

/** The first line of a connection: what the tool wants of which bus. */
export interface Call {
  readonly want: "watch" | "borrow";
  readonly bus: string;
}

/** Then only a borrower speaks: one frame at a time. */
export interface Send {
  readonly send: GatewayRequest;
}

/** What the cabinet says. `ready` is first, or `fault`; then `traffic` to a watcher, the rest to a borrower. */
export type Said =
  /** `monotonic` and `now` are the cabinet's times, ms, of the same moment: traffic is told in monotonic time. */
  | { readonly ready: { readonly gateway: string; readonly monotonic: number; readonly now: number } }
  | { readonly traffic: Traffic }
  | { readonly event: BusEvent }
  | { readonly reply: Reply }
  /** The last thing that is said where `end`. */
  | {
      readonly fault: { readonly kind: FaultKind; readonly where: string; readonly text: string };
      readonly end: boolean;
    };

const LONGEST_LINE = 4096;
const encoder = new TextEncoder();

export const line = (message: Call | Send | Said): Uint8Array => encoder.encode(`${JSON.stringify(message)}\n`);

/** The lines of a stream. Throws SyntaxError for one that is longer than 4 KiB, and what the stream throws. */
export async function* lines(stream: ByteStream): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream.chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new SyntaxError(`a line is longer than ${LONGEST_LINE} characters`);
    yield* parts;
  }
}

const map = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const whole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** The call of a tool. Throws SyntaxError that names what is wrong with it. */
export function readCall(text: string): Call {
  const { want, bus } = map(JSON.parse(text));
  if (want !== "watch" && want !== "borrow") throw new SyntaxError(`want is ${String(want)}: allowed watch, borrow`);
  if (typeof bus !== "string") throw new SyntaxError("bus: allowed is the id of a bus");
  return { want, bus };
}

/** A borrower's frame. Throws SyntaxError that names what is wrong with it. */
export function readSend(text: string): GatewayRequest {
  const { frame, twice, answers, priority } = map(map(JSON.parse(text))["send"]);
  const { bits, data } = map(frame);
  if (bits !== 16 && bits !== 24) throw new SyntaxError(`frame.bits is ${String(bits)}: allowed 16, 24`);
  if (!whole(data, 0, 2 ** bits - 1))
    throw new SyntaxError(`frame.data is ${String(data)}: allowed 0 to ${2 ** bits - 1}`);
  if (typeof twice !== "boolean" || typeof answers !== "boolean")
    throw new SyntaxError("twice, answers: allowed true, false");
  if (!whole(priority, 1, 5)) throw new SyntaxError(`priority is ${String(priority)}: allowed 1 to 5`);
  return { frame: { bits, data }, twice, answers, priority: priority as GatewayRequest["priority"] };
}
