/**
 * The wire between a runtime and a machine that is simulated in another process: time, I2C and pins as JSON lines. Byte
 * streams do not pass here: they are real serial devices or TCP. For demonstrations and tests; a cabinet has its own.
 */
import type { FaultKind } from "../../controllers/model.ts";

/** What the runtime asks. `id` is the runtime's own and comes back in the answer. */
export type Request =
  | { readonly ask: "sleep"; readonly id: number; readonly ms: number }
  | { readonly ask: "cancel"; readonly id: number }
  | {
      readonly ask: "i2c";
      readonly id: number;
      readonly adapter: string;
      readonly address: number;
      readonly write: string;
      readonly read: number;
    }
  | { readonly ask: "input"; readonly id: number; readonly chip: string; readonly offset: number }
  | {
      readonly ask: "output";
      readonly id: number;
      readonly chip: string;
      readonly offset: number;
      readonly high: boolean;
    };

/** What the machine says. Bytes are hexadecimal text. */
export type Answer =
  /** `now`: wall time, `passed`: time since the machine began (ms); `speed`: how fast both run against real time. */
  | { readonly say: "time"; readonly now: number; readonly passed: number; readonly speed: number }
  | { readonly say: "wake"; readonly id: number; readonly now: number; readonly passed: number }
  | { readonly say: "done"; readonly id: number; readonly data: string }
  | { readonly say: "fault"; readonly id: number; readonly fault: FaultKind; readonly where: string }
  /** `at`: on the scale of `passed`. */
  | {
      readonly say: "pin";
      readonly chip: string;
      readonly offset: number;
      readonly high: boolean;
      readonly at: number;
    };

export const encode = (message: Request | Answer): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(message)}\n`);

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

const LONGEST_LINE = 65_536;

/** Messages from a stream of chunks. The two ends are one release of one program: what does not parse ends the stream. */
export async function* messages<M extends Request | Answer>(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<M> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > LONGEST_LINE) throw new Error(`a line is longer than ${LONGEST_LINE} characters`);
    const lines = rest.split("\n");
    rest = lines.pop() as string;
    for (const line of lines) yield JSON.parse(line) as M;
  }
}
