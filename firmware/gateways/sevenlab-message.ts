/**
 * What goes over the line of SevenLab's dali_usb_lpc1114 (MIT firmware; `doc/commands.md`, `doc/messages.md` of its repository), both
 * directions, so that the simulated box speaks by the same code. Commands are letters with hexadecimal fields and end with CR.
 */
import type { GatewayRequest, Priority } from "../dali/gateway.ts";

/** What the host says. `query` reports an answer or its absence; `backward` and `corrupt` play gear, for test benches. */
export type SevenLabCommand =
  | ({ readonly kind: "query" } & Pick<GatewayRequest, "frame" | "priority">)
  | ({ readonly kind: "send" } & Omit<GatewayRequest, "answers">)
  | { readonly kind: "backward"; readonly value: number }
  | { readonly kind: "corrupt" }
  | { readonly kind: "information" };

/** What the box says. `tick`: its milliseconds when the frame began; `loopback`: while it was sending itself. */
export type SevenLabMessage =
  | {
      readonly kind: "frame";
      readonly tick: number;
      readonly loopback: boolean;
      readonly bits: number;
      readonly data: number;
    }
  | {
      readonly kind: "status";
      readonly tick: number;
      readonly loopback: boolean;
      readonly status: number;
      readonly data: number;
    }
  | { readonly kind: "title" }
  | { readonly kind: "version"; readonly version: string };

/** Bit 7 of the length field is set: a status, not a number of bits. */
export const STATUS = {
  timeout: 0x81,
  badStartBit: 0x82,
  badDataBit: 0x83,
  collisionLoopback: 0x84,
  collisionNoChange: 0x85,
  collisionWrongState: 0x86,
  settlingViolation: 0x87,
  idle: 0x90,
  busLow: 0x91,
  recovered: 0x92,
  cannotProcess: 0xa0,
  badArgument: 0xa1,
  queueFull: 0xa2,
  badCommand: 0xa3,
  /** Of some versions only. */
  badCommandToo: 0xa4,
} as const;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
const HEX = (value: number, bits: number): string => hex(value, bits / 4).toUpperCase();

/** As ASCII text; `information` is the one that needs no CR. */
export function encodeCommand(command: SevenLabCommand): Uint8Array {
  return new TextEncoder().encode(textOf(command));
}

function textOf(command: SevenLabCommand): string {
  switch (command.kind) {
    case "query":
      return `Q${command.priority} ${hex(command.frame.bits, 2)} ${HEX(command.frame.data, command.frame.bits)}\r`;
    case "send": {
      const { priority, frame, twice } = command;
      return `S${priority} ${hex(frame.bits, 2)}${twice ? "+" : " "}${HEX(frame.data, frame.bits)}\r`;
    }
    case "backward":
      return `Y${HEX(command.value, 8)}\r`;
    case "corrupt":
      return "I\r";
    case "information":
      return "?";
  }
}

/** A command without its CR; undefined where hulotte says no such thing. */
export function decodeCommand(text: string): SevenLabCommand | undefined {
  if (text === "?") return { kind: "information" };
  if (text === "I") return { kind: "corrupt" };
  const backward = /^Y([0-9A-Fa-f]{1,2})$/.exec(text);
  if (backward) return { kind: "backward", value: Number.parseInt(backward[1] as string, 16) };
  const forward = /^([QS])([1-5]) (10|18)([ +])([0-9A-Fa-f]{1,6})$/.exec(text);
  if (!forward) return undefined;
  const [, letter, digit, length, mark, digits] = forward as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const bits = length === "10" ? 16 : 24;
  const data = Number.parseInt(digits, 16);
  const priority = Number(digit) as Priority;
  if (data >= 2 ** bits || (letter === "Q" && mark === "+")) return undefined;
  const frame = { bits, data } as const;
  return letter === "Q" ? { kind: "query", priority, frame } : { kind: "send", priority, frame, twice: mark === "+" };
}

/** Finds commands in what the host says: a letter starts one anew, CR ends it. null is one that the box does not know. */
export class CommandDecoder {
  #text = "";
  discarded = 0;

  get waiting(): boolean {
    return this.#text.length > 0;
  }

  push(bytes: Uint8Array): (SevenLabCommand | null)[] {
    const found: (SevenLabCommand | null)[] = [];
    for (const byte of bytes) {
      const char = String.fromCharCode(byte);
      if (char === "?") {
        found.push({ kind: "information" });
        this.#text = "";
      } else if (char === "\r") {
        if (this.#text) found.push(decodeCommand(this.#text) ?? null);
        this.#text = "";
      } else if (/[QSYI]/.test(char)) this.#text = char;
      else if (this.#text && this.#text.length < LONGEST_COMMAND) this.#text += char;
      else this.discarded++;
    }
    return found;
  }

  /** The box waits for the rest of a command for ever. */
  flush(): (SevenLabCommand | null)[] {
    return [];
  }
}

const LONGEST_COMMAND = 20;

export function encodeMessage(message: SevenLabMessage): Uint8Array {
  return new TextEncoder().encode(`${lineOf(message)}\r\n`);
}

function lineOf(message: SevenLabMessage): string {
  switch (message.kind) {
    case "frame":
    case "status": {
      const { kind, tick, loopback, data } = message;
      const length = kind === "frame" ? message.bits : message.status;
      return `{${hex(tick >>> 0, 8)}${loopback ? ">" : ":"}${hex(length, 2)} ${hex(data, 8)}}`;
    }
    case "title":
      return `${TITLE} - SevenLab 2026`;
    case "version":
      return `Version ${message.version} `;
  }
}

const TITLE = "DALI USB interface";
const LONGEST_FRAME = 32;

/**
 * What is between braces; undefined where it is no message. There is no check, so everything else is held to its form: the data has
 * eight digits, or as many as the length asks for (the paper's examples), and fits.
 */
export function decodeMessage(text: string): SevenLabMessage | undefined {
  const parts = /^([0-9a-fA-F]{8})([:>])([0-9a-fA-F]{2}) ([0-9a-fA-F]{1,8})$/.exec(text);
  if (!parts) return undefined;
  const [, time, mark, length, digits] = parts as unknown as [string, string, string, string, string];
  const code = Number.parseInt(length, 16);
  const data = Number.parseInt(digits, 16);
  const head = { tick: Number.parseInt(time, 16), loopback: mark === ">" };
  if (code >= 0x80) {
    return digits.length === 8 || digits.length === 4 ? { kind: "status", ...head, status: code, data } : undefined;
  }
  if (code > LONGEST_FRAME || data >= 2 ** code) return undefined;
  if (digits.length !== 8 && digits.length !== Math.ceil(code / 4)) return undefined;
  return { kind: "frame", ...head, bits: code, data };
}

/** A line outside of braces; undefined where the box says no such thing. */
export function decodeLine(text: string): SevenLabMessage | undefined {
  if (text.startsWith(TITLE)) return { kind: "title" };
  const version = /^Version (\d+\.\d+\.\d+) ?$/.exec(text)?.[1];
  return version === undefined ? undefined : { kind: "version", version };
}
