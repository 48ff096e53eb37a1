/** Hostile R09: telegrams with wrong bits, cut, and in noise. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Random } from "../hal/random.ts";
import { below, damaged, type FuzzFeed, joined, noise, oneOf } from "./fuzz-message.ts";
import type { Pseudonyms } from "./pseudonym.ts";
import { r09Feed } from "./r09.ts";
import { encodeTelegram, STATUSES, type Telegram } from "./r09-telegram.ts";

/** Bytes that are remembered to look for what was said: more than a reader keeps. */
const MEMORY = 64;

export function fuzzR09(pseudonyms: Pseudonyms): FuzzFeed {
  const feed = r09Feed({ source: "r09", pseudonyms });
  let stream: Uint8Array = new Uint8Array(0);
  return {
    name: "R09",
    attempt(random, now) {
      const whole = encodeTelegram(telegramOf(random));
      const chunk = random.next() < 0.1 ? joined(noise(random, below(random, 8)), whole) : damaged(whole, random);
      stream = joined(stream.subarray(-MEMORY), chunk);
      const words = feed.take(chunk, now);
      const allowed = words.length === 0 ? [] : telegramsIn(stream).map((bytes) => meaningOf(bytes, pseudonyms, now));
      return { words, invented: words.filter((word) => !allowed.includes(nameOf(word))).length };
    },
  };
}

const telegramOf = (random: Random): Telegram => ({
  type: oneOf(random, ["R09.14", "R09.16"]),
  delay: below(random, 15) - 7,
  junction: below(random, 1638),
  direction: below(random, 10),
  status: oneOf(random, STATUSES),
  priority: below(random, 4),
  wish: below(random, 4),
  line: below(random, 1000),
  run: below(random, 100),
  destination: below(random, 1000),
  length: below(random, 8),
});

/** The CRC as it is mostly written, low bit first and by a table of bytes: 0x16F63 turned round is 0xC6F6. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >> 1) ^ 0xc6f6 : rest >> 1;
  return rest;
});

function isWhole(bytes: Uint8Array): boolean {
  let rest = 0;
  for (const [i, byte] of bytes.entries()) {
    const sent = i < bytes.length - 2 ? byte : byte ^ 0xff;
    rest = (rest >> 8) ^ (TABLE[(rest ^ sent) & 0xff] as number);
  }
  return rest === 0;
}

/** All that a stream holds and that is a telegram, or is one after turning one bit: by trying all. */
function telegramsIn(stream: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const size of [9, 11])
    for (let at = 0; at + size <= stream.length; at++) {
      const window = stream.slice(at, at + size);
      const unlike = ((window[0] as number) ^ 0x91).toString(2).replaceAll("0", "").length;
      if (unlike > 1) continue;
      for (let bit = -1; bit < size * 8; bit++) {
        const tried = window.slice();
        if (bit >= 0) tried[bit >> 3] = (tried[bit >> 3] as number) ^ (1 << (bit & 7));
        if (tried[0] === 0x91 && ((tried[1] as number) & 15) === size - 5 && isWhole(tried)) found.push(tried);
      }
    }
  return found;
}

/** Kind, line, run, junction and direction, from the hexadecimal digits. */
function meaningOf(bytes: Uint8Array, pseudonyms: Pseudonyms, now: VehicleWord["at"]): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const point = Number.parseInt(digits.slice(4, 8), 16);
  // Priority and wish are in the digit before the line's hundreds.
  const line = `${Number(digits.slice(9, 12))}/${Number(digits.slice(12, 14))}`;
  const name = pseudonyms.of(`r09 ${line}`, now);
  const kind = point % 4 === 2 ? "passed" : "request";
  return `${kind} ${name}/${Math.floor(Math.floor(point / 4) / 10)}/${Math.floor(point / 4) % 10}`;
}

const nameOf = (word: VehicleWord): string => (word.kind === "position" ? "position" : `${word.kind} ${word.id}`);
