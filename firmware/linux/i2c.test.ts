import { execFileSync } from "node:child_process";
import { constants, mkdtempSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, milliseconds, minutes } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { simulatedAdapter } from "../../sim/i2c-adapter.ts";
import { SimulatedMemory } from "../../sim/i2c-memory.ts";
import { faultOf } from "../hal/contract/bench.ts";
import { i2cContract, MEMORY } from "../hal/contract/i2c.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cHandle, I2cOutcome } from "../hal/i2c.ts";
import { systemClock } from "./clock.ts";
import { linuxI2c, type Native, type NativeBus } from "./i2c.ts";

const error = (code: string, errno?: number) => Object.assign(new Error(`${code || errno}`), { code, errno });

/** i2c-bus over a simulated adapter: the same calls, the same errors, and no transaction that i2c-bus has not. */
function nativeOver(wire: SimulatedI2c, clock: VirtualClock): Native {
  const adapter = simulatedAdapter(wire, clock);
  let opened: I2cHandle | undefined;
  const taken = (outcome: I2cOutcome, buffer: Buffer) => {
    if (outcome.kind !== "done") throw error(outcome.code);
    buffer.set(outcome.data);
    return { bytesRead: outcome.data.length };
  };
  return {
    async find() {
      await (await adapter.open()).close();
      return 3;
    },
    async open(): Promise<NativeBus> {
      const handle = await adapter.open();
      opened = handle;
      return {
        i2cWrite: async (address, length, buffer) =>
          taken(await handle.attempt(address, buffer.subarray(0, length), 0), Buffer.alloc(0)),
        i2cRead: async (address, length, buffer) =>
          taken(await handle.attempt(address, new Uint8Array(), length), buffer),
        async readI2cBlock(address, command, length, buffer) {
          assert.ok(length >= 1 && length <= 32);
          return taken(await handle.attempt(address, Uint8Array.of(command), length), buffer);
        },
        close: () => handle.close(),
      };
    },
    combined: async () => (_, address, write, wanted) => (opened as I2cHandle).attempt(address, write, wanted),
  };
}

i2cContract("Linux's I2C over the calls of i2c-bus", async () => {
  const clock = new VirtualClock(instant(1e12));
  const wire = new SimulatedI2c("CP2112");
  wire.devices.set(MEMORY, new SimulatedMemory());
  const buses = linuxI2c(clock, nativeOver(wire, clock));
  return {
    clock,
    run: (work, limit) => clock.run(work, limit),
    open: () => buses.open("CP2112"),
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
});

/** A bus whose calls go as told; says what was called. */
function scripted(call: (name: string) => Promise<number>) {
  const calls: string[] = [];
  const state = { openings: 0, open: 0, loaded: 0 };
  const does = (name: string) => {
    calls.push(name);
    return call(name);
  };
  const native: Native = {
    find: async () => 7,
    async open(number): Promise<NativeBus> {
      assert.is(number, 7);
      state.openings++;
      state.open++;
      return {
        i2cWrite: async (_, length) => void (await does(`write ${length}`)),
        i2cRead: async (_, length) => ({ bytesRead: await does(`read ${length}`) }),
        readI2cBlock: async (_, command, length) => ({ bytesRead: await does(`block ${command} ${length}`) }),
        async close() {
          state.open--;
        },
      };
    },
    async combined() {
      state.loaded++;
      return async (number, _, write, wanted) => {
        const data = new Uint8Array(await does(`combined ${number} ${write.join()} ${wanted}`));
        return { kind: "done", data };
      };
    },
  };
  return { calls, state, native };
}

const count = async (name: string) => Number(name.split(" ").at(-1));

test("a repeated start is made where i2c-bus can make one, and by the tool for the address of a 16-bit register", async () => {
  const { calls, state, native } = scripted(count);
  const bus = await linuxI2c(systemClock, native).open("any");
  await bus.transfer(MEMORY, Uint8Array.of(9), 32);
  await bus.transfer(MEMORY, Uint8Array.of(9), 33);
  await bus.transfer(MEMORY, new Uint8Array(), 2);
  await bus.transfer(MEMORY, Uint8Array.of(1, 2, 3), 2);
  await bus.transfer(MEMORY, Uint8Array.of(1, 2), 0);
  assert.is(state.loaded, 0, "the tool is loaded where it is wanted only");
  await bus.transfer(MEMORY, Uint8Array.of(1, 2), 2);
  assert.is((await bus.transfer(MEMORY, Uint8Array.of(4, 0), 512)).length, 512);
  const byBus = ["block 9 32", "write 1", "read 33", "read 2", "write 3", "read 2", "write 2"];
  assert.equal(calls, [...byBus, "combined 7 1,2 2", "combined 7 4,0 512"]);
  assert.is(state.loaded, 1);
});

test("each of the system's errors is its fault, after as many tries as it deserves", async () => {
  for (const [code, took, fault, tries] of [
    ["ENXIO", 1, "port-missing", 3],
    ["EREMOTEIO", 1, "port-missing", 3],
    ["ETIMEDOUT", 3, "port-missing", 3],
    ["ETIMEDOUT", 48, "port-lost", 3],
    ["EIO", 1, "port-lost", 3],
    ["EAGAIN", 1, "port-lost", 3],
    ["EBUSY", 1, "port-busy", 1],
    ["EACCES", 1, "port-denied", 1],
    ["EINVAL", 1, "protocol", 1],
    ["EOPNOTSUPP", 1, "protocol", 1],
    ["ENODEV", 1, "port-missing", 2],
  ] as const) {
    const clock = new VirtualClock(instant(1e12));
    const { calls, state, native } = scripted(async () => {
      await clock.sleep(milliseconds(took), "kernel");
      throw error(code);
    });
    const bus = await linuxI2c(clock, native).open("any");
    const found = await clock.run(faultOf(bus.transfer(MEMORY, Uint8Array.of(1), 1)), minutes(1));
    assert.equal([found, calls.length], [fault, tries], `${code} after ${took} ms`);
    // i2c-bus would speak to address 0 with the descriptor of an address that was refused.
    assert.is(state.openings, code === "EBUSY" || code === "ENODEV" ? 2 : 1, code);
    await bus.close();
    assert.is(state.open, 0, code);
  }
});

test("an error that Node has no name for is known by its number", async () => {
  const { native } = scripted(() => Promise.reject(error("", 121)));
  const bus = await linuxI2c(systemClock, native).open("any");
  try {
    await bus.transfer(MEMORY, Uint8Array.of(1), 1);
    assert.unreachable();
  } catch (thrown) {
    assert.match(String(thrown), /port-missing.*EREMOTEIO/);
  }
});

test("fewer bytes than asked for are no answer", async () => {
  const { native } = scripted(async () => 1);
  const bus = await linuxI2c(systemClock, native).open("any");
  assert.is(await faultOf(bus.transfer(MEMORY, Uint8Array.of(1), 2)), "port-lost");
});

test("a call that hangs in the pool: the loop goes on, files are still read, and the bus works again once it has ended", async () => {
  const fifo = join(mkdtempSync(join(tmpdir(), "hulotte-i2c-")), "hang");
  execFileSync("mkfifo", [fifo]);
  let hang = true;
  const { state, native } = scripted(async (name) => {
    // Opening a fifo that nobody writes to blocks its thread in the kernel, as a bus that hangs does.
    if (hang) await (await openFile(fifo, "r")).close();
    return count(name);
  });
  const bus = await linuxI2c(systemClock, native).open("any");
  const ask = () => bus.transfer(MEMORY, Uint8Array.of(1), 1);

  let longest = 0;
  let last = performance.now();
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const began = performance.now();
  assert.is(await faultOf(ask()), "port-lost");
  clearInterval(ticks);
  const took = performance.now() - began;
  assert.ok(took > 2900 && took < 5000, `${took} ms to the fault`);
  assert.ok(longest < 1000, `the loop stood for ${longest} ms`);

  const again = performance.now();
  for (let i = 0; i < 10; i++) assert.is(await faultOf(ask()), "port-lost");
  assert.ok(performance.now() - again < 500, "no second thread is given to it");
  await (await openFile("/dev/null", "r")).close();
  assert.is(state.openings, 1);

  hang = false;
  await (await openFile(fifo, constants.O_WRONLY)).close();
  const end = performance.now() + 3000;
  while ((await faultOf(ask())) !== "none") {
    assert.ok(performance.now() < end, "still hanging");
    await systemClock.sleep(duration(20), "test");
  }
  assert.is(state.openings, 2);
  await bus.close();
  assert.is(state.open, 0);
});

test("on this machine an adapter that is not there is missing, and the fault says what is", async () => {
  const buses = linuxI2c(systemClock);
  for (const name of ["no such adapter", "i2c99"]) {
    try {
      await buses.open(name);
      assert.unreachable();
    } catch (thrown) {
      assert.instance(thrown, Fault);
      assert.match(String(thrown), /port-missing \(no such adapter; here: /);
    }
  }
});

test("tallies are kept by name", async () => {
  const { native } = scripted(count);
  const buses = linuxI2c(systemClock, native);
  const bus = await buses.open("left");
  await bus.transfer(MEMORY, Uint8Array.of(1), 1);
  await bus.close();
  await (await buses.open("right")).close();
  assert.equal(
    [...buses.tallies()].map(([name, tally]) => [name, tally.transfers]),
    [
      ["left", 1],
      ["right", 0],
    ],
  );
});

test.run();
