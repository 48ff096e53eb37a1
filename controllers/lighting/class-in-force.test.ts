import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ClassSelection, Reading } from "../model.ts";
import { utc } from "../test-site.ts";
import { hours, type Instant, instant, minutes } from "../units.ts";
import { type ClassInForce, classAfter, endsAt, type UseNews, uncounted } from "./class-in-force.ts";

const T = utc("2026-03-20T22:00");
const MINUTE = 60_000;
/** 10 people in a window of 15 min are 40 an hour, 3 are 12. */
const selection: ClassSelection = {
  street: "high street",
  counters: ["counter/1", "counter/2"],
  window: minutes(15),
  steps: [
    { class: "P3", from: 40 },
    { class: "P4", from: 12 },
    { class: "P5", from: 0 },
  ],
  hysteresis: 0.8,
};
const calm: UseNews = { counts: [], forecasts: [], silent: false, clockSet: true, moved: false };
type Forecast = UseNews["forecasts"][number];

/** A street from T on, asked when its windows end and when something is told. */
class Use {
  state: ClassInForce;
  now: Instant;
  readonly #of: ClassSelection;

  constructor(at: Instant = T, of: ClassSelection = selection) {
    this.now = at;
    this.#of = of;
    this.state = uncounted(of, at);
  }

  until(minute: number): this {
    const end = instant(T + minute * MINUTE);
    while (endsAt(this.#of, this.state) <= end) {
      this.now = endsAt(this.#of, this.state);
      this.state = classAfter(this.#of, this.state, calm, this.now);
    }
    this.now = end;
    return this;
  }

  tell(news: Partial<UseNews>): this {
    this.state = classAfter(this.#of, this.state, { ...calm, ...news }, this.now);
    return this;
  }

  people(people: number): this {
    return this.tell({ counts: [{ people, at: this.now }] });
  }

  get shown(): string {
    return `${this.#of.steps[this.state.step]?.class} ${this.state.why}`;
  }
}

const forecast = (from: number, to: number, high: number, source = "counter/1"): Reading & Forecast => ({
  kind: "forecast",
  source,
  from: instant(T + from * MINUTE),
  to: instant(T + to * MINUTE),
  low: 0,
  middle: high / 2,
  high,
  at: T,
});

/** A street that is known to be quiet at T + 46 min. */
const quiet = () => new Use(T).until(46);

test("it begins with the brightest, and goes down one step for each whole window that was counted", () => {
  const use = new Use(instant(T + 5 * MINUTE));
  assert.is(use.shown, "P3 not counted yet");
  assert.is(use.until(15).shown, "P3 not counted yet", "the first window was not whole");
  assert.is(use.until(29).shown, "P3 not counted yet");
  assert.is(use.until(30).shown, "P4 counted");
  assert.is(use.until(45).shown, "P5 counted");
  assert.is(use.until(600).shown, "P5 counted");
});

test("a crowd is lit at once, within the window that it comes in", () => {
  const use = quiet();
  assert.is(use.people(2).shown, "P5 counted");
  assert.is(use.until(47).people(1).shown, "P4 counted");
  assert.is(use.until(48).people(7).shown, "P3 counted");
});

test("it is left downwards only under the part of its threshold: hysteresis", () => {
  const use = quiet().people(10);
  for (const end of [60, 75, 90]) {
    use.until(end).people(9); // 36 an hour: under 40, not under 32
    assert.is(use.shown, "P3 counted");
  }
  use.until(105).people(7); // 28 an hour
  assert.is(use.until(119).shown, "P3 counted");
  assert.is(use.until(120).shown, "P4 counted");
});

test("downwards one step a window, also where nobody comes any more", () => {
  const use = quiet().people(30);
  assert.is(use.until(60).shown, "P3 counted");
  assert.is(use.until(75).shown, "P4 counted");
  assert.is(use.until(90).shown, "P5 counted");
});

test("a forecast raises before the crowd, and its end lowers", () => {
  const use = quiet().tell({ forecasts: [forecast(60, 120, 25), forecast(60, 120, 20, "counter/2")] });
  assert.is(use.until(59).shown, "P5 counted");
  assert.is(use.until(60).shown, "P3 forecast", "45 an hour at both counters");
  assert.is(use.until(119).shown, "P3 forecast");
  assert.is(use.until(120).shown, "P4 counted");
  assert.is(use.state.expected.length, 0, "what is over is forgotten");
});

test("a forecast for the open window raises at once; a later one for the same time takes its place", () => {
  const use = quiet().tell({ forecasts: [forecast(45, 105, 15)] });
  assert.is(use.shown, "P4 forecast");
  use.tell({ forecasts: [forecast(45, 105, 1)] });
  assert.is(use.state.expected.length, 1);
  assert.is(use.until(60).shown, "P5 counted");
});

test("people expected keep a class by the same hysteresis as people counted", () => {
  const use = quiet()
    .people(10)
    .tell({ forecasts: [forecast(60, 120, 36)] });
  assert.is(use.until(119).shown, "P3 forecast");
  assert.is(use.until(120).shown, "P4 counted");
});

test("who is there counts, however few were expected", () => {
  const use = quiet().tell({ forecasts: [forecast(0, 600, 0)] });
  assert.is(use.people(10).shown, "P3 counted");
});

test("a silent counter: the brightest, until a whole window was heard again", () => {
  const use = quiet().tell({ silent: true });
  assert.is(use.shown, "P3 counter silent");
  use.until(50).tell({});
  assert.is(use.shown, "P3 not counted yet");
  assert.is(use.until(74).shown, "P3 not counted yet");
  assert.is(use.until(75).shown, "P4 counted");
});

test("without a clock, and when it was set: the brightest", () => {
  assert.is(quiet().tell({ clockSet: false }).shown, "P3 clock not set");
  const use = quiet().people(10).tell({ moved: true });
  assert.equal([use.shown, use.state.people], ["P3 not counted yet", 0]);
  assert.is(use.until(61).shown, "P3 not counted yet");
  assert.is(use.until(75).shown, "P4 counted");
});

test("a count from before the window's end belongs to it, even if the pass is late", () => {
  const use = quiet();
  use.now = instant(T + 60 * MINUTE + 400);
  const early = instant(T + 60 * MINUTE - 1);
  const counts = [
    { people: 10, at: early },
    { people: 1, at: use.now },
  ];
  use.tell({ counts });
  assert.equal([use.shown, use.state.people, use.state.from - T], ["P3 counted", 1, 60 * MINUTE]);
});

test("a window that nobody looked at says nothing about who was there", () => {
  const use = quiet().people(10);
  use.now = instant(T + 80 * MINUTE);
  assert.equal([use.tell({}).shown, use.state.from - T], ["P3 counted", 75 * MINUTE]);
  assert.is(use.until(104).shown, "P3 counted");
  assert.is(use.until(105).shown, "P4 counted");
});

test("nothing new is the very same; only a window's end or news changes it", () => {
  const { state } = quiet();
  assert.is(classAfter(selection, state, calm, instant(T + 50 * MINUTE)), state);
});

test("forecasts are kept for two days of hours, not for ever", () => {
  const use = quiet();
  for (let hour = 1; hour < 500; hour++) use.tell({ forecasts: [forecast(hour * 60, hour * 60 + 60, 1)] });
  assert.is(use.state.expected.length, 96);
});

test("never fewer people than counted: in every window the class is at least the one its running count asks for", async () => {
  const happening = fc.record({
    wait: fc.integer({ min: 0, max: 20 * MINUTE }),
    people: fc.constantFrom(0, 1, 1, 2, 5, 12),
    silent: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });
  await fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
      let state = uncounted(selection, T);
      let now = T;
      let counted: { people: number; at: Instant }[] = [];
      for (const { wait, people, silent } of story) {
        const end = instant(now + wait);
        while (now < end) {
          const before = state.step;
          now = instant(Math.min(end, endsAt(selection, state)));
          const counts = now === end && people > 0 ? [{ people, at: now }] : [];
          counted = [...counted, ...counts];
          state = classAfter(selection, state, { ...calm, counts, silent: silent && now === end }, now);
          const open = counted.filter(({ at }) => at >= state.from).reduce((sum, one) => sum + one.people, 0);
          assert.ok(state.step <= stepOf((open * hours(1)) / selection.window), `${open} people at step ${state.step}`);
          assert.ok(state.step <= before + 1, "down one step at most");
          if (silent && now === end) assert.is(state.step, 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});

const stepOf = (rate: number): number => selection.steps.findIndex(({ from }) => rate >= from);

test.run();
