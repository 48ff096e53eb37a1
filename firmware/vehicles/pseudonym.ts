/** Names of vehicles for one day: nobody can tell from them which vehicle it is, nor that it is the one of yesterday. */
import type { Instant } from "../../controllers/units.ts";
import { hmacSha256 } from "./sha256.ts";

export interface Pseudonyms {
  /** The same for the same number all day long, 16 hexadecimal digits; another the day after. */
  of(vehicle: string, now: Instant): string;
}

export interface PseudonymOptions {
  /** 32 bytes that nobody can guess, anew at each call: they are kept in memory only, for a day. */
  readonly key: () => Uint8Array;
  /** Number of the local day. */
  readonly day: (at: Instant) => number;
}

/** Digits that are told: 64 bits, so that no two vehicles of a day meet. */
const DIGITS = 16;
/** Names that are kept, so that each is reckoned once. A city's vehicles; who floods makes it reckon, not grow. */
const KEPT = 4096;

/**
 * The name of a vehicle under a key: HMAC-SHA-256 of its number, cut short. A number alone has few values, but without the key
 * none can be tried.
 */
export function pseudonymOf(key: Uint8Array, vehicle: string): string {
  const mac = hmacSha256(key, new TextEncoder().encode(vehicle));
  return Array.from(mac.subarray(0, DIGITS / 2), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Daily pseudonyms. All feeds of a cabinet share one, so that a vehicle has one name in all of them that call it the same. */
export function dailyPseudonyms({ key, day }: PseudonymOptions): Pseudonyms {
  let today = Number.NaN;
  let secret = new Uint8Array(0);
  const known = new Map<string, string>();
  return {
    of(vehicle, now) {
      const date = day(now);
      if (date !== today) {
        today = date;
        secret = key().slice();
        known.clear();
      }
      const said = known.get(vehicle);
      if (said !== undefined) return said;
      const made = pseudonymOf(secret, vehicle);
      if (known.size >= KEPT) known.clear();
      known.set(vehicle, made);
      return made;
    },
  };
}
