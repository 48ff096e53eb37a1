/**
 * Commands from text, as people write them: `DAPC(A5, 254)`, `off(*)`, `QUERY ACTUAL LEVEL(5)`, `LED.QueryFeatures(A3)`,
 * `Device.QueryDeviceStatus(A3)` or `QueryDeviceStatus(Device(A3))`, `SetShortTimer(A3, I0)`, `Event(A3, T1, ShortPress)`.
 */
import { type Decoded, encode } from "../codec.ts";
import type { Command, Family, Row } from "../command.ts";
import { DEVICE_ITSELF, type DeviceAddress, deviceAddressByte, type Instance, instanceByte } from "../device-frame.ts";
import { encodeGear, type ForwardFrame, forward16, forward24, type GearAddress } from "../frame.ts";
import type { Reply } from "../gateway.ts";
import { made } from "../reading.ts";
import { EVENT_FORMS, readEventArguments } from "./event-text.ts";
import { allNames, families, familyOf, fullName, key, nameOf, rowsNamed } from "./names.ts";
import { nearest } from "./nearest.ts";
import { deviceAddress, gearAddress, instanceSlot, number, slotsOf } from "./slots.ts";

export type Parsed =
  | {
      readonly ok: true;
      readonly command: Command<unknown>;
      readonly said: Decoded;
      /** null: a frame that no row of the table holds, or an event. */
      readonly row: Row | null;
    }
  /** What is wrong, what is allowed, and what may have been meant. */
  | { readonly ok: false; readonly message: string; readonly meant: readonly string[] };

/** The forms that belong to no row of the table. */
export const OTHER_FORMS = {
  Event: EVENT_FORMS,
  Command: "Command(A0, 0x00): a gear address and an opcode 0 to 255",
  "Device.Command":
    "Device.Command(A0, 0x00) or Device.Command(A0, I0, 0x00): a device address, an instance, an opcode 0 to 255",
  Frame16: "Frame16(0x0000): 16 bits, 0 to 65535",
  Frame24: "Frame24(0x000000): 24 bits, 0 to 16777215",
} as const;

const wrong = (message: string, meant: readonly string[] = []): Parsed => ({
  ok: false,
  message: meant.length > 0 ? `${message}; did you mean ${meant.join(" or ")}?` : message,
  meant,
});

/** Reads one command. Never throws for a text. */
export function parse(text: string): Parsed {
  const { name, args } = split(text.trim());
  if (name === "") return wrong('nothing to send: a command is written as "DAPC(A5, 254)"');
  const other = otherForm(name, args);
  if (other) return other;
  const dot = name.lastIndexOf(".");
  const bare = name.slice(dot + 1);
  let family: Family | undefined;
  if (dot >= 0) {
    family = familyOf(name.slice(0, dot));
    if (!family) {
      const named = name.slice(0, dot);
      return wrong(`"${named}" is no part of DALI: allowed ${families.join(", ")}`, nearest(named, families, 1));
    }
  }
  const rows = rowsNamed(bare, family);
  if (rows.length === 0) return wrong(`no command is called "${name}"`, likely(bare, family));
  return choose(name, rows, args);
}

/** Names like a wrong one: of its family, or of all; a family's name does not count as a part of it. */
function likely(bare: string, family: Family | undefined): readonly string[] {
  const of = allNames.filter((full) => family === undefined || full.startsWith(`${family}.`) || !full.includes("."));
  const plain = new Map(of.map((full) => [key(full.slice(full.lastIndexOf(".") + 1)), full]));
  return nearest(key(bare), [...plain.keys()]).map((found) => plain.get(found) as string);
}

/** The name and the arguments; a name may have signs of its own: `QUERY RANDOM ADDRESS (H)(A5)`. */
export function split(text: string): { readonly name: string; readonly args: readonly string[] } {
  if (!text.endsWith(")")) return { name: text, args: [] };
  const opens = [...text.matchAll(/\(/g)].map(({ index }) => index);
  const known = opens.find((at) => isName(text.slice(0, at)));
  const at = known ?? (isName(text) ? undefined : opens[0]);
  if (at === undefined) return { name: text, args: [] };
  return { name: text.slice(0, at).trim(), args: listed(text.slice(at + 1, -1)) };
}

const isName = (text: string): boolean => {
  const name = text.trim();
  return name in OTHER_FORMS || rowsNamed(name.slice(name.lastIndexOf(".") + 1)).length > 0;
};

/** Arguments by their commas, but for those within brackets. */
export function listed(text: string): readonly string[] {
  if (text.trim() === "") return [];
  const args = [""];
  let depth = 0;
  for (const sign of text) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (sign === "," && depth === 0) args.push("");
    else args[args.length - 1] += sign;
  }
  return args.map((arg) => arg.trim());
}

/** The one row whose arguments they can be; part 102 where it may be. */
function choose(name: string, rows: readonly Row[], args: readonly string[]): Parsed {
  const tried = rows.map((row) => ({ row, parsed: read(row, args) }));
  const fitting = tried.filter(({ parsed }) => parsed.ok);
  const gear = tried.find(({ row }) => row.family === "Gear");
  if (gear?.parsed.ok) return gear.parsed;
  const [first, second] = fitting;
  if (first && !second) return first.parsed;
  if (second) {
    const full = fitting.map(({ row }) => fullName(row));
    return wrong(`${name} is a command of several parts of DALI: say which`, full);
  }
  return (gear ?? tried[0])?.parsed ?? wrong(`no command is called "${name}"`);
}

/** `DAPC(address, level)`. */
export const shape = (row: Row): string =>
  `${fullName(row)}(${slotsOf(row)
    .map((slot) => slot.name)
    .join(", ")})`;

function read(row: Row, args: readonly string[]): Parsed {
  const slots = slotsOf(row);
  if (args.length !== slots.length) {
    const given = `${args.length} argument${args.length === 1 ? "" : "s"}`;
    return wrong(`${nameOf(row)} has ${given}: it is ${shape(row)}`);
  }
  const values: unknown[] = [];
  for (const [i, slot] of slots.entries()) {
    const value: unknown = slot.read(args[i] as string);
    if (value === undefined) return wrong(`${slot.name} of ${nameOf(row)} is "${args[i]}": allowed ${slot.forms}`);
    values.push(value);
  }
  const numbers = values.filter((value) => typeof value === "number");
  const value = numbers.reduce((all, one) => all * 256 + one, 0);
  let said: Decoded;
  if (row.kind === "arc" || row.kind === "addressed" || row.kind === "special") {
    said = { kind: "gear", row, to: row.kind === "special" ? null : (values[0] as GearAddress), value };
  } else {
    const addressed = row.kind === "device" || row.kind === "instance";
    const instance = row.kind === "instance" ? (values[1] as Instance) : null;
    said = { kind: "device", row, to: addressed ? (values[0] as DeviceAddress) : null, instance, value };
  }
  return { ok: true, row, said, command: commandOf(row, encode(said)) };
}

function commandOf({ name, twice, answers, deviceType, reading }: Row, frame: ForwardFrame): Command<unknown> {
  const command = { name, frame, twice, answers, read: (reply: Reply) => reading.read(reply) };
  return deviceType === undefined ? command : { ...command, deviceType };
}

const raw = made(
  (value) => value,
  (value) => String(value),
);

function otherForm(given: string, args: readonly string[]): Parsed | undefined {
  const name = (Object.keys(OTHER_FORMS) as (keyof typeof OTHER_FORMS)[]).find(
    (known) => known.toLowerCase() === given.toLowerCase(),
  );
  if (!name) return undefined;
  if (name === "Event") {
    const event = readEventArguments(args);
    if (typeof event === "string") return wrong(event);
    const frame = encode(event);
    return { ok: true, row: null, said: event, command: unlisted(name, frame, false) };
  }
  const frame = frameOf(name, args);
  if (!frame) return wrong(`allowed is ${OTHER_FORMS[name]}`);
  return { ok: true, row: null, said: { kind: "unknown", frame }, command: unlisted(name, frame, true) };
}

/** What the table does not know may be answered, too: who sends it wants to see. */
const unlisted = (name: string, frame: ForwardFrame, answers: boolean): Command<unknown> => ({
  name,
  frame,
  twice: false,
  answers,
  read: raw.read,
});

function frameOf(name: Exclude<keyof typeof OTHER_FORMS, "Event">, args: readonly string[]): ForwardFrame | undefined {
  const [first = "", ...rest] = args;
  const last = rest.at(-1) ?? "";
  switch (name) {
    case "Frame16":
    case "Frame24": {
      const data = number(first, name === "Frame16" ? 0xffff : 0xffffff);
      if (data === undefined || rest.length > 0) return undefined;
      return name === "Frame16" ? forward16(data) : forward24(data);
    }
    case "Command": {
      const to = gearAddress.read(first);
      const opcode = number(last, 255);
      if (!to || opcode === undefined || rest.length !== 1) return undefined;
      return encodeGear({ kind: "command", to, opcode });
    }
    case "Device.Command": {
      const to = deviceAddress.read(first);
      const opcode = number(last, 255);
      const instance = rest.length === 2 ? instanceSlot.read(rest[0] as string) : undefined;
      if (!to || opcode === undefined || rest.length < 1 || rest.length > 2 || (rest.length === 2 && !instance)) {
        return undefined;
      }
      const part = instance ? instanceByte(instance) : DEVICE_ITSELF;
      return forward24((deviceAddressByte(to) << 16) | (part << 8) | opcode);
    }
  }
}
