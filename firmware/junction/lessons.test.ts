/** What approaches teach a cabinet outlives its restart, and costs the memory card one write an hour. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Learnt } from "../../controllers/junction/track-model.ts";
import { hours, instant, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";
import { memoryStore } from "../../sim/ports.ts";
import { silent } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import { openLessons } from "./lessons.ts";

const text = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const KEY = "junction-learnt";
const junctions = [{ id: "tlc/1", approaches: [{ id: 1 }, { id: 2 }] }];
const moments = (mean: number) => ({ weight: 1, mean, variance: 0 });
const lesson = (mean: number) => ({ all: moments(mean), hours: { 64: moments(mean) } });
const learnt = (mean: number): Learnt => ({ 1: { cruise: lesson(mean), queue: lesson(0), dwells: [] } });

function counted(): Store & { readonly writes: string[] } {
  const store = memoryStore();
  const writes: string[] = [];
  return {
    writes,
    read: store.read,
    write(key, value) {
      if (key === KEY) writes.push(new TextDecoder().decode(value));
      return store.write(key, value);
    },
  };
}

test("a bus that drives along teaches by the hour of the week where the junction is, and a restart knows it", async () => {
  const store = counted();
  const site = await startSite({ config: text, store });
  // Its controller is ready: who cannot be asked is not driven to.
  const ready = (one: JunctionSite) => one.cabinet.wire({ chip: "pinctrl-bcm2711", offset: 19 }).set(false);
  ready(site);
  const { line } = site.config.junctions[0]!.junction.approaches[0]!;
  await site.clock.advance(seconds(10));
  await site.drive({ vehicle: 423, line, from: 340, to: 60, speed: 11 });
  await site.clock.advance(minutes(2));
  assert.equal(store.writes, [], "not before its hour");
  await site.clock.run(site.end(), seconds(3));
  assert.is(store.writes.length, 1, "an end in order keeps it");
  const [approach] = Object.values(JSON.parse(store.writes[0] ?? "{}")["tlc/1"] as Learnt);
  // 17:00 in Dijon on a Wednesday; 16:00 UTC.
  assert.equal(Object.keys(approach?.cruise.hours ?? {}), [`${2 * 24 + 17}`]);

  const again = await startSite({ config: text, store });
  ready(again);
  await again.clock.advance(seconds(10));
  await again.drive({ vehicle: 17, line, from: 340, to: 60, speed: 11 });
  await again.clock.run(again.end(), seconds(3));
  const [more] = Object.values(JSON.parse(store.writes.at(-1) ?? "{}")["tlc/1"] as Learnt);
  assert.ok((more?.cruise.all.weight ?? 0) > (approach?.cruise.all.weight ?? 9), "it goes on from what it knew");
});

test("at most one write an hour, and none where nothing was learnt", async () => {
  const clock = new VirtualClock(instant(0));
  const store = counted();
  const book = await openLessons(store, silent, junctions);
  let now: Learnt = {};
  const stop = new AbortController();
  const over = book.keep(() => ({ "tlc/1": now }), clock, stop.signal);
  await clock.advance(hours(3));
  assert.is(store.writes.length, 0);
  for (let i = 0; i < 180; i++) {
    now = learnt(i / 7);
    await clock.advance(minutes(1));
  }
  assert.is(store.writes.length, 3);
  await clock.advance(hours(5));
  assert.is(store.writes.length, 3, "nothing since");
  assert.match(store.writes[2] ?? "", /"mean":25\.571[,}]/);
  now = learnt(30);
  stop.abort();
  await over;
  assert.is(store.writes.length, 4);
  assert.equal((await openLessons(store, silent, junctions)).taught.get("tlc/1"), learnt(30));
});

test("what is damaged, or of another junction or approach, is left out", async () => {
  const store = memoryStore();
  const open = async (kept: string) => {
    await store.write(KEY, new TextEncoder().encode(kept));
    const { taught } = await openLessons(store, silent, [...junctions, { id: "tlc/2", approaches: [{ id: 1 }] }]);
    return Object.fromEntries(taught);
  };
  assert.equal(await open("{"), {});
  assert.equal(await open("null"), {});
  assert.equal(await open(JSON.stringify({ "tlc/1": { 1: { cruise: 3 } }, "tlc/2": learnt(2), "tlc/3": learnt(2) })), {
    "tlc/2": learnt(2),
  });
  assert.equal(await open(JSON.stringify({ "tlc/1": { ...learnt(2), 7: learnt(3)[1] } })), { "tlc/1": learnt(2) });
});

test("a store that cannot be written costs the lesson, not the junction", async () => {
  const clock = new VirtualClock(instant(0));
  const store: Store = { read: async () => null, write: () => Promise.reject(new Error("read-only")) };
  const said: string[] = [];
  const book = await openLessons(store, { ...silent, warn: (_, message) => said.push(message) }, junctions);
  const stop = new AbortController();
  const over = book.keep(() => ({ "tlc/1": learnt(1) }), clock, stop.signal);
  await clock.advance(minutes(61));
  stop.abort();
  await over;
  assert.is(said.length, 2);
});

test.run();
