/**
 * Event messages of input devices: 24-bit forward frames with bit 16 clear (IEC 62386-103 7.2.3, table 3), and what their ten
 * bits of information say by instance type (parts 301 to 304).
 */
import { type ForwardFrame, forward24, whole } from "./frame.ts";

/** An event by what it tells of its sender. `info`: ten bits; `type`: the instance type, the part less 300. */
export type EventFrame =
  | {
      readonly kind: "event";
      readonly scheme: "device";
      readonly address: number;
      readonly type: number;
      readonly info: number;
    }
  | {
      readonly kind: "event";
      readonly scheme: "device-instance";
      readonly address: number;
      readonly instance: number;
      readonly info: number;
    }
  | {
      readonly kind: "event";
      readonly scheme: "device-group";
      readonly group: number;
      readonly type: number;
      readonly info: number;
    }
  | {
      readonly kind: "event";
      readonly scheme: "instance";
      readonly type: number;
      readonly instance: number;
      readonly info: number;
    }
  | {
      readonly kind: "event";
      readonly scheme: "instance-group";
      readonly group: number;
      readonly type: number;
      readonly info: number;
    };

/** Takes an event apart; undefined: a command, or a frame that table 3 does not hold. */
export function decodeEvent(data: number): EventFrame | undefined {
  if (data & 0x010000) return undefined;
  const source = (data >> 17) & 0x3f;
  const detail = (data >> 10) & 0x1f;
  const info = data & 0x3ff;
  const withInstance = (data & 0x8000) !== 0;
  if ((data & 0x800000) === 0) {
    return withInstance
      ? { kind: "event", scheme: "device-instance", address: source, instance: detail, info }
      : { kind: "event", scheme: "device", address: source, type: detail, info };
  }
  const group = source & 0x1f;
  if ((data & 0x400000) === 0) {
    return withInstance
      ? { kind: "event", scheme: "instance", type: group, instance: detail, info }
      : { kind: "event", scheme: "device-group", group, type: detail, info };
  }
  return withInstance ? undefined : { kind: "event", scheme: "instance-group", group, type: detail, info };
}

/** Puts an event together. The inverse of `decodeEvent`. Throws TypeError out of range. */
export function encodeEvent(event: EventFrame): ForwardFrame {
  const info = whole("event information", event.info, 0x3ff);
  switch (event.scheme) {
    case "device":
      return forward24(addressBits(event.address) | typeBits(event.type) | info);
    case "device-instance":
      return forward24(addressBits(event.address) | 0x8000 | instanceBits(event.instance) | info);
    case "device-group":
      return forward24(0x800000 | groupBits("device group", event.group) | typeBits(event.type) | info);
    case "instance":
      return forward24(0x808000 | groupBits("instance type", event.type) | instanceBits(event.instance) | info);
    case "instance-group":
      return forward24(0xc00000 | groupBits("instance group", event.group) | typeBits(event.type) | info);
  }
}

const addressBits = (address: number) => whole("device address", address, 63) << 17;
const groupBits = (name: string, group: number) => whole(name, group, 31) << 17;
const typeBits = (type: number) => whole("instance type", type, 31) << 10;
const instanceBits = (instance: number) => whole("instance", instance, 31) << 10;

/** What a push button does (IEC 62386-301 table 2). */
export const BUTTON_EVENTS = {
  ButtonReleased: 0,
  ButtonPressed: 1,
  ShortPress: 2,
  DoublePress: 5,
  LongPressStart: 9,
  LongPressRepeat: 11,
  LongPressStop: 12,
  ButtonFree: 14,
  ButtonStuck: 15,
} as const;
export type ButtonEvent = keyof typeof BUTTON_EVENTS;

/** Which bit of SET EVENT FILTER lets which event through (part 301 table 3, 303 table 3, 304 table 2). */
export const EVENT_FILTERS = {
  "push-button": {
    ButtonReleased: 0x01,
    ButtonPressed: 0x02,
    ShortPress: 0x04,
    DoublePress: 0x08,
    LongPressStart: 0x10,
    LongPressRepeat: 0x20,
    LongPressStop: 0x40,
    ButtonStuckOrFree: 0x80,
  },
  occupancy: { Occupied: 0x01, Vacant: 0x02, Repeat: 0x04, Movement: 0x08, NoMovement: 0x10 },
  light: { Level: 0x01 },
} as const;

/** What an event says. A position or a level is relative, ten bits. */
export type EventMeaning =
  | { readonly kind: "button"; readonly event: ButtonEvent }
  | { readonly kind: "position"; readonly value: number }
  | {
      readonly kind: "occupancy";
      readonly movement: boolean;
      readonly occupied: boolean;
      /** The state is only told again. */
      readonly repeat: boolean;
      readonly sensor: "movement" | "presence";
    }
  | { readonly kind: "light"; readonly value: number };

const BUTTON_BY_INFO = new Map<number, ButtonEvent>(
  Object.entries(BUTTON_EVENTS).map(([name, info]) => [info, name as ButtonEvent]),
);

/** What the information of an event of an instance type says; undefined: nothing that its part has defined. */
export function readEvent(type: number, info: number): EventMeaning | undefined {
  switch (type) {
    case 1: {
      const event = BUTTON_BY_INFO.get(info);
      return event && { kind: "button", event };
    }
    case 2:
      return { kind: "position", value: info };
    case 3:
      if (info > 0x0f) return undefined;
      return {
        kind: "occupancy",
        movement: (info & 1) !== 0,
        occupied: (info & 2) !== 0,
        repeat: (info & 4) !== 0,
        sensor: info & 8 ? "movement" : "presence",
      };
    case 4:
      return { kind: "light", value: info };
    default:
      return undefined;
  }
}

/** The information of an event that says so, and its instance type: the inverse of `readEvent`. */
export function eventInfo(meaning: EventMeaning): { readonly type: number; readonly info: number } {
  switch (meaning.kind) {
    case "button":
      return { type: 1, info: BUTTON_EVENTS[meaning.event] };
    case "position":
      return { type: 2, info: whole("position", meaning.value, 0x3ff) };
    case "occupancy": {
      const { movement, occupied, repeat, sensor } = meaning;
      return {
        type: 3,
        info: (movement ? 1 : 0) | (occupied ? 2 : 0) | (repeat ? 4 : 0) | (sensor === "movement" ? 8 : 0),
      };
    }
    case "light":
      return { type: 4, info: whole("light", meaning.value, 0x3ff) };
  }
}
