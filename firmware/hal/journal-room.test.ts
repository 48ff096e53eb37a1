import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { SeededRandom } from "../../sim/random.ts";
import { keepJournal } from "./journal-keeper.ts";

test("a cabinet that has power at night only forgets facts whose time is over, and nothing while its clock jumps", async () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 18, 17)));
  const disk = memoryDisk();
  for (let night = 0; night < 3; night++) {
    const opened = keepJournal(disk.open, { bytes: 1e6, age: hours(24) }, clock, new SeededRandom(1));
    const journal = await clock.run(opened, seconds(5));
    const fact = `command/cockpit/${night}`;
    await clock.run(journal.note(fact, new Uint8Array(1), instant(clock.now() + hours(1))), seconds(5));
    const record = { stream: "alarm/x", class: "alarm", at: clock.now(), body: new Uint8Array(1) } as const;
    for (const jump of night === 1 ? [3, -3] : [0]) {
      clock.jump(jump * 3_600_000);
      await clock.run(journal.append(record), seconds(5));
      await clock.advance(hours(jump === 0 ? 7 : 4));
    }
    await clock.run(journal.append(record), seconds(5));
    assert.is(journal.noted(fact), null, "its time is over");
    assert.is(journal.notes, night === 1 ? 1 : 0, `night ${night}`);
    await clock.run(journal.close(), seconds(5));
    await clock.advance(hours(17));
  }
});

test.run();
