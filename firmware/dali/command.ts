/**
 * What a row of a command table is, and how rows are written. A command carries the type of its reply, so that a wrong use
 * of a reply does not compile. The tables themselves are in `commands/`, one file a part of IEC 62386.
 */
import { encodeGear, type ForwardFrame, type GearAddress, type GearFrame, short, whole } from "./frame.ts";
import type { Reply } from "./gateway.ts";

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

/** What a question to one gear can bring: its value, nobody's, or several at once. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "none" }
  | { readonly kind: "collision" };

/** A row of the table of control gear: where it sits in the code space, whatever its parameters. */
export interface Row {
  readonly name: string;
  readonly kind: "addressed" | "special";
  /** Opcode (addressed) or first byte (special); the lowest of `span` where the last bits are a parameter. */
  readonly code: number;
  readonly span: number;
  readonly twice: boolean;
  readonly answers: boolean;
  /** Only after ENABLE DEVICE TYPE of this type; absent: a command of part 102. */
  readonly deviceType?: number;
}

/** To whom: a gear address, or a number for a short address. */
export type To = GearAddress | number;

/** No short address, no level, no change. */
export const MASK = 0xff;

/** How often a row is sent, and whether it is answered. */
export interface Manner {
  readonly twice: boolean;
  readonly answers: boolean;
  readonly deviceType?: number;
}
export const ONCE: Manner = { twice: false, answers: false };
export const TWICE: Manner = { twice: true, answers: false };
export const ASKS: Manner = { twice: false, answers: true };
/** The same manners for the commands of a device type. */
export const ofType = (deviceType: number) => ({
  once: { ...ONCE, deviceType },
  twice: { ...TWICE, deviceType },
  asks: { ...ASKS, deviceType },
});

export const nothing = (): void => {};
/** Any reply is YES: gear that says NO is silent, and several at once spoil each other's frame. */
export const yes = (reply: Reply): boolean => reply.kind !== "none";
export const answer =
  <T>(of: (byte: number) => T) =>
  (reply: Reply): Answer<T> =>
    reply.kind === "byte" ? { kind: "value", value: of(reply.value) } : reply;
export const byte = answer((value) => value);
/** null is MASK: nothing to tell. */
export const byteOrMask = answer((value) => (value === MASK ? null : value));

/** A gear address from either form. */
export const target = (to: To): GearAddress => (typeof to === "number" ? short(to) : to);

/** A command of a row; for rows that no shape below fits. */
export function build<R>(row: Row, frame: GearFrame, read: (reply: Reply) => R): Command<R> {
  const { name, twice, answers, deviceType } = row;
  const command = { name, frame: encodeGear(frame), twice, answers, read };
  return deviceType === undefined ? command : { ...command, deviceType };
}

/** An addressed command without a parameter. */
export function addressed<R>(name: string, code: number, how: Manner, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "addressed", code, span: 1, ...how };
  return Object.assign((to: To) => build(row, { kind: "command", to: target(to), opcode: code }, read), { row });
}

/** An addressed command whose last four bits are a scene or a group. */
export function numbered<R>(name: string, code: number, how: Manner, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "addressed", code, span: 16, ...how };
  return Object.assign(
    (to: To, number: number) =>
      build(row, { kind: "command", to: target(to), opcode: code + whole(name, number, 15) }, read),
    { row },
  );
}

/** A special command without data. */
export function special<R>(name: string, code: number, how: Manner, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "special", code, span: 1, ...how };
  return Object.assign(() => build(row, { kind: "special", code, data: 0 }, read), { row });
}

/** A special command with a data byte. */
export function carrying<R>(name: string, code: number, how: Manner, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "special", code, span: 1, ...how };
  return Object.assign(
    (data: number) => build(row, { kind: "special", code, data: whole(`${name} data`, data, 255) }, read),
    { row },
  );
}
