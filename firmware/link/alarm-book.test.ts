import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { AlarmBook } from "./alarm-book.ts";
import { iso } from "./payload.ts";

const at = (ms: number) => instant(Date.UTC(2026, 0, 1) + ms);
const entry = (component: string, active: boolean, message: string, ms: number) => ({
  ts: iso(at(ms)),
  component,
  active,
  values: { message },
});

/** A book that has published its first, empty, full update. */
function begun(): AlarmBook {
  const book = new AlarmBook();
  assert.equal(book.due(at(0)), { entries: [], full: true });
  assert.is(book.due(at(0)), null);
  return book;
}

test("an alarm is an event at once and part of a full update within a second", () => {
  const book = begun();
  book.record("lamp/1/5", true, "no light", at(100));
  assert.equal(book.due(at(100)), { entries: [entry("lamp/1/5", true, "no light", 100)] });
  assert.is(book.due(at(100)), null);
  assert.is(book.wakeAt, at(1000));
  assert.equal(book.due(at(1000)), { entries: [entry("lamp/1/5", true, "no light", 100)], full: true });
});

test("its end is an event, and the full update is empty again", () => {
  const book = begun();
  book.record("lamp/1/5", true, "no light", at(5000));
  book.due(at(5000));
  book.due(at(5000));
  book.record("lamp/1/5", false, "", at(8000));
  assert.equal(book.due(at(8000)), { entries: [entry("lamp/1/5", false, "", 8000)] });
  assert.equal(book.due(at(8000)), { entries: [], full: true });
});

test("what says nothing new is no event; another message is", () => {
  const book = begun();
  book.record("lamp/1/5", false, "fine", at(2000));
  assert.is(book.due(at(2000)), null);
  book.record("lamp/1/5", true, "no light", at(2000));
  book.due(at(2000));
  book.due(at(2000));
  book.record("lamp/1/5", true, "no light", at(4000));
  assert.is(book.due(at(4000)), null);
  book.record("lamp/1/5", true, "no gear", at(4001));
  assert.equal(book.due(at(4001))?.entries, [entry("lamp/1/5", true, "no gear", 4001)]);
});

test("a storm of alarms is few messages", () => {
  const book = begun();
  let messages = 0;
  for (let ms = 2000; ms < 3000; ms += 10) {
    book.record(`lamp/1/${ms}`, true, "bus", at(ms));
    while (book.due(at(ms))) messages++;
  }
  assert.ok(messages <= 7, `${messages} messages`);
  while (book.due(at(4000))) messages++;
  assert.is(book.due(at(400_000))?.entries.length, 100);
});

test("a full update comes every five minutes besides", () => {
  const book = begun();
  assert.is(book.wakeAt, at(300_000));
  assert.is(book.due(at(299_999)), null);
  assert.equal(book.due(at(300_000)), { entries: [], full: true });
});

test("after refresh the full update tells it all", () => {
  const book = begun();
  book.record("lamp/1/5", true, "no light", at(10));
  book.refresh();
  assert.equal(book.due(at(11)), { entries: [entry("lamp/1/5", true, "no light", 10)], full: true });
  assert.is(book.due(at(11)), null);
});

test("a clock set back by a day does not silence it", () => {
  const book = begun();
  const day = 86_400_000;
  book.record("lamp/1/5", true, "no light", at(2000));
  while (book.due(at(2000)));
  book.record("lamp/1/6", true, "no light", at(-day));
  assert.equal(book.due(at(-day))?.entries, [entry("lamp/1/6", true, "no light", -day)]);
  assert.ok(book.due(at(-day))?.full);
});

test.run();
