/**
 * What a command is and what a row of the command tables is. A command carries the type of its reply, so that a wrong use
 * of a reply does not compile. The shapes of rows are in `rows.ts`, the tables in `commands/`, one file a part of IEC 62386.
 */
import type { ForwardFrame, GearAddress } from "./frame.ts";
import type { Reply } from "./gateway.ts";
import type { Reading } from "./reading.ts";

/** One frame to send, and how to read what comes back. `R` is what the reply means. */
export interface Command<R> {
  readonly name: string;
  readonly frame: ForwardFrame;
  readonly twice: boolean;
  readonly answers: boolean;
  /**
   * The device type that ENABLE DEVICE TYPE must name just before it (IEC 62386-102 11.7.14). Whoever runs the command sends
   * that frame first, with no other frame in between.
   */
  readonly deviceType?: number;
  readonly read: (reply: Reply) => R;
}

/** What a question to one device can bring: its value, nobody's, or several at once. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "none" }
  | { readonly kind: "collision" };

/** The parts of IEC 62386 that have commands here, by the name that tells equal command names apart. */
export type Family =
  | "Gear"
  | "Emergency"
  | "LED"
  | "Colour"
  | "PowerSupply"
  | "Luminaire"
  | "Energy"
  | "Diagnostics"
  | "Device"
  | "PushButton"
  | "AbsoluteInput"
  | "Occupancy"
  | "Light";

/**
 * Where a row sits in the code space:
 * - 16 bits: `arc` (DAPC), `addressed` (address, opcode), `special` (first byte, data);
 * - 24 bits: `device` (address, 0xFE, opcode), `instance` (address, instance, opcode), `device-special` (0xC1, code, data),
 *   `device-pair` (first byte, two data bytes).
 */
export type RowKind = "arc" | "addressed" | "special" | "device" | "instance" | "device-special" | "device-pair";

/** What a number in a frame is: a name for people and what `parameter.ts` makes of it. */
export type ParameterKind =
  | "level"
  | "scene"
  | "group"
  | "data"
  | "device type"
  | "short address"
  | "initialise"
  | "device address"
  | "device initialise"
  | "high byte"
  | "low byte";

/** A row of the command tables. */
export interface Row {
  /** As the standard writes it. */
  readonly name: string;
  /** Of IEC 62386: 102, 209, 303 ... */
  readonly part: number;
  readonly family: Family;
  readonly kind: RowKind;
  /** The opcode or the first byte that tells it; the lowest of `span` where the last bits are a parameter. */
  readonly code: number;
  readonly span: number;
  /** What the frame carries beside address and instance, in the order of its bits. */
  readonly parameters: readonly ParameterKind[];
  readonly twice: boolean;
  readonly answers: boolean;
  /** Only after ENABLE DEVICE TYPE of this type; absent: every gear. */
  readonly deviceType?: number;
  /** How its answer reads. */
  readonly reading: Reading<unknown>;
}

/** To which gear: a gear address, or a number for a short address. */
export type To = GearAddress | number;

/** No short address, no level, no change. */
export const MASK = 0xff;
