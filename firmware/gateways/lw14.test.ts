/** What is the LED-Warrior14's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { type BusDevice, type Heard, SimulatedBus } from "../../sim/bus.ts";
import { SimulatedGp8403 } from "../../sim/chips/gp8403.ts";
import { SimulatedLw14 } from "../../sim/chips/lw14.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { Gear } from "../../sim/gear.ts";
import { type I2cDevice, SimulatedI2c } from "../../sim/i2c.ts";
import { simulatedAdapter } from "../../sim/i2c-adapter.ts";
import { SeededRandom } from "../../sim/random.ts";
import { dapc, off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward16 } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { i2cBuses } from "../hal/i2c-buses.ts";
import { silent } from "../hal/log.ts";
import { lw14 } from "./lw14.ts";
import { LW14 } from "./lw14-registers.ts";

const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const command: GatewayRequest = { ...off(5), priority: 3 };
const OTHER = 0x58;
const LIMIT = seconds(5);

/** A chip with one gear at address 5, beside another chip on the same adapter; `between` stands before the chip. */
function made(between: (chip: I2cDevice) => I2cDevice = (chip) => chip) {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(6);
  const bus = new SimulatedBus(clock, random);
  const gear = new Gear({ clock, random, address: 5, power: watts(60) });
  bus.add(gear);
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  const wire = new SimulatedI2c("i2c1");
  const chip = between(new SimulatedLw14(bus));
  const count = { transfers: 0 };
  const counted: I2cDevice = {
    write(bytes) {
      count.transfers++;
      chip.write(bytes);
    },
    read: (bytes) => chip.read(bytes),
  };
  wire.devices.set(LW14.address, counted);
  wire.devices.set(OTHER, new SimulatedGp8403());
  const buses = i2cBuses(() => simulatedAdapter(wire, clock), clock);
  const open = async (listen = "10 ms", signal = new AbortController().signal): Promise<DaliGateway> => {
    const opening = { clock, log: silent, signal, options: { listen } };
    return lw14.open(await buses.open("i2c1"), LW14.address, opening);
  };
  const opened = (listen?: string) => clock.run(open(listen), LIMIT);
  return { clock, bus, gear, heard, wire, buses, count, open, opened };
}

const faultOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no fault",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

async function eventsOf(gateway: DaliGateway) {
  await gateway.close();
  const events: BusEvent[] = [];
  for await (const event of gateway.events) events.push(event);
  return events.map(({ at, ...event }) => event);
}

/** A frame on the bus as an event. */
const toldAs = (heard: Heard) =>
  heard.kind === "forward"
    ? { kind: "frame", bits: heard.frame.bits, data: heard.frame.data }
    : { kind: "frame", bits: 8, data: heard.value };

/** What a status register says beside what it should. */
const claiming =
  (bits: number) =>
  (chip: I2cDevice): I2cDevice => {
    let register = 0;
    return {
      write(bytes) {
        register = bytes[0] ?? 0;
        chip.write(bytes);
      },
      read(count) {
        const bytes = chip.read(count);
        return register === LW14.status ? bytes.map((byte) => byte | bits) : bytes;
      },
    };
  };

/** A control device that answers everything, as soon as any may. */
const soonest: BusDevice = { hear: () => 0x42, replyAfter: () => 2.92, systemFailure() {} };

test("its signature proves it; another chip at its address is a fault, and so is none", async () => {
  const { opened } = made();
  assert.is((await opened()).description, "LED-Warrior14, signature 4c5731340100");
  const gp8403 = made(() => new SimulatedGp8403());
  assert.is(await gp8403.clock.run(faultOf(gp8403.open()), LIMIT), "protocol");
  const nobody = made();
  nobody.wire.devices.delete(LW14.address);
  assert.is(await nobody.clock.run(faultOf(nobody.open()), LIMIT), "gateway-silent");
  assert.equal(nobody.clock.waiting(), []);
});

test("looked at each 10 ms it loses nothing of a bus full of the soonest answers", async () => {
  const { clock, bus, opened, heard } = made();
  const gateway = await opened();
  bus.add(soonest);
  for (let i = 0; i < 40; i++) bus.transmit({ frame: forward16(0x0b00 + i), priority: 2, twice: false });
  await clock.advance(seconds(3));
  const events = await eventsOf(gateway);
  assert.is(heard.length, 80);
  assert.equal(events, heard.map(toldAs));
});

test("looked at each 25 ms it loses no forward frame; where one is answered, the loss is told", async () => {
  const { clock, bus, heard, opened } = made();
  const gateway = await opened("25 ms");
  for (let i = 0; i < 40; i++) bus.transmit({ frame: forward16(0xff00 + i), priority: 2, twice: false });
  await clock.advance(seconds(2));
  bus.add(soonest);
  for (let i = 0; i < 20; i++) bus.transmit({ frame: forward16(0x0b00 + i), priority: 2, twice: false });
  await clock.advance(seconds(2));
  const events = await eventsOf(gateway);
  assert.equal(events.slice(0, 40), heard.slice(0, 40).map(toldAs));
  const told = events.slice(40);
  const gaps = told.filter(({ kind }) => kind === "gap").length;
  const forwards = told.filter((event) => event.kind === "frame" && event.bits === 16).length;
  assert.ok(gaps > 0);
  assert.is(forwards + gaps, 20);
  assert.is(told.filter((event) => event.kind === "frame" && event.bits === 8).length, 20);
});

test("how often it is looked at is what the option says", async () => {
  for (const [listen, looks] of [
    ["10 ms", 1000],
    ["25 ms", 400],
    ["100 ms", 100],
  ] as const) {
    const { clock, count, opened } = made();
    await opened(listen);
    count.transfers = 0;
    await clock.advance(seconds(10));
    assert.is(count.transfers, looks);
  }
});

test("a frame takes few looks", async () => {
  const { clock, count, opened } = made();
  const gateway = await opened();
  count.transfers = 0;
  await clock.run(gateway.send(query), LIMIT);
  assert.ok(count.transfers <= 18, `${count.transfers}`);
});

test("an adapter that stalls for its other chips spoils no pair, and no answer", async () => {
  for (let before = 0; before < 60; before += 3) {
    const { clock, gear, heard, wire, buses, opened } = made();
    const gateway = await opened();
    const other = await clock.run(buses.open("i2c1"), LIMIT);
    gear.dtr0 = 4;
    const sending = gateway.send({ ...setFadeTime(BROADCAST), priority: 3 });
    await clock.advance(milliseconds(before));
    // the adapter's answer comes late: it is let rest for 250 ms, and believed the second time
    wire.fail({ kind: "late", ms: 60 }, 1, OTHER);
    const disturbing = other.transfer(OTHER, Uint8Array.of(0x02, 0, 0), 0);
    assert.equal(await clock.run(sending, LIMIT), { kind: "none" });
    await clock.run(disturbing, LIMIT);
    assert.is(gear.settings.fadeTime, 4, `${before} ms`);
    const forwards = heard.filter(({ kind }) => kind === "forward").length;
    assert.ok(forwards >= 2 && forwards <= 4, `${forwards}`);

    const asking = gateway.send(query);
    await clock.advance(milliseconds(before));
    wire.fail({ kind: "late", ms: 60 }, 1, OTHER);
    const again = other.transfer(OTHER, Uint8Array.of(0x02, 0, 0), 0);
    assert.equal(await clock.run(asking, LIMIT), { kind: "byte", value: 254 }, `${before} ms`);
    await clock.run(again, LIMIT);
    await gateway.close();
  }
});

test("a pair that comes apart each time is a fault of its own, and the box stays open", async () => {
  const { clock, bus, heard, opened } = made();
  const gateway = await opened();
  const pair = setFadeTime(BROADCAST);
  let apart = true;
  // somebody speaks for 100 ms between the two
  bus.onFrame((one) => {
    if (!apart || one.kind !== "forward" || one.frame.data !== pair.frame.data) return;
    for (let i = 0; i < 4; i++) bus.transmit({ frame: forward16(0xff0d), priority: 1, twice: false });
  });
  assert.is(await clock.run(faultOf(gateway.send({ ...pair, priority: 3 })), LIMIT), "bus-collision");
  assert.is(heard.filter((one) => one.kind === "forward" && one.frame.data === pair.frame.data).length, 6);
  apart = false;
  assert.equal(await clock.run(gateway.send(query), LIMIT), { kind: "byte", value: 254 });
});

test("a frame and its answer that came before ours are others', also where they are read after it", async () => {
  const { clock, bus, opened } = made();
  const gateway = await opened();
  bus.add(soonest);
  bus.transmit({ frame: forward16(0x0d90), priority: 2, twice: false });
  assert.equal(await clock.run(gateway.send(command), LIMIT), { kind: "none" });
  assert.equal((await eventsOf(gateway)).slice(0, 2), [
    { kind: "frame", bits: 16, data: 0x0d90 },
    { kind: "frame", bits: 8, data: 0x42 },
  ]);
});

test("an answer to another that is read only after our frame is not ours", async () => {
  const { clock, bus, wire, buses, opened } = made();
  const gateway = await opened();
  const other = await clock.run(buses.open("i2c1"), LIMIT);
  bus.transmit({ ...queryActualLevel(5), priority: 1 });
  const asking = gateway.send({ ...queryActualLevel(9), priority: 3 });
  await clock.advance(milliseconds(8));
  // the chip is not seen from before the answer until after our frame
  wire.fail({ kind: "late", ms: 60 }, 1, OTHER);
  const disturbing = other.transfer(OTHER, Uint8Array.of(0x02, 0, 0), 0);
  assert.equal(await clock.run(asking, LIMIT), { kind: "none" });
  await clock.run(disturbing, LIMIT);
  assert.equal(await eventsOf(gateway), [
    { kind: "gap", frames: 1 },
    { kind: "frame", bits: 8, data: 254 },
  ]);
});

test("an answer that the adapter lost is not read a second time: it is spoilt, however late it is looked for", async () => {
  for (const stalled of [false, true]) {
    const { clock, wire, buses, opened } = made();
    const gateway = await opened();
    const other = await clock.run(buses.open("i2c1"), LIMIT);
    const exchange = wire.exchange.bind(wire);
    let lost = 0;
    wire.exchange = (address, write, read) => {
      const done = exchange(address, write, read);
      if (write[0] !== LW14.command || read === 0 || lost++ > 0 || done.outcome !== "done") return done;
      return { ...done, late: 60 };
    };
    const asking = gateway.send(query);
    await clock.advance(milliseconds(8));
    if (stalled) wire.fail({ kind: "late", ms: 60 }, 1, OTHER);
    const disturbing = other.transfer(OTHER, Uint8Array.of(0x02, 0, 0), 0);
    assert.equal(await clock.run(asking, LIMIT), { kind: "collision" });
    await clock.run(disturbing, LIMIT);
    assert.equal(await clock.run(gateway.send(query), LIMIT), { kind: "byte", value: 254 });
  }
});

test("two things received while an answer is waited for: nobody knows the answer", async () => {
  const { clock, opened } = made((chip) => {
    let register = 0;
    let asked = false;
    return {
      write(bytes) {
        register = bytes[0] ?? 0;
        asked ||= bytes.length > 2;
        chip.write(bytes);
      },
      read(count) {
        const bytes = chip.read(count);
        const answered = register === LW14.status && asked && ((bytes[0] ?? 0) & 3) === 1;
        return answered ? bytes.map((byte) => byte | 0x20) : bytes;
      },
    };
  });
  const gateway = await opened();
  assert.equal(await clock.run(gateway.send(query), LIMIT), { kind: "collision" });
});

test("errors that reading does not clear are told once, and spoil no answer", async () => {
  const { clock, opened } = made(claiming(0x30));
  const gateway = await opened();
  await clock.advance(seconds(1));
  assert.equal(await clock.run(gateway.send(query), LIMIT), { kind: "byte", value: 254 });
  assert.equal(await clock.run(gateway.send({ ...queryActualLevel(9), priority: 3 }), LIMIT), { kind: "none" });
  assert.equal(await eventsOf(gateway), []);
});

test("a chip that takes no frame refuses it; one that never sends it stands for a dead bus", async () => {
  let writes = 0;
  const deaf = made((chip) => ({
    write(bytes) {
      if (bytes.length > 2) writes++;
      else chip.write(bytes);
    },
    read: (count) => chip.read(count),
  }));
  const refusing = await deaf.opened();
  assert.is(await deaf.clock.run(faultOf(refusing.send(command)), LIMIT), "protocol");
  assert.is(writes, 3);
  assert.is(await deaf.clock.run(faultOf(refusing.send(command)), LIMIT), "protocol");

  for (const from of [0, 1]) {
    let written = 0;
    const stuck = made((chip) => {
      const busy = claiming(0x40)(chip);
      return {
        write(bytes) {
          if (bytes.length > 2) written++;
          busy.write(bytes);
        },
        read: (count) => (written >= from ? busy.read(count) : chip.read(count)),
      };
    });
    const waiting = await stuck.opened();
    const began = stuck.clock.monotonic();
    assert.is(await stuck.clock.run(faultOf(waiting.send(command)), LIMIT), "bus-power-lost");
    assert.ok(stuck.clock.monotonic() - began < 1100);
    assert.is(written, from);
  }
});

test("a bus that fails while a frame is on its way ends the request at once", async () => {
  for (const after of [1, 10, 16, 25]) {
    const { clock, bus, opened } = made();
    const gateway = await opened();
    const sending = faultOf(gateway.send(query));
    await clock.advance(milliseconds(after));
    bus.setPower(false);
    assert.is(await clock.run(sending, milliseconds(20)), "bus-power-lost");
    bus.setPower(true);
    await clock.advance(milliseconds(20));
    assert.equal(await clock.run(gateway.send({ ...dapc(5, 7), priority: 2 }), LIMIT), { kind: "none" });
    assert.equal(await eventsOf(gateway), [
      { kind: "bus", fault: "bus-power-lost" },
      { kind: "bus", fault: null },
    ]);
  }
});

test("opening ends with the signal's reason", async () => {
  const { clock, open, wire } = made();
  const abort = new AbortController();
  wire.fail({ kind: "late", ms: 60 }, 9);
  const opening = open("10 ms", abort.signal).then(String, String);
  await clock.advance(milliseconds(100));
  abort.abort("enough");
  assert.is(await clock.run(opening, seconds(1)), "enough");
});

test.run();
