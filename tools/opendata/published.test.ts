import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Release } from "../../controllers/footfall/privacy.ts";
import { hours, instant, minutes } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { countsFolder } from "./counts.ts";
import { measuresIn, type Published, TABLES } from "./etalab.ts";
import { crowdFlows, type Described, simplified, streetlights } from "./ngsi.ts";
import { noiseOf } from "./noise.ts";
import { slotsOf } from "./slots.ts";

const DAY = Date.UTC(2026, 10, 18);
const HOUR = 3_600_000;
const at = (hour: number) => instant(DAY + hour * HOUR);
const release = (from: number, to: number, people: number, zone = "counter/1"): Release => ({
  zone,
  people,
  from: at(from),
  to: at(to),
});
const ABOUT: Published = {
  node: "21231/cab-0117",
  siteName: 'Rue "Musette", bas',
  longitude: 5.041,
  latitude: 47.32205,
  insee: "21231",
  zones: [
    { id: "counter/1", counters: ["counter/1"] },
    { id: "zone/1", counters: ["counter/2", "counter/3"] },
  ],
  kinds: new Map([
    ["counter/1", "amg8833"],
    ["counter/2", "ascii"],
    ["counter/3", "mlx90640"],
  ]),
  step: 3600,
};
const counts = (releases: readonly Release[], more: Partial<Parameters<typeof countsFolder>[0]> = {}) =>
  countsFolder({ about: ABOUT, releases, from: at(0), to: at(6), random: new SeededRandom(1), before: {}, ...more });
const cells = (folder: Readonly<Record<string, string>>, zone = "counter/1") =>
  (measuresIn(folder["measures.csv"] ?? "") ?? []).filter((row) => row.counter_id === zone).map(({ count }) => count);

test("a slot has a count where told windows cover it, and no more than it", () => {
  const told = [release(0, 0.25, 11), release(0.25, 1, 20), release(1, 1.5, 30), release(2, 8, 12), release(8, 9, 40)];
  const sums = (from: number, to: number, step: number) =>
    slotsOf(told, "counter/1", { from: at(from), to: at(to) }, hours(step)).map(({ count }) => count);
  assert.equal(sums(0, 10, 1), [31, null, null, null, null, null, null, null, 40, null]);
  assert.equal(sums(0, 12, 6), [null, null]);
  const twice = [release(0, 1, 20), release(0.5, 1, 20), release(1, 2, 30)];
  assert.equal(
    slotsOf(twice, "counter/1", { from: at(0), to: at(2) }, hours(1)).map(({ count }) => count),
    [null, 30],
    "a clock that was set back",
  );
});

test("the tables are etalab's: columns, required cells, formats, and a slot for every hour", () => {
  const folder = counts([release(0, 1, 20), release(1, 2, 4), release(3, 4, 33, "zone/1")]);
  // Columns and formats as in etalab/schema-comptage-mobilites-{site,channel,measure} v0.2.0.
  const header = (name: string) => (folder[name] ?? "").split("\n")[0];
  assert.is(header("sites.csv"), TABLES.site.join(","));
  assert.is(
    folder["sites.csv"]?.split("\n")[1],
    '21231/cab-0117,,"Rue ""Musette"", bas",21231,5.0410,47.32205,,',
    "four decimals at least",
  );
  const [, alone, zone] = (folder["channels.csv"] ?? "").split("\n");
  assert.is(
    alone,
    "21231/cab-0117/counter/1,,,21231/cab-0117,PEDESTRIAN,,REMOTE TRANSMISSION,MANUAL,PASSIVE INFRARED,,,,,PERMANENT,,,2026-11-18T04:00:00Z,3600,",
  );
  assert.match(zone ?? "", /zone\/1,.*,2 compteurs ensemble,REMOTE TRANSMISSION,MANUAL,,/);
  const rows = (folder["measures.csv"] ?? "").trimEnd().split("\n");
  assert.is(rows[0], "channel_id,counter_id,start_datetime,end_datetime,count");
  assert.is(rows.length, 1 + 2 * 6);
  assert.is(rows[1], "21231/cab-0117/counter/1,counter/1,2026-11-18T00:00:00Z,2026-11-18T01:00:00Z,20");
  assert.is(rows[3], "21231/cab-0117/counter/1,counter/1,2026-11-18T01:00:00Z,2026-11-18T02:00:00Z,", "4 is no count");
  assert.equal(cells(folder, "zone/1"), ["", "", "", "33", "", ""]);
  const { privacy } = JSON.parse(folder["datapackage.json"] ?? "");
  assert.is(privacy.least, 11);
  assert.is(privacy.epsilon, undefined);
});

test("what was published stays: without noise the counts, with noise every slot", () => {
  const first = counts([release(0, 1, 20)]);
  assert.equal(cells(counts([release(0, 1, 50), release(1, 2, 30)], { before: first })), ["20", "30", "", "", "", ""]);
  const noise = { epsilon: 1, cap: 2 };
  const random = new SeededRandom(3);
  const told = Array.from({ length: 6 }, (_, hour) => release(hour, hour + 1, 11));
  const once = counts(told, { noise, random });
  assert.ok(new Set(cells(once)).size > 2, cells(once).join());
  assert.ok(cells(once).includes(""), "one that noise made small");
  for (let again = 0; again < 20; again++) assert.equal(counts(told, { noise, random, before: once }), once);
  const { privacy } = JSON.parse(once["datapackage.json"] ?? "");
  assert.equal([privacy.epsilon, privacy.cap, privacy.mechanism], [1, 2, "discrete Laplace"]);
});

test("the same counts are not published with other noise", () => {
  const noise = { epsilon: 1, cap: 2 };
  const before = counts([release(0, 1, 20)], { noise });
  for (const more of [{}, { noise: { epsilon: 2, cap: 2 } }, { noise, about: { ...ABOUT, step: 900 } }])
    assert.throws(() => counts([release(0, 1, 20)], { ...more, before }), /was published with .*"epsilon":1/);
  assert.throws(() => counts([], { before: { "measures.csv": "a,b\n" } }), /not a table/);
});

test("noise is discrete Laplace: mean 0, the variance of its epsilon, chances that fall by e^(-epsilon/cap)", () => {
  const random = new SeededRandom(5);
  const noise = { epsilon: 1, cap: 2 };
  const drawn = Array.from({ length: 200_000 }, () => noiseOf(noise, random));
  const mean = drawn.reduce((sum, n) => sum + n, 0) / drawn.length;
  const variance = drawn.reduce((sum, n) => sum + n * n, 0) / drawn.length;
  const a = Math.exp(-0.5);
  const wanted = (2 * a) / (1 - a) ** 2;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(variance / wanted - 1) < 0.03, `${mean}, ${variance} for ${wanted}`);
  const share = (n: number) => drawn.filter((one) => one === n).length / drawn.length;
  for (const n of [0, 1, 2, -1, -2]) {
    const exact = ((1 - a) / (1 + a)) * a ** Math.abs(n);
    assert.ok(Math.abs(share(n) / exact - 1) < 0.04, `${n}: ${share(n)} for ${exact}`);
  }
});

test("whatever was told and however noisy, no published count is 1 to 10, nor negative", () => {
  const quarter = minutes(15);
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: fc.nat(40), length: fc.integer({ min: 1, max: 24 }), people: fc.nat(40) })),
      fc.constantFrom(900, 3600, 21_600),
      fc.option(
        fc.record({ epsilon: fc.double({ min: 0.01, max: 10, noNaN: true }), cap: fc.integer({ min: 1, max: 9 }) }),
      ),
      fc.nat(),
      (windows, step, noise, seed) => {
        const releases = windows.map(({ from, length, people }) => ({
          zone: "counter/1",
          people,
          from: instant(DAY + from * quarter),
          to: instant(DAY + (from + length) * quarter),
        }));
        const options = { about: { ...ABOUT, step }, random: new SeededRandom(seed), ...(noise ? { noise } : {}) };
        for (const cell of cells(counts(releases, options))) assert.ok(cell === "" || Number(cell) >= 11, cell);
        const flows = crowdFlows(CABINET, releases);
        assert.ok(flows.every(({ peopleCount }) => (peopleCount as { value: number }).value >= 11));
      },
    ),
    { numRuns: 200 },
  );
});

const CABINET: Described = {
  node: ABOUT.node,
  longitude: 5.041,
  latitude: 47.322,
  lamps: [
    { id: "lamp/1/0", street: "rue Musette", power: 42 },
    { id: "lamp/1/1", street: "rue Musette", power: 42 },
    { id: "lamp/1/2", street: "rue Musette", power: 42 },
  ],
};

/** Facts of the Smart Data Models' schemas (CC BY 4.0): Streetlight 0.2.1 and CrowdFlowObserved, and their common parts. */
const time = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$" };
const common = {
  id: { type: "string", pattern: "^urn:ngsi-ld:\\w+:[\\w:.-]+$" },
  location: {
    type: "object",
    required: ["type", "coordinates"],
    properties: { type: { const: "Point" }, coordinates: { type: "array", minItems: 2, items: { type: "number" } } },
  },
  "@context": { type: "array", items: { type: "string" } },
};
const STREETLIGHT = {
  type: "object",
  required: ["id", "type", "location", "status"],
  additionalProperties: false,
  properties: {
    ...common,
    type: { const: "Streetlight" },
    status: { enum: ["brokenLantern", "columnIssue", "defectiveLamp", "ok"] },
    powerState: { enum: ["bootingUp", "low", "off", "on"] },
    illuminanceLevel: { type: "number", minimum: 0, maximum: 1 },
    controllingMethod: { enum: ["group", "individual"] },
    powerRating: { type: "number" },
    address: { type: "object", properties: { streetAddress: { type: "string" } } },
    refStreetlightControlCabinet: { type: "string" },
  },
};
const CROWD = {
  type: "object",
  required: ["id", "type", "dateObserved"],
  additionalProperties: false,
  properties: {
    ...common,
    type: { const: "CrowdFlowObserved" },
    dateObserved: { type: "string" },
    dateObservedFrom: time,
    dateObservedTo: time,
    peopleCount: { type: "integer", minimum: 0 },
  },
};

test("entities are those of the models, and light is a day late", () => {
  const now = at(48);
  const lampHours = [
    { at: at(22), means: { "lamp/1/0": 20, "lamp/1/1": 0 } },
    { at: at(24), means: { "lamp/1/0": 85 } },
    { at: at(25), means: { "lamp/1/0": 100, "lamp/1/2": 100 } },
  ];
  const lights = streetlights(CABINET, lampHours, new Set(["lamp/1/1"]), now);
  const check = new Ajv2020({ allErrors: true });
  const [isLight, isCrowd] = [check.compile(STREETLIGHT), check.compile(CROWD)];
  for (const one of lights) assert.ok(isLight(simplified(one)), JSON.stringify(isLight.errors));
  const told = lights
    .map(simplified)
    .map(({ id, illuminanceLevel, status, powerState }) => [id, illuminanceLevel, status, powerState]);
  assert.equal(told, [
    ["urn:ngsi-ld:Streetlight:21231:cab-0117:lamp:1:0", 0.85, "ok", "on"],
    ["urn:ngsi-ld:Streetlight:21231:cab-0117:lamp:1:1", 0, "defectiveLamp", "off"],
  ]);
  assert.equal(lights[0]?.["illuminanceLevel"], { type: "Property", value: 0.85, observedAt: "2026-11-19T00:00:00Z" });
  const flows = crowdFlows(CABINET, [release(0, 1, 25), release(1, 2, 10)]);
  assert.is(flows.length, 1);
  for (const one of flows) assert.ok(isCrowd(simplified(one)), JSON.stringify(isCrowd.errors));
  assert.is(flows[0]?.id, "urn:ngsi-ld:CrowdFlowObserved:21231:cab-0117:counter:1:2026-11-18T00:00:00Z");
});

test.run();
