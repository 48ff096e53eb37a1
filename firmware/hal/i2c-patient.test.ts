import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type I2cFault, SimulatedI2c } from "../../sim/i2c.ts";
import { simulatedAdapter } from "../../sim/i2c-adapter.ts";
import { SimulatedMemory } from "../../sim/i2c-memory.ts";
import { faultOf } from "./contract/bench.ts";
import { type I2cBench, i2cContract, MEMORY } from "./contract/i2c.ts";
import { Fault } from "./fault.ts";
import type { I2cAdapter, I2cOutcome } from "./i2c.ts";
import { patientI2c } from "./i2c-patient.ts";

function setUp() {
  const clock = new VirtualClock(instant(1e12));
  const wire = new SimulatedI2c("CP2112");
  const chip = new SimulatedMemory();
  wire.devices.set(MEMORY, chip);
  const adapter = patientI2c(simulatedAdapter(wire, clock), clock);
  return { clock, wire, chip, adapter, run: <T>(work: Promise<T>) => clock.run(work, minutes(5)) };
}

async function simulatedBench(): Promise<I2cBench> {
  const { clock, wire, adapter } = setUp();
  return {
    clock,
    run: (work, limit) => clock.run(work, limit),
    open: () => adapter.open(),
    fail: async (fault, count) => wire.fail(fault, count, MEMORY),
    heal: async () => wire.heal(),
    async stick(stuck) {
      wire.stuck = stuck;
    },
    async unplug() {
      wire.present = false;
    },
    async replug() {
      wire.present = true;
    },
    async close() {},
  };
}

i2cContract("the simulated adapter", simulatedBench);

/** Each register's value tells its number: an answer to another read shows. */
const PATTERN = Uint8Array.from({ length: 256 }, (_, i) => i ^ 0xa5);

/** Reads what `plan` says, each with its fault, and throws on a wrong value. Returns the faults. */
async function play(plan: readonly { at: number; count: number; fault: I2cFault | null }[]): Promise<number> {
  const { clock, wire, chip, adapter } = setUp();
  chip.bytes.set(PATTERN);
  let faults = 0;
  const work = async () => {
    const bus = await adapter.open();
    for (const { at, count, fault } of plan) {
      if (fault) wire.fail(fault);
      try {
        const found = await bus.transfer(MEMORY, Uint8Array.of(at), count);
        assert.equal(
          [...found],
          Array.from({ length: count }, (_, i) => PATTERN[(at + i) & 0xff]),
        );
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        faults++;
      }
    }
    await bus.close();
  };
  await clock.run(work(), minutes(60));
  return faults;
}

const register = { at: fc.nat(255), count: fc.constantFrom(1, 2, 2, 2, 4) };
const late = (max: number) => fc.record({ kind: fc.constant("late" as const), ms: fc.integer({ min: 1, max }) });

test("whatever comes up to 300 ms late, and however often, no read gets another's value", async () => {
  const fault = fc.option(
    fc.oneof(
      late(299),
      fc.constant<I2cFault>({ kind: "nack" }),
      fc.constant<I2cFault>({ kind: "nack-data" }),
      fc.record({ kind: fc.constant("busy" as const), polls: fc.nat(12) }),
    ),
  );
  const plan = fc.array(fc.record({ ...register, fault }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => void (await play(steps))),
    { numRuns: 300 },
  );
});

test("a single answer harms nobody however late it is", async () => {
  const plan = fc.tuple(
    fc.record({ ...register, fault: late(5000) }),
    fc.array(fc.record({ ...register, fault: fc.constant(null) }), { minLength: 8, maxLength: 8 }),
  );
  await fc.assert(
    fc.asyncProperty(plan, async ([first, rest]) => void (await play([first, ...rest]))),
    {
      numRuns: 300,
    },
  );
});

test("without patience the same adapter does give wrong values: the property has teeth", async () => {
  const { clock, wire, chip } = setUp();
  chip.bytes.set(PATTERN);
  const handle = await simulatedAdapter(wire, clock).open();
  wire.fail({ kind: "late", ms: 60 });
  assert.is((await clock.run(handle.attempt(MEMORY, Uint8Array.of(7), 1), seconds(1))).kind, "late");
  const next = await clock.run(handle.attempt(MEMORY, Uint8Array.of(99), 1), seconds(1));
  assert.equal(next, { kind: "done", data: Uint8Array.of(7 ^ 0xa5) });
});

test("a time-out costs one quiet time, and is counted", async () => {
  const { clock, wire, adapter, run } = setUp();
  const bus = await run(adapter.open());
  wire.fail({ kind: "late", ms: 60 });
  const began = clock.monotonic();
  await run(bus.transfer(MEMORY, Uint8Array.of(0), 1));
  assert.is(clock.monotonic() - began, 50 + 250 + 60);
  assert.equal(adapter.tally(), { transfers: 1, retries: 1, timeouts: 1, hung: 0, reopens: 0 });
  await run(bus.transfer(MEMORY, Uint8Array.of(0), 1));
  assert.is(clock.monotonic() - began, 50 + 250 + 60 + 60);
  await run(bus.transfer(MEMORY, Uint8Array.of(0), 1));
  assert.is(clock.monotonic() - began, 50 + 250 + 60 + 60, "then it is trusted again");
});

/** An adapter whose attempts go as told, and which says what is open. */
function scripted(attempt: (write: Uint8Array) => Promise<I2cOutcome>) {
  const state = { openings: 0, open: 0, attempts: 0 };
  const adapter: I2cAdapter = {
    name: "scripted",
    async open() {
      state.openings++;
      state.open++;
      let running: Promise<unknown> = Promise.resolve();
      return {
        attempt(_address, write) {
          state.attempts++;
          const mine = attempt(write);
          running = mine;
          return mine;
        },
        async close() {
          await running;
          state.open--;
        },
      };
    },
  };
  return { adapter, state };
}

test("a call that hangs: a fault in time, faults at once while it lasts, and another handle only after it has ended", async () => {
  const clock = new VirtualClock(instant(1e12));
  let release = (_: I2cOutcome) => {};
  let hang = true;
  const { adapter, state } = scripted(() =>
    hang
      ? new Promise((resolve) => {
          release = resolve;
        })
      : Promise.resolve({ kind: "done", data: Uint8Array.of(1) }),
  );
  const patient = patientI2c(adapter, clock);
  const bus = await patient.open();
  const ask = () => bus.transfer(MEMORY, Uint8Array.of(0), 1);
  assert.is(await clock.run(faultOf(ask()), seconds(4)), "port-lost");
  assert.is(clock.monotonic(), 3000);
  for (let i = 0; i < 20; i++) {
    assert.is(await faultOf(ask()), "port-lost");
    assert.is(await faultOf(patient.open()), "port-lost");
    await clock.advance(milliseconds(100));
  }
  assert.equal(state, { openings: 1, open: 1, attempts: 1 });
  hang = false;
  release({ kind: "done", data: Uint8Array.of(9) });
  await clock.advance(milliseconds(1));
  assert.equal([...(await clock.run(ask(), seconds(1)))], [1]);
  assert.equal(state, { openings: 2, open: 1, attempts: 3 });
  assert.equal(patient.tally(), { transfers: 22, retries: 0, timeouts: 0, hung: 1, reopens: 1 });
  await bus.close();
  assert.is(state.open, 0);
});

test("attempts never overlap, say what was asked when it was asked, and share one handle among users", async () => {
  const clock = new VirtualClock(instant(1e12));
  let running = 0;
  const { adapter, state } = scripted(async (write) => {
    assert.is(++running, 1);
    await clock.sleep(milliseconds(2), "bus");
    running--;
    return { kind: "done", data: write };
  });
  const patient = patientI2c(adapter, clock);
  const buses = await Promise.all([patient.open(), patient.open()]);
  const buffer = Uint8Array.of(0);
  const asked = Array.from({ length: 6 }, (_, i) => {
    buffer[0] = i;
    return buses[i % 2]?.transfer(MEMORY, buffer, 1);
  });
  const found = await clock.run(Promise.all(asked), seconds(1));
  assert.equal(
    found.map((data) => data?.[0]),
    [0, 1, 2, 3, 4, 5],
  );
  await buses[0]?.close();
  assert.equal(state, { openings: 1, open: 1, attempts: 6 });
  await buses[1]?.close();
  assert.equal(state, { openings: 1, open: 0, attempts: 6 });
});

test("each outcome that no retry mends is its own fault, at once", async () => {
  for (const [kind, fault] of [
    ["denied", "port-denied"],
    ["taken", "port-busy"],
    ["refused", "protocol"],
  ] as const) {
    const clock = new VirtualClock(instant(1e12));
    const { adapter, state } = scripted(async () => ({ kind, code: "E" }));
    const bus = await patientI2c(adapter, clock).open();
    assert.is(await faultOf(bus.transfer(MEMORY, Uint8Array.of(0), 1)), fault);
    assert.is(state.attempts, 1);
  }
});

test("a machine that says of a vacant address that the adapter is gone is not reopened for ever", async () => {
  const clock = new VirtualClock(instant(1e12));
  const { adapter, state } = scripted(async () => ({ kind: "gone", code: "ENODEV" }));
  const bus = await patientI2c(adapter, clock).open();
  assert.is(await clock.run(faultOf(bus.transfer(MEMORY, Uint8Array.of(0), 1)), seconds(1)), "port-missing");
  assert.is(state.attempts, 2);
});

test("closing ends what waits between two tries", async () => {
  const { clock, wire, adapter, run } = setUp();
  const bus = await run(adapter.open());
  wire.fail({ kind: "late", ms: 60 });
  const asked = faultOf(bus.transfer(MEMORY, Uint8Array.of(0), 1));
  await clock.advance(duration(100));
  await run(bus.close());
  assert.is(await asked, "port-lost");
  assert.is(clock.monotonic(), 100);
});

test.run();
