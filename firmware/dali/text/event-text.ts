/**
 * Events in text: `Event(A3, T1, ShortPress)`. First two arguments say who (IEC 62386-103 table 3): `A3, T1` device and
 * instance type, `A3, I0` device and instance, `G5, T1` device group, `T1, I0` instance type and instance, `IG5, T1` instance
 * group; the third says what, in words where the instance type is told and known, as a number 0 to 1023 otherwise.
 */
import { BUTTON_EVENTS, type EventFrame, type EventMeaning, eventInfo, readEvent } from "../event.ts";
import { number } from "./slots.ts";

export const EVENT_FORMS =
  "Event(A0, I0, 0), Event(A0, T1, ShortPress), Event(G0, T3, Occupied+Movement), Event(T4, I0, 512), Event(IG0, T2, 512)";

/** What an event says, in words: `ShortPress`, `Occupied+NoMovement+Repeat+MovementSensor`, `512`. */
export function meaningText(meaning: EventMeaning): string {
  switch (meaning.kind) {
    case "button":
      return meaning.event;
    case "position":
    case "light":
      return String(meaning.value);
    case "occupancy":
      return [
        meaning.occupied ? "Occupied" : "Vacant",
        meaning.movement ? "Movement" : "NoMovement",
        ...(meaning.repeat ? ["Repeat"] : []),
        meaning.sensor === "movement" ? "MovementSensor" : "PresenceSensor",
      ].join("+");
  }
}

/** An event as text. The inverse of `readEventArguments`. */
export function eventText(event: EventFrame): string {
  const meaning = "type" in event ? readEvent(event.type, event.info) : undefined;
  return `Event(${who(event)}, ${meaning ? meaningText(meaning) : `0x${event.info.toString(16).toUpperCase()}`})`;
}

function who(event: EventFrame): string {
  switch (event.scheme) {
    case "device":
      return `A${event.address}, T${event.type}`;
    case "device-instance":
      return `A${event.address}, I${event.instance}`;
    case "device-group":
      return `G${event.group}, T${event.type}`;
    case "instance":
      return `T${event.type}, I${event.instance}`;
    case "instance-group":
      return `IG${event.group}, T${event.type}`;
  }
}

const part = (text: string | undefined): readonly [string, number] | undefined => {
  const found = /^(A|G|IG|T|I)(\d+)$/i.exec(text ?? "");
  return found ? [(found[1] as string).toUpperCase(), Number(found[2])] : undefined;
};

/** The event that three arguments name; a string: what is wrong with them. */
export function readEventArguments(args: readonly string[]): EventFrame | string {
  const [first, second, third] = args;
  const a = part(first);
  const b = part(second);
  if (args.length !== 3 || !a || !b || third === undefined) return `an event is one of ${EVENT_FORMS}`;
  const most = a[0] === "A" ? 63 : 31;
  if (a[1] > most) return `${first}: allowed ${a[0]}0 to ${a[0]}${most}`;
  if (b[1] > 31) return `${second}: allowed ${b[0]}0 to ${b[0]}31`;
  const [x, y] = [a[1], b[1]];
  const typed = b[0] === "T" ? y : a[0] === "T" ? x : undefined;
  const info = readInfo(third, typed);
  if (typeof info === "string") return info;
  const common = { kind: "event", info } as const;
  switch (`${a[0]} ${b[0]}`) {
    case "A T":
      return { ...common, scheme: "device", address: x, type: y };
    case "A I":
      return { ...common, scheme: "device-instance", address: x, instance: y };
    case "G T":
      return { ...common, scheme: "device-group", group: x, type: y };
    case "T I":
      return { ...common, scheme: "instance", type: x, instance: y };
    case "IG T":
      return { ...common, scheme: "instance-group", group: x, type: y };
    default:
      return `no event tells ${a[0]} and ${b[0]} of its sender: an event is one of ${EVENT_FORMS}`;
  }
}

const OCCUPANCY: Readonly<Record<string, number>> = {
  occupied: 2,
  vacant: 0,
  movement: 1,
  nomovement: 0,
  repeat: 4,
  movementsensor: 8,
  presencesensor: 0,
};

function readInfo(text: string, type: number | undefined): number | string {
  const plain = number(text, 0x3ff);
  if (plain !== undefined) return plain;
  if (type === 1) {
    const event = (Object.keys(BUTTON_EVENTS) as (keyof typeof BUTTON_EVENTS)[]).find(
      (name) => name.toLowerCase() === text.toLowerCase(),
    );
    if (event) return eventInfo({ kind: "button", event }).info;
    return `${text} is nothing a push button does: allowed ${Object.keys(BUTTON_EVENTS).join(", ")}, 0 to 1023`;
  }
  if (type === 3) {
    const bits = text.split("+").map((word) => OCCUPANCY[word.trim().toLowerCase()]);
    if (bits.every((bit) => bit !== undefined)) return bits.reduce<number>((all, bit) => all | (bit ?? 0), 0);
    return `${text} is nothing an occupancy sensor says: allowed Occupied, Vacant, Movement, NoMovement, Repeat, MovementSensor, PresenceSensor, joined by +`;
  }
  return `${text}: allowed 0 to 1023`;
}
