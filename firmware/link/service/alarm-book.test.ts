import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { namedBy } from "../component.ts";
import type { CommandHandler } from "../link.ts";
import type { CommandCode } from "../modules.ts";
import { iso } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import { MOST_BYTES } from "../wire/guard.ts";
import { AlarmBook, type AlarmEvent, type AlarmMarks } from "./alarm-book.ts";
import { obeyAlarmCommands } from "./alarm-commands.ts";

const at = (ms: number) => instant(Date.UTC(2026, 0, 1) + ms);
const HOUR = 3_600_000;
const entry = (component: string, message: string, ms: number, seq: number, marks = {}) => ({
  ts: iso(at(ms)),
  component,
  active: true,
  values: { message, ...marks },
  seq,
});

/** A book that has published its first, empty, full update; what it tells and keeps is taken down. */
function begun() {
  const told: AlarmEvent[] = [];
  const kept: AlarmMarks[] = [];
  const tell = (event: AlarmEvent) => {
    const seq = told.push(event) - 1;
    return () => seq;
  };
  const book = new AlarmBook({ tell, keep: (marks) => kept.push(marks) });
  assert.equal(book.due(at(0)), { entries: [], full: true });
  assert.is(book.due(at(0)), null);
  const words = () =>
    told.splice(0).map(({ component, active, values }) => [component, active, ...Object.values(values)]);
  return { book, told, kept, words };
}

test("an alarm is an event at once and part of a full update within a second, with the event's number", () => {
  const { book, told } = begun();
  book.record("lamp/1/4", true, "no gear", at(50));
  book.record("lamp/1/5", true, "no light", at(100));
  assert.equal(told[1], { component: "lamp/1/5", active: true, values: { message: "no light" }, at: at(100) });
  assert.is(book.due(at(999)), null);
  assert.is(book.wakeAt, at(1000));
  assert.equal(book.due(at(1000)), {
    entries: [entry("lamp/1/4", "no gear", 50, 0), entry("lamp/1/5", "no light", 100, 1)],
    full: true,
  });
  assert.is(book.due(at(1000)), null);
});

test("its end is an event, and the full update is empty again", () => {
  const { book, words } = begun();
  book.record("lamp/1/5", true, "no light", at(5000));
  book.due(at(5000));
  book.record("lamp/1/5", false, "", at(8000));
  assert.equal(words(), [
    ["lamp/1/5", true, "no light"],
    ["lamp/1/5", false, ""],
  ]);
  assert.equal(book.due(at(8000)), { entries: [], full: true });
});

test("what says nothing new is no event; another message is", () => {
  const { book, words } = begun();
  book.record("lamp/1/5", false, "fine", at(2000));
  book.record("lamp/1/5", true, "no light", at(2000));
  book.record("lamp/1/5", true, "no light", at(4000));
  book.record("lamp/1/5", true, "no gear", at(4001));
  assert.equal(words(), [
    ["lamp/1/5", true, "no light"],
    ["lamp/1/5", true, "no gear"],
  ]);
});

test("in a storm of alarms a full update comes once a second", () => {
  const { book } = begun();
  let updates = 0;
  for (let ms = 2000; ms < 5000; ms += 10) {
    book.record(`lamp/1/${ms}`, true, "bus", at(ms));
    if (book.due(at(ms))) updates++;
  }
  assert.is(updates, 3);
});

test("a full update comes every six hours besides, and once a day of a code that never had an alarm", () => {
  const { book } = begun();
  assert.is(book.wakeAt, at(24 * HOUR));
  book.record("lamp/1/5", true, "no light", at(0));
  book.record("lamp/1/5", false, "", at(10));
  assert.ok(book.due(at(1000)));
  assert.is(book.wakeAt, at(1000 + 6 * HOUR));
  assert.is(book.due(at(6 * HOUR)), null);
  assert.equal(book.due(at(1000 + 6 * HOUR)), { entries: [], full: true });
});

test("after refresh a full update is due at once", () => {
  const { book } = begun();
  book.record("lamp/1/5", true, "no light", at(10));
  assert.is(book.due(at(11)), null);
  book.refresh();
  assert.equal(book.due(at(11))?.entries.length, 1);
  assert.is(book.due(at(11)), null);
});

test("a clock set back by a day does not silence it", () => {
  const { book } = begun();
  book.record("lamp/1/5", true, "no light", at(2000));
  assert.ok(book.due(at(2000)));
  book.record("lamp/1/6", true, "no light", at(-24 * HOUR));
  assert.ok(book.due(at(-24 * HOUR))?.full);
});

test("an acknowledged alarm is marked until it ends; acknowledging it again is no event", () => {
  const { book, words } = begun();
  book.record("lamp/1/5", true, "no light", at(0));
  book.record("lamp/1/6", true, "no light", at(0));
  words();
  assert.equal(book.acknowledge("lamp/1/5", at(10)), ["lamp/1/5"]);
  assert.equal(words(), [["lamp/1/5", true, "no light", true]]);
  assert.equal(book.acknowledge(null, at(20)), ["lamp/1/6"]);
  assert.equal(book.acknowledge("lamp/9/9", at(20)), []);
  words();
  book.record("lamp/1/5", true, "no gear", at(30));
  assert.equal(words(), [["lamp/1/5", true, "no gear", true]], "another message is the same alarm");
  assert.equal(book.due(at(1000))?.entries[0]?.values, { message: "no gear", acknowledged: true });
  book.record("lamp/1/5", false, "", at(2000));
  book.record("lamp/1/5", true, "no light", at(3000));
  assert.equal(words(), [
    ["lamp/1/5", false, ""],
    ["lamp/1/5", true, "no light"],
  ]);
});

test("suspended alarms are told with their mark until the instant comes; those to come too", () => {
  const { book, words } = begun();
  book.record("lamp/1/5", true, "no light", at(0));
  words();
  const until = iso(at(HOUR));
  assert.ok(book.suspend(null, at(HOUR), at(10)));
  assert.equal(words(), [["lamp/1/5", true, "no light", until]]);
  book.record("lamp/1/6", true, "no gear", at(20));
  assert.equal(words(), [["lamp/1/6", true, "no gear", until]]);
  assert.equal(book.due(at(2000))?.entries[1]?.values, { message: "no gear", suspended: until });
  book.refresh();
  assert.equal(book.due(at(HOUR))?.entries[1]?.values, { message: "no gear" });
});

test("resuming a component leaves the code suspended; resuming the code ends all", () => {
  const { book, words } = begun();
  book.record("lamp/1/5", true, "no light", at(0));
  book.suspend(null, at(HOUR), at(0));
  book.suspend("lamp/1/5", at(2 * HOUR), at(0));
  words();
  book.resume("lamp/1/5", at(10));
  assert.equal(words(), [["lamp/1/5", true, "no light", iso(at(HOUR))]]);
  book.resume(null, at(20));
  assert.equal(words(), [["lamp/1/5", true, "no light"]]);
  book.resume(null, at(30));
  assert.equal(words(), [], "nothing to end");
});

test("suspensions are bounded; what is over makes room", () => {
  const { book } = begun();
  for (let i = 0; i < 256; i++) assert.ok(book.suspend(`lamp/1/${i}`, at(HOUR), at(0)));
  assert.not(book.suspend("lamp/2/0", at(HOUR), at(0)));
  assert.ok(book.suspend("lamp/1/0", at(2 * HOUR), at(0)), "one that is suspended can be for longer");
  assert.ok(book.suspend("lamp/2/0", at(3 * HOUR), at(HOUR)));
});

test("what was acknowledged and suspended outlives a restart, but not an alarm's end or a day", () => {
  const before = begun();
  for (const lamp of ["lamp/1/1", "lamp/1/2", "lamp/1/3"]) before.book.record(lamp, true, "no light", at(0));
  before.book.acknowledge(null, at(10));
  before.book.suspend("lamp/1/2", at(HOUR), at(10));
  const marks = before.kept.at(-1) as AlarmMarks;

  const { book, words, kept } = begun();
  book.restore(marks, at(1000));
  book.record("lamp/1/2", true, "no light", at(2000));
  assert.equal(words(), [["lamp/1/2", true, "no light", true, iso(at(HOUR))]]);
  book.record("lamp/1/1", false, "", at(2000));
  assert.equal(kept.at(-1)?.acknowledged, ["lamp/1/2", "lamp/1/3"], "it ended while nobody looked");
  book.record("lamp/1/1", true, "no light", at(3000));
  book.record("lamp/1/3", true, "no light", at(1000 + 24 * HOUR));
  assert.equal(words(), [
    ["lamp/1/1", true, "no light"],
    ["lamp/1/3", true, "no light"],
  ]);
});

test("of very many alarms a full update names all, with fewer words or none", () => {
  const { book } = begun();
  const until = at(HOUR);
  book.suspend(null, until, at(0));
  for (let i = 0; i < 1024; i++) {
    book.record(`lamp/cabinet-${i % 16}/${i >> 4}`, true, "x".repeat(200), at(0));
    if (i !== 127 && i !== 1023) continue;
    book.acknowledge(null, at(0));
    book.refresh();
    const full = book.due(at(0));
    const named = full?.entries.flatMap(({ component = "" }) => namedBy(component, 2000));
    assert.is(new Set(named).size, i + 1);
    assert.is(full?.entries[0]?.values.suspended, iso(until));
    assert.is(full?.entries.length, i === 127 ? 128 : 16);
    assert.ok(encode(full).length <= MOST_BYTES);
  }
});

test("the cockpit's commands reach the book of their code; a code that there is not is refused", async () => {
  const { book, words } = begun();
  const handlers = new Map<string, CommandHandler<CommandCode>>();
  obeyAlarmCommands({
    handle: (code, handler) => void handlers.set(code, handler as CommandHandler<CommandCode>),
    book: (code) => (code === "lighting.lamp" ? book : undefined),
    now: () => at(500),
  });
  const send = (code: string, values: object) =>
    handlers.get(`cabinet.alarm.${code}`)?.({ component: [], values } as never) as Promise<object>;
  book.record("lamp/1/5", true, "no light", at(0));
  words();
  const code = "lighting.lamp";
  assert.equal(await send("acknowledge", { code }), { ok: true, values: { component: ["lamp/1/5"] } });
  assert.equal(words(), [["lamp/1/5", true, "no light", true]]);
  const until = iso(at(HOUR));
  assert.equal(await send("suspend", { code, component: "lamp/1/5", until }), { ok: true, values: { until } });
  assert.equal(words(), [["lamp/1/5", true, "no light", true, until]]);
  assert.equal(await send("resume", { code }), { ok: true, values: {} });
  assert.equal(words(), [["lamp/1/5", true, "no light", true]]);
  for (const one of ["acknowledge", "suspend", "resume"]) {
    const { error } = (await send(one, { code: "lighting.moon", until })) as { error: { kind: string; field: string } };
    assert.equal([error.kind, error.field], ["invalid", "values.code"]);
  }
});

test.run();
