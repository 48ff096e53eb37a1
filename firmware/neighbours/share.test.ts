import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ComponentId, Direction, Event, Reading } from "../../controllers/model.ts";
import { counter, law } from "../../controllers/test-site.ts";
import { instant, metres, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { arrivalsAt } from "./arrivals.ts";
import type { Border } from "./border.ts";
import { messageReader, type NeighbourMessage } from "./message.ts";
import { shareAt } from "./share.ts";

const NOW = instant(Date.UTC(2026, 10, 18, 22));
const border: Border = {
  id: "border/lac",
  node: "21231/east",
  name: "lac",
  street: "high street",
  position: metres(150),
  inward: "down",
  staleAfter: seconds(60),
  presence: true,
};
/** 50 m and 90 m before the border, in a side street that joins at 100, and out of the law's reach of 120 m. */
const counters = [counter(1, 100), counter(2, 60), counter(3, 20, "side"), counter(4, 0)];
const joins = [{ a: { street: "high street", position: metres(100) }, b: { street: "side", position: metres(0) } }];

function sharing({ isUp = () => true, ill = false }: { isUp?: () => boolean; ill?: boolean } = {}) {
  const clock = new VirtualClock(NOW);
  const told: (NeighbourMessage & { readonly ms: number })[] = [];
  const read = messageReader();
  const arrivals = arrivalsAt([border], { counters: [...counters, border], joins, adaptive: law });
  const send = (topic: string, bytes: Uint8Array, expiry: number) => {
    if (!isUp()) return false;
    assert.is(topic, "21231/west/neighbour/21231/east/lac");
    assert.is(expiry, 60_000);
    const message = read(bytes);
    if (!message.ok) throw new Error(message.why);
    told.push({ ms: clock.monotonic(), ...message.message });
    return true;
  };
  const share = shareAt({ node: "21231/west", border, arrivals, clock, send });
  const stop = new AbortController();
  const count = (source: ComponentId, people = 1, direction: Direction = "up", speed?: number): Reading => ({
    kind: "count",
    source,
    people,
    direction,
    ...(speed === undefined ? {} : { speed }),
    at: clock.now(),
  });
  if (!ill)
    share.tell(
      counters.map(({ id }) => count(id, 0, "both")),
      [],
    );
  const over = share.run(stop.signal);
  return {
    clock,
    told,
    count,
    see: (...readings: Reading[]) => share.tell(readings, []),
    find: (...events: Event[]) => share.tell([], events),
    last: () => told.at(-1)?.coming,
    async end() {
      stop.abort();
      await over;
    },
  };
}
const alarm = (component: ComponentId, active: boolean): Event => ({
  kind: "alarm",
  code: "footfall.sensor",
  component,
  active,
  message: "",
  at: NOW,
});

test("with nobody about it says three times within the validity that it lives", async () => {
  const { clock, told, end } = sharing();
  await clock.advance(minutes(2));
  assert.equal(
    told.map(({ ms }) => ms),
    [0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000],
  );
  assert.equal(
    told.map(({ at }) => at),
    told.map(({ ms }) => NOW + ms),
  );
  assert.ok(told.every(({ coming }) => coming === undefined));
  await end();
});

test("who goes towards the border is told of at once, with the soonest and the latest; nobody else is", async () => {
  const { clock, told, see, count, last, end } = sharing();
  await clock.advance(seconds(5));
  see(count("counter/1", 1, "down"), count("counter/4"), count("counter/1", 0), count("border/lac", 1, "up"));
  await clock.advance(seconds(5));
  assert.is(told.length, 1, "away, out of reach, nobody, and who came from there");
  see(count("counter/1"));
  await clock.advance(seconds(0));
  assert.is(told.at(-1)?.ms, 10_000);
  assert.equal(last(), { earliest: 25_000, latest: 62_500 }, "50 m at 2 m/s and at 0.8 m/s");
  await end();
});

test("round the corner too, and by the pace that was measured", async () => {
  const { clock, see, count, last, end } = sharing();
  await clock.advance(seconds(5));
  see(count("counter/3", 1, "down"));
  await clock.advance(seconds(0));
  assert.equal(last(), { earliest: 35_000, latest: 87_500 }, "70 m");
  await end();
  const fast = sharing();
  await fast.clock.advance(seconds(5));
  fast.see(fast.count("counter/2", 1, "up", 6));
  await fast.clock.advance(seconds(0));
  assert.equal(fast.last(), { earliest: 10_000, latest: 45_000 }, "90 m at 9 m/s, and at the law's fastest, 2 m/s");
  await fast.end();
});

test("a crowd is one message a second at most, each with all who may come still", async () => {
  const { clock, told, see, count, end } = sharing();
  await clock.advance(seconds(5));
  told.length = 0;
  for (let i = 0; i < 100; i++) {
    see(count("counter/1"), count("counter/2"));
    await clock.advance(seconds(0.1));
  }
  assert.ok(told.length >= 10 && told.length <= 11, `${told.length} messages in 10 s`);
  const { coming, ms = 0 } = told.at(-1) ?? {};
  assert.ok(coming);
  assert.is(ms + coming.earliest, 5000 + 25_000, "the first of them");
  assert.ok(Math.abs(ms + coming.latest - (ms + 112_500)) < 1000, "the last of them, 90 m away");
  await end();
});

test("signs of life tell again of who may still come, until nobody can", async () => {
  const { clock, told, see, count, end } = sharing();
  await clock.advance(seconds(20));
  see(count("counter/1"));
  await clock.advance(seconds(100));
  assert.equal(
    told.slice(1).map(({ ms, coming }) => [ms, coming?.earliest, coming?.latest]),
    [
      [20_000, undefined, undefined],
      [21_000, 24_000, 61_500],
      [41_000, 4000, 41_500],
      [61_000, 0, 21_500],
      [81_000, 0, 1500],
      [101_000, undefined, undefined],
    ],
  );
  await end();
});

test("a watcher that was never heard, or has an alarm: silence, until all see again", async () => {
  const never = sharing({ ill: true });
  never.see(never.count("counter/1"), never.count("counter/2", 0));
  await never.clock.advance(minutes(2));
  assert.is(never.told.length, 0, "counter/3 was not heard");
  await never.end();

  const { clock, told, see, count, find, end } = sharing();
  await clock.advance(seconds(5));
  find(alarm("counter/4", true));
  await clock.advance(seconds(20));
  assert.is(told.length, 2, "who is out of reach is no watcher");
  find(alarm("counter/3", true));
  see(count("counter/1"));
  await clock.advance(minutes(2));
  assert.is(told.length, 2);
  find(alarm("counter/3", false));
  await clock.advance(seconds(20));
  assert.is(told.length, 3);
  await end();
});

test("what could not be sent is tried again each second while somebody comes", async () => {
  let isUp = false;
  const { clock, told, see, count, end } = sharing({ isUp: () => isUp });
  await clock.advance(seconds(5));
  see(count("counter/1"));
  await clock.advance(seconds(7.5));
  isUp = true;
  await clock.advance(seconds(1));
  assert.equal(
    told.map(({ ms }) => ms),
    [13_000],
  );
  assert.equal(told[0]?.coming, { earliest: 17_000, latest: 54_500 });
  await end();
});

test.run();
