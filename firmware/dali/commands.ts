/**
 * The command table of control gear (IEC 62386-102 11): every row is named as in the standard, builds its frames and
 * reads its replies. A command carries the type of its reply, so that a wrong use of a reply does not compile.
 */
import { encodeGear, type ForwardFrame, type GearAddress, type GearFrame, short, whole } from "./frame.ts";
import type { Reply } from "./gateway.ts";

/** One frame to send, and how to read what comes back. `R` is what the reply means. */
export interface Command<R> {
  readonly name: string;
  readonly frame: ForwardFrame;
  readonly twice: boolean;
  readonly answers: boolean;
  readonly read: (reply: Reply) => R;
}

/** What a question to one gear can bring: its value, nobody's, or several at once. */
export type Answer<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "none" }
  | { readonly kind: "collision" };

/** The answer to QUERY STATUS (IEC 62386-102 11.5). */
export interface Status {
  readonly controlGearFailure: boolean;
  readonly lampFailure: boolean;
  readonly lampOn: boolean;
  readonly limitError: boolean;
  readonly fadeRunning: boolean;
  readonly resetState: boolean;
  readonly missingShortAddress: boolean;
  readonly powerCycleSeen: boolean;
}

/** A row of the table: where it sits in the code space, whatever its parameters. */
export interface Row {
  readonly name: string;
  readonly kind: "addressed" | "special";
  /** Opcode (addressed) or first byte (special); the lowest of `span` where the last bits are a parameter. */
  readonly code: number;
  readonly span: number;
  readonly twice: boolean;
  readonly answers: boolean;
}

/** To whom: a gear address, or a number for a short address. */
export type To = GearAddress | number;

/** No short address, no level, no change. */
export const MASK = 0xff;

const nothing = (): void => {};
/** Any reply is YES: gear that says NO is silent, and several at once spoil each other's frame. */
const yes = (reply: Reply): boolean => reply.kind !== "none";
const answer =
  <T>(of: (byte: number) => T) =>
  (reply: Reply): Answer<T> =>
    reply.kind === "byte" ? { kind: "value", value: of(reply.value) } : reply;
const byte = answer((value) => value);
/** null is MASK: no level to tell. */
const arcLevel = answer((value) => (value === MASK ? null : value));
const shortAddress = answer((value) => (value === MASK ? null : value >> 1));
const status = answer(
  (bits): Status => ({
    controlGearFailure: (bits & 0x01) !== 0,
    lampFailure: (bits & 0x02) !== 0,
    lampOn: (bits & 0x04) !== 0,
    limitError: (bits & 0x08) !== 0,
    fadeRunning: (bits & 0x10) !== 0,
    resetState: (bits & 0x20) !== 0,
    missingShortAddress: (bits & 0x40) !== 0,
    powerCycleSeen: (bits & 0x80) !== 0,
  }),
);
const fade = answer((bits) => ({ fadeTime: bits >> 4, fadeRate: bits & 0x0f }));

const target = (to: To): GearAddress => (typeof to === "number" ? short(to) : to);

function build<R>(row: Row, frame: GearFrame, read: (reply: Reply) => R): Command<R> {
  return { name: row.name, frame: encodeGear(frame), twice: row.twice, answers: row.answers, read };
}

const ONCE = { twice: false, answers: false };
const TWICE = { twice: true, answers: false };
const ASKS = { twice: false, answers: true };

/** An addressed command without a parameter. */
function addressed<R>(name: string, code: number, how: typeof ONCE, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "addressed", code, span: 1, ...how };
  return Object.assign((to: To) => build(row, { kind: "command", to: target(to), opcode: code }, read), { row });
}

/** An addressed command whose last four bits are a scene or a group. */
function numbered<R>(name: string, code: number, how: typeof ONCE, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "addressed", code, span: 16, ...how };
  return Object.assign(
    (to: To, number: number) =>
      build(row, { kind: "command", to: target(to), opcode: code + whole(name, number, 15) }, read),
    { row },
  );
}

/** A special command without data. */
function special<R>(name: string, code: number, how: typeof ONCE, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "special", code, span: 1, ...how };
  return Object.assign(() => build(row, { kind: "special", code, data: 0 }, read), { row });
}

/** A special command with a data byte. */
function carrying<R>(name: string, code: number, how: typeof ONCE, read: (reply: Reply) => R) {
  const row: Row = { name, kind: "special", code, span: 1, ...how };
  return Object.assign(
    (data: number) => build(row, { kind: "special", code, data: whole(`${name} data`, data, 255) }, read),
    { row },
  );
}

const DAPC: Row = { name: "DAPC", kind: "addressed", code: 0, span: 1, ...ONCE };
/** Direct arc power control: fade to an arc power level 0..254 (255: stop the fade) with the fade time (IEC 62386-102 11.3.1). */
export const dapc = (to: To, level: number): Command<void> =>
  build(DAPC, { kind: "arc", to: target(to), level }, nothing);

// 11.3: level instructions
export const off = addressed("OFF", 0x00, ONCE, nothing);
export const up = addressed("UP", 0x01, ONCE, nothing);
export const down = addressed("DOWN", 0x02, ONCE, nothing);
export const stepUp = addressed("STEP UP", 0x03, ONCE, nothing);
export const stepDown = addressed("STEP DOWN", 0x04, ONCE, nothing);
export const recallMaxLevel = addressed("RECALL MAX LEVEL", 0x05, ONCE, nothing);
export const recallMinLevel = addressed("RECALL MIN LEVEL", 0x06, ONCE, nothing);
export const stepDownAndOff = addressed("STEP DOWN AND OFF", 0x07, ONCE, nothing);
export const onAndStepUp = addressed("ON AND STEP UP", 0x08, ONCE, nothing);
export const goToLastActiveLevel = addressed("GO TO LAST ACTIVE LEVEL", 0x0a, ONCE, nothing);
export const goToScene = numbered("GO TO SCENE", 0x10, ONCE, nothing);

// 11.4: configuration instructions, all sent twice
export const reset = addressed("RESET", 0x20, TWICE, nothing);
export const storeActualLevelInDtr0 = addressed("STORE ACTUAL LEVEL IN DTR0", 0x21, TWICE, nothing);
export const setMaxLevel = addressed("SET MAX LEVEL", 0x2a, TWICE, nothing);
export const setMinLevel = addressed("SET MIN LEVEL", 0x2b, TWICE, nothing);
export const setSystemFailureLevel = addressed("SET SYSTEM FAILURE LEVEL", 0x2c, TWICE, nothing);
export const setPowerOnLevel = addressed("SET POWER ON LEVEL", 0x2d, TWICE, nothing);
export const setFadeTime = addressed("SET FADE TIME", 0x2e, TWICE, nothing);
export const setFadeRate = addressed("SET FADE RATE", 0x2f, TWICE, nothing);
export const setExtendedFadeTime = addressed("SET EXTENDED FADE TIME", 0x30, TWICE, nothing);
export const setScene = numbered("SET SCENE", 0x40, TWICE, nothing);
export const removeFromScene = numbered("REMOVE FROM SCENE", 0x50, TWICE, nothing);
export const addToGroup = numbered("ADD TO GROUP", 0x60, TWICE, nothing);
export const removeFromGroup = numbered("REMOVE FROM GROUP", 0x70, TWICE, nothing);
export const setShortAddress = addressed("SET SHORT ADDRESS", 0x80, TWICE, nothing);

// 11.5: queries
export const queryStatus = addressed("QUERY STATUS", 0x90, ASKS, status);
export const queryControlGearPresent = addressed("QUERY CONTROL GEAR PRESENT", 0x91, ASKS, yes);
export const queryLampFailure = addressed("QUERY LAMP FAILURE", 0x92, ASKS, yes);
export const queryLampPowerOn = addressed("QUERY LAMP POWER ON", 0x93, ASKS, yes);
export const queryLimitError = addressed("QUERY LIMIT ERROR", 0x94, ASKS, yes);
export const queryResetState = addressed("QUERY RESET STATE", 0x95, ASKS, yes);
export const queryMissingShortAddress = addressed("QUERY MISSING SHORT ADDRESS", 0x96, ASKS, yes);
export const queryVersionNumber = addressed("QUERY VERSION NUMBER", 0x97, ASKS, byte);
export const queryContentDtr0 = addressed("QUERY CONTENT DTR0", 0x98, ASKS, byte);
export const queryDeviceType = addressed("QUERY DEVICE TYPE", 0x99, ASKS, byte);
export const queryPhysicalMinimum = addressed("QUERY PHYSICAL MINIMUM", 0x9a, ASKS, byte);
export const queryPowerFailure = addressed("QUERY POWER FAILURE", 0x9b, ASKS, yes);
export const queryContentDtr1 = addressed("QUERY CONTENT DTR1", 0x9c, ASKS, byte);
export const queryContentDtr2 = addressed("QUERY CONTENT DTR2", 0x9d, ASKS, byte);
export const queryActualLevel = addressed("QUERY ACTUAL LEVEL", 0xa0, ASKS, arcLevel);
export const queryMaxLevel = addressed("QUERY MAX LEVEL", 0xa1, ASKS, byte);
export const queryMinLevel = addressed("QUERY MIN LEVEL", 0xa2, ASKS, byte);
/** null: MASK, the level before the mains failed. */
export const queryPowerOnLevel = addressed("QUERY POWER ON LEVEL", 0xa3, ASKS, arcLevel);
/** null: MASK, no change. */
export const querySystemFailureLevel = addressed("QUERY SYSTEM FAILURE LEVEL", 0xa4, ASKS, arcLevel);
export const queryFadeTimeFadeRate = addressed("QUERY FADE TIME/FADE RATE", 0xa5, ASKS, fade);
export const queryExtendedFadeTime = addressed("QUERY EXTENDED FADE TIME", 0xa8, ASKS, byte);
export const queryControlGearFailure = addressed("QUERY CONTROL GEAR FAILURE", 0xaa, ASKS, yes);
/** null: MASK, the scene changes nothing. */
export const querySceneLevel = numbered("QUERY SCENE LEVEL", 0xb0, ASKS, arcLevel);
export const queryGroups0To7 = addressed("QUERY GROUPS 0-7", 0xc0, ASKS, byte);
export const queryGroups8To15 = addressed("QUERY GROUPS 8-15", 0xc1, ASKS, byte);
export const queryRandomAddressH = addressed("QUERY RANDOM ADDRESS (H)", 0xc2, ASKS, byte);
export const queryRandomAddressM = addressed("QUERY RANDOM ADDRESS (M)", 0xc3, ASKS, byte);
export const queryRandomAddressL = addressed("QUERY RANDOM ADDRESS (L)", 0xc4, ASKS, byte);

// 11.7: special commands
export const terminate = special("TERMINATE", 0xa1, ONCE, nothing);
export const dtr0 = carrying("DTR0", 0xa3, ONCE, nothing);
/** 0: all gear; MASK: gear without a short address; (address << 1) | 1: one. */
export const initialise = carrying("INITIALISE", 0xa5, TWICE, nothing);
export const randomise = special("RANDOMISE", 0xa7, TWICE, nothing);
export const compare = special("COMPARE", 0xa9, ASKS, yes);
export const withdraw = special("WITHDRAW", 0xab, ONCE, nothing);
export const ping = special("PING", 0xad, ONCE, nothing);
export const searchAddrH = carrying("SEARCHADDRH", 0xb1, ONCE, nothing);
export const searchAddrM = carrying("SEARCHADDRM", 0xb3, ONCE, nothing);
export const searchAddrL = carrying("SEARCHADDRL", 0xb5, ONCE, nothing);
/** (address << 1) | 1, or MASK to delete it. */
export const programShortAddress = carrying("PROGRAM SHORT ADDRESS", 0xb7, ONCE, nothing);
/** (address << 1) | 1. */
export const verifyShortAddress = carrying("VERIFY SHORT ADDRESS", 0xb9, ASKS, yes);
/** null: MASK, it has none. */
export const queryShortAddress = special("QUERY SHORT ADDRESS", 0xbb, ASKS, shortAddress);
export const dtr1 = carrying("DTR1", 0xc3, ONCE, nothing);
export const dtr2 = carrying("DTR2", 0xc5, ONCE, nothing);
