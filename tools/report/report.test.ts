import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Lamp } from "../../controllers/model.ts";
import { hours, instant, level, watts } from "../../controllers/units.ts";
import { readConfig, siteOf } from "../../firmware/config/read.ts";
import { type BooksOptions, openBooks } from "../../firmware/energy/books.ts";
import { putPeople } from "../../firmware/forecast/people-shelf.ts";
import { silent } from "../../firmware/hal/log.ts";
import { fileStore } from "../../firmware/linux/store.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryStore } from "../../sim/ports.ts";
import { baselineOf, baselinePower, DEFAULT_BASELINE, programmeOf, referencesOf } from "./baseline.ts";
import { runReport } from "./command.ts";
import { csvOf } from "./csv.ts";
import { ledgerUse } from "./from-ledger.ts";
import { htmlOf } from "./html.ts";
import { jsonOf } from "./json.ts";
import type { CabinetUse } from "./model.ts";
import { summed } from "./sum.ts";

const CABINET = `
node: 21231/cab-0117
site: { name: "Rue <A> & B", latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://localhost" }
streets: [{ name: "rue <A>", length: 300, width: 8 }, { name: lane, length: 100 }]
buses: [{ id: bus/1, gateway: luba, port: /dev/null }]
lamps:
  - { bus: bus/1, addresses: 0-2, street: "rue <A>", position: 10, every: 30, power: 40, class: P4, reducedClass: P6 }
  - { bus: bus/1, address: 3, street: lane, position: 10, power: 20, class: P5, empty: 10 }
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
own: 5
`;

const read = readConfig(CABINET);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { config } = read;
const site = siteOf(config);
const baseline = baselineOf(DEFAULT_BASELINE) as NonNullable<ReturnType<typeof baselineOf>>;
const programme = programmeOf("22:30-05:30") as NonNullable<ReturnType<typeof programmeOf>>;
const begin = instant(Date.UTC(2026, 10, 20, 16));
const end = instant(Date.UTC(2026, 10, 22, 8));

/** Two nights: full until 22:00 UTC, then half; off from 06:00 to 16:00. */
async function lived(store: BooksOptions["store"]) {
  const clock = new VirtualClock(begin);
  const books = await openBooks({
    site: { ...config, lamps: site.lamps },
    upkeep: new Map(),
    clock,
    store,
    log: silent,
  });
  const stop = new AbortController();
  const running = books.run(stop.signal);
  const tell = (percent: number) => {
    for (const { id } of site.lamps)
      books.reading({ kind: "level", source: id, level: level(percent), at: clock.now() });
  };
  for (const [percent, time] of [
    [100, 6],
    [50, 8],
    [0, 10],
    [100, 6],
    [50, 8],
    [0, 2],
  ] as const) {
    tell(percent);
    await clock.advance(hours(time));
  }
  stop.abort();
  await clock.run(running, hours(1));
}

async function used(): Promise<CabinetUse> {
  const store = memoryStore();
  await lived(store);
  const now = instant(end + 3 * 86_400_000);
  return ledgerUse({ config, store, from: begin, to: end, now, baseline, programme });
}

test("what a cabinet's books say is in the report to the watt-hour", async () => {
  const use = await used();
  const { totals, saving, hours: known, missing, indicators } = summed([use]);
  const night = 140 * 6 + 70 * 8;
  const day = 4 * 0.4;
  assert.ok(Math.abs(totals.adaptive - (2 * night + 12 * day)) < 0.01, `${totals.adaptive}`);
  assert.ok(Math.abs(totals.own - 5 * 40) < 0.01);
  assert.is(totals.sources.modelled, totals.adaptive);
  assert.ok(Math.abs(known - 40) < 1e-6);
  assert.ok(missing < 1e-6);
  // sun at Dijon: sets 15:52 UTC, rises 06:53 UTC
  assert.ok(totals.baseline > 4 * 115 * 2 * 14.5 && totals.baseline < 4 * 115 * 2 * 15.2, `${totals.baseline}`);
  assert.ok(Math.abs((saving.againstBaseline as number) - (1 - totals.adaptive / totals.baseline)) < 1e-12);
  assert.is(totals.lit, null, "a cabinet knows no persons");
  const [street, lane] = indicators;
  assert.is(street?.density, 120 / (5 * 2400));
  assert.is(street?.densityWithOwn, (120 + (5 * 3) / 4) / (5 * 2400));
  assert.ok(
    Math.abs((street?.consumption as number) - ((2 * (120 * 6 + 60 * 8) + 12 * 1.2) * 365 * 24) / 40 / 2400) < 1e-6,
  );
  assert.ok((street?.consumptionWithOwn as number) > (street?.consumption as number));
  assert.is(lane?.density, null, "its width is not told");
});

test("one night is a picture of lamps by hour, and none is told before a day has passed", async () => {
  const store = memoryStore();
  await lived(store);
  const period = { config, store, from: begin, to: end, baseline, programme };
  const { night } = await ledgerUse({ ...period, now: instant(end + 2 * 86_400_000) });
  assert.is(night?.date, "2026-11-21");
  assert.equal(
    night?.rows.map(({ label }) => label),
    ["lamp/1/0", "lamp/1/1", "lamp/1/2", "lamp/1/3"],
  );
  const values = night?.rows[0]?.values as readonly number[];
  assert.equal(values.slice(0, 8), [0, 100, 100, 100, 100, 100, 100, 50]);
  const early = await ledgerUse({
    ...period,
    from: instant(begin - 3_600_000),
    now: instant(Date.UTC(2026, 10, 22, 12)),
  });
  assert.is(early.night?.date, "2026-11-20");
});

test("hours that the books do not know are in no sum, and are told", async () => {
  const store = memoryStore();
  await lived(store);
  const to = instant(end + 48 * 3_600_000);
  const use = await ledgerUse({ config, store, from: begin, to, now: to, baseline, programme });
  assert.ok(Math.abs(use.missing - 48) < 1e-6);
  assert.match(htmlOf([use], begin, to), /48 hours are not known/);
});

const golden = `cabinet,day,hours,baseline_wh,led_full_wh,led_programme_wh,led_adaptive_wh,metered_wh,measured_wh,modelled_wh,controller_wh,person_seconds_lit,person_seconds_under_class
"a ""quoted"", one",2026-06-01,2,230.0,80.0,60.0,30.5,10.5,8.0,12.0,12.0,3600.0,0.5
"a ""quoted"", one",2026-06-02,1,115.0,40.0,30.0,20.0,0.0,0.0,20.0,6.0,7200.0,0.0
`;

test("CSV: a line a cabinet and local day", () => {
  const hour = (
    at: number,
    part: number,
    adaptive: number,
    metered: number,
    measured: number,
    people: number,
    under: number,
  ) => ({
    at: instant(at),
    part,
    references: { baseline: 115, full: 40, programme: 30 },
    adaptive,
    sources: { metered, measured, modelled: adaptive - metered - measured },
    own: 6,
    people,
    under,
  });
  const first = Date.UTC(2026, 5, 1, 20);
  const use: CabinetUse = {
    name: 'a "quoted", one',
    timeZone: "Europe/Paris",
    lamps: 1,
    hours: [
      hour(first, 1, 20, 10.5, 0, 1800.5, 0.5),
      hour(first + 3_600_000, 1, 10.5, 0, 8, 1800, 0),
      hour(first + 2 * 3_600_000, 1, 20, 0, 0, 7200, 0),
    ],
    missing: 0,
    streets: [],
    night: null,
    counts: [],
    countsUnit: "",
    assumptions: [],
  };
  assert.fixture(csvOf([use]), golden);
  const unknown = { ...use, hours: use.hours.map((one) => ({ ...one, people: null, under: null })) };
  assert.match(csvOf([unknown]), /12\.0,,\n/);
});

test("HTML is well-formed, needs nothing beside itself, and says every assumption; JSON too", async () => {
  const use = await used();
  const html = htmlOf([use, { ...use, name: "second" }], begin, end);
  const open: string[] = [];
  for (const [, closing, name, own] of html
    .replace(/<!doctype html>/, "")
    .matchAll(/<(\/?)([a-z0-9]+)[^<>]*?(\/?)>/gi)) {
    if (own || name === "meta") continue;
    if (closing) assert.is(open.pop(), name);
    else open.push(name as string);
  }
  assert.equal(open, []);
  assert.not.match(html, /<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined|Infinity/);
  assert.not.match(html, /rue <A>/);
  const json = JSON.parse(jsonOf([use], begin, end));
  for (const { what, value } of use.assumptions) {
    assert.ok(html.includes(value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")), what);
    assert.ok(
      json.cabinets[0].assumptions.some((told: { value: string }) => told.value === value),
      what,
    );
  }
  const told = use.assumptions.map(({ value }) => value).join("\n");
  for (const words of [
    "115 W",
    "22:30 to 05:30",
    "0.4 W",
    "5 W day and night",
    "10 %, on 1 of 4 lamps",
    "3 of 4 lamps",
    "from memory",
  ])
    assert.ok(told.includes(words), words);
  assert.is(json.lamps, 4);
  assert.is(json.energy.lit, null);
  const both = summed([use, use]);
  assert.ok(
    Math.abs(both.totals.adaptive - 2 * summed([use]).totals.adaptive) < 1e-9,
    "a city is the sum of its cabinets",
  );
});

test("of a city of many cabinets there are sums, one table of what all assume, and no picture of each", async () => {
  const use = await used();
  const city = Array.from({ length: 12 }, (_, i) => ({ ...use, name: `cab-${i}` }));
  const html = htmlOf(city, begin, end);
  assert.match(html, /<h1>Energy of 12 cabinets<\/h1>/);
  assert.is(html.match(/<svg/g)?.length, 1);
  assert.is(html.match(/<h2>Assumptions/g)?.length, 1);
  const other = htmlOf([...city, { ...use, name: "other", assumptions: [{ what: "a", value: "b" }] }], begin, end);
  assert.match(other, /Assumptions of cab-0, cab-1, cab-2, cab-3, cab-4, cab-5 and 6 others/);
  assert.match(other, /Assumptions of other/);
});

test("baselines and programmes are what was written", () => {
  assert.is(baselinePower(baseline), 115);
  assert.equal(baselineOf("70 W metal halide"), { name: "metal halide", watts: 70, ballast: 0 });
  assert.is(baselineOf("sodium"), null);
  assert.is(programmeOf("25:00-05:00"), null);
  const lamps: Lamp[] = [{ ...(site.lamps[0] as Lamp), power: watts(40), class: "P4", reducedClass: "P4" }];
  const polar = { lamps, timeZone: "UTC", sun: () => "down" as const };
  const at = instant(Date.UTC(2026, 11, 20, 23));
  assert.equal(referencesOf(polar, baseline, programme)(at), { baseline: 115, full: 40, programme: 40 });
  assert.equal(referencesOf({ ...polar, sun: () => "up" }, baseline, programme)(at), {
    baseline: 0,
    full: 0.4,
    programme: 0.4,
  });
  const reduced = lamps.map((lamp) => ({ ...lamp, reducedClass: "P6" as const }));
  const inside = referencesOf({ ...polar, lamps: reduced }, baseline, { from: 1 * 60, to: 1 * 60 + 30 });
  const part = inside(instant(Date.UTC(2026, 11, 20, 1))).programme;
  assert.ok(part > 20 + 8 && part < 20 + 8.3, `half an hour full, half at a little over 40 %: ${part}`);
});

test("a cabinet's own counts are drawn over what it foretold, zone by zone, the busiest first", async () => {
  const store = memoryStore();
  await lived(store);
  const night = instant(Date.UTC(2026, 10, 21, 18));
  const hour = (zone: string, i: number, middle: number, people: number | null) => {
    const from = instant(night + i * 3_600_000);
    return { zone, from, to: instant(from + 3_600_000), low: 11, middle, high: 2 * middle, people };
  };
  const hours = [0, 1, 2, 3].flatMap((i) => [
    hour("counter/1", i, 20, i === 2 ? null : 20 + i),
    hour("zone/square", i, 300, 310),
  ]);
  await putPeople(store, hours);
  const use = await ledgerUse({ config, store, from: begin, to: end, now: end, baseline, programme });
  assert.equal(
    use.counts.map(({ name }) => name),
    ["zone/square", "counter/1"],
  );
  const [square, counter] = use.counts;
  assert.is(square?.hours.length, 40, "the whole period is not a week");
  const known = counter?.hours.filter(({ middle }) => middle !== null) ?? [];
  assert.equal(
    known.map(({ at, low, middle, high, people }) => [(at - night) / 3_600_000, low, middle, high, people]),
    [
      [0, 11, 20, 40, 20],
      [1, 11, 20, 40, 21],
      [2, 11, 20, 40, null],
      [3, 11, 20, 40, 23],
    ],
  );
  const html = htmlOf([use], begin, end);
  assert.is(html.match(/People, and how many were expected/g)?.length, 2);
  assert.match(html, /zone\/square: those who came over those who were foretold/);
  assert.ok(use.assumptions.some(({ what }) => what === "People plotted"));
  const none = await used();
  assert.equal(none.counts, [], "without a forecast there is nothing to compare");
  assert.not.ok(none.assumptions.some(({ what }) => what === "People plotted"));
});

test("of many zones the four busiest are drawn, and how many are not is said", async () => {
  const use = await used();
  const hours = [{ at: begin, people: 20, low: 11, middle: 20, high: 30 }];
  const counts = Array.from({ length: 6 }, (_, i) => ({ name: `counter/${i}`, hours }));
  const html = htmlOf([{ ...use, counts }], begin, end);
  assert.is(html.match(/People, and how many were expected/g)?.length, 4);
  assert.match(html, /The 2 quieter ones are not drawn/);
  const dark = counts.map((place) => ({
    ...place,
    hours: [{ at: begin, people: null, low: null, middle: null, high: null }],
  }));
  assert.not.match(htmlOf([{ ...use, counts: dark }], begin, end), /how many were expected/);
});

test("the command reads a state directory, and says what is wrong with a call", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-report-"));
  try {
    writeFileSync(join(folder, "cabinet.yaml"), CABINET);
    const kept = new Map<string, Uint8Array>();
    await lived({ read: async (key) => kept.get(key) ?? null, write: async (key, value) => void kept.set(key, value) });
    const disk = fileStore(join(folder, ".hulotte"));
    for (const [key, value] of kept) await disk.write(key, value);
    assert.ok(readdirSync(join(folder, ".hulotte")).some((name) => name.startsWith("energy-day-")));
    const out = join(folder, "report.json");
    const call = [
      "energy",
      "--cabinet",
      join(folder, "cabinet.yaml"),
      "--from",
      "2026-11-20",
      "--to",
      "2026-11-23",
      "--out",
      out,
    ];
    assert.is(await runReport(call), 0);
    const json = JSON.parse(readFileSync(out, "utf8"));
    assert.ok(Math.abs(json.energy.adaptive - (2 * (140 * 6 + 70 * 8) + 12 * 1.6)) < 0.01);
    for (const [wrong, why] of [
      [["energy", "--from", "2026-11-20", "--to", "2026-11-20", "--simulate", "strict"], /after --from/],
      [["energy", "--from", "yesterday", "--to", "2026-11-20"], /--from yesterday/],
      [["energy", ...call.slice(1), "--baseline", "candles"], /--baseline "candles"/],
      [["energy", "--from", "2026-11-20", "--to", "2026-11-21"], /--cabinet is missing/],
      [["energy", ...call.slice(1), "--format", "pdf"], /html, csv, json/],
      [["water"], /allowed energy/],
    ] as const) {
      const said = await runReport(wrong).then(String, (error: Error) => error.message);
      assert.match(said, why);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
