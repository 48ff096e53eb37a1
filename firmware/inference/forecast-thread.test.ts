import { test } from "uvu";
import * as assert from "uvu/assert";
import { HORIZONS } from "../../controllers/footfall/features.ts";
import { LOOK_BACK, WEEK } from "../../controllers/footfall/history.ts";
import type { HourlyCounts } from "../../controllers/footfall/hourly.ts";
import { startForecastThread } from "./forecast-thread.ts";
import { syntheticCity } from "./synthetic-city.ts";

const HOURS = LOOK_BACK + 2 * WEEK;
const city = syntheticCity(3, HOURS, 5);

/** What a cabinet knows `horizon` hours before `t`. */
function known(counts: HourlyCounts, t: number, horizon: number): HourlyCounts {
  const people = counts.people.map((mine) => mine.map((value, i) => (i <= t - horizon ? value : Number.NaN)));
  return { ...counts, people };
}

test("the shipped networks forecast a city they never saw better than a week ago does, in a thread", async () => {
  const thread = await startForecastThread();
  for (const horizon of HORIZONS) {
    assert.equal(await thread.expect(city, horizon, LOOK_BACK), [null, null, null], "nothing is loaded yet");
    assert.not(await thread.load(horizon, new Uint8Array(40)), "no network");
    assert.ok(await thread.load(horizon, null));
    let [mine, naive] = [0, 0];
    for (let t = LOOK_BACK; t < HOURS - 1; t += 19) {
      const expected = await thread.expect(known(city, t, horizon), horizon, t);
      for (const [s, one] of expected.entries()) {
        assert.ok(one);
        const people = city.people[s] as Float32Array;
        mine += Math.abs(Math.expm1(one.logBase + one.middle) - (people[t] as number));
        naive += Math.abs((people[t - WEEK] as number) - (people[t] as number));
      }
    }
    assert.ok(mine < (horizon === 1 ? 0.6 : 0.85) * naive, `${horizon} h: ${mine} against ${naive}`);
  }
  await thread.close();
});

test("a refresh goes on in slices, is kept only if better, and the same counts give the same", async () => {
  const runs = [];
  for (let run = 1; run <= 2; run++) {
    const thread = await startForecastThread();
    await thread.load(1, null);
    const lefts: number[] = [];
    let step = await thread.refresh(city, 1, 100);
    for (; !("weights" in step); step = await thread.refresh(city, 1, 100)) lefts.push(step.left);
    assert.equal(lefts, [140, 40]);
    assert.is(step.weights !== null, step.after < step.before);
    if (step.weights) assert.ok(await thread.load(1, step.weights));
    runs.push(step);
    // A street with hardly any past teaches nothing.
    assert.is(((await thread.refresh(syntheticCity(1, 3 * WEEK, 1), 1, 10)) as { weights?: unknown }).weights, null);
    await thread.close();
  }
  assert.equal(runs[0], runs[1]);
});

test("what was learned is not kept where the last week shows that it was no better", async () => {
  // Six weeks in which a busy hour follows each quiet one; then a week of busy and quiet halves of days.
  const people = Float32Array.from({ length: LOOK_BACK }, (_, t) =>
    Math.round(
      300 * Math.exp((t < LOOK_BACK - WEEK ? (t * 7 + Math.floor(t / 24)) % 2 : Math.floor(t / 12) % 2) - 0.5),
    ),
  );
  const thread = await startForecastThread();
  await thread.load(1, null);
  const step = await thread.refresh({ ...city, sensors: ["a"], people: [people] }, 1, 1000);
  assert.ok("weights" in step);
  assert.ok(step.after > step.before, `${step.before} before, ${step.after} after`);
  assert.is(step.weights, null);
  await thread.close();
});

test("once closed, every question is refused", async () => {
  const thread = await startForecastThread();
  const asked = Promise.allSettled([thread.load(1, null), thread.expect(city, 1, LOOK_BACK)]);
  await thread.close();
  for (const one of [...(await asked), ...(await Promise.allSettled([thread.load(1, null)]))]) {
    assert.is(one.status, "rejected");
    assert.match(String((one as PromiseRejectedResult).reason), /closed/);
  }
});

test.run();
