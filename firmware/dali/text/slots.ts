/**
 * The arguments of a command in text: which a row has, what is allowed in each, and what stands there for a value. `read` and
 * `write` are each other's inverse for every value of the slot.
 */
import { MASK, type ParameterKind, type Row } from "../command.ts";
import { ALL_DEVICES, ALL_INSTANCES, type DeviceAddress, type Instance, UNADDRESSED_DEVICES } from "../device-frame.ts";
import { BROADCAST, BROADCAST_UNADDRESSED, type GearAddress } from "../frame.ts";

export interface Slot<T> {
  readonly name: string;
  /** What is allowed, for an error and for help. */
  readonly forms: string;
  /** undefined: not one of the forms. */
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
  /** For completion: all forms where they are few, examples otherwise. */
  readonly suggestions: readonly string[];
}

const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(2, "0")}`;
const upTo = (most: number, prefix = ""): string[] => Array.from({ length: most + 1 }, (_, i) => `${prefix}${i}`);
const is = (text: string, ...words: readonly string[]): boolean => words.includes(text.toLowerCase());

/** A whole number 0..most, decimal or 0x hexadecimal. */
export function number(text: string, most: number): number | undefined {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}
/** A number behind a letter, `A5`: the letters in any case. */
function lettered(text: string, letters: string, most: number): number | undefined {
  const rest = text.slice(letters.length);
  return text.slice(0, letters.length).toUpperCase() === letters && /^\d+$/.test(rest) ? number(rest, most) : undefined;
}

export const gearAddress: Slot<GearAddress> = {
  name: "address",
  forms: "A0 to A63, G0 to G15, Broadcast, BroadcastUnaddressed",
  read(text) {
    if (is(text, "broadcast", "*")) return BROADCAST;
    if (is(text, "broadcastunaddressed", "unaddressed")) return BROADCAST_UNADDRESSED;
    const group = lettered(text, "G", 15);
    if (group !== undefined) return { kind: "group", group };
    const address = lettered(text, "A", 63) ?? number(text, 63);
    return address === undefined ? undefined : { kind: "short", address };
  },
  write(to) {
    switch (to.kind) {
      case "short":
        return `A${to.address}`;
      case "group":
        return `G${to.group}`;
      case "broadcast":
        return "Broadcast";
      case "broadcast-unaddressed":
        return "BroadcastUnaddressed";
    }
  },
  suggestions: [...upTo(63, "A"), ...upTo(15, "G"), "Broadcast", "BroadcastUnaddressed"],
};

export const deviceAddress: Slot<DeviceAddress> = {
  name: "address",
  forms: "A0 to A63, G0 to G31, Broadcast, BroadcastUnaddressed, each also as Device(A0)",
  read(given) {
    const text = /^device\((.*)\)$/i.exec(given)?.[1]?.trim() ?? given;
    if (is(text, "broadcast", "*")) return ALL_DEVICES;
    if (is(text, "broadcastunaddressed", "unaddressed")) return UNADDRESSED_DEVICES;
    const group = lettered(text, "G", 31);
    if (group !== undefined) return { kind: "device-group", group };
    const address = lettered(text, "A", 63) ?? number(text, 63);
    return address === undefined ? undefined : { kind: "device", address };
  },
  write(to) {
    switch (to.kind) {
      case "device":
        return `A${to.address}`;
      case "device-group":
        return `G${to.group}`;
      case "all-devices":
        return "Broadcast";
      case "unaddressed-devices":
        return "BroadcastUnaddressed";
    }
  },
  suggestions: [...upTo(63, "A"), ...upTo(31, "G"), "Broadcast", "BroadcastUnaddressed"],
};

/** The letters of the instances that have a number; the longer ones first, so that IG3 is not read as I. */
const LETTERS = [
  ["FI", "feature-of-instance"],
  ["FG", "feature-of-group"],
  ["FT", "feature-of-type"],
  ["IG", "instance-group"],
  ["I", "instance"],
  ["T", "instance-type"],
] as const;

export const instanceSlot: Slot<Instance> = {
  name: "instance",
  forms: "I0 to I31, instance group IG0 to IG31, instance type T0 to T31, *; features FI0, FG0, FT0, F, F*",
  read(text) {
    if (is(text, "*", "i*", "broadcast")) return ALL_INSTANCES;
    if (is(text, "f")) return { kind: "feature-of-device" };
    if (is(text, "f*")) return { kind: "feature-of-all" };
    for (const [letters, kind] of LETTERS) {
      const found = lettered(text, letters, 31);
      if (found !== undefined) return { kind, number: found };
    }
    const plain = number(text, 31);
    return plain === undefined ? undefined : { kind: "instance", number: plain };
  },
  write(of) {
    switch (of.kind) {
      case "all-instances":
        return "*";
      case "feature-of-device":
        return "F";
      case "feature-of-all":
        return "F*";
      default:
        return `${LETTERS.find(([, kind]) => kind === of.kind)?.[0]}${of.number}`;
    }
  },
  suggestions: [...upTo(31, "I"), ...upTo(31, "T"), ...upTo(31, "IG"), "*"],
};

/** A plain number; `letter`: may stand before it. */
const plain = (name: string, most: number, letter?: string): Slot<number> => ({
  name,
  forms: `0 to ${most}`,
  read: (text) => number(text, most) ?? (letter === undefined ? undefined : lettered(text, letter, most)),
  write: String,
  suggestions: most < 16 ? upTo(most) : ["0", String(most)],
});

/** Other words for the sets of devices. */
const SHORTER: Readonly<Record<string, string>> = { "*": "broadcast", unaddressed: "broadcastunaddressed" };

/** A byte that holds a short address, or a word for a set of devices; any other byte is told in hexadecimal. */
function addressByte(name: string, byteOf: (address: number) => number, words: Readonly<Record<string, number>>) {
  const listed = Object.entries(words);
  const slot: Slot<number> = {
    name,
    forms: [`A0 to A63`, ...Object.keys(words), "a byte 0x00 to 0xFF"].join(", "),
    read(text) {
      if (/^0x/i.test(text)) return number(text, 255);
      const said = SHORTER[text.toLowerCase()] ?? text.toLowerCase();
      const word = listed.find(([known]) => known.toLowerCase() === said);
      const address = lettered(text, "A", 63) ?? number(text, 63);
      return word?.[1] ?? (address === undefined ? undefined : byteOf(address));
    },
    write(value) {
      const word = listed.find(([, known]) => known === value);
      if (word) return word[0];
      for (let address = 0; address < 64; address++) if (byteOf(address) === value) return `A${address}`;
      return hex(value);
    },
    suggestions: [...upTo(63, "A"), ...Object.keys(words)],
  };
  return slot;
}

const asGear = (address: number): number => (address << 1) | 1;
const asDevice = (address: number): number => address;

const SLOTS: Readonly<Record<ParameterKind, Slot<number>>> = {
  level: {
    name: "level",
    forms: "0 to 254, Off, MASK",
    read: (text) => (is(text, "mask") ? MASK : is(text, "off") ? 0 : number(text, MASK)),
    write: (value) => (value === MASK ? "MASK" : String(value)),
    suggestions: ["0", "254", "MASK"],
  },
  scene: plain("scene", 15, "S"),
  group: plain("group", 15, "G"),
  data: plain("data", 255),
  "device type": plain("device type", 255),
  "high byte": plain("high byte", 255),
  "low byte": plain("low byte", 255),
  "short address": addressByte("short address", asGear, { MASK }),
  initialise: addressByte("devices", asGear, { Broadcast: 0, BroadcastUnaddressed: MASK }),
  "device address": addressByte("short address", asDevice, { MASK }),
  "device initialise": addressByte("devices", asDevice, { Broadcast: 0x7f, BroadcastUnaddressed: MASK }),
};

/** The slot of a number in a frame. */
export const parameterSlot = (kind: ParameterKind): Slot<number> => SLOTS[kind];

/** A slot as who reads text needs it. */
export type ArgumentSlot = Omit<Slot<unknown>, "write">;

/** The slots of a row in the order of its arguments: address, instance, numbers. */
export function slotsOf(row: Row): readonly ArgumentSlot[] {
  const slots: ArgumentSlot[] = [];
  if (row.kind === "arc" || row.kind === "addressed") slots.push(gearAddress);
  if (row.kind === "device" || row.kind === "instance") slots.push(deviceAddress);
  if (row.kind === "instance") slots.push(instanceSlot);
  return [...slots, ...row.parameters.map(parameterSlot)];
}
