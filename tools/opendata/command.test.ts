import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, minutes, seconds } from "../../controllers/units.ts";
import { keepJournal } from "../../firmware/hal/journal-keeper.ts";
import { silent } from "../../firmware/hal/log.ts";
import { startNode } from "../../firmware/link/node.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { runOpendata } from "./command.ts";
import { entriesIn, gather } from "./entries.ts";
import { fetchEntries } from "./fetch.ts";

const NODE = "21231/cab-0117";
const at = (hour: number) => instant(Date.UTC(2026, 10, 18, hour));
/** What `PASSED` says. */
const TOLD = { zone: "counter/1", people: 25, from: at(0), to: at(1) };

const line = (channel: string, code: string, values: object, ts = "2026-11-18T01:00:00.000Z") =>
  JSON.stringify({ node: NODE, code, channel, ts, seq: 1, values });
const PASSED = {
  passed: { "counter/1": 25 },
  passedMinutes: { "counter/1": 60 },
  passedTo: { "counter/1": "2026-11-18T01:00:00Z" },
};

test("entries are read as a supervisor hands them on; what is no entry of a cabinet is named by its line", () => {
  const lines = [
    line("windows", "footfall.counts", PASSED),
    line("windows", "footfall.counts", PASSED),
    line("live", "footfall.counts", { people: { "counter/1": 3 } }),
    line("hourly", "lighting.lamps", { "actualLightState.avg": { "lamp/1/0": 40 } }),
    line("failures", "lighting.lamps", { lampFailure: { "lamp/1/0": true, "lamp/1/1": true } }),
    line("failures", "lighting.lamps", { lampFailure: { "lamp/1/1": false } }, "2026-11-18T02:00:00.000Z"),
    "",
  ];
  const { releases, lampHours, failed } = gather(entriesIn(lines.join("\n"), NODE));
  assert.equal(releases, [TOLD]);
  assert.equal(lampHours, [{ at: at(1), means: { "lamp/1/0": 40 } }]);
  assert.equal([...failed], ["lamp/1/0"]);
  const few = line("windows", "footfall.counts", { ...PASSED, passed: { "counter/1": 10 } });
  assert.throws(() => entriesIn(`${lines[0]}\n${few}`, NODE), /line 2: passed.counter\/1 is 10: must be >= 11/);
  assert.throws(() => entriesIn("{", NODE), /line 1: is no JSON/);
});

test("a cabinet is asked over its broker for what it has kept; without one that is said", async () => {
  const clock = new VirtualClock(at(1));
  const random = new SeededRandom(4);
  const broker = new MemoryBroker(clock);
  const mqtt = { url: "mqtt://simulated", alternatives: [] };
  const options = {
    config: { node: NODE, mqtt },
    span: { from: at(0), to: at(24) },
    random,
    clock,
    open: broker.open,
  };
  const journal = await keepJournal(memoryDisk().open, { bytes: 4 << 20, age: hours(720) }, clock, random);
  const link = startNode({
    ...{
      url: mqtt.url,
      open: broker.open,
      node: NODE,
      version: "0",
      clock,
      wallClock: clock,
      random,
      log: silent,
      journal,
    },
    signal: new AbortController().signal,
  });
  link.update("footfall.counts", PASSED, at(1));
  await clock.advance(minutes(1));
  link.update(
    "lighting.lamps",
    { lampFailure: { "lamp/1/0": true }, controlGearCommFailure: { "lamp/1/0": false } },
    at(1),
  );
  await clock.advance(minutes(5));
  const told = await clock.run(fetchEntries(options), seconds(300));
  assert.ok(Array.isArray(told), String(told));
  const { releases, failed } = gather(entriesIn((told as object[]).map((one) => JSON.stringify(one)).join("\n"), NODE));
  assert.equal(releases, [TOLD]);
  assert.equal([...failed], ["lamp/1/0"]);
  broker.cut("opendata");
  assert.is(await clock.run(fetchEntries(options), seconds(60)), "no broker answers");
  await clock.run(link.close(), seconds(5));
  await clock.run(journal.close(), seconds(5));
});

/** Runs the command with what it prints caught. */
async function run(argv: readonly string[], now = at(72)): Promise<{ code: number; out: string }> {
  let out = "";
  const { log } = console;
  console.log = (text: string) => {
    out += `${text}\n`;
  };
  try {
    return { code: await runOpendata(argv, { random: new SeededRandom(9), now: () => now }), out };
  } finally {
    console.log = log;
  }
}
const refused = async (argv: readonly string[]) => {
  try {
    await run(argv);
  } catch (error) {
    return String(error);
  }
  return "done";
};

test("the command writes the folder, prints entities, and says what is wrong with a call", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-"));
  const cabinet = new URL("../demo/cabinet.yaml", import.meta.url).pathname;
  const input = join(folder, "told.jsonl");
  const out = join(folder, "out");
  try {
    await writeFile(input, `${line("windows", "footfall.counts", PASSED)}\n`);
    const call = ["counts", "--cabinet", cabinet, "--input", input, "--out", out, "--from", "2026-11-18"];
    assert.is((await run(call)).code, 0);
    const measures = await readFile(join(out, "measures.csv"), "utf8");
    assert.is(measures.trimEnd().split("\n").length, 1 + 24 * 4);
    assert.match(measures, "21231/cab-0117/counter/1,counter/1,2026-11-18T00:00:00Z,2026-11-18T01:00:00Z,25\n");
    const printed = await run(["ngsi", "--cabinet", cabinet, "--input", input, "--from", "2026-11-18", "--simplified"]);
    assert.equal(
      JSON.parse(printed.out).map((one: { peopleCount: number }) => one.peopleCount),
      [25],
    );
    assert.match(await refused([...call, "--epsilon", "1"]), /--out .*was published with/);
    assert.match(await refused([...call, "--cap", "2"]), /--cap: allowed with --epsilon only/);
    assert.match(await refused([...call, "--epsilon", "0"]), /--epsilon 0: allowed 0.01 to 10/);
    assert.match(await refused([...call, "--step", "5m"]), /--step 5m: allowed 15m, 1h, 6h, 1d/);
    assert.match(await refused([...call, "--insee", "99999x"]), /--insee/);
    assert.match(await refused([...call.slice(0, -2), "--from", "2026-11-21"]), /allowed are days that are over/);
    assert.match(await refused(["publish"]), /allowed are opendata fetch, counts, ngsi/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
