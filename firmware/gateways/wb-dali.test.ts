import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { atBaud } from "../../sim/baud.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { noTrouble } from "../../sim/gateways/kind.ts";
import { wbDaliSlave } from "../../sim/gateways/wb-dali.ts";
import { Gear } from "../../sim/gear.ts";
import { SimulatedModbus } from "../../sim/modbus.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { meterSdmTwin } from "../../sim/sensors/meter-sdm.ts";
import type { Command } from "../dali/command.ts";
import { dapc, off, queryActualLevel, up } from "../dali/commands/gear.ts";
import { forward16, forward24 } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { modbusLines } from "../modbus/lines.ts";
import { meterSdm } from "../sensors/meter-sdm.ts";
import { optionsOf } from "./kind.ts";
import { wbDali } from "./wb-dali.ts";
import {
  decodeEntry,
  decodeOutcome,
  decodeRing,
  decodeSlot,
  encodeEntry,
  encodeOutcome,
  encodeSlot,
  type RingEntry,
} from "./wb-dali-registers.ts";
import { RingReader } from "./wb-dali-ring.ts";

const UNIT = 3;
const METER = 1;
const LIMIT = seconds(20);

/** A box and a meter on one line, each of the box's buses with a lamp at address 5. */
function setUp(baud = 115_200) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(5);
  const trouble = noTrouble();
  const buses = [0, 1, 2].map((i) => {
    const bus = new SimulatedBus(clock, random.fork(`bus ${i}`));
    const gear = new Gear({ clock, random, address: 5, power: watts(60) });
    bus.add(gear);
    const heard: Heard[] = [];
    bus.onFrame((frame) => heard.push(frame));
    return { bus, gear, heard };
  });
  const line = new SimulatedModbus(clock);
  line.slaves.set(
    UNIT,
    wbDaliSlave(
      buses.map(({ bus }) => bus),
      { trouble },
    ),
  );
  const meter = meterSdmTwin(clock);
  line.slaves.set(METER, meter.slave);
  const port = new SimulatedPort("rs485", (far) => line.attach(atBaud(clock, far, baud)));
  const lines = modbusLines({ bytes: () => port, clock });
  const settings = { baud };
  const connect = async (channel: number, options: Record<string, string> = {}): Promise<DaliGateway> => {
    const { signal } = new AbortController();
    const at = {
      port: "rs485",
      settings,
      address: UNIT,
      silent: "gateway-silent",
      patience: milliseconds(200),
    } as const;
    const unit = await lines.unit(at, signal);
    return wbDali.open(unit, channel, { clock, log: silent, signal, options: optionsOf(wbDali, options) });
  };
  const open = (channel: number, options?: Record<string, string>) => clock.run(connect(channel, options), LIMIT);
  return { clock, random, buses, line, meter, port, lines, settings, open, trouble };
}

const request = (command: Command<unknown>, priority: GatewayRequest["priority"] = 3): GatewayRequest => ({
  frame: command.frame,
  twice: command.twice,
  answers: command.answers,
  priority,
});

test("slots, outcomes and ring entries are as the maker's driver has them", () => {
  assert.equal(encodeSlot({ frame: forward16(0xff90), priority: 5, twice: false }), [0xff90, 0xa000]);
  assert.equal(encodeSlot({ frame: forward24(0xc10103), priority: 1, twice: true }), [0x0103, 0x32c1]);
  assert.is(decodeSlot([0xff90, 0]), null);
  assert.is(decodeSlot([0xff90, 0xa400]), null, "25 bits");
  assert.equal(decodeOutcome(0x01fe), { kind: "answered", value: 0xfe });
  assert.equal(decodeOutcome(0x0200), { kind: "unanswered" });
  assert.equal(decodeOutcome(0x0600), { kind: "unknown", status: 6 });
  for (let register = 0; register < 0x10000; register += 0x7f) {
    const outcome = decodeOutcome(register);
    assert.equal(decodeOutcome(encodeOutcome(outcome)), outcome);
  }
  fc.assert(
    fc.property(
      fc.nat(0xffffff),
      fc.boolean(),
      fc.constantFrom(1, 2, 3, 4, 5),
      fc.boolean(),
      (data, long, priority, twice) => {
        const frame = long ? forward24(data) : forward16(data & 0xffff);
        const slot = { frame, priority: priority as 1, twice };
        assert.equal(decodeSlot(encodeSlot(slot)), slot);
      },
    ),
  );
  const entry: RingEntry = { counter: 0xfffe, bits: 24, data: 0x8a55aa, backward: false, broken: true };
  assert.equal(encodeEntry(entry), [0x55aa, 0x8a, 0x218, 0xfffe]);
  assert.equal(decodeEntry(encodeEntry(entry)), entry);
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 20 }), (registers) => {
      for (const { bits, data, counter } of decodeRing(registers))
        assert.ok(bits <= 0xff && data <= 0x1ffffff && counter <= 0xffff);
    }),
  );
});

test("a ring is followed past its turn; what was overwritten is counted; a box that counts anew is not a gap", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }), (start, bursts) => {
      const reader = new RingReader();
      let counter = start;
      const ring: RingEntry[] = [];
      const put = () => {
        ring[counter % 4] = { counter, bits: 16, data: counter, backward: false, broken: false };
        counter = (counter + 1) % 0x10000;
      };
      const entries = () => ring.filter(Boolean);
      put();
      assert.equal(reader.look(entries()), { missed: 0, fresh: [] });
      for (const burst of bursts) {
        const expected = Array.from({ length: burst }, (_, i) => (counter + i) % 0x10000);
        for (let i = 0; i < burst; i++) put();
        const { missed, fresh } = reader.look(entries());
        assert.is(missed, Math.max(0, burst - 4));
        assert.equal(
          fresh.map((one) => one.counter),
          expected.slice(-4),
        );
      }
    }),
  );
  const reader = new RingReader();
  const one = (counter: number) => ({ counter, bits: 16, data: 1, backward: false, broken: false });
  reader.look([one(500)]);
  assert.equal(reader.look([one(1), one(2)]), { missed: 0, fresh: [one(1), one(2)] });
  assert.equal(reader.look([one(1), one(2), one(3)]), { missed: 0, fresh: [one(3)] });
});

test("three buses of one box and a meter work on one line at the same time, and fairly", async () => {
  const { clock, buses, lines, settings, meter, open } = setUp();
  const gateways = [await open(0), await open(1), await open(2)];
  meter.show(321);
  const stop = new AbortController();
  const seen: string[] = [];
  const sensor = meterSdm({
    id: "meter/1",
    lines,
    port: "rs485",
    settings,
    address: METER,
    phases: 3,
    clock,
    random: new SeededRandom(2),
    log: silent,
  });
  const running = sensor.run((reading) => seen.push(reading.kind), stop.signal);
  const asked = gateways.map(async (gateway, i) => {
    const levels = [];
    for (let turn = 0; turn < 40; turn++) {
      await gateway.send(request(dapc(5, 100 + i * 10 + (turn % 10)), 2));
      levels.push(await gateway.send(request(queryActualLevel(5), 5)));
    }
    return { levels, at: clock.monotonic() };
  });
  const done = await clock.run(Promise.all(asked), LIMIT);
  for (const [i, { levels }] of done.entries())
    assert.equal(
      levels,
      Array.from({ length: 40 }, (_, turn) => ({ kind: "byte", value: 100 + i * 10 + (turn % 10) })),
    );
  const ends = done.map(({ at }) => at);
  assert.ok(Math.max(...ends) / Math.min(...ends) < 1.1, "none waits for the others");
  for (const { heard } of buses) assert.is(heard.filter(({ kind }) => kind === "forward").length, 80);
  assert.is(seen[0], "power");
  assert.not(seen.includes("fault"));
  stop.abort();
  await clock.run(running, milliseconds(0));
  for (const gateway of gateways) await gateway.close();
  await clock.advance(seconds(1));
  assert.equal(clock.waiting(), []);
});

/** Mean time of so many queries, one after the other, ms; and that of the same on the bare bus. */
async function latency(baud: number): Promise<number> {
  const { clock, open } = setUp(baud);
  const gateway = await open(1);
  const since = clock.monotonic();
  const queries = 50;
  for (let i = 0; i < queries; i++)
    assert.equal((await clock.run(gateway.send(request(queryActualLevel(5), 2)), LIMIT)).kind, "byte");
  return (clock.monotonic() - since) / queries;
}

test("a query on a quiet bus takes at most 50 ms at 115200 baud, 80 ms at 9600", async () => {
  // The wire alone takes 14.2 for the question, 8 until the answer, 7.5 for it: 30 ms.
  const [fast, slow] = [await latency(115_200), await latency(9600)];
  assert.ok(fast < 50, `${fast}`);
  assert.ok(slow < 80, `${slow}`);
});

test("a frame whose confirmation was lost is sent again at once, and never much later", async () => {
  // Before it is sent, while it is on the bus, and when it has been sent: at another of its 16 places each time.
  for (const [place, done] of [
    [0, true],
    [3, false],
    [15, true],
  ] as const) {
    const { clock, line, buses, open } = setUp();
    const gateway = await open(0);
    const { heard } = buses[0] as (typeof buses)[0];
    for (let i = 0; i < place; i++) await clock.run(gateway.send(request(off(5))), LIMIT);
    const box = line.slaves.get(UNIT);
    if (!box) throw new Error("no box");
    let lost = false;
    line.slaves.set(UNIT, {
      ...box,
      answer(asked) {
        if (lost || asked.kind !== "write-registers") return box.answer(asked);
        lost = true;
        if (done) box.answer(asked);
        return null;
      },
    });
    const before = heard.length;
    await clock.run(gateway.send(request(up(5))), LIMIT);
    const ups = () => heard.slice(before).filter((one) => one.kind === "forward" && one.frame.data === 0x0b01).length;
    assert.is(ups(), done ? 2 : 1);
    for (let i = 0; i < 40; i++) await clock.run(gateway.send(request(queryActualLevel(6), 5)), LIMIT);
    assert.is(ups(), done ? 2 : 1);
    assert.is(heard.length - before, 40 + ups());
    await gateway.close();
  }
});

test("a queue whose pointer is not where it should be is set right, and costs one frame's time", async () => {
  const { clock, line, buses, open } = setUp();
  const gateway = await open(0);
  await clock.run(gateway.send(request(off(5))), LIMIT);
  const slave = line.slaves.get(UNIT);
  slave?.answer({ kind: "write-register", at: 1432, value: 9 });
  assert.equal(await clock.run(gateway.send(request(dapc(5, 77))), seconds(2)), { kind: "none" });
  const { gear, heard } = buses[0] as (typeof buses)[0];
  assert.is(gear.arc, 77);
  const since = clock.monotonic();
  await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT);
  assert.ok(clock.monotonic() - since < 100);
  await clock.advance(seconds(2));
  assert.is(heard.filter((one) => one.kind === "forward" && one.frame.data === dapc(5, 77).frame.data).length, 1);
});

test("a frame that never gets on the bus is a fault of the gateway, which works on", async () => {
  const { clock, line, open } = setUp();
  const gateway = await open(0);
  const box = line.slaves.get(UNIT);
  if (!box) throw new Error("no box");
  line.slaves.set(UNIT, {
    ...box,
    answer: (asked) => (asked.kind === "write-registers" ? { kind: "written" } : box.answer(asked)),
  });
  const fault = await clock.run(
    gateway.send(request(off(5))).then(
      () => "none",
      (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
    ),
    seconds(4),
  );
  assert.is(fault, "gateway-fault");
  line.slaves.set(UNIT, box);
  assert.equal(await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 254 });
});

test("frames of others are events at 115200 baud without a gap, and at 9600 each that was lost is counted", async () => {
  for (const baud of [115_200, 9600]) {
    const { clock, buses, open } = setUp(baud);
    const gateway = await open(2);
    const { bus } = buses[2] as (typeof buses)[0];
    const sent = 60;
    for (let i = 0; i < sent; i++) {
      bus.transmit({ frame: forward24(0x800000 + i), priority: 4, twice: false });
      await clock.advance(milliseconds(45));
    }
    await clock.advance(seconds(1));
    await gateway.close();
    const events: BusEvent[] = [];
    for await (const event of gateway.events) events.push(event);
    const frames = events.flatMap((event) => (event.kind === "frame" ? [event.data - 0x800000] : []));
    const gaps = events.reduce((sum, event) => sum + (event.kind === "gap" ? event.frames : 0), 0);
    assert.equal(
      frames,
      [...frames].sort((a, b) => a - b),
    );
    assert.is(frames.length + gaps, sent);
    assert.ok(baud === 9600 ? gaps > 0 : gaps === 0, `${gaps} at ${baud}`);
  }
});

test("monitor off reads no ring; supply switches the coil of its own bus only", async () => {
  const { clock, line, buses, open } = setUp();
  const asked: string[] = [];
  const box = line.slaves.get(UNIT);
  if (!box) throw new Error("no box");
  line.slaves.set(UNIT, {
    ...box,
    answer(one) {
      if (one.kind === "read") asked.push(`${one.table} ${one.first}`);
      return box.answer(one);
    },
  });
  const gateway = await open(1, { monitor: "off", supply: "on" });
  buses[1]?.bus.transmit({ frame: forward16(0xff05), priority: 3, twice: false });
  await clock.advance(seconds(5));
  assert.equal([...new Set(asked)], ["discrete-inputs 1011"]);
  assert.equal(box.answer({ kind: "read", table: "coils", first: 1031, count: 1 }), { kind: "bits", values: [true] });
  await gateway.close();
});

test("its line is shared and slow: the ring is read a tenth of the time at most", async () => {
  const { clock, line, open } = setUp(9600);
  let looks = 0;
  const box = line.slaves.get(UNIT);
  if (!box) throw new Error("no box");
  line.slaves.set(UNIT, {
    ...box,
    answer(one) {
      if (one.kind === "read" && one.table === "input-registers") looks++;
      return box.answer(one);
    },
  });
  const gateway = await open(0);
  await clock.advance(seconds(30));
  // A look is 8 and 37 bytes at 9600 baud: 47 ms and the turn-round.
  assert.ok(looks > 50 && looks <= 30_000 / 470, `${looks}`);
  await gateway.close();
});

test("a channel that it has not is the caller's mistake, and the line is let go", async () => {
  const { clock, port, open } = setUp();
  for (const channel of [-1, 3, 0.5])
    assert.match(await open(channel).then(String, String), /TypeError: channel is .*: allowed 0 to 2/);
  await clock.advance(duration(10));
  assert.ok(port.present);
  assert.equal(clock.waiting(), []);
});

test.run();
