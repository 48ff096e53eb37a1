/**
 * The Modbus registers of a WB-DALI (three DALI buses), as the maker's open-source driver and device template have them
 * (wirenboard/wb-mqtt-dali `wbdali_registers.py`, wirenboard/wb-mqtt-serial `config-wb-dali.json.jinja`). Each bus has them 1000 further on.
 *
 * A frame waits in one of 16 slots until the send pointer comes to it; it is sent, the slot is emptied and the pointer goes on.
 * Writing a slot voids its reply register at once, so what is not 0 there is the outcome of this frame (measured on a real
 * module, says that driver). The ring holds the last four frames of others.
 */
import type { ForwardFrame } from "../dali/frame.ts";
import type { GatewayRequest, Priority } from "../dali/gateway.ts";

export const WB_DALI = { channels: 3, slots: 16, ring: 4, entryRegisters: 4, counters: 0x10000 } as const;

const CHANNEL = 1000;

/** Where the registers of a bus are; `channel` from 0. */
export const registersOf = (channel: number) => ({
  /** Holding, two for each slot: low word first. */
  slots: 1400 + CHANNEL * channel,
  /** Holding. Writing 0 begins anew at the first slot. */
  pointer: 1432 + CHANNEL * channel,
  /** Input, one for each slot. */
  replies: 1500 + CHANNEL * channel,
  /** Input, four for each entry. */
  ring: 1900 + CHANNEL * channel,
  /** Discrete input. */
  overheated: 1010 + channel,
  /** Discrete input. */
  powered: 1020 + channel,
  /** Coil: the supply that the box itself has for the bus. */
  supply: 1030 + channel,
});

type Slot = Pick<GatewayRequest, "frame" | "priority" | "twice">;
export type SlotWords = readonly [low: number, high: number];

/** Bits 24..0 frame, 27..25 its length, 28 twice, 31..29 priority. */
export function encodeSlot({ frame, priority, twice }: Slot): SlotWords {
  const length = frame.bits === 16 ? 0 : 1;
  return [frame.data & 0xffff, (frame.data >> 16) | (length << 9) | (twice ? 1 << 12 : 0) | (priority << 13)];
}

/** Nothing to send: priority 0. */
export const EMPTY_SLOT: SlotWords = [0, 0];

/** null where there is nothing to send, or a frame of 25 bits (eDALI), which is none of ours. */
export function decodeSlot([low, high]: SlotWords): Slot | null {
  const priority = high >> 13;
  const length = (high >> 9) & 7;
  if (priority < 1 || priority > 5 || length > 1) return null;
  const frame: ForwardFrame = length === 0 ? { bits: 16, data: low } : { bits: 24, data: ((high & 0xff) << 16) | low };
  return { frame, priority: priority as Priority, twice: (high & (1 << 12)) !== 0 };
}

/** What became of the frame of a slot. `unknown` is a status that no public source knows. */
export type Outcome =
  | { readonly kind: "waiting" }
  | { readonly kind: "answered"; readonly value: number }
  | { readonly kind: "unanswered" }
  | { readonly kind: "broken" }
  | { readonly kind: "no-power" }
  | { readonly kind: "overheated" }
  | { readonly kind: "unknown"; readonly status: number };

const STATUS = ["waiting", "answered", "unanswered", "broken", "no-power", "overheated"] as const;

export function decodeOutcome(register: number): Outcome {
  const status = register >> 8;
  const kind = STATUS[status];
  if (kind === undefined) return { kind: "unknown", status };
  return kind === "answered" ? { kind, value: register & 0xff } : { kind };
}

export function encodeOutcome(outcome: Outcome): number {
  if (outcome.kind === "unknown") return outcome.status << 8;
  return (STATUS.indexOf(outcome.kind) << 8) | (outcome.kind === "answered" ? outcome.value : 0);
}

/** A frame of another that the box heard. `counter` goes round at 65,536. */
export interface RingEntry {
  readonly counter: number;
  readonly bits: number;
  readonly data: number;
  readonly backward: boolean;
  readonly broken: boolean;
}

/** Four registers, low word first: data in bits 24..0, length in 39..32, backward 40, broken 41, counter in 63..48. */
export const encodeEntry = ({ counter, bits, data, backward, broken }: RingEntry): readonly number[] => [
  data & 0xffff,
  data >> 16,
  bits | (backward ? 0x100 : 0) | (broken ? 0x200 : 0),
  counter,
];

/** null where nothing was ever written there. */
export function decodeEntry([low = 0, high = 0, form = 0, counter = 0]: readonly number[]): RingEntry | null {
  if (low === 0 && high === 0 && form === 0 && counter === 0) return null;
  return {
    counter,
    bits: form & 0xff,
    data: ((high & 0x1ff) << 16) | low,
    backward: (form & 0x100) !== 0,
    broken: (form & 0x200) !== 0,
  };
}

/** The entries of the whole ring, as they lie. */
export const decodeRing = (registers: readonly number[]): RingEntry[] =>
  Array.from({ length: WB_DALI.ring }, (_, i) =>
    decodeEntry(registers.slice(i * WB_DALI.entryRegisters, (i + 1) * WB_DALI.entryRegisters)),
  ).filter((entry) => entry !== null);
