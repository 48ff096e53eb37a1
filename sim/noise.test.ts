import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../controllers/units.ts";
import { dapc, dtr0, queryActualLevel, setFadeTime } from "../firmware/dali/commands/gear.ts";
import { ask } from "../firmware/dali/sequence.ts";
import { Noise, type NoiseOptions } from "./noise.ts";
import { SeededRandom } from "./random.ts";
import { simulatedLine } from "./simulated-line.ts";

const count = async (noise: NoiseOptions, asked = 1000) => {
  const line = simulatedLine(1, { noise, gear: () => ({ reply: "ideal" }) });
  const seen = { right: 0, wrong: 0, none: 0, collision: 0 };
  for (let i = 0; i < asked; i++) {
    const answer = await line.run(ask(queryActualLevel(0)));
    if (answer.kind === "value") seen[answer.value === 254 ? "right" : "wrong"]++;
    else seen[answer.kind]++;
  }
  return seen;
};

test("answers are lost, spoilt or wrong as often as they are said to be", async () => {
  const about = (n: number, wanted: number) => assert.ok(Math.abs(n - wanted) < 40, `${n} is not about ${wanted}`);
  const seen = await count({ replyLost: 0.1, replySpoilt: 0.2, replyWrong: 0.05 });
  about(seen.none, 100);
  about(seen.collision, 200);
  // MASK, 255, is one of the eight wrong bytes: no value
  about(seen.wrong, 50);
  assert.ok(seen.wrong > 10);
  assert.equal(await count({}, 100), { right: 100, wrong: 0, none: 0, collision: 0 });
});

test("a forward frame that is lost reaches no gear, one that is missed not that gear", async () => {
  const line = simulatedLine(8);
  const reached = async (noise: NoiseOptions) => {
    line.bus.noise = new Noise(noise, new SeededRandom(9));
    const counts = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      for (const gear of line.gear) gear.arcPower.atOnce(0);
      await line.run(ask(dapc({ kind: "broadcast" }, 100)));
      const lit = line.gear.filter((gear) => gear.arc === 100).length;
      counts.set(lit, (counts.get(lit) ?? 0) + 1);
    }
    return counts;
  };
  const all = await reached({ frameLost: 0.2 });
  assert.equal([...all.keys()].toSorted(), [0, 8]);
  assert.ok((all.get(0) ?? 0) > 20 && (all.get(0) ?? 0) < 60);
  const some = await reached({ gearMisses: 0.1 });
  assert.ok(some.size > 2 && !some.has(0), [...some].join(" "));
});

test("a pair of which a gear missed one is not obeyed", async () => {
  const line = simulatedLine(1, { noise: { gearMisses: 0.3 } });
  const [gear] = line.gear;
  assert.ok(gear);
  let [set, tried] = [0, 0];
  for (; tried < 200; tried++) {
    gear.settings.fadeTime = 0;
    gear.dtr0 = 4;
    await line.run(ask(setFadeTime(0)));
    if (gear.settings.fadeTime === 4) set++;
    // else the first of the next pair would be the second of this one
    await line.clock.advance(milliseconds(200));
  }
  assert.ok(set / tried > 0.4 && set / tried < 0.58, `${set} of ${tried}, expected 0.49`);
});

test("chances out of range are the caller's mistake", () => {
  const random = new SeededRandom(1);
  for (const options of [{ replyLost: -0.1 }, { gearMisses: 1.1 }, { replyLost: 0.6, replySpoilt: 0.6 }]) {
    assert.throws(() => new Noise(options, random), TypeError);
  }
});

test("the same seed is the same line, another is not", async () => {
  const run = async (seed: number) => {
    const line = simulatedLine(4, { seed, noise: { replySpoilt: 0.3 } });
    const log: string[] = [];
    line.bus.onFrame((heard) => log.push(`${heard.kind} ${heard.start.toFixed(3)} ${heard.end.toFixed(3)}`));
    for (let i = 0; i < 40; i++) await line.run(ask(i % 4 === 3 ? dtr0(i) : queryActualLevel(i % 4)));
    await line.clock.advance(milliseconds(100));
    return log.join("\n");
  };
  assert.is(await run(3), await run(3));
  assert.is.not(await run(3), await run(4));
});

test("a line of 64 gear: addresses, counters, virtual time only", async () => {
  const line = simulatedLine(65, { gear: (index) => (index === 1 ? { address: 0 } : {}) });
  assert.equal(
    [line.gear[0], line.gear[1], line.gear[63], line.gear[64]].map((one) => one?.shortAddress),
    [0, 0, 63, null],
  );
  assert.equal(await line.run(ask(queryActualLevel(5)), seconds(1)), { kind: "value", value: 254 });
  assert.equal(line.traffic(), { forward: 1, backward: 1 });
});

test.run();
