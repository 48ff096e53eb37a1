import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { simulatedLine } from "../../sim/simulated-line.ts";
import { dapc, queryStatus } from "./commands/gear.ts";
import { MainsReturn, needsItsLevel } from "./restore.ts";

const ids = (count: number) => Array.from({ length: count }, (_, i) => `lamp/1/${i}`);

test("a lamp that had a power cycle is left to settle, asked again, and restored once", () => {
  const mains = new MainsReturn(["lamp/1/0"]);
  assert.is(mains.next(0), undefined);
  mains.status("lamp/1/0", true, 1000);
  assert.is(mains.next(1699), undefined, "it is still going to its power-on level");
  assert.is(mains.wakeAt, 1700);
  assert.is(mains.next(1700), "lamp/1/0");
  mains.status("lamp/1/0", true, 1710);
  assert.equal(mains.restore(1710), ["lamp/1/0"]);
  assert.equal(mains.restore(1711), []);
  assert.is(mains.next(3709), undefined);
  assert.is(mains.next(3710), "lamp/1/0", "has it obeyed?");
  mains.status("lamp/1/0", false, 3720);
  assert.is(mains.wakeAt, Number.POSITIVE_INFINITY);
});

test("the lamps of one supply are asked at once and told together", () => {
  const mains = new MainsReturn(ids(4));
  mains.status("lamp/1/2", true, 0);
  for (const id of ["lamp/1/0", "lamp/1/1", "lamp/1/3"]) {
    assert.is(mains.next(1), id);
    mains.status(id, id !== "lamp/1/3", 1);
  }
  assert.is(mains.next(2), undefined);
  assert.is(mains.next(700), "lamp/1/2");
  mains.status("lamp/1/2", true, 700);
  assert.equal(mains.restore(700), [], "two others settle");
  for (const id of ["lamp/1/0", "lamp/1/1"]) {
    assert.is(mains.next(701), id);
    mains.status(id, true, 701);
  }
  assert.equal(mains.restore(701), ["lamp/1/0", "lamp/1/1", "lamp/1/2"], "the third never lost its mains");
});

test("a lamp that stays silent does not keep the others waiting for ever", () => {
  const mains = new MainsReturn(ids(2));
  mains.status("lamp/1/0", true, 0);
  mains.status("lamp/1/0", true, 700);
  assert.equal(mains.restore(700), []);
  assert.is(mains.wakeAt < 5700, true);
  assert.equal(mains.restore(5700), ["lamp/1/0"], "lamp/1/1 was never asked");
});

test("gear that boots for seconds is asked until it answers", () => {
  const mains = new MainsReturn(ids(2));
  mains.status("lamp/1/0", true, 0);
  mains.status("lamp/1/1", null, 20);
  mains.status("lamp/1/0", false, 30);
  let asked = 0;
  let ms = 20;
  for (; ms < 8000; ms += 10) {
    if (mains.next(ms) !== "lamp/1/1") continue;
    asked++;
    mains.status("lamp/1/1", null, ms);
  }
  assert.is(asked, 3, "after 1, 2.5 and 4.8 s; then 8.1");
  while (mains.next(ms) !== "lamp/1/1") ms += 10;
  mains.status("lamp/1/1", true, ms);
  mains.status("lamp/1/1", true, ms + 699);
  assert.equal(mains.restore(ms + 699).includes("lamp/1/1"), false);
  mains.status("lamp/1/1", true, ms + 700);
  assert.ok(mains.restore(ms + 700).includes("lamp/1/1"));
});

test("a lamp that vanished and came back is restored although it shows no power cycle", () => {
  const mains = new MainsReturn(ids(2));
  mains.missing("lamp/1/1", 0);
  assert.is(mains.next(999), undefined);
  assert.is(mains.next(1000), "lamp/1/1");
  mains.status("lamp/1/1", null, 1000);
  mains.status("lamp/1/1", false, 2600);
  mains.status("lamp/1/1", false, 3300);
  assert.equal(mains.restore(3300), ["lamp/1/1"]);
});

test("one missing answer of a lamp that is well means nothing", () => {
  const mains = new MainsReturn(ids(1));
  mains.status("lamp/1/0", null, 0);
  mains.status("lamp/1/0", false, 10);
  assert.equal([mains.next(1e6), mains.restore(1e6)], [undefined, []]);
});

test("a lamp that did not obey is restored again, less and less often", () => {
  const mains = new MainsReturn(ids(1));
  const restored: number[] = [];
  for (let ms = 0; ms < 3_600_000; ms += 100) {
    if (ms === 0 || mains.next(ms)) mains.status("lamp/1/0", true, ms);
    // the usual round sees the flag, too, and must not hurry anything
    if (ms % 60_000 === 50_000) mains.status("lamp/1/0", true, ms);
    if (mains.restore(ms).length > 0) restored.push(ms);
  }
  assert.equal(restored.slice(0, 5), [700, 2700, 6700, 14_700, 30_700]);
  assert.ok(restored.length < 22, `${restored.length} times in an hour`);
});

test("a level that somebody sent meanwhile ends the matter", () => {
  const mains = new MainsReturn(ids(1));
  mains.status("lamp/1/0", true, 0);
  mains.status("lamp/1/0", false, 300);
  mains.status("lamp/1/0", false, 800);
  assert.equal(mains.restore(10_000), []);
  mains.status("lamp/1/0", true, 20_000);
  mains.forget();
  assert.is(mains.wakeAt, Number.POSITIVE_INFINITY);
});

test("on gear: after a mains cut every lamp comes back to its level, however long it boots, by few commands", async () => {
  const boot = [100, 900, 4000];
  const on = simulatedLine(3, { gear: (index) => ({ bootTime: boot[index] ?? 0 }) });
  const mains = new MainsReturn(ids(3));
  let levels = 0;
  const level = async (address: number) => {
    await on.scheduler.send(dapc(address, 100), { priority: 4 });
    levels++;
  };
  for (const address of [0, 1, 2]) await on.clock.run(level(address), seconds(1));
  levels = 0;
  for (const gear of on.gear) gear.setMains(false);
  await on.clock.advance(seconds(2));
  for (const gear of on.gear) gear.setMains(true);
  const ask = async (id: string) => {
    const answer = await on.scheduler.send(queryStatus(Number(id.slice(7))), { priority: 5 });
    mains.status(id, answer.kind === "value" ? answer.value.powerCycleSeen : null, on.clock.monotonic());
  };
  const line = async () => {
    for (let round = 0; round < 150; round++) {
      const id = mains.next(on.clock.monotonic()) ?? (round % 10 === 0 ? ids(3)[(round / 10) % 3] : undefined);
      if (id) await ask(id);
      for (const lamp of mains.restore(on.clock.monotonic())) await level(Number(lamp.slice(7)));
      await on.clock.sleep(milliseconds(100), "line");
    }
  };
  await on.clock.run(line(), seconds(60));
  assert.equal(
    on.gear.map(({ arc }) => arc),
    [100, 100, 100],
  );
  assert.is(levels, 3);
  assert.is(mains.wakeAt, Number.POSITIVE_INFINITY);
});

test("what needs its level is told as a fault that is over", () => {
  assert.equal(needsItsLevel("lamp/1/0", instant(5)), { kind: "fault", source: "lamp/1/0", fault: null, at: 5 });
});

test.run();
