import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { dailyPseudonyms } from "./pseudonym.ts";
import { r09Feed } from "./r09.ts";
import { TelegramReader } from "./r09-reader.ts";
import { encodeTelegram, STATUSES, type Status, type Telegram } from "./r09-telegram.ts";

const telegram = (status: Status = "pre-registration", run = 8): Telegram => ({
  type: "R09.16",
  delay: 2,
  junction: 129,
  direction: 1,
  status,
  priority: 0,
  wish: 0,
  line: 11,
  run,
  destination: 14,
  length: 0,
});
const now = instant(1_800_000_000_000);
const pseudonyms = dailyPseudonyms({ key: () => new Uint8Array(32), day: () => 1 });
const noise = (seed: number, length: number) => {
  const random = new SeededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
};

test("what each point means", () => {
  const feed = r09Feed({ source: "radio", pseudonyms });
  const vehicle = pseudonyms.of("r09 11/8", now);
  const id = `${vehicle}/129/1`;
  const movement = { r09: { junction: 129, direction: 1 } };
  const facts = { line: "11", lateness: 120 };
  const words = STATUSES.flatMap((status) => feed.take(encodeTelegram(telegram(status)), now));
  const request = { kind: "request", source: "radio", id, movement, vehicle, facts, at: now };
  assert.equal(words, [
    { ...request, eta: seconds(15) },
    { ...request, eta: seconds(0) },
    { kind: "passed", source: "radio", id, at: now },
    request,
  ]);
});

test("a city's own points have its own times", () => {
  const feed = r09Feed({
    source: "radio",
    pseudonyms,
    times: { "pre-registration": seconds(22), "door-closed": seconds(4) },
  });
  const etas = STATUSES.map((status) => feed.take(encodeTelegram(telegram(status)), now)).map(
    ([word]) => "eta" in word! && word.eta,
  );
  assert.equal(etas, [22_000, 0, false, 4000]);
});

test("the number of line and run is in no word", () => {
  const feed = r09Feed({ source: "radio", pseudonyms });
  const [word] = feed.take(encodeTelegram({ ...telegram(), line: 777, run: 99 }), now);
  assert.not.match(JSON.stringify({ ...word, facts: {} }), /777|\b99\b/);
});

test("telegrams are found in pieces, among noise, with one wrong bit each, and whole ones before what is damaged", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const reader = new TelegramReader();
    const random = new SeededRandom(seed);
    const bytes: number[] = [];
    let junk = 0;
    const sent = Array.from({ length: 30 }, (_, i) => {
      const one: Telegram =
        i % 3 === 0 ? { ...telegram("registration", i), type: "R09.14" } : telegram("registration", i);
      const code = encodeTelegram(one);
      if (random.next() < 0.5) {
        const bit = Math.floor(random.next() * code.length * 8);
        code[bit >> 3] = (code[bit >> 3] as number) ^ (1 << (bit & 7));
      }
      const between = noise(seed * 100 + i, Math.floor(random.next() * 6)).filter((byte) => byte !== 0x91);
      junk += between.length;
      bytes.push(...between, ...code);
      return one.run;
    });
    const found: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const next = at + 1 + Math.floor(random.next() * 7);
      found.push(...reader.push(Uint8Array.from(bytes.slice(at, next))).map((one) => one.telegram.run));
      at = next;
    }
    assert.equal(found, sent, `seed ${seed}`);
    assert.is(reader.discarded, junk);
  }
});

test("a telegram is told with its last byte, not with what comes after it", () => {
  for (const type of ["R09.14", "R09.16"] as const) {
    const reader = new TelegramReader();
    const bytes = encodeTelegram({ ...telegram(), type });
    assert.is(reader.push(bytes.subarray(0, -1)).length, 0);
    assert.is(reader.push(bytes.subarray(-1)).length, 1);
    assert.is(reader.discarded, 0);
  }
});

test("noise is counted, and of 400,000 bytes of it nothing is a telegram", () => {
  const reader = new TelegramReader();
  let found = 0;
  for (let i = 0; i < 100; i++) found += reader.push(noise(i, 4000)).length;
  assert.is(found, 0);
  assert.ok(reader.discarded > 399_900 && reader.discarded <= 400_000);
});

test.run();
