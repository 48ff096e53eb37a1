/** What the frames of DALI SCI and SCI2 say, both directions, so that the simulated box speaks by the same code. */
import type { ForwardFrame } from "../dali/frame.ts";
import type { SciFrame } from "./sci-frame.ts";

/** Bits of the control byte; the lowest four are the mode. */
export const CONTROL = {
  /** Tell what is on the bus. */
  monitor: 0x80,
  /** Answer, and put nothing on the bus. */
  identify: 0x40,
  /** Answer at once, not after the reply. */
  echo: 0x20,
  /** Send twice; newer firmware only. */
  twice: 0x10,
} as const;

export const MODE = { forward16: 3, forward24: 8 } as const;

/** Codes in the low byte of an error. The last two only in public drivers. */
export const SCI_ERROR = { check: 1, shortCircuit: 2, reception: 3, unknownCommand: 4, collision: 5 } as const;

/** Where the two bytes of a 16-bit frame are: high and middle, or middle and low. */
export type Layout = "high" | "low";

const place = (data: number, layout: Layout): number => (layout === "high" ? data << 8 : data);
const placed = (data: number, layout: Layout): number => (layout === "high" ? data >> 8 : data & 0xffff);

export interface SciCommand {
  readonly frame: ForwardFrame;
  readonly twice: boolean;
  readonly echo: boolean;
}

/** Control byte and data of a frame to send; the monitor stays on. */
export function encodeCommand({ frame, twice, echo }: SciCommand, layout: Layout): { first: number; data: number } {
  const flags = CONTROL.monitor | (echo ? CONTROL.echo : 0) | (twice ? CONTROL.twice : 0);
  return frame.bits === 16
    ? { first: flags | MODE.forward16, data: place(frame.data, layout) }
    : { first: flags | MODE.forward24, data: frame.data };
}

/** undefined where the box knows no such mode. */
export function decodeCommand(
  { first, data }: Pick<SciFrame, "first" | "data">,
  layout: Layout,
): SciCommand | undefined {
  const [twice, echo] = [(first & CONTROL.twice) !== 0, (first & CONTROL.echo) !== 0];
  switch (first & 0x0f) {
    case MODE.forward16:
      return { frame: { bits: 16, data: placed(data, layout) }, twice, echo };
    case MODE.forward24:
      return { frame: { bits: 24, data }, twice, echo };
    default:
      return undefined;
  }
}

/** What the box says. `no`: nobody answered. */
export type SciStatus =
  | { readonly kind: "ok" }
  | { readonly kind: "no" }
  | { readonly kind: "byte"; readonly value: number }
  | { readonly kind: "frame"; readonly bits: 16 | 24; readonly data: number }
  | { readonly kind: "error"; readonly code: number };

/** Above it, the identifier. */
const IDENTIFIER = 0x60;

/** `received`: where the box puts 16-bit frames. undefined: something else than DALI. */
export function decodeStatus(
  { first, data }: Pick<SciFrame, "first" | "data">,
  received: Layout,
): SciStatus | undefined {
  switch (first & 0x07) {
    case 0:
      return { kind: "ok" };
    case 1:
      return { kind: "no" };
    case 2:
      return { kind: "byte", value: data & 0xff };
    case 3:
      return { kind: "frame", bits: 16, data: placed(data, received) };
    case 4:
      return { kind: "frame", bits: 24, data };
    case 7:
      return { kind: "error", code: data & 0xff };
    default:
      return undefined;
  }
}

export function encodeStatus(status: SciStatus, received: Layout): { first: number; data: number } {
  switch (status.kind) {
    case "ok":
      return { first: IDENTIFIER, data: 0 };
    case "no":
      return { first: IDENTIFIER | 1, data: 0 };
    case "byte":
      return { first: IDENTIFIER | 2, data: status.value };
    case "frame":
      return status.bits === 16
        ? { first: IDENTIFIER | 3, data: place(status.data, received) }
        : { first: IDENTIFIER | 4, data: status.data };
    case "error":
      return { first: IDENTIFIER | 7, data: status.code };
  }
}
