import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant, seconds } from "../units.ts";
import { PRIORITY } from "./defaults.ts";
import type { JunctionEvent } from "./model.ts";
import { FOLLOWS, isEnd, MOST_A_MINUTE, MOST_REQUESTS, NO_REQUESTS, type Requests } from "./request.ts";
import { type Heard, hearWords } from "./request-intake.ts";
import { type Life, liveOn } from "./request-life.ts";
import type { RequestState, VehicleWord } from "./request-model.ts";
import { twoStage } from "./test-junctions.ts";

const START = 1_750_000_000_000;
const at = (second: number): Instant => instant(START + second * 1000);
const junction = { ...twoStage(), priority: { ...PRIORITY, lockout: seconds(20), requestsAMinute: 5 } };

type RequestWord = Extract<VehicleWord, { kind: "request" }>;
const asks = (id: string, second: number, more: Partial<RequestWord> = {}): RequestWord => ({
  kind: "request",
  source: "radio",
  id,
  movement: { group: "A" },
  eta: seconds(30),
  facts: {},
  at: at(second),
  ...more,
});
const says = (kind: "cancel" | "passed" | "update", id: string, second: number, source = "radio"): VehicleWord => ({
  kind,
  source,
  id,
  at: at(second),
});

/** Passes of the life alone: what each request went through. */
class Table {
  requests: Requests = NO_REQUESTS;
  heard: Heard | null = null;
  events: Extract<JunctionEvent, { kind: "request" }>[] = [];
  passed: string[] = [];
  life: Life;

  constructor(life: Partial<Life> = {}, of: typeof junction = junction) {
    this.life = {
      junction: of,
      blocked: () => null,
      greenSince: () => null,
      baseOf: () => [],
      isBefore: () => false,
      crossedAt: (_, when) => when,
      givenTo: () => ({ extension: seconds(7), reduction: seconds(0) }),
      ...life,
    };
  }

  pass(second: number, words: readonly VehicleWord[] = []): this {
    const hearing = { junction: this.life.junction, arrivals: new Map(), isFollowed: () => false, baseOf: () => [] };
    const heard = hearWords(hearing, this.requests, words, at(second));
    const lived = liveOn(this.life, heard.requests, heard, at(second));
    this.requests = lived.requests;
    for (const event of [...heard.events, ...lived.events]) if (event.kind === "request") this.events.push(event);
    this.passed.push(...lived.passed.map(({ live }) => live.key));
    return this;
  }

  statesOf(id: string): RequestState[] {
    return this.events.filter(({ request }) => request.id === id).map(({ request }) => request.state);
  }
}

test("one that comes and passes: received, activated, completed with its seconds, and gone", () => {
  const table = new Table().pass(0, [asks("1", 0)]).pass(30, [says("passed", "1", 30)]);
  assert.equal(table.statesOf("1"), ["received", "activated", "completed"]);
  assert.is(table.events.at(-1)?.extension, 7);
  assert.is(table.events.at(-1)?.reduction, 0);
  assert.equal(table.requests.live, []);
  assert.equal(table.passed, ["radio 1"]);
});

test("one that is far away is queued until its horizon", () => {
  const table = new Table().pass(0, [asks("1", 0, { eta: seconds(100) })]);
  assert.equal(table.statesOf("1"), ["received", "queued"]);
  table.pass(9);
  assert.equal(table.statesOf("1"), ["received", "queued"]);
  table.pass(10);
  assert.equal(table.statesOf("1"), ["received", "queued", "activated"]);
});

test("cancelled from any state that lives", () => {
  const table = new Table().pass(0, [asks("1", 0), asks("2", 0, { eta: seconds(200) })]);
  table.pass(1, [says("cancel", "1", 1), says("cancel", "2", 1)]);
  assert.equal(table.statesOf("1"), ["received", "activated", "cancelled"]);
  assert.equal(table.statesOf("2"), ["received", "queued", "cancelled"]);
});

test("who is not heard of any more is stale, or timed out where it was never activated", () => {
  const table = new Table({ blocked: (group) => (group === "B" ? "Q" : null) });
  table.pass(0, [asks("1", 0), asks("2", 0, { movement: { group: "B" } })]);
  table.pass(59.9);
  assert.is(table.requests.live.length, 2);
  table.pass(60);
  assert.equal(table.statesOf("1"), ["received", "activated", "stale"]);
  assert.equal(table.statesOf("2"), ["received", "queued", "timeout"]);
});

test("a word renews it", () => {
  const table = new Table().pass(0, [asks("1", 0)]).pass(20, [says("update", "1", 20)]);
  assert.is(table.requests.live[0]?.until, at(50));
});

test("a word that was said before the newest is not news, and neither is one of before its end", () => {
  const eta = (time: number, second: number): VehicleWord =>
    ({ ...says("update", "1", second), eta: seconds(time) }) as VehicleWord;
  const table = new Table()
    .pass(0, [asks("1", 0)])
    .pass(10, [eta(5, 10)])
    .pass(11, [eta(60, 9)]);
  assert.is(table.requests.live[0]?.request.arrival.mean, at(15));
  table.pass(15, [says("passed", "1", 15)]).pass(16, [asks("1", 14, { movement: { group: "B" } })]);
  assert.equal(table.requests.live, []);
  table.pass(17, [asks("1", 17, { movement: { group: "B" } })]);
  assert.is(table.requests.live.length, 1, "another way is another request");
});

test("one that never checks out loses its green, unless it is seen before the stop line", () => {
  const live = (isBefore: boolean) => new Table({ greenSince: () => at(25), isBefore: () => isBefore });
  const words = (second: number) => [says("update", "1", second)];
  const lost = live(false)
    .pass(0, [asks("1", 0, { eta: seconds(20) })])
    .pass(20, words(20))
    .pass(40, words(40));
  lost.pass(54.9, words(54));
  assert.equal(lost.statesOf("1"), ["received", "activated"]);
  lost.pass(55, words(55));
  assert.equal(lost.statesOf("1"), ["received", "activated", "stale"]);
  const seen = live(true)
    .pass(0, [asks("1", 0, { eta: seconds(20) })])
    .pass(20, words(20))
    .pass(40, words(40))
    .pass(55, words(55));
  assert.equal(seen.statesOf("1"), ["received", "activated"]);
});

test("an unknown movement, too many a minute, and a full table are rejected with why", () => {
  const table = new Table().pass(0, [asks("x", 0, { movement: { group: "nowhere" } })]);
  assert.equal(table.statesOf("x"), ["received", "rejected"]);
  assert.match(table.events.at(-1)?.why ?? "", /no such movement/);
  for (let i = 0; i < 6; i++) table.pass(1 + i, [asks(`${i}`, 1 + i)]);
  assert.equal(table.statesOf("4"), ["received", "activated"]);
  assert.equal(table.statesOf("5"), ["received", "rejected"]);
  table.pass(61.5, [asks("6", 61.5)]);
  assert.equal(table.statesOf("6"), ["received", "activated"]);

  const full = new Table().pass(
    0,
    Array.from({ length: MOST_REQUESTS + 1 }, (_, i) => {
      const group = junction.groups[i % junction.groups.length]?.id ?? "";
      return asks(`${i}`, 0, { vehicle: `bus ${i}`, movement: { group } });
    }),
  );
  assert.is(full.requests.live.length, MOST_REQUESTS);
  assert.equal(full.statesOf(`${MOST_REQUESTS}`), ["received", "rejected"]);
});

test("however many names somebody has, no more vehicles ask on a movement in a minute than can drive there", () => {
  const table = new Table();
  for (let i = 0; i < 30; i++) table.pass(i, [asks(`${i}`, i, { vehicle: `bus ${i}` })]);
  const heard = () => table.events.filter(({ request }) => request.state === "activated").length;
  assert.is(heard(), MOST_A_MINUTE);
  assert.match(table.events.at(-1)?.why ?? "", /more than 20 vehicles a minute on one movement/);
  // Another feed's word of a vehicle that asks is no other vehicle, and another movement is another.
  table.pass(31, [asks("again", 31, { source: "web", vehicle: "bus 19" })]);
  assert.is(heard(), MOST_A_MINUTE + 1);
  table.pass(32, [asks("side", 32, { vehicle: "bus 32", movement: { group: "B" } })]);
  assert.is(heard(), MOST_A_MINUTE + 2);
  table.pass(60.5, [asks("later", 60.5, { vehicle: "bus 60" })]);
  assert.equal(table.statesOf("later"), ["received", "activated"]);
});

test("a movement that had priority just now is in its lockout; an emergency vehicle and one that comes after are not", () => {
  const table = new Table();
  table.requests = { ...NO_REQUESTS, served: [{ group: "A", at: at(0) }] };
  table.pass(1, [asks("1", 1, { eta: seconds(10) })]);
  assert.equal(table.statesOf("1"), ["received", "cooldown"]);
  table.pass(1, [asks("2", 1, { eta: seconds(60) })]);
  assert.equal(table.statesOf("2"), ["received", "queued"]);
  table.pass(19.9);
  assert.equal(table.statesOf("2"), ["received", "queued"]);
  table.pass(20);
  assert.equal(table.statesOf("2"), ["received", "queued", "activated"]);
  const emergency = new Table();
  emergency.requests = { ...NO_REQUESTS, served: [{ group: "A", at: at(0) }] };
  emergency.pass(1, [asks("3", 1, { eta: seconds(10), facts: { type: "emergency" } })]);
  assert.equal(emergency.statesOf("3"), ["received", "activated"]);
});

test("conditional: by lateness or by headway; who says nothing of it counts as late", () => {
  const conditional = { ...junction, priority: { ...junction.priority, minLateness: 60, minHeadway: 300 } };
  const activated = (facts: RequestWord["facts"]) =>
    new Table({}, conditional)
      .pass(0, [asks("1", 0, { facts })])
      .statesOf("1")
      .includes("activated");
  assert.ok(activated({}));
  assert.ok(activated({ lateness: 60 }));
  assert.not(activated({ lateness: 59 }));
  assert.ok(activated({ lateness: 0, headway: 300 }));
  assert.not(activated({ lateness: 0, headway: 299 }));
  assert.ok(activated({ lateness: 0, type: "emergency" }));
});

test("no priority is begun while another has waited for its guard", () => {
  const table = new Table({ blocked: () => "Q" }).pass(0, [asks("1", 0)]);
  assert.equal(table.statesOf("1"), ["received", "queued"]);
});

test("one vehicle told by two feeds is one: by its pseudonym, or by its movement and arrival", () => {
  const vehicle = "a bus";
  const by = new Table().pass(0, [
    asks("1", 0, { vehicle }),
    asks("2", 0, { source: "web", vehicle, eta: seconds(50) }),
  ]);
  assert.is(by.requests.live[1]?.twin, "radio 1");
  by.pass(30, [says("passed", "2", 30, "web")]);
  assert.equal(by.statesOf("1"), ["received", "activated", "completed"]);
  assert.equal(by.statesOf("2"), ["received", "activated", "completed"]);
  assert.equal(by.passed, ["radio 1"]);

  const close = new Table().pass(0, [asks("1", 0), asks("2", 0, { source: "web", eta: seconds(34) })]);
  assert.is(close.requests.live[1]?.twin, "radio 1");
  close.pass(10, [says("cancel", "1", 10)]);
  assert.is(close.requests.live[0]?.twin, null, "it stands for itself when the first is gone");

  const two = new Table().pass(0, [asks("1", 0), asks("2", 0), asks("3", 0, { source: "web", eta: seconds(36) })]);
  assert.equal(
    two.requests.live.map(({ twin }) => twin),
    [null, null, null],
  );
});

test("old words, words from the future and replays change nothing", () => {
  const table = new Table().pass(0, [asks("old", -30), asks("ahead", 5.1)]);
  assert.equal(table.requests, NO_REQUESTS);
  const words = [asks("1", 0), says("update", "1", 1), says("passed", "1", 2)];
  table.pass(2, words);
  assert.equal(table.statesOf("1"), ["received", "activated", "completed"]);
  const { requests, events } = table;
  const told = events.length;
  table.pass(3, words).pass(20, words);
  assert.is(table.events.length, told);
  assert.equal(table.requests, requests);
});

test("S0033: only states that may follow follow, and what is told once is an end", () => {
  const ends = (Object.keys(FOLLOWS) as RequestState[]).filter(isEnd);
  assert.equal(ends.sort(), ["cancelled", "completed", "cooldown", "rejected", "stale", "timeout"]);
});

test.run();
