import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { level, minutes, seconds } from "../../controllers/units.ts";
import { simulatedLine } from "../../sim/simulated-line.ts";
import { storeGearFeaturesStatus } from "./commands/colour.ts";
import { dapc, dtr0, setFadeTime } from "./commands/gear.ts";
import { BROADCAST, group } from "./frame.ts";
import { ask, type Sequence } from "./sequence.ts";
import { readColourTemperature, readTunable, setColourTemperatures } from "./sequences/colour-temperature.ts";
import { colourOrders, type TunableLamp, warmDim } from "./warm-dim.ts";

const point = (light: number, kelvin: number) => ({ light: level(light), kelvin });
const EVENING = [point(10, 2000), point(50, 2500), point(100, 4000)];

test("a curve goes through its points, evenly in mirek between them, and stays outside", () => {
  const of = warmDim(EVENING);
  assert.equal(
    [0, 5, 10, 30, 50, 75, 100].map((light) => of(level(light))),
    [500, 500, 500, 450, 400, 325, 250],
  );
  assert.is(warmDim([point(50, 3000)])(level(1)), 333);
});

test("more light is never warmer", () => {
  const curves = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 }).chain((lights) =>
    fc
      .array(fc.integer({ min: 1800, max: 6500 }), { minLength: lights.length, maxLength: lights.length })
      .map((kelvins) => {
        const sorted = kelvins.toSorted((a, b) => a - b);
        return lights.toSorted((a, b) => a - b).map((light, i) => point(light, sorted[i] as number));
      }),
  );
  fc.assert(
    fc.property(curves, (points) => {
      const of = warmDim(points);
      for (let light = 1; light <= 100; light++) assert.ok(of(level(light)) <= of(level(light - 1)));
    }),
  );
});

test("a curve that makes no sense is refused", () => {
  assert.throws(() => warmDim([]), /one point or more/);
  assert.throws(() => warmDim([point(50, 3000), point(20, 2000)]), /light 20 after 50/);
  assert.throws(() => warmDim([point(20, 3000), point(50, 2000)]), /2000 K is warmer at more light/);
  assert.throws(() => warmDim([point(20, 0)]), /colour temperature is 0 K/);
});

const lamp = (address: number, told: number | null = null, coolest = 153, warmest = 556): TunableLamp => ({
  address,
  range: { coolest, warmest },
  told,
});
const all = (addresses: readonly number[], mirek: number) => new Map(addresses.map((one) => [one, mirek]));

test("one order for all that agree, one for a group, else one each, nothing for what is told already", () => {
  const four = [0, 1, 2, 3].map((address) => lamp(address));
  const addresses = [0, 1, 2, 3];
  assert.equal(colourOrders(four, all(addresses, 400)), [{ to: BROADCAST, mirek: 400, addresses }]);
  const two = new Map([...all([0, 1], 400), ...all([2, 3], 300)]);
  assert.equal(
    colourOrders(four, two, new Map([[5, [2, 3]]])).map(({ to, mirek }) => [to, mirek]),
    [
      [group(5), 300],
      [{ kind: "short", address: 0 }, 400],
      [{ kind: "short", address: 1 }, 400],
    ],
  );
  assert.equal(colourOrders([lamp(0, 400), lamp(1, 400)], all([0, 1], 400)), []);
  assert.equal(colourOrders([lamp(0), lamp(1)], new Map()), []);
  assert.equal(
    colourOrders([lamp(0, 400), lamp(1)], all([0, 1], 400)).map(({ to }) => to),
    [{ kind: "short", address: 1 }],
    "one lamp alone is told alone",
  );
});

test("a lamp gets what it can do; a group with a stranger in it is not used", () => {
  const orders = colourOrders(
    [lamp(0, null, 200, 370), lamp(1)],
    all([0, 1], 500),
    new Map([
      [1, [0, 1]],
      [2, [1, 9]],
    ]),
  );
  assert.equal(
    orders.map(({ mirek }) => mirek),
    [370, 500],
  );
  assert.equal(
    orders.map(({ to }) => to.kind),
    ["short", "short"],
  );
});

const tunable = { colour: { tc: { coolest: 153, warmest: 500 } } };

test("on gear: the level shows the colour, four frames and the level for all lamps", async () => {
  const on = simulatedLine(4, { gear: () => tunable });
  const [known] = [await on.run(readTunable(2))];
  assert.equal(known, { range: { coolest: 153, warmest: 500 }, activates: true });
  const lamps = on.gear.map((_, address) => lamp(address, null, 153, 500));
  const want = warmDim(EVENING)(level(30));
  const before = on.traffic().forward;
  await on.run(
    (function* (): Sequence<void> {
      yield* setColourTemperatures(colourOrders(lamps, all([0, 1, 2, 3], want)));
      yield* ask(dapc(BROADCAST, 210));
    })(),
  );
  assert.is(on.traffic().forward - before, 5, "DTR0, DTR1, ENABLE DEVICE TYPE 8, SET TEMPORARY, DAPC");
  for (const gear of on.gear) {
    assert.is(Math.round(1e6 / (gear.colour?.kelvin ?? 0)), 450);
    assert.is(gear.arc, 210);
  }
  assert.is(await on.run(readColourTemperature(3)), 450);
});

test("on gear: colour and level fade together", async () => {
  const on = simulatedLine(1, { gear: () => tunable });
  await on.run(
    (function* (): Sequence<void> {
      yield* ask(dtr0(4));
      yield* ask(setFadeTime(0));
      yield* setColourTemperatures([{ to: BROADCAST, mirek: 250, addresses: [0] }]);
      yield* ask(dapc(0, 100));
    })(),
  );
  await on.clock.advance(seconds(1));
  const half = 1e6 / (on.gear[0]?.colour?.kelvin ?? 1);
  assert.ok(half < 400 && half > 350, `${half} mirek half way from 500 to 250`);
  await on.clock.advance(seconds(2));
  assert.is(Math.round(1e6 / (on.gear[0]?.colour?.kelvin ?? 1)), 250);
});

test("on gear: without automatic activation the colour is activated", async () => {
  const on = simulatedLine(1, { gear: () => tunable });
  const colour = (activates: boolean) =>
    setColourTemperatures([{ to: BROADCAST, mirek: 300, addresses: [0] }], activates);
  await on.run(
    (function* (): Sequence<void> {
      yield* ask(dtr0(0));
      yield* ask(storeGearFeaturesStatus(0));
      yield* colour(true);
      yield* ask(dapc(0, 200));
    })(),
  );
  assert.is(Math.round(1e6 / (on.gear[0]?.colour?.kelvin ?? 1)), 500, "nothing is seen of it");
  assert.equal((await on.run(readTunable(0)))?.activates, false);
  await on.run(colour(false));
  assert.is(Math.round(1e6 / (on.gear[0]?.colour?.kelvin ?? 1)), 300);
});

test("on gear: what a lamp can do is right or not told, with noise", async () => {
  let told = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const on = simulatedLine(2, {
      seed,
      gear: () => tunable,
      noise: { replyLost: 0.1, replySpoilt: 0.05, gearMisses: 0.05 },
    });
    const known = await on.run(readTunable(1), minutes(1));
    if (!known) continue;
    told++;
    assert.equal(known.range, { coolest: 153, warmest: 500 }, `seed ${seed}`);
  }
  assert.is(told, 40);
  const plain = simulatedLine(1);
  assert.is(await plain.run(readTunable(0)), null);
});

test.run();
