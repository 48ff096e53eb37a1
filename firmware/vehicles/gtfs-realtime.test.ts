import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { encodePage, type RealtimeVehicle, readPage } from "./gtfs-message.ts";
import { gtfsRealtimeFeed } from "./gtfs-realtime.ts";
import { dailyPseudonyms } from "./pseudonym.ts";

const now = instant(1_700_000_005_000);
const pseudonyms = dailyPseudonyms({ key: () => new Uint8Array(32), day: () => 1 });
const setUp = () => gtfsRealtimeFeed({ source: "gtfs", pseudonyms });
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/**
 * Made by gtfs-realtime-bindings 1.1.1 (Apache-2.0): header 2.0 of 1700000000; entity 1 with trip T7 of route L6, position 47.3221, 5.0415,
 * bearing 92, odometer 1234.5, speed 7.5, STOPPED_AT S1, time 1700000003, vehicle bus-17 labelled 17; entity 2 with a trip
 * update of T7, delay -75, and a stop time update.
 */
const GOLDEN = fromHex(
  "0a0d0a03322e3010001880e2cfaa0612480a013122430a080a0254372a024c36121d0dd5493d4215f853a1401d0000b8422100000000004a93402d0000f0402001" +
    "2883e2cfaa063a025331420c0a066275732d31371202313712270a01321a220a040a025437120f0803120b08c4ffffffffffffffff0128b5ffffffffffffffff01",
);
const single = Math.fround;

test("a page that others made", () => {
  assert.equal(readPage(GOLDEN), {
    timestamp: 1_700_000_000,
    vehicles: [
      {
        entity: "1",
        id: "bus-17",
        label: "17",
        trip: "T7",
        route: "L6",
        latitude: single(47.3221),
        longitude: single(5.0415),
        bearing: 92,
        speed: 7.5,
        status: 1,
        timestamp: 1_700_000_003,
      },
    ],
    delays: [{ trip: "T7", delay: -75 }],
    others: 0,
  });
});

test("what it means: a position, and from the next page on how late it is", () => {
  const feed = setUp();
  const word = {
    kind: "position",
    source: "gtfs",
    vehicle: pseudonyms.of("gtfs-rt bus-17", now),
    place: { latitude: single(47.3221), longitude: single(5.0415) },
    speed: 7.5,
    heading: 92,
    atStop: true,
    facts: { line: "L6", lateness: -75 },
    at: 1_700_000_003_000,
  };
  assert.equal(feed.take(GOLDEN, now), [word]);
  assert.not.match(JSON.stringify(word), /bus-17/);
});

const text = fc.string({ minLength: 1, maxLength: 12 });
const float = fc.float({ noNaN: true, min: -90, max: 90 });
const vehicle: fc.Arbitrary<RealtimeVehicle> = fc.record(
  {
    entity: text,
    id: text,
    label: text,
    trip: text,
    route: text,
    latitude: float,
    longitude: float,
    bearing: float,
    speed: float,
    status: fc.nat(2),
    timestamp: fc.integer({ min: 0, max: 2 ** 40 }),
  },
  { requiredKeys: ["entity", "latitude", "longitude"], noNullPrototype: true },
);

test("what is encoded is read", async () => {
  const delay = fc.record(
    { trip: text, delay: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.property(fc.array(vehicle, { maxLength: 5 }), fc.array(delay, { maxLength: 3 }), (vehicles, delays) => {
      assert.equal(readPage(encodePage({ timestamp: 5, vehicles, delays })), {
        timestamp: 5,
        vehicles,
        delays,
        others: 0,
      });
    }),
  );
});

const PLAIN: RealtimeVehicle = { entity: "1", id: "b", latitude: 47.5, longitude: 5 };
const page = (changes: Partial<RealtimeVehicle>, made?: number) =>
  encodePage({ ...(made === undefined ? {} : { timestamp: made }), vehicles: [{ ...PLAIN, ...changes }], delays: [] });

test("a position without a time of its own is of when the page was made; without both it is none", () => {
  assert.is(setUp().take(page({}, 1_700_000_001), now)[0]!.at, 1_700_000_001_000);
  const feed = setUp();
  assert.equal(feed.take(page({}), now), []);
  assert.equal(feed.take(page({ timestamp: 0 }), now), []);
  assert.equal(feed.take(page({ timestamp: 2 ** 50 }), now), []);
  assert.is(feed.tally()["no-time"], 3);
});

test("numbers that no vehicle has are as if they were not said; a place that is none leaves no position", () => {
  const [word] = setUp().take(page({ timestamp: 1_700_000_000, speed: -1, bearing: Number.NaN, status: 7 }), now);
  assert.equal(Object.keys(word!), ["kind", "source", "vehicle", "place", "facts", "at"]);
  for (const change of [{ latitude: Number.NaN }, { latitude: 91 }, { longitude: -Infinity }])
    assert.equal(setUp().take(page({ timestamp: 1_700_000_000, ...change }), now), []);
});

test("a broken entity costs itself only; a page that is none is counted", () => {
  const good = page({ timestamp: 1_700_000_000 });
  const broken = Uint8Array.of(...good, 0x12, 3, 0x0a, 9, 1); // an entity whose id is longer than it
  const feed = setUp();
  assert.is(feed.take(broken, now).length, 1);
  assert.is(feed.tally()["other-entities"], 1);
  assert.equal(feed.take(good.subarray(0, -3), now), []);
  assert.equal(feed.take(new Uint8Array(0), now), []);
  assert.equal(feed.take(Uint8Array.of(0x0b), now), []);
  assert.is(feed.tally()["not-a-page"], 3);
});

test("a message in parts is put together", () => {
  // Entity with position twice: latitude in one, longitude in the other (Protocol Buffers: embedded messages are merged).
  const f32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
  const parts = [0x12, 5, 0x0d, ...f32(47.5), 0x12, 5, 0x15, ...f32(5)];
  const entity = [0x0a, 1, 0x31, 0x22, parts.length, ...parts];
  const bytes = Uint8Array.of(0x0a, 5, 0x0a, 3, 0x32, 0x2e, 0x30, 0x12, entity.length, ...entity);
  assert.equal(readPage(bytes)?.vehicles, [{ entity: "1", latitude: 47.5, longitude: 5 }]);
});

test.run();
