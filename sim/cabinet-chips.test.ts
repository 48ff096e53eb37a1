import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../controllers/units.ts";
import { Fault } from "../firmware/hal/fault.ts";
import { i2cBuses } from "../firmware/hal/i2c-buses.ts";
import { addCabinetChips } from "./cabinet-chips.ts";
import { SimulatedGp8403 } from "./chips/gp8403.ts";
import { ADDRESSES, STRESS, stressTransfer } from "./chips/stress-table.ts";
import { VirtualClock } from "./clock.ts";
import { SimulatedI2c } from "./i2c.ts";
import { simulatedAdapter } from "./i2c-adapter.ts";
import { SeededRandom } from "./random.ts";

function setUp(seed = 1) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 5, 1, 12)));
  const wire = new SimulatedI2c("CP2112 SMBus Bridge");
  const random = new SeededRandom(seed);
  const chips = addCabinetChips(wire, clock, random);
  return { clock, wire, random, chips };
}

test("six chips, each at its usual address", () => {
  const { wire } = setUp();
  assert.equal(
    [...wire.devices.keys()].sort((a, b) => a - b),
    [0x20, 0x40, 0x58, 0x60, 0x68, 0x69],
  );
});

test("a chip that is there already is kept, another one at its address is a mistake", () => {
  const { clock, random } = setUp();
  const wire = new SimulatedI2c("i2c1");
  const mine = new SimulatedGp8403();
  wire.devices.set(0x58, mine);
  assert.is(addCabinetChips(wire, clock, random).gp8403, mine);
  wire.devices.set(0x60, mine);
  assert.throws(() => addCabinetChips(wire, clock, random), /0x60 is taken: allowed mcp4728/);
});

test("3,000 mixed transfers, each answer right", async () => {
  const { clock, wire, random, chips } = setUp();
  const chance = random.fork("stress");
  const seen = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const { name, address, write, read, check } = stressTransfer(chance);
    assert.ok(write.length <= (read > 0 ? 16 : 61) && read <= 512, name);
    assert.is(check(await wire.transfer(address, write, read)), null, name);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    if (i % 10 === 0) await clock.advance(milliseconds(7));
  }
  assert.is(seen.size, STRESS.length);
  for (const [name, count] of seen) assert.ok(count > 200, `${name}: ${count}`);
  assert.equal([chips.gp8403.ignored, chips.mcp4728.ignored, chips.mcp4728.wear], [0, 0, 0]);
});

test("an answer that is another transfer's, short, or has one wrong bit where it is known, is found", async () => {
  const { wire, random } = setUp();
  for (const { make } of STRESS) {
    const one = make(random);
    const answer = await wire.transfer(one.address, one.write, one.read);
    assert.is(one.check(answer), null);
    if (one.read === 0) {
      assert.ok(one.check(Uint8Array.of(0)));
      continue;
    }
    assert.ok(one.check(answer.subarray(1)), one.name);
    assert.ok(one.check(new Uint8Array(one.read)), `${one.name}: zeroes`);
    assert.ok(one.check(new Uint8Array(one.read).fill(0xff)), `${one.name}: pull-ups`);
    let found = 0;
    for (let bit = 0; bit < one.read * 8; bit++) {
      const wrong = answer.slice();
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      if (one.check(wrong)) found++;
    }
    assert.ok(found >= 8, `${one.name}: ${found} of ${one.read * 8} bits`);
    for (const { make: makeOther } of STRESS) {
      const other = makeOther(random);
      if (other.read === 0 || other.name === one.name) continue;
      const stray = await wire.transfer(other.address, other.write, other.read);
      assert.ok(one.check(stray), `${other.name} taken for ${one.name}`);
    }
  }
});

test("whatever is written to a chip, it neither throws nor says more or less than it is asked", async () => {
  const { clock, wire, random } = setUp();
  const chance = random.fork("fuzz");
  const addresses = [...wire.devices.keys()];
  const below = (count: number) => Math.floor(chance.next() * count);
  for (let i = 0; i < 30_000; i++) {
    const write = Uint8Array.from({ length: below(20) }, () => below(256));
    const read = below(40);
    const answer = wire.exchange(addresses[below(addresses.length)] as number, write, read);
    assert.is(answer.outcome === "done" && answer.data.length, read);
    if (i % 100 === 0) await clock.advance(milliseconds(below(100_000)));
  }
});

test("chips that are somebody else's can be left out", () => {
  const random = new SeededRandom(1);
  for (let i = 0; i < 500; i++)
    assert.not(
      [ADDRESSES.ds3231, ADDRESSES.pca9535].includes(stressTransfer(random, ["ds3231", "pca9535"]).address as never),
    );
  assert.throws(() => stressTransfer(random, Object.keys(ADDRESSES) as never), /every chip/);
});

test("through a nasty adapter: a right answer or a typed fault, never a wrong value", async () => {
  const { clock, wire, random } = setUp();
  const buses = i2cBuses(() => simulatedAdapter(wire, clock), clock);
  const bus = await buses.open(wire.name);
  const chance = random.fork("stress");
  let right = 0;
  let faults = 0;
  const work = async () => {
    for (let i = 0; i < 3000; i++) {
      if (chance.next() < 0.1) {
        const kind = Math.floor(chance.next() * 5);
        if (kind === 0) wire.fail({ kind: "nack" }, 1 + Math.floor(chance.next() * 6));
        if (kind === 1) wire.fail({ kind: "nack-data" }, 1 + Math.floor(chance.next() * 6));
        if (kind === 2) wire.fail({ kind: "late", ms: 30 });
        if (kind === 3) wire.fail({ kind: "late", ms: 60 }, 1 + Math.floor(chance.next() * 3));
        if (kind === 4) wire.fail({ kind: "busy", polls: 5 + Math.floor(chance.next() * 10) });
      }
      const { name, address, write, read, check } = stressTransfer(chance);
      try {
        assert.is(check(await bus.transfer(address, write, read)), null, name);
        right++;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        faults++;
      }
    }
  };
  await clock.run(work(), milliseconds(3_600_000));
  assert.ok(right > 2500 && faults > 0, `${right} right, ${faults} faults`);
});

test.run();
