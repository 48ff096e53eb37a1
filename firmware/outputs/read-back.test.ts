import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FaultKind } from "../../controllers/model.ts";
import { instant, seconds } from "../../controllers/units.ts";
import { SimulatedAds1115 } from "../../sim/chips/ads1115.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { decodeVolts, encodeVolts, inputOf, startWrite } from "./ads1115-registers.ts";
import { ReadBack } from "./read-back.ts";
import { Steady } from "./steady.ts";

test("the words of SBAS444: input, gain, single-shot, 128 a second; volts to a bit", () => {
  assert.equal([...startWrite(0)], [0x01, 0xc3, 0x83]);
  assert.equal([...startWrite(3)], [0x01, 0xf3, 0x83]);
  for (const input of [-1, 4, 0.5]) assert.throws(() => startWrite(input), /input is .*: allowed 0 to 3/);
  for (let word = 0; word < 0x10000; word++) {
    const input = inputOf(word);
    if (input !== null && word !== (((startWrite(input)[1] as number) << 8) | (startWrite(input)[2] as number)))
      assert.unreachable(`0x${word.toString(16)} is ${input}`);
  }
  assert.is(decodeVolts(Uint8Array.of(0x7f, 0xff))?.toFixed(4), "4.0959");
  assert.is(decodeVolts(Uint8Array.of(0x80, 0x00)), -4.096);
  assert.is(decodeVolts(Uint8Array.of(0x40)), null);
  fc.assert(
    fc.property(fc.double({ min: -4.09, max: 4.09, noNaN: true }), (volts) => {
      assert.ok(Math.abs((decodeVolts(encodeVolts(volts)) as number) - volts) <= 4.096 / 0x8000);
    }),
  );
  assert.equal([...encodeVolts(9)], [0x7f, 0xff], "more than its range is its end");
});

test("a conversion takes its time: what is read before is the one before", () => {
  const clock = new VirtualClock(instant(1e12));
  const chip = new SimulatedAds1115(clock, (input) => input + 1);
  chip.write(startWrite(2));
  assert.is((chip.read(2)[0] as number) & 0x80, 0);
});

test("a finding counts when it has lasted, and no sequence of findings flaps faster", () => {
  const finding = fc.constantFrom<FaultKind | null>(null, "output-deviates", "port-missing");
  fc.assert(
    fc.property(fc.array(fc.tuple(finding, fc.integer({ min: 1, max: 8 })), { maxLength: 60 }), (looks) => {
      const steady = new Steady(seconds(10));
      const history: { found: FaultKind | null; at: number }[] = [];
      let [now, told, changed] = [0, null as FaultKind | null, Number.NEGATIVE_INFINITY];
      for (const [found, s] of looks) {
        now += s * 1000;
        history.push({ found, at: now });
        const says = steady.look(found, now);
        const since = history.findLastIndex((one) => one.found !== found) + 1;
        const lasted = now - (history[since]?.at ?? now) >= 10_000;
        if (says !== told) {
          assert.is(says, found);
          assert.ok(lasted && now - changed >= 10_000);
          [told, changed] = [says, now];
        } else if (found !== told) assert.not(lasted);
      }
    }),
    { numRuns: 500 },
  );
});

test("a divider that lets more than its range at an input is the caller's mistake", () => {
  const clock = new VirtualClock(instant(1e12));
  for (const divider of [2.4, 0, -3, Number.NaN, 101]) {
    const options = {
      i2c: () => Promise.reject(new Error("not asked for")),
      address: 0x48,
      inputs: [{ lamp: "lamp/1", input: 0, divider }],
    };
    assert.throws(() => new ReadBack(options, clock, "output/1"), /divider is .*: allowed 2.44 to 100/);
  }
});

test.run();
