/** What the console page and the simulator say to each other: JSON text frames over a WebSocket, checked on arrival. */

/** A person on a pavement. */
export interface Walker {
  readonly id: number;
  readonly street: string;
  /** Metres along the street. */
  readonly position: number;
  /** 1 walks towards growing metres, -1 towards 0. */
  readonly direction: 1 | -1;
}

/** The simulated city as it is now; sent to every page about ten times a second of real time. */
export interface SimulatorState {
  readonly type: "state";
  /** Simulated time, milliseconds since 1970 UTC. */
  readonly now: number;
  /** Simulated seconds in one real second. */
  readonly speed: number;
  readonly walkers: readonly Walker[];
  readonly sun: "up" | "down";
  /** Whether the cabinet's door is open. */
  readonly door: boolean;
}

/** The answer to a request that `parseRequest` or the simulator refused; sent to the page that asked. */
export interface SimulatorRefusal {
  readonly type: "refused";
  readonly error: string;
}

export type SimulatorMessage = SimulatorState | SimulatorRefusal;

/** What a page may ask of the simulator. */
export type SimulatorRequest =
  /** Simulated seconds in one real second, 1 to 60. */
  | { readonly type: "speed"; readonly value: number }
  /** Jump forward to the next such local hour of day, 0 to 24 (21.5 is half past nine in the evening). */
  | { readonly type: "hour"; readonly value: number }
  /** A person starts walking there. */
  | { readonly type: "walk"; readonly street: string; readonly position: number; readonly direction: 1 | -1 }
  | { readonly type: "door"; readonly open: boolean };

export const SPEED = { low: 1, high: 60 } as const;
export const HOUR = { low: 0, high: 24 } as const;

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** The longest request in characters; a longer one is refused unread. */
const LONGEST = 1024;

/**
 * Checks a request from a page: never throws; the error names the field, what was found and what is allowed.
 * `streets` are the streets one can walk in, with their lengths in metres.
 */
export function parseRequest(text: string, streets: ReadonlyMap<string, number>): Parsed<SimulatorRequest> {
  if (text.length > LONGEST) return refuse("request", `${text.length} characters`, `at most ${LONGEST}`);
  const fields = readObject(text);
  if (!fields) return refuse("request", shown(text), "a JSON object");
  switch (fields["type"]) {
    case "speed":
    case "hour": {
      const { type, value } = fields;
      const { low, high } = type === "speed" ? SPEED : HOUR;
      return isWithin(value, low, high)
        ? accept({ type, value })
        : refuse("value", value, `a number from ${low} to ${high}`);
    }
    case "walk": {
      const { street, position, direction } = fields;
      const length = typeof street === "string" ? streets.get(street) : undefined;
      if (typeof street !== "string" || length === undefined) {
        return refuse("street", street, `one of ${[...streets.keys()].join(", ")}`);
      }
      if (!isWithin(position, 0, length)) return refuse("position", position, `a number from 0 to ${length}`);
      if (direction !== 1 && direction !== -1) return refuse("direction", direction, "1 or -1");
      return accept({ type: "walk", street, position, direction });
    }
    case "door": {
      const { open } = fields;
      return typeof open === "boolean" ? accept({ type: "door", open }) : refuse("open", open, "true or false");
    }
    default:
      return refuse("type", fields["type"], "speed, hour, walk or door");
  }
}

/** Checks a frame from the simulator, as a page does: never throws; the error names the field. */
export function parseMessage(text: string): Parsed<SimulatorMessage> {
  const fields = readObject(text);
  if (!fields) return refuse("message", shown(text), "a JSON object");
  if (fields["type"] === "refused") {
    const { error } = fields;
    return typeof error === "string" ? accept({ type: "refused", error }) : refuse("error", error, "a text");
  }
  if (fields["type"] !== "state") return refuse("type", fields["type"], "state or refused");
  const { now, speed, walkers, sun, door } = fields;
  if (!isWithin(now, 0, 8.64e15)) return refuse("now", now, "milliseconds since 1970");
  if (!isWithin(speed, 0, Number.MAX_VALUE)) return refuse("speed", speed, "a number, 0 or more");
  if (!Array.isArray(walkers) || !walkers.every(isWalker)) return refuse("walkers", walkers, "a list of walkers");
  if (sun !== "up" && sun !== "down") return refuse("sun", sun, "up or down");
  if (typeof door !== "boolean") return refuse("door", door, "true or false");
  return accept({ type: "state", now, speed, walkers, sun, door });
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

function isWalker(value: unknown): value is Walker {
  if (typeof value !== "object" || value === null) return false;
  const { id, street, position, direction } = value as Partial<Record<keyof Walker, unknown>>;
  return (
    typeof id === "number" &&
    typeof street === "string" &&
    isWithin(position, -1e6, 1e6) &&
    (direction === 1 || direction === -1)
  );
}

const accept = <T>(value: T): Parsed<T> => ({ ok: true, value });

function refuse(field: string, found: unknown, allowed: string): Parsed<never> {
  return { ok: false, error: `${field}: found ${shown(found)}, allowed ${allowed}` };
}

function shown(found: unknown): string {
  if (found === undefined) return "nothing";
  const text = typeof found === "string" ? found : (JSON.stringify(found) ?? String(found));
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
