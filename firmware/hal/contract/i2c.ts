/**
 * What every `I2cBus` keeps, over an adapter that goes wrong. At `MEMORY` stands a chip of 256 bytes as an EEPROM of the
 * 24C02 kind has them: a write is an address and the bytes from there on; a read goes on from that address; both wrap
 * around. At `VACANT` stands nobody.
 */
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { Fault } from "../fault.ts";
import type { I2cBus } from "../i2c.ts";
import { type Bench, contract, faultOf, until } from "./bench.ts";

export const MEMORY = 0x50;
export const VACANT = 0x57;

/** What goes wrong with a transaction: as `sim/i2c.ts` plays it. */
export type WireFault =
  | { readonly kind: "nack" }
  | { readonly kind: "nack-data" }
  | { readonly kind: "late"; readonly ms: number }
  | { readonly kind: "busy"; readonly polls: number };

export interface I2cBench extends Bench {
  /** As `Ports.i2c` for the adapter under test. */
  open(): Promise<I2cBus>;
  /** The next `count` transactions with `MEMORY` go so. */
  fail(fault: WireFault, count: number): Promise<void>;
  /** Takes back what `fail` announced. */
  heal(): Promise<void>;
  /** A line is held down. */
  stick(stuck: boolean): Promise<void>;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  /** Open descriptors of the process, where it has such. */
  descriptors?(): Promise<number>;
}

/** An adapter that was plugged in again is usable within this time. */
const BACK = seconds(15);
const LOOK = milliseconds(100);

const bytes = (from: number, count: number) => Array.from({ length: count }, (_, i) => (from + i * 7) & 0xff);
const write = async (bus: I2cBus, at: number, values: readonly number[]) => {
  await bus.transfer(MEMORY, Uint8Array.of(at, ...values), 0);
};
const read = async (bus: I2cBus, at: number, count: number) => [
  ...(await bus.transfer(MEMORY, Uint8Array.of(at), count)),
];

/** A value, or the kind of the Fault: both are right under injected trouble, a wrong value never is. */
async function readOrFault(bus: I2cBus, at: number, count: number): Promise<number[] | string> {
  try {
    return await read(bus, at, count);
  } catch (error) {
    if (error instanceof Fault) return error.kind;
    throw error;
  }
}

const works = async (open: () => Promise<I2cBus>) => {
  try {
    const bus = await open();
    await read(bus, 0, 1).finally(() => bus.close());
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
};

/** `bus` for `work`, closed after it. */
const using = async (bench: I2cBench, work: (bus: I2cBus) => Promise<void>) => {
  const bus = await bench.open();
  try {
    await work(bus);
  } finally {
    await bus.close();
  }
};

/** Regions of the chip with values of their own: an answer that belongs to another read shows. */
const REGIONS = [0x00, 0x40, 0x80, 0xc0];
const fill = async (bus: I2cBus) => {
  for (const at of REGIONS) await write(bus, at, bytes(at + 1, 32));
};

/** Reads each region in turn, `count` reads in all; returns how many ended in a fault. A wrong value throws. */
async function survey(bus: I2cBus, count: number): Promise<number> {
  let faults = 0;
  for (let i = 0; i < count; i++) {
    const at = REGIONS[i % REGIONS.length] as number;
    const length = 1 + ((i * 5) % 32);
    const found = await readOrFault(bus, at, length);
    if (typeof found === "string") faults++;
    else assert.equal(found, bytes(at + 1, 32).slice(0, length), `read ${i} of ${length} bytes at ${at}`);
  }
  return faults;
}

export const i2cContract = (name: string, open: () => Promise<I2cBench>): void =>
  contract<I2cBench>(name, open, {
    "what was written is read, at every length the limits allow": (bench) =>
      using(bench, async (bus) => {
        for (const length of [1, 2, 32, 60]) {
          await write(bus, 3, bytes(length, length));
          assert.equal(await read(bus, 3, length), bytes(length, length));
        }
        await write(bus, 0, bytes(9, 60));
        // The longest read goes twice around the chip.
        const long = await read(bus, 0, 512);
        assert.is(long.length, 512);
        assert.equal(long.slice(0, 60), bytes(9, 60));
        assert.equal(long.slice(256), long.slice(0, 256));
        // A read alone goes on where the last one ended.
        assert.equal([...(await bus.transfer(MEMORY, new Uint8Array(), 5))], bytes(9, 5));
      }),

    "transfers asked for at once do not interleave, and each gets its own answer": (bench) =>
      using(bench, async (bus) => {
        await fill(bus);
        const all = await Promise.all(Array.from({ length: 40 }, (_, i) => read(bus, REGIONS[i % 4] as number, 8)));
        for (const [i, found] of all.entries()) assert.equal(found, bytes((REGIONS[i % 4] as number) + 1, 8));
      }),

    "two users share the adapter, and one that closes leaves it to the other": async (bench) => {
      const [one, other] = await Promise.all([bench.open(), bench.open()]);
      await write(one, 10, [1, 2, 3]);
      await one.close();
      await one.close();
      assert.equal(await read(other, 10, 3), [1, 2, 3]);
      assert.is(await faultOf(read(one, 10, 3)), "port-lost");
      await other.close();
      await using(bench, async (again) => assert.equal(await read(again, 10, 3), [1, 2, 3]));
    },

    "where nobody answers is missing, and the others are not troubled": (bench) =>
      using(bench, async (bus) => {
        await write(bus, 10, [4, 5, 6]);
        assert.is(await faultOf(bus.transfer(VACANT, Uint8Array.of(0), 1)), "port-missing");
        assert.is(await faultOf(bus.transfer(VACANT, Uint8Array.of(0), 0)), "port-missing");
        assert.equal(await read(bus, 10, 3), [4, 5, 6]);
      }),

    "past the limits is the caller's mistake": (bench) =>
      using(bench, async (bus) => {
        const wrong: [number, number, number][] = [
          [0x07, 1, 1],
          [0x78, 1, 1],
          [MEMORY, 62, 0],
          [MEMORY, 17, 1],
          [MEMORY, 1, 513],
          [MEMORY, 0, 0],
        ];
        for (const [address, length, count] of wrong) {
          try {
            await bus.transfer(address, new Uint8Array(length), count);
            assert.unreachable(`${address} ${length} ${count}`);
          } catch (error) {
            assert.instance(error, TypeError);
          }
        }
      }),

    "two failures in a row do not reach the driver": (bench) =>
      using(bench, async (bus) => {
        await fill(bus);
        const troubles: WireFault[] = [{ kind: "nack" }, { kind: "nack-data" }, { kind: "busy", polls: 9 }];
        for (const fault of [...troubles, { kind: "late", ms: 30 } as const]) {
          await bench.fail(fault, 2);
          assert.is(await survey(bus, 4), 0, fault.kind);
          await bench.heal();
        }
      }),

    "a device that goes on failing is a fault, and works again afterwards": (bench) =>
      using(bench, async (bus) => {
        await fill(bus);
        const kinds = { nack: ["port-missing"], "nack-data": ["port-lost"], busy: ["port-missing", "port-lost"] };
        for (const fault of [{ kind: "nack" }, { kind: "nack-data" }, { kind: "busy", polls: 10 }] as const) {
          await bench.fail(fault, 1000);
          const found = await faultOf(read(bus, 0, 4));
          assert.ok(kinds[fault.kind].includes(found), `${fault.kind}: ${found}`);
          await bench.heal();
          assert.is(await survey(bus, 4), 0, fault.kind);
        }
      }),

    "an answer after the adapter's time reaches nobody: the right value, or a fault": (bench) =>
      using(bench, async (bus) => {
        await fill(bus);
        for (const ms of [45, 55, 60, 80, 200]) {
          for (const count of [1, 2, 5]) {
            await bench.fail({ kind: "late", ms }, count);
            await survey(bus, 8);
            await bench.heal();
            await until(bench.clock, "reads again", async () => (await survey(bus, 4)) === 0, seconds(20), LOOK);
          }
        }
      }),

    "a bus that is stuck is a fault, and works again once it is free": (bench) =>
      using(bench, async (bus) => {
        await fill(bus);
        await bench.stick(true);
        const found = await readOrFault(bus, 0, 1);
        assert.ok(found === "port-lost" || found === "port-missing", String(found));
        await bench.stick(false);
        await until(bench.clock, "reads again", async () => (await survey(bus, 4)) === 0, seconds(20), LOOK);
      }),

    "an adapter that is pulled is lost, then missing; after a replug the same bus works again": (bench) =>
      using(bench, async (bus) => {
        await read(bus, 0, 1);
        await bench.unplug();
        const first = await faultOf(read(bus, 0, 1));
        assert.ok(first === "port-lost" || first === "port-missing", first);
        // From here on nothing of its old self is held open, or it would never come back.
        assert.is(await faultOf(read(bus, 0, 1)), "port-missing");
        assert.is(await faultOf(bench.open()), "port-missing");
        await bench.replug();
        await until(
          bench.clock,
          "works again",
          async () => typeof (await readOrFault(bus, 0, 1)) !== "string",
          BACK,
          LOOK,
        );
        await fill(bus);
        assert.is(await survey(bus, 4), 0);
      }),

    "ten replugs leave no descriptor behind": async (bench) => {
      await until(bench.clock, "works", () => works(bench.open), BACK, LOOK);
      const before = await bench.descriptors?.();
      for (let round = 0; round < 10; round++) {
        await using(bench, async (bus) => {
          await read(bus, 0, 1);
          await bench.unplug();
          assert.is.not(await faultOf(read(bus, 0, 1)), "none");
        });
        await bench.replug();
        await until(bench.clock, "works again", () => works(bench.open), BACK, LOOK);
      }
      assert.is(await bench.descriptors?.(), before);
    },
  });
