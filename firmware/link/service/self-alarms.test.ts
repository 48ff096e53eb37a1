import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { memoryDisk } from "../../../sim/journal.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { keepJournal } from "../../hal/journal-keeper.ts";
import { SelfAlarms } from "./self-alarms.ts";

/** A cabinet's journal and what is told of it, over restarts on one disk. */
function setUp() {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 18)));
  const disk = memoryDisk();
  const told: string[] = [];
  let read = () => {};
  const start = async () => {
    const stop = new AbortController();
    const journal = await keepJournal(disk.open, { bytes: 1e6, age: hours(24) }, clock, new SeededRandom(1));
    new SelfAlarms({
      journal,
      clock,
      raise: (code, active, message) => told.push(`${active ? "+" : "-"} ${code}: ${message}`),
      signal: stop.signal,
    });
    read = () => void journal.pending("result", 0, 1);
    return async () => {
      stop.abort();
      await clock.run(journal.close(), seconds(5));
    };
  };
  return { clock, disk, told, start, read: () => read() };
}

test("a journal that had to be begun anew is told once, for an hour, and not again after the next start", async () => {
  const { clock, disk, told, start } = setUp();
  const first = await start();
  await clock.advance(minutes(1));
  assert.equal(told, []);
  await first();

  disk.damage();
  const second = await start();
  await clock.advance(minutes(59));
  const words = "the file could not be read and was set aside: what it held does not arrive";
  assert.equal(told, [`+ cabinet.journal: ${words}`]);
  await clock.advance(minutes(2));
  assert.equal(told.slice(1), [`- cabinet.journal: ${words}`]);
  await second();

  const third = await start();
  await clock.advance(minutes(5));
  assert.is(told.length, 2);
  await third();
});

test("a disk that fails for a while does not make an old story new", async () => {
  const { clock, disk, told, start, read } = setUp();
  await (await start())();
  disk.damage();
  const end = await start();
  await clock.advance(minutes(70));
  told.length = 0;
  disk.state = "damaged";
  read();
  await clock.advance(minutes(1));
  disk.state = "ok";
  await clock.advance(minutes(2));
  assert.equal(told, [
    "+ cabinet.journal: the file is damaged: what happens is kept in memory only",
    "- cabinet.journal: ",
  ]);
  await end();
});

test("a journal that is begun anew by its very close is no crash; the next start tells it", async () => {
  const { clock, disk, told, start, read } = setUp();
  const end = await start();
  await clock.advance(minutes(1));
  const crashes: unknown[] = [];
  const note = (error: unknown) => void crashes.push(error);
  process.on("unhandledRejection", note);
  disk.damage();
  read();
  await end();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  assert.equal(crashes, []);
  told.length = 0;
  const again = await start();
  await clock.advance(minutes(1));
  assert.match(told.join(), /set aside/);
  await again();
});

test.run();
