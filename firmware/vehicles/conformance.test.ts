/** What every feed must do, run over the catalogue, and what hostile messages come to. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { threeStage } from "../../controllers/junction/test-junctions.ts";
import { type Instant, instant, metres, minutes } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { forgeryRow, fuzzRow } from "./fuzz.ts";
import { HOSTILE } from "./fuzz-message.ts";
import { encodePage } from "./gtfs-message.ts";
import { encodeHfp } from "./hfp-message.ts";
import { FEEDS, type FeedName } from "./list.ts";
import { dailyPseudonyms, type Pseudonyms } from "./pseudonym.ts";
import { encodeTelegram } from "./r09-telegram.ts";

/** A feed that takes whatever: what it is not for too. */
interface Opened {
  take(said: unknown, now: Instant): readonly VehicleWord[];
  tally(): Readonly<Record<string, number>>;
}

interface Subject {
  readonly open: (source: string, pseudonyms: Pseudonyms) => Opened;
  /** What it is given for a vehicle of that number, at that time, and hostile things of the same shape. */
  readonly says: (vehicle: number, now: Instant) => unknown;
  readonly hostile: readonly unknown[];
  /** Whether words have the vehicle's pseudonym. */
  readonly named: boolean;
}

const START = instant(1_800_000_000_000);
const bytes = (seed: number, length: number) => {
  const random = new SeededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
};
const NOISE = Array.from({ length: 50 }, (_, seed) => bytes(seed, seed * 7));
const topic = (vehicle: number) =>
  `/hfp/v2/journey/ongoing/tlr/bus/0022/${vehicle}/2112/1/x/10:15/1/5/60;24/17/47/19/2107`;

const asOpened = (feed: {
  take: (said: never, now: Instant) => readonly VehicleWord[];
  tally: Opened["tally"];
}): Opened => feed as Opened;

const SUBJECTS = {
  hfp: {
    open: (source, pseudonyms) => asOpened(FEEDS.hfp.create({ source, pseudonyms })),
    says: (vehicle, now) =>
      encodeHfp(topic(vehicle), "tlr", {
        ...{
          oper: 22,
          veh: vehicle,
          tst: new Date(now).toISOString(),
          lat: 47.3,
          long: 5,
          sid: 7,
          "signal-groupid": 1,
        },
      }),
    hostile: NOISE.map((payload) => ({ topic: topic(1), payload })),
    named: true,
  },
  "gtfs-rt": {
    open: (source, pseudonyms) => asOpened(FEEDS["gtfs-rt"].create({ source, pseudonyms })),
    says: (vehicle, now) =>
      encodePage({
        vehicles: [{ entity: "1", id: `bus ${vehicle}`, latitude: 47.3, longitude: 5, timestamp: now / 1000 }],
        delays: [],
      }),
    hostile: NOISE,
    named: true,
  },
  r09: {
    open: (source, pseudonyms) => asOpened(FEEDS.r09.create({ source, pseudonyms })),
    says: (vehicle) =>
      encodeTelegram({
        ...({
          type: "R09.16",
          delay: 0,
          junction: 7,
          direction: 1,
          status: "registration",
          priority: 0,
          wish: 0,
        } as const),
        ...{ line: Math.floor(vehicle / 100), run: vehicle % 100 },
      }),
    hostile: NOISE,
    named: true,
  },
  loops: {
    open: (source) =>
      asOpened(
        FEEDS.loops.create({
          source,
          detectors: [0, 1, 2].map((i) => ({ id: `d/${i}`, group: "A1", use: "check-in", distance: metres(90) })),
          approaches: [],
          forget: minutes(3),
        }),
      ),
    says: (vehicle) => ({ id: `d/${vehicle % 3}`, occupied: true }),
    hostile: HOSTILE.map((id) => ({ id, occupied: true })),
    named: false,
  },
  m0022: {
    open: (source) => asOpened(FEEDS.m0022.create({ source })),
    says: () => ({ type: "new", requestId: "r", signalGroupId: "A1" }),
    hostile: HOSTILE.flatMap((value) => [
      { type: value },
      { type: "new", requestId: value },
      {
        type: "new",
        requestId: "r",
        signalGroupId: "A1",
        eta: value === 0 || value === 1 || value === 255 || value === "0" || Object.is(value, -0) ? null : value,
      },
    ]),
    named: false,
  },
} as const satisfies Record<FeedName, Subject>;

const names = () => dailyPseudonyms({ key: () => bytes(99, 32), day: () => 1 });

for (const [kind, subject] of Object.entries(SUBJECTS) as [FeedName, Subject][]) {
  const name = (what: string) => `${kind}: ${what}`;

  test(name("says what it was told, in its own name, of when it was said"), () => {
    const feed = subject.open("feed/1", names());
    const words = feed.take(subject.says(70_123, START), START);
    assert.ok(words.length > 0);
    for (const word of words) {
      assert.is(word.source, "feed/1");
      assert.is(word.at, START);
    }
    assert.ok(Object.values(feed.tally()).some((count) => count > 0));
  });

  test(name("what is no word of its protocol makes none, is counted, and throws nothing"), () => {
    const feed = subject.open("feed/1", names());
    const none = Object.values(feed.tally()).reduce((sum, count) => sum + count, 0);
    assert.is(none, 0);
    let before = feed.tally();
    for (const said of subject.hostile) {
      assert.equal(feed.take(said, START), []);
      const tally = feed.tally();
      for (const [key, count] of Object.entries(before)) assert.ok((tally[key] ?? -1) >= count, `${key} only grows`);
      before = tally;
    }
    const counted = Object.values(before).reduce((sum, count) => sum + count, 0);
    assert.ok(counted > subject.hostile.length / 3, `${counted} of ${subject.hostile.length}`);
  });

  test(name("a word after hostile ones is heard as if nothing had been"), () => {
    const feed = subject.open("feed/1", names());
    for (const said of subject.hostile) feed.take(said, START);
    const now = instant(START + 60_000);
    const fresh = subject.open("feed/1", names()).take(subject.says(5, now), now);
    // Noise before a telegram may hide the first: what repeats is heard.
    const heard = feed.take(subject.says(5, now), now);
    assert.equal(heard.length > 0 ? heard : feed.take(subject.says(5, now), now), fresh);
  });

  test(name("two in one process share nothing"), () => {
    const [one, other] = [subject.open("feed/1", names()), subject.open("feed/2", names())];
    for (let i = 0; i < 3; i++) one.take(subject.says(i, START), START);
    assert.is(
      Object.values(other.tally()).reduce((sum, count) => sum + count, 0),
      0,
    );
    assert.is(other.take(subject.says(0, START), START)[0]?.source, "feed/2");
  });

  if (subject.named)
    test(name("a vehicle's own number leaves it in no word; its name is another the next day"), () => {
      let day = 1;
      const random = new SeededRandom(5);
      const key = () => Uint8Array.from({ length: 32 }, () => Math.floor(random.next() * 256));
      const feed = subject.open("feed/1", dailyPseudonyms({ key, day: () => day }));
      const vehicleOf = (now: Instant) => {
        const [word] = feed.take(subject.says(70_123, now), now);
        assert.not.match(JSON.stringify(word).replaceAll(/"at":\d+/g, ""), /70123|701\/23/);
        assert.match((word && "vehicle" in word && word.vehicle) || "", /^[0-9a-f]{16}$/);
        return word && "vehicle" in word && word.vehicle;
      };
      const first = vehicleOf(START);
      assert.is(vehicleOf(instant(START + 1000)), first);
      day = 2;
      assert.is.not(vehicleOf(instant(START + 2000)), first);
    });
}

test("hostile messages of all kinds: nobody crashes, and no word is of anything that was not said", () => {
  const row = fuzzRow(6000, new SeededRandom(3));
  assert.equal(row.examples, []);
  assert.is(row.crashes, 0);
  assert.is(row.invented, 0);
  for (const [feed, { messages, words }] of Object.entries(row.feeds))
    assert.ok(messages === 1500 && words > 150, feed);
});

test("who floods, says again or leaps gains nothing beyond its rate", () => {
  const row = forgeryRow(threeStage(), 1.1, new SeededRandom(1));
  assert.ok(row.oneVehicle > 0 && row.oneVehicle <= row.allowed, JSON.stringify(row));
  assert.is(row.replayed, 0);
  assert.is(row.jumped, 0);
  assert.ok(row.crowd > 0 && row.crowd <= row.crowdAllowed, JSON.stringify(row));
});

test.run();
