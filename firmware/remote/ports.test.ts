import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { type Served, serveMachine } from "../../sim/remote.ts";
import { Fault } from "../hal/fault.ts";
import type { Edge } from "../hal/pin.ts";
import type { Ports } from "../hal/ports.ts";
import { remotePorts } from "./ports.ts";

/** A runtime whose real time is virtual too, and the machine that feeds it, joined in memory. */
function rig(speed = 1) {
  const real = new VirtualClock(instant(5000));
  const machineClock = new VirtualClock(instant(1_000_000));
  const pin = new SimulatedPin();
  let served: Served | undefined;
  const port = new SimulatedPort("machine", (far) => {
    served = serveMachine(
      {
        clock: machineClock,
        speed: () => speed,
        i2c: (adapter) =>
          adapter === "i2c-1"
            ? {
                name: adapter,
                transfer: async (address, write, read) => {
                  if (address !== 0x58) throw new Fault("port-missing", "0x58");
                  return Uint8Array.from([...write, ...new Uint8Array(read)]);
                },
                close: async () => {},
              }
            : undefined,
        pin: ({ chip, offset }) => (chip === "chip" && offset === 17 ? pin : undefined),
      },
      far,
    );
  });
  const unused = () => {
    throw new Error("not in this test");
  };
  const local: Ports = {
    clock: real,
    random: { next: () => 0 },
    store: { read: unused, write: unused },
    journal: unused,
    bytes: unused,
    i2c: unused,
    input: unused,
    output: unused,
    edges: unused,
  };
  const abort = new AbortController();
  const ports = remotePorts(port, local, abort.signal);
  /** Lets both scales pass side by side, as they do live. */
  const live = async (ms: number) => {
    for (let i = 0; i < ms; i++) {
      await real.advance(duration(1));
      if (port.present) await machineClock.advance(duration(speed));
    }
    await real.advance(duration(4));
  };
  return { ports, machineClock, real, pin, port, live, abort, tellTime: () => served?.tellTime() };
}

test("time is the machine's: its wall clock, its pace, its jumps", async () => {
  const { ports, machineClock, live, tellTime, abort } = rig(60);
  const { clock } = await ports;
  assert.is(clock.now(), 1_000_000);
  let woke = 0;
  void clock.sleep(duration(600), "test").then(() => {
    woke = clock.now();
  });
  await live(5);
  assert.is(woke, 0);
  await live(10);
  assert.ok(woke >= 1_000_600, `woke at ${woke}`);
  const before = clock.monotonic();
  machineClock.jump(3_600_000);
  tellTime();
  await live(1);
  assert.ok(clock.now() >= 4_600_000);
  assert.ok(clock.monotonic() - before < 1000, "a jump is no time that passed");
  abort.abort();
});

test("a sleep never ends before the machine has reached its end, however long the way", async () => {
  const { ports, machineClock, real, abort } = rig(60);
  const { clock } = await ports;
  let woke = false;
  void clock.sleep(duration(25), "reply window").then(() => {
    woke = true;
  });
  await real.advance(duration(1000));
  assert.is(woke, false, "the runtime's own time must not end it");
  await machineClock.advance(duration(25));
  await real.advance(duration(4));
  assert.is(woke, true);
  abort.abort();
});

test("an aborted sleep rejects, and the machine forgets it", async () => {
  const { ports, machineClock, live, abort } = rig();
  const { clock } = await ports;
  const stop = new AbortController();
  const sleep = clock.sleep(duration(1000), "test", stop.signal).then(
    () => "slept",
    () => "stopped",
  );
  await live(3);
  assert.equal(machineClock.waiting(), ["runtime"]);
  stop.abort();
  assert.is(await sleep, "stopped");
  await live(1);
  assert.equal(machineClock.waiting(), []);
  abort.abort();
});

test("when the machine goes, what waits goes on at the real pace; when it returns, at the machine's", async () => {
  const { ports, port, live, real, abort } = rig(60);
  const { clock } = await ports;
  let woke = 0;
  const sleeps = (ms: number) =>
    clock.sleep(duration(ms), "test").then(() => {
      woke++;
    });
  void sleeps(2000);
  port.unplug();
  await real.advance(duration(1500));
  assert.is(woke, 0);
  await real.advance(duration(1500));
  assert.is(woke, 1);
  void sleeps(60_000);
  port.replug();
  await live(300); // found again
  await live(1000);
  assert.is(woke, 2);
  abort.abort();
});

for (const gone of [false, true])
  test(`an end leaves no timer behind, the machine ${gone ? "gone" : "there"}`, async () => {
    const { ports, port, live, real, abort } = rig();
    await ports;
    await live(5);
    if (gone) port.unplug();
    await live(5);
    abort.abort();
    await real.advance(duration(100));
    assert.equal(real.waiting(), []);
  });

test("I2C and pins are the machine's; what is not there is a named fault", async () => {
  const { ports, pin, live, port, machineClock, abort } = rig();
  const { i2c, input, output, edges } = await ports;
  const bus = await i2c("i2c-1");
  assert.equal([...(await bus.transfer(0x58, new Uint8Array([1, 0x11]), 2))], [1, 0x11, 0, 0]);
  const kind = async (work: Promise<unknown>) =>
    work.then(
      () => "none",
      (error: Fault) => error.kind,
    );
  assert.is(await kind(bus.transfer(0x59, new Uint8Array(), 1)), "port-missing");
  assert.is(await kind(input({ chip: "chip", offset: 3 })), "port-missing");

  const door = await input({ chip: "chip", offset: 17 });
  assert.is(await door.read(), false);
  const changes = door.changes[Symbol.asyncIterator]();
  pin.set(true);
  assert.is((await changes.next()).value, true);
  assert.is(await door.read(), true);

  const pulses = await edges({ chip: "chip", offset: 17 });
  assert.is(pulses.high, true);
  const before = machineClock.monotonic();
  pin.set(false);
  await live(7);
  pin.set(true);
  const seen = pulses.changes[Symbol.asyncIterator]();
  const first = (await seen.next()).value as Edge;
  const second = (await seen.next()).value as Edge;
  assert.equal([first.high, second.high, first.at, second.at - first.at], [false, true, before, 7]);
  await pulses.close();
  pin.set(true);

  const relay = await output({ chip: "chip", offset: 17 }, false);
  assert.is(pin.high, false);
  await relay.write(true);
  assert.is(pin.high, true);

  port.unplug();
  await live(1);
  assert.is(await kind(bus.transfer(0x58, new Uint8Array(), 1)), "port-missing");
  assert.is(await kind(door.read()), "port-lost");
  abort.abort();
});

test.run();
