import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, instant, milliseconds, seconds } from "../../controllers/units.ts";
import { atBaud } from "../../sim/baud.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type ModbusSlave, registerSlave, SimulatedModbus } from "../../sim/modbus.ts";
import { type PipeEnd, SimulatedPort } from "../../sim/pipe.ts";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { modbusLines, type UnitPlace } from "./lines.ts";
import type { ModbusRequest } from "./pdu.ts";
import { encodeReply } from "./rtu.ts";

const LIMIT = seconds(60);
const settings = { baud: 9600 };

/** A line with a unit at each of the addresses, whose holding registers are kept and whose other tables count up from 0. */
function setUp(addresses = [1, 2, 3], baud: number | null = 9600) {
  const clock = new VirtualClock(instant(1e12));
  const line = new SimulatedModbus(clock);
  const served: { unit: number; at: number; request: ModbusRequest }[] = [];
  const dead = new Set<number>();
  const slave = (unit: number): ModbusSlave => {
    const kept = new Map<number, number | boolean>();
    const registers = registerSlave(
      {
        read(table, at) {
          if (at >= 1000) return undefined;
          if (table === "coils" || table === "holding-registers") return kept.get(at) ?? 0;
          return table === "input-registers" ? unit * 100 + at : at % 3 === 0;
        },
        write(at, value) {
          kept.set(at, value);
          return at < 1000;
        },
      },
      5,
    );
    return {
      thinks: 5,
      answer(request) {
        served.push({ unit, at: clock.monotonic(), request });
        return dead.has(unit) ? null : registers.answer(request);
      },
    };
  };
  for (const address of addresses) line.slaves.set(address, slave(address));
  const ends: PipeEnd[] = [];
  let open = 0;
  const port = new SimulatedPort("rs485", (far) => {
    ends.push(far);
    line.attach(baud === null ? far : atBaud(clock, far, baud));
  });
  const bytes = () => ({
    name: "rs485",
    async open(signal: AbortSignal): Promise<ByteStream> {
      assert.is(open, 0, "one opening at a time");
      const stream = await port.open(signal);
      open++;
      let closed = false;
      return {
        ...stream,
        chunks: stream.chunks,
        async close() {
          await clock.sleep(milliseconds(20), "slow close");
          if (!closed) open--;
          closed = true;
          await stream.close();
        },
      };
    },
  });
  const lines = modbusLines({ bytes, clock });
  const place = (address: number, more: Partial<UnitPlace> = {}): UnitPlace => ({
    port: "rs485",
    settings,
    address,
    silent: "sensor-silent",
    ...more,
  });
  const unit = (address: number, more?: Partial<UnitPlace>) =>
    clock.run(lines.unit(place(address, more), new AbortController().signal), LIMIT);
  return { clock, line, served, dead, port, lines, place, unit, ends, opened: () => open };
}

const kindOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

test("every function does what it says", async () => {
  const { clock, unit } = setUp();
  const one = await unit(1);
  const work = async () => {
    await one.writeCoil(3, true);
    await one.writeCoils(5, [true, false, true]);
    await one.writeRegister(20, 77);
    await one.writeRegisters(21, [1, 2, 65535]);
    assert.is(await one.writeRegistersOnce(24, [9]), true);
    return [
      await one.readCoils(3, 5),
      await one.readDiscreteInputs(0, 4),
      await one.readHoldingRegisters(20, 5),
      await one.readInputRegisters(7, 2),
    ];
  };
  assert.equal(await clock.run(work(), LIMIT), [
    [true, false, true, false, true],
    [true, false, false, true],
    [77, 1, 2, 65535, 9],
    [107, 108],
  ]);
  await clock.run(one.close(), LIMIT);
});

test("a refusal is a fault at once, and no silence; a number that cannot be is the caller's mistake", async () => {
  const { clock, unit, served } = setUp();
  const one = await unit(1);
  assert.is(await clock.run(kindOf(one.readInputRegisters(999, 2)), LIMIT), "protocol");
  assert.is(served.length, 1);
  assert.match(await kindOf(one.readInputRegisters(0, 126)), /TypeError: count is 126: allowed 1 to 125/);
  assert.is(served.length, 1);
  await clock.run(one.close(), LIMIT);
  const { lines, place } = setUp();
  for (const address of [0, 248, 1.5])
    assert.match(await kindOf(lines.unit(place(address), new AbortController().signal)), /TypeError.*allowed 1 to 247/);
});

test("requests never overlap, units have their turns, and 3.5 characters part the frames", async () => {
  const { clock, unit, served } = setUp();
  const units = [await unit(1), await unit(2), await unit(3)];
  // The first asks twelve times at once, the others twice.
  const asked = units.flatMap((one, i) => Array.from({ length: i === 0 ? 12 : 2 }, () => one.readInputRegisters(0, 2)));
  const values = await clock.run(Promise.all(asked), LIMIT);
  assert.equal(values[0], [100, 101]);
  assert.equal(values.at(-1), [300, 301]);
  assert.equal(
    served.slice(0, 7).map((one) => one.unit),
    [1, 2, 3, 1, 2, 3, 1],
  );
  // 8 bytes there, 5 ms of thinking, 9 bytes back at 10 bits, then the gap of 3.5 characters of 11 bits.
  const least = (17 * 10_000) / 9600 + 5 + (3.5 * 11_000) / 9600;
  for (const [i, { at }] of served.entries())
    assert.ok(i === 0 || at - (served[i - 1]?.at ?? 0) > least - 0.01, `${at - (served[i - 1]?.at ?? 0)} ms`);
  for (const one of units) await clock.run(one.close(), LIMIT);
});

test("a lost reply is asked for again; three are the unit's own silence", async () => {
  const { clock, unit, dead, served } = setUp();
  const counts: Record<string, number> = {};
  const count = (what: string, by: number) => {
    counts[what] = (counts[what] ?? 0) + by;
  };
  const one = await unit(1, { count, silent: "gateway-silent" });
  dead.add(1);
  const asking = kindOf(one.readInputRegisters(0, 1));
  await clock.advance(milliseconds(700));
  dead.delete(1);
  assert.is(await clock.run(asking, LIMIT), "done");
  assert.is(served.length, 3);
  assert.equal(counts, { unanswered: 2, replies: 1 });
  dead.add(1);
  assert.is(await clock.run(kindOf(one.readInputRegisters(0, 1)), LIMIT), "gateway-silent");
  assert.equal(counts, { unanswered: 5, replies: 1 });
  assert.is(await clock.run(kindOf(one.readInputRegisters(0, 1)), LIMIT), "gateway-silent");
  assert.equal(counts, { unanswered: 6, replies: 1 }, "who is suspected is asked once");
  await clock.run(one.close(), LIMIT);
});

test("what is to be written once is sent once", async () => {
  const { clock, unit, dead, served } = setUp();
  const one = await unit(1);
  dead.add(1);
  assert.is(await clock.run(one.writeRegistersOnce(0, [1]), LIMIT), false);
  assert.is(served.length, 1);
  await clock.run(one.close(), LIMIT);
});

test("a dead unit does not starve the others: one of ten requests waits for it", async () => {
  const { clock, unit, dead } = setUp();
  const [gone, lives] = [await unit(1), await unit(2)];
  dead.add(1);
  const stop = new AbortController();
  const nag = async () => {
    while (!stop.signal.aborted) await kindOf(gone.readInputRegisters(0, 2));
  };
  const nagging = nag();
  await clock.advance(seconds(5));
  const waits: number[] = [];
  for (let i = 0; i < 50; i++) {
    const since = clock.monotonic();
    await clock.run(lives.readInputRegisters(0, 2), LIMIT);
    waits.push(clock.monotonic() - since);
  }
  // A request takes 23 ms, with the dead unit's 100 ms and its bytes 130 ms before it.
  assert.ok(waits.filter((wait) => wait < 160).length >= 42, `${waits.map(Math.round)}`);
  assert.ok(Math.max(...waits) < 570, `${Math.max(...waits)}`);
  stop.abort();
  await clock.run(gone.close(), LIMIT);
  await clock.run(nagging, LIMIT);
  await clock.run(lives.close(), LIMIT);
});

test("a unit that comes back is believed, also a slow one", async () => {
  const { clock, line, unit, dead } = setUp();
  const slow = line.slaves.get(1) as ModbusSlave;
  line.slaves.set(1, { ...slow, thinks: 300 });
  const one = await unit(1);
  dead.add(1);
  for (let i = 0; i < 5; i++) await clock.run(kindOf(one.readInputRegisters(0, 1)), LIMIT);
  dead.delete(1);
  const results: string[] = [];
  // Each asks for another number of registers: a reply that comes too late is not the next one's.
  for (let i = 0; i < 10; i++) results.push(await clock.run(kindOf(one.readInputRegisters(0, 2 + i)), LIMIT));
  assert.ok(results.includes("done"), `${results}`);
  assert.is(results.at(-1), "done");
  await clock.run(one.close(), LIMIT);
});

test("noise is counted by all on the line, delays them and harms nothing; a late reply is not another's", async () => {
  const { clock, line, unit } = setUp();
  const counted = [0, 0];
  const count = (i: number) => (what: string, by: number) => {
    if (what === "discarded") counted[i] = (counted[i] as number) + by;
  };
  const [one, two] = [await unit(1, { count: count(0) }), await unit(2, { count: count(1) })];
  line.say(Uint8Array.from({ length: 30 }, (_, i) => 200 + i));
  await clock.advance(milliseconds(40));
  assert.equal(counted, [30, 30]);
  assert.is(one.discarded, 30);
  const asked = { unit: 1, request: { kind: "read", table: "input-registers", first: 0, count: 1 } } as const;
  line.say(encodeReply(asked, { kind: "registers", values: [666] }));
  await clock.advance(milliseconds(40));
  assert.equal(await clock.run(one.readInputRegisters(0, 1), LIMIT), [100]);
  const asking = two.readInputRegisters(0, 1);
  line.say(encodeReply(asked, { kind: "registers", values: [666] }));
  assert.equal(await clock.run(asking, LIMIT), [200]);
  assert.is(one.discarded, 44);
  for (const each of [one, two]) await clock.run(each.close(), LIMIT);
});

test("a line that is never quiet is talked on all the same", async () => {
  const { clock, line, unit } = setUp();
  const one = await unit(1);
  const chatter = () => {
    line.say(Uint8Array.of(0xff));
    clock.after(2, "chatter", chatter);
  };
  chatter();
  assert.ok(["done", "sensor-silent"].includes(await clock.run(kindOf(one.readInputRegisters(0, 1)), seconds(5))));
});

test("one opening serves all; the port closes with its last unit, and opens anew only when it is closed", async () => {
  const { clock, lines, place, ends, opened } = setUp();
  const { signal } = new AbortController();
  const both = Promise.all([lines.unit(place(1), signal), lines.unit(place(2), signal)]);
  const [one, two] = await clock.run(both, LIMIT);
  assert.is(ends.length, 1);
  await one.close();
  await one.close();
  assert.is(opened(), 1);
  assert.is(await kindOf(one.readInputRegisters(0, 1)), "port-lost");
  assert.ok(one.ended.aborted && !two.ended.aborted);
  assert.equal(await clock.run(two.readInputRegisters(0, 1), LIMIT), [200]);
  const closing = two.close();
  const again = await clock.run(lines.unit(place(3), signal), LIMIT);
  await closing;
  assert.is(ends.length, 2);
  assert.equal(await clock.run(again.readInputRegisters(0, 1), LIMIT), [300]);
  await clock.run(again.close(), LIMIT);
  assert.is(opened(), 0);
  assert.equal(clock.waiting(), []);
});

test("a lost line ends every unit at once, and can be had again", async () => {
  // in the gap before a request, and while its reply is waited for
  for (const after of [3, 12]) await lose(milliseconds(after));
});

async function lose(after: Duration) {
  const { clock, port, unit, lines, place } = setUp();
  const [one, two] = [await unit(1), await unit(2)];
  const waiting = [kindOf(one.readInputRegisters(0, 1)), kindOf(two.readInputRegisters(0, 1))];
  await clock.advance(after);
  port.unplug();
  assert.equal(await clock.run(Promise.all(waiting), milliseconds(100)), ["port-lost", "port-lost"]);
  assert.ok(one.ended.aborted && (one.ended.reason as Fault).kind === "port-lost");
  const missing = kindOf(lines.unit(place(1), new AbortController().signal));
  assert.is(await clock.run(missing, LIMIT), "port-missing");
  port.replug();
  const again = await unit(1);
  for (const old of [one, two]) await clock.run(old.close(), LIMIT);
  assert.equal(await clock.run(again.readInputRegisters(0, 1), LIMIT), [100], "the old ones' end is not the new one's");
  await clock.run(again.close(), LIMIT);
  assert.equal(clock.waiting(), []);
}

test("who leaves while its request is on the line does not keep the others waiting for ever, nor is kept", async () => {
  const { clock, unit, dead } = setUp();
  const [one, two] = [await unit(1), await unit(2)];
  dead.add(1);
  const left = kindOf(one.readInputRegisters(0, 1));
  const other = two.readInputRegisters(0, 1);
  await clock.advance(milliseconds(10));
  await one.close();
  assert.is(await left, "port-lost");
  assert.equal(await clock.run(other, milliseconds(600)), [200]);
  await clock.run(two.close(), LIMIT);
  assert.equal(clock.waiting(), []);
});

test("an opening that is given up lets the port go; other settings are the caller's mistake", async () => {
  const { clock, lines, place, unit, opened } = setUp();
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  assert.is(await kindOf(lines.unit(place(1), stop.signal)), "Error: enough");
  const going = new AbortController();
  const opening = kindOf(lines.unit(place(1), going.signal));
  going.abort(new Error("enough"));
  assert.is(await clock.run(opening, LIMIT), "Error: enough");
  await clock.advance(seconds(1));
  assert.is(opened(), 0);
  const one = await unit(1);
  const other = lines.unit(place(2, { settings: { baud: 19200 } }), new AbortController().signal);
  assert.match(await kindOf(other), /TypeError: rs485 is open at 9600 baud/);
  await clock.run(one.close(), LIMIT);
  assert.is(opened(), 0);
});

test.run();
