/** Events of signal priority, from a cabinet that served a bus to the table that ATSPM's tools take. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { startSite } from "../../sim/junction/site.ts";
import { SeededRandom } from "../../sim/random.ts";
import { atspmTable } from "./atspm.ts";
import { runOpendata } from "./command.ts";
import { entriesIn, type Told } from "./entries.ts";
import { fetchEntries } from "./fetch.ts";

const FILE = new URL("../../tools/examples/junction.yaml", import.meta.url);
const NODE = "21231/cab-0201";
const HEAD = "SignalID,Timestamp,EventCodeID,EventParam";
const span = { from: instant(Date.UTC(2026, 9, 25)), to: instant(Date.UTC(2026, 9, 26)) };
const event = (t: string, c: number, p = 2, j = "tlc/1") => ({ j, t, c, p });
const told = (events: object[], ts = "2026-10-25T10:00:00.000Z"): Told => ({
  node: NODE,
  code: "tlc.priority.events",
  ts,
  values: { events },
});

test("rows are in order of time, by the clock on the wall, once each; other days are left out", () => {
  const entries = [
    told([event("2026-10-25T10:00:01.250Z", 115), event("2026-10-25T10:00:00.000Z", 112)]),
    // Told again as a complete entry, later; two buses at once are two.
    told([event("2026-10-25T10:00:01.250Z", 115), event("2026-10-25T10:00:00.000Z", 112)], "2026-10-25T23:00:00.000Z"),
    told([event("2026-10-25T11:00:00.000Z", 112), event("2026-10-25T11:00:00.000Z", 112)]),
    told([event("2026-10-26T00:00:00.000Z", 112), event("2026-10-24T23:59:59.999Z", 112)], "2026-10-26T00:00:00.000Z"),
    // The night in which an hour comes twice.
    told([event("2026-10-25T00:30:00.000Z", 112, 1, "tlc/2")], "2026-10-25T00:30:00.000Z"),
    { ...told([]), code: "footfall.counts", channel: "windows" },
  ];
  const options = { ...span, timeZone: "Europe/Paris", signals: new Map([["tlc/1", "7115"]]) };
  assert.equal(atspmTable(entries, options).split("\n"), [
    HEAD,
    "tlc/2,2026-10-25 02:30:00.000,112,1",
    "7115,2026-10-25 11:00:00.000,112,2",
    "7115,2026-10-25 11:00:01.250,115,2",
    "7115,2026-10-25 12:00:00.000,112,2",
    "7115,2026-10-25 12:00:00.000,112,2",
    "",
  ]);
  assert.match(atspmTable(entries, { ...options, timeZone: "UTC" }), /tlc\/2,2026-10-25 00:30:00\.000,112,1/);
});

test("what a cabinet tells of a bus becomes rows of check-in, service and check-out", async () => {
  const text = readFileSync(FILE, "utf8");
  const config = `${text.slice(0, text.indexOf("    # The wires"))}    engine: { simulated: true }\n`;
  const site = await startSite({ config });
  await site.clock.advance(seconds(20));
  const { line } = site.config.junctions[0]!.junction.approaches[0]!;
  const lines = new Set<string>();
  const letter = () => site.cockpit.status.get("tlc.groups")?.get("signalgroupstatus tlc/1/A");
  const note = () => {
    const events = site.cockpit.status.get("tlc.priority.events")?.get("events") as { t: string }[] | undefined;
    if (events?.length)
      lines.add(JSON.stringify({ node: NODE, code: "tlc.priority.events", ts: events[0]?.t, values: { events } }));
    // The next update takes this one's place: two may come within a second.
    site.clock.after(milliseconds(20), "note", note);
  };
  note();
  await site.drive({
    vehicle: 5,
    line,
    from: 340,
    to: 60,
    speed: 11,
    held(before) {
      return before < 6 && before > -6 && letter() !== "1";
    },
  });
  await site.clock.run(site.end(), seconds(3));

  const folder = await mkdtemp(join(tmpdir(), "hulotte-atspm-"));
  const [input, cabinet] = [join(folder, "told.jsonl"), join(folder, "cabinet.yaml")];
  await writeFile(input, [...lines].join("\n"));
  await writeFile(cabinet, config);
  const written: string[] = [];
  const { write } = process.stdout;
  const call = (...more: string[]) =>
    runOpendata(["atspm", "--cabinet", cabinet, "--from", "2026-11-18", "--input", input, ...more], {
      now: () => instant(Date.UTC(2026, 10, 20)),
    });
  process.stdout.write = ((chunk: string) => written.push(chunk) > 0) as typeof write;
  try {
    assert.is(await call("--signal", "tlc/1=7115"), 0);
  } finally {
    process.stdout.write = write;
  }
  const [head, ...rows] = written.join("").trimEnd().split("\n");
  assert.is(head, HEAD);
  for (const row of rows) assert.match(row, /^7115,2026-11-18 17:0\d:\d\d\.\d{3},(11[2-9]|12[01]),\d{1,3}$/);
  const codes = rows.map((row) => row.split(",")[2]);
  assert.ok(codes.includes("112") && codes.includes("115"), `check-in and check-out in ${codes.join()}`);
  const fails = async (message: RegExp, ...more: string[]) => {
    try {
      await call(...more);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  };
  await fails(/--signal tlc\/9=1: allowed are tlc\/1/, "--signal", "tlc/9=1");
  await fails(/--signal tlc\/1: allowed/, "--signal", "tlc/1");
  await fails(/--zone Dijon: allowed is an IANA zone/, "--zone", "Dijon");
  await rm(folder, { recursive: true });
});

test("a cabinet is asked over its broker for the events that it has kept", async () => {
  const text = readFileSync(FILE, "utf8");
  const config = `${text.slice(0, text.indexOf("    # The wires"))}    engine: { simulated: true }\n`;
  const site = await startSite({ config, real: true });
  await site.clock.advance(seconds(20));
  const { line } = site.config.junctions[0]!.junction.approaches[0]!;
  await site.drive({ vehicle: 5, line, from: 340, to: 60, speed: 11 });
  const asking = fetchEntries({
    config: site.config,
    span: { from: instant(Date.UTC(2026, 10, 18)), to: instant(Date.UTC(2026, 10, 19)) },
    random: new SeededRandom(4),
    clock: site.clock,
    open: site.broker.open,
  });
  const told = await site.clock.run(asking, seconds(60));
  assert.ok(Array.isArray(told), String(told));
  const events = (told as readonly Told[]).filter(({ code }) => code === "tlc.priority.events");
  assert.ok(events.length > 0);
  const again = entriesIn(events.map((one) => JSON.stringify(one)).join("\n"), NODE);
  assert.is(again.length, events.length);
  await site.clock.run(site.end(), seconds(3));
});

test("an event that is none is named by its line", () => {
  const wrong = JSON.stringify(told([event("2026-10-25T10:00:00.000Z", 1000)]));
  assert.throws(() => entriesIn(wrong, NODE), /line 1: events/);
});

test.run();
