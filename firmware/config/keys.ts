/** Keys that only some kinds of a list have. */
import type { Problems, Step } from "./problem.ts";
import { shown } from "./words.ts";

/** What is to be written where a needed key is missing. */
const WORDS = {
  port: "a device path such as /dev/serial/by-id/... or tcp://host:port",
  pin: "the pin: its chip and offset",
  i2c: "the chip's adapter and address",
  shunt: "the resistance of its shunt in ohms",
  height: "its height above the ground in metres",
  feed: "the topic on which another system tells it",
  address: "its Modbus unit",
  channel: "which of its buses, from 0",
} as const;

/** The keys that go with something. */
export interface Keys {
  readonly needed: readonly (keyof typeof WORDS)[];
  readonly optional?: readonly string[];
}

/**
 * What its kind (`of`, in words) needs an entry to have, and that it has none of what only the others of `all` have. A key whose
 * value is wrong counts as there: it has a problem of its own.
 */
export function checkKeys(
  problems: Problems,
  at: readonly Step[],
  entry: object,
  of: string,
  { needed, optional = [] }: Keys,
  all: Readonly<Record<string, Keys>>,
): void {
  for (const key of needed)
    if (!Object.hasOwn(entry, key)) problems.add([...at, key], "nothing", `${WORDS[key]}, for ${of}`);
  const own: readonly string[] = [...needed, ...optional];
  const others = new Set<string>(Object.values(all).flatMap((one) => [...one.needed, ...(one.optional ?? [])]));
  for (const [key, value] of Object.entries(entry))
    if (others.has(key) && !own.includes(key) && value !== undefined)
      problems.add([...at, key], shown(value), `nothing: ${of} has none`);
}
