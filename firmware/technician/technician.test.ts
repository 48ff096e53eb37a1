import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, level, milliseconds, minutes, seconds, watts } from "../../controllers/units.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { lubaTwin } from "../../sim/gateways/luba.ts";
import { Gear } from "../../sim/gear.ts";
import { type PipeEnd, pipe, SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { off, queryActualLevel } from "../dali/commands/gear.ts";
import type { DaliGateway } from "../dali/gateway.ts";
import { daliLine } from "../dali/line.ts";
import { luba } from "../gateways/luba.ts";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { Queue } from "../hal/queue.ts";
import { serveTechnician } from "./serve.ts";
import { borrowBus, watchBus } from "./visit.ts";

/** A cabinet with one lamp on bus/1, running, and its door. */
async function cabinet() {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(5);
  const bus = new SimulatedBus(clock, random);
  const gear = new Gear({ clock, random, address: 0, power: watts(60) });
  bus.add(gear);
  const port = new SimulatedPort("/dev/test", lubaTwin(bus));
  const line = daliLine({
    id: "bus/1",
    open: async (signal) => luba.open(await port.open(signal), { clock, log: silent, signal, options: {} }),
    clock,
    random,
    log: silent,
    lamps: [{ id: "lamp/1/0", address: 0, curve: "logarithmic" }],
    fadeTime: milliseconds(0),
    failSafe: level(100),
    pollEvery: seconds(10),
  });
  const abort = new AbortController();
  const readings: Reading[] = [];
  void line.run((reading) => readings.push(reading), abort.signal);
  const visitors = new Queue<ByteStream>();
  const served = serveTechnician({ visitors, buses: [line], clock, log: silent });
  await clock.advance(seconds(1));
  const visit = (): PipeEnd => {
    const [near, far] = pipe("technician");
    visitors.push(far);
    return near;
  };
  const faults = () => readings.flatMap((r) => (r.kind === "fault" ? [r.fault] : []));
  return { clock, gear, visit, faults, visitors, served, abort, port };
}

const request = (command: { frame: { bits: 16 | 24; data: number }; twice: boolean; answers: boolean }) => ({
  frame: command.frame,
  twice: command.twice,
  answers: command.answers,
  priority: 2 as const,
});
const faultOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

test("a borrower sends frames and has their replies; when he goes the cabinet has its bus again", async () => {
  const { clock, gear, visit, faults } = await cabinet();
  const stream = visit();
  const gateway = await clock.run(borrowBus(stream, "bus/1"), seconds(1));
  assert.match(gateway.description, /LUBA/);
  assert.equal(faults(), ["in-maintenance"]);
  assert.equal(await clock.run(gateway.send(request(off(0))), seconds(1)), { kind: "none" });
  assert.is(gear.arc, 0);
  assert.equal(await clock.run(gateway.send(request(queryActualLevel(0))), seconds(1)), { kind: "byte", value: 0 });
  await gateway.close();
  await clock.advance(seconds(1));
  assert.equal(faults(), ["in-maintenance", null]);
  assert.is(await faultOf(gateway.send(request(off(0)))), "port-lost");
});

test("a borrower whose tool dies holds nothing", async () => {
  const { clock, visit, faults } = await cabinet();
  const stream = visit();
  await clock.run(borrowBus(stream, "bus/1"), seconds(1));
  stream.unplug();
  await clock.advance(seconds(1));
  assert.equal(faults(), ["in-maintenance", null]);
});

test("a borrower who sends nothing for 15 minutes loses the bus, and is told why", async () => {
  const { clock, visit, faults } = await cabinet();
  const gateway = await clock.run(borrowBus(visit(), "bus/1"), seconds(1));
  await clock.advance(minutes(14));
  await clock.run(gateway.send(request(off(0))), seconds(1));
  await clock.advance(minutes(14.9));
  assert.equal(faults(), ["in-maintenance"]);
  await clock.advance(minutes(0.2));
  assert.equal(faults(), ["in-maintenance", null]);
  const why = await gateway.send(request(off(0))).then(String, String);
  assert.match(why, /15 minutes/);
});

test("a second borrower is told that the bus is lent; a fault of the bus reaches who has it", async () => {
  const { clock, visit, port } = await cabinet();
  const gateway: DaliGateway = await clock.run(borrowBus(visit(), "bus/1"), seconds(1));
  assert.is(await clock.run(faultOf(borrowBus(visit(), "bus/1")), seconds(1)), "port-busy");
  port.unplug();
  await clock.advance(seconds(1));
  assert.is(await faultOf(gateway.send(request(off(0)))), "port-lost");
});

test("a watcher sees the cabinet's own frames with both times, and sends nothing", async () => {
  const { clock, visit, faults } = await cabinet();
  const { traffic, moment } = await clock.run(watchBus(visit(), "bus/1"), seconds(1));
  assert.is(moment.now - moment.monotonic, clock.now() - clock.monotonic());
  const seen: string[] = [];
  void (async () => {
    for await (const one of traffic) seen.push(one.kind === "sent" ? one.frame.data.toString(16) : one.kind);
  })();
  await clock.advance(seconds(20));
  assert.ok(seen.includes("1a0") && seen.includes("190"), seen.join());
  assert.equal(faults(), []);
});

test("what is no call, and a frame that is none, is refused with what is allowed", async () => {
  const { clock, visit, faults } = await cabinet();
  const answerTo = async (text: string): Promise<string> => {
    const stream = visit();
    await stream.write(new TextEncoder().encode(text));
    const all: string[] = [];
    const read = (async () => {
      for await (const chunk of stream.chunks) all.push(new TextDecoder().decode(chunk));
    })().catch(() => {});
    await clock.advance(seconds(1));
    await stream.close();
    await read;
    await clock.advance(seconds(1));
    return all.join("");
  };
  assert.match(await answerTo("hello\n"), /"kind":"protocol"/);
  assert.match(await answerTo('{"want":"fly","bus":"bus/1"}\n'), /want is fly: allowed watch, borrow/);
  assert.match(await answerTo('{"want":"watch","bus":"bus/2"}\n'), /bus is bus\/2: allowed bus\/1/);
  assert.match(await answerTo("x".repeat(5000)), /longer than 4096/);
  const borrow = '{"want":"borrow","bus":"bus/1"}\n';
  const send = (what: object) => `${borrow}${JSON.stringify({ send: what })}\n`;
  const good = { frame: { bits: 16, data: 5 }, twice: false, answers: false, priority: 2 };
  assert.match(await answerTo(send({ ...good, frame: { bits: 17, data: 5 } })), /frame\.bits is 17: allowed 16, 24/);
  assert.match(await answerTo(send({ ...good, frame: { bits: 16, data: 65536 } })), /allowed 0 to 65535/);
  assert.match(await answerTo(send({ ...good, priority: 0 })), /priority is 0: allowed 1 to 5/);
  assert.match(await answerTo(send({ ...good, twice: 1 })), /twice, answers/);
  assert.is(faults().at(-1), null, "whoever was refused has given the bus back");
});

test("ends with its visitors", async () => {
  const { clock, visitors, served, abort } = await cabinet();
  visitors.end();
  abort.abort(new Error("end"));
  await clock.run(served, seconds(1));
});

test.run();
