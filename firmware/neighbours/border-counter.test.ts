import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { law } from "../../controllers/test-site.ts";
import { type Duration, instant, metres, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { silent } from "../hal/log.ts";
import { LONGEST_COMING } from "../link/payload.ts";
import { encode } from "../link/wire/cbor.ts";
import type { Border } from "./border.ts";
import { borderCounter } from "./border-counter.ts";
import { encodeMessage } from "./message.ts";

const NOW = instant(Date.UTC(2026, 10, 18, 22));
const border: Border = {
  id: "border/lac",
  node: "21231/west",
  name: "lac",
  street: "high street",
  position: metres(0),
  inward: "up",
  staleAfter: seconds(60),
  presence: true,
};

interface Seen {
  readonly ms: number;
  readonly people: number;
}

function listening() {
  const clock = new VirtualClock(NOW);
  const seen: Seen[] = [];
  let take: (bytes: Uint8Array) => void = () => {};
  const feed = {
    topic: "",
    listen(taker: typeof take) {
      take = taker;
    },
  };
  const stop = new AbortController();
  const sensor = borderCounter({ border, law, feed, clock, log: silent });
  const hear = (reading: Reading) => {
    if (reading.kind !== "count" || reading.source !== "border/lac" || reading.direction !== "up")
      throw new Error(`said ${JSON.stringify(reading)}`);
    seen.push({ ms: clock.monotonic(), people: reading.people });
  };
  const over = sensor.run(hear, stop.signal);
  return {
    clock,
    seen,
    sensor,
    say: (bytes: Uint8Array) => take(bytes),
    passed: (people: 0 | 1) => seen.filter((one) => one.people === people).map(({ ms }) => ms),
    async end() {
      stop.abort();
      await over;
    },
  };
}
const coming = (earliest: Duration, latest: Duration, at?: number) =>
  encodeMessage({ coming: { earliest, latest }, ...(at === undefined ? {} : { at }) });

/** Of the law: 40 m ahead at 2 m/s. */
const LEAD = 20_000;
const HOLD = law.hold;

test("a sign of life counts nobody", async () => {
  const { clock, say, seen, end } = listening();
  say(encodeMessage({ at: NOW }));
  await clock.advance(minutes(5));
  assert.equal(seen, [{ ms: 0, people: 0 }]);
  await end();
});

test("who comes is counted from so early that light is up in time until the slowest is there, without a gap", async () => {
  const { clock, say, passed, end } = listening();
  say(coming(seconds(50), seconds(125)));
  await clock.advance(minutes(10));
  const at = passed(1);
  assert.is(at[0], 50_000 - LEAD);
  assert.is(at.at(-1), 125_000);
  for (const [i, ms] of at.slice(1).entries()) assert.ok(ms - (at[i] as number) <= HOLD, `a gap before ${ms}`);
  await end();
});

test("who may be there at once is counted at once", async () => {
  const { clock, say, passed, end } = listening();
  say(coming(seconds(0), seconds(0)));
  await clock.advance(seconds(1));
  assert.equal(passed(1), [0]);
  await end();
});

test("a message that was under way for long is acted on sooner; a wall clock that is off changes 10 s at most", async () => {
  for (const [late, sooner] of [
    [0, 0],
    [3000, 3000],
    [3_600_000, 10_000],
    [-3_600_000, 0],
  ] as const) {
    const { clock, say, passed, end } = listening();
    say(coming(seconds(50), seconds(60), NOW - late));
    await clock.advance(minutes(2));
    assert.is(passed(1)[0], 50_000 - LEAD - sooner, `${late} ms`);
    assert.is(passed(1).at(-1), 60_000, `${late} ms`);
    await end();
  }
});

test("a later message takes nobody back", async () => {
  const { clock, say, passed, end } = listening();
  say(coming(seconds(30), seconds(100)));
  await clock.advance(seconds(20));
  say(encodeMessage({ at: NOW }));
  say(coming(seconds(40), seconds(50)));
  await clock.advance(minutes(5));
  assert.is(passed(1)[0], 30_000 - LEAD);
  assert.is(passed(1).at(-1), 100_000);
  await end();
});

test("what is no message is discarded, and is no sign of life", async () => {
  const { clock, say, seen, sensor, end } = listening();
  const wrong: unknown[] = [
    null,
    [],
    "here",
    { coming: {} },
    { coming: { earliest: 1 } },
    { coming: { earliest: -1, latest: 2 } },
    { coming: { earliest: 3, latest: 2 } },
    { coming: { earliest: 0, latest: LONGEST_COMING + 1 } },
    { coming: { earliest: 0, latest: 1e308 } },
    { coming: { earliest: "0", latest: 1 } },
    { at: "yesterday" },
    { at: NOW },
    { people: 3 },
    { at: "2026-02-24T10:00:00.000Z", coming: { earliest: 0, latest: 1, people: 3 } },
  ];
  for (const value of wrong) {
    say(encode(value));
    await clock.advance(seconds(1));
  }
  const bytes = [[], [0xff], [0xbf, 0xff], [0xa1, 0x61], new Array(5000).fill(0x80)];
  for (const one of bytes) {
    say(new Uint8Array(one));
    await clock.advance(seconds(1));
  }
  await clock.advance(minutes(20));
  assert.equal(seen, []);
  assert.is(sensor.tally()["discarded"], wrong.length + bytes.length);
  await end();
});

test("a flood is worked on at a bounded rate, and its light ends 15 minutes after it", async () => {
  const { clock, say, seen, passed, sensor, end } = listening();
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 200; i++) say(coming(seconds(0), seconds(LONGEST_COMING)));
    await clock.advance(seconds(1));
  }
  assert.ok((sensor.tally()["messages"] ?? 0) <= 10 + 60 * 2, `${sensor.tally()["messages"]} messages`);
  assert.ok(seen.length <= 10 + 60 * 2 + 60 / (HOLD / 1000) + 1, `${seen.length} readings in a minute`);
  assert.ok((sensor.tally()["flooded"] ?? 0) > 11_000);
  await clock.advance(minutes(60));
  assert.ok((passed(1).at(-1) as number) <= 60_000 + LONGEST_COMING * 1000);
  await end();
});

test("whatever bytes come at whatever time: 0 or 1 at the border, bounded in number, and an end", async () => {
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.anything({ maxDepth: 2 }).map((value) => {
      try {
        return encode(value);
      } catch {
        return new Uint8Array();
      }
    }),
    fc
      .record({
        at: fc.integer({ min: 0, max: 4e12 }),
        a: fc.double({ min: 0, max: 900 }),
        b: fc.double({ min: 0, max: 900 }),
      })
      .map(({ at, a, b }) => coming(seconds(a || 0), seconds(b || 0), at)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(message, fc.integer({ min: 0, max: 20_000 })), { maxLength: 30 }),
      async (said) => {
        const { clock, say, passed, sensor, end } = listening();
        for (const [bytes, pause] of said) {
          say(bytes);
          await clock.advance(milliseconds(pause));
        }
        const heard = clock.monotonic();
        await clock.advance(minutes(30));
        const { messages = 0, discarded = 0, flooded = 0 } = sensor.tally();
        assert.is(messages + discarded + flooded, said.length);
        assert.is(passed(0).length, messages);
        const at = passed(1);
        assert.ok((at.at(-1) ?? 0) <= heard + LONGEST_COMING * 1000);
        assert.ok(at.length <= messages * 2 + (heard + LONGEST_COMING * 1000) / HOLD, `${at.length} counts`);
        await end();
      },
    ),
    { numRuns: 100 },
  );
});

test.run();
