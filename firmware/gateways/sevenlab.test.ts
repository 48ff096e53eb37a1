/** What is SevenLab's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { pipe } from "../../sim/pipe.ts";
import { off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { openSevenLab } from "./sevenlab.ts";
import {
  CommandDecoder,
  encodeMessage,
  type SevenLabCommand,
  type SevenLabMessage,
  STATUS,
} from "./sevenlab-message.ts";

const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const command: GatewayRequest = { ...off(5), priority: 3 };
const soon = milliseconds(1);

const looped = ({ frame }: GatewayRequest): SevenLabMessage => ({ kind: "frame", tick: 0, loopback: true, ...frame });
const heard = (bits: number, data: number, tick = 0): SevenLabMessage => ({
  kind: "frame",
  tick,
  loopback: false,
  bits,
  data,
});
const status = (code: number, loopback = false): SevenLabMessage => ({
  kind: "status",
  tick: 0,
  loopback,
  status: code,
  data: 0,
});

/** A box played by hand: it answers questions about itself, the test says the rest. */
async function scripted() {
  const clock = new VirtualClock(instant(0));
  const [near, far] = pipe();
  const told: (SevenLabCommand | null)[] = [];
  const say = (message: SevenLabMessage) => far.write(encodeMessage(message));
  void (async () => {
    const decoder = new CommandDecoder();
    for await (const chunk of far.chunks) {
      for (const one of decoder.push(chunk)) {
        told.push(one);
        if (one?.kind !== "information") continue;
        await say({ kind: "title" });
        await say({ kind: "version", version: "3.6.1" });
      }
    }
  })().catch(() => {});
  const signal = new AbortController().signal;
  const box = await clock.run(openSevenLab(near, { clock, log: silent, signal, options: {} }), seconds(1));
  told.length = 0;
  const kinds = () => told.map((one) => one?.kind);
  return { clock, far, told, kinds, say, box };
}

/** How some work stands: its reply, its fault, or that it waits. */
function watched(work: Promise<unknown>): () => string {
  let state = "waits";
  work.then(
    (reply) => {
      state = (reply as Reply | undefined)?.kind ?? "done";
    },
    (error: unknown) => {
      state = error instanceof Fault ? error.kind : String(error);
    },
  );
  return () => state;
}

async function eventsOf(gateway: DaliGateway) {
  await gateway.close();
  const events: BusEvent[] = [];
  for await (const event of gateway.events) events.push(event);
  return events;
}
const untimed = (events: readonly BusEvent[]) => events.map(({ at, ...event }) => event);

test("says which firmware it has", async () => {
  const { box } = await scripted();
  assert.is(box.description, "SevenLab dali_usb_lpc1114, firmware 3.6.1");
});

test("asks with a query, sends without, and twice in one command", async () => {
  const { clock, told, say, box } = await scripted();
  const twice: GatewayRequest = { ...setFadeTime(BROADCAST), priority: 3 };
  const asked = watched(box.send(query));
  await say(looped(query));
  await say(status(STATUS.timeout));
  await clock.advance(soon);
  assert.is(asked(), "none");
  const sent = watched(box.send(twice));
  await say(looped(twice));
  await clock.advance(soon);
  assert.is(sent(), "waits");
  await say(looped(twice));
  await clock.advance(soon);
  assert.is(sent(), "none");
  assert.equal(told, [
    { kind: "query", priority: 3, frame: query.frame },
    { kind: "send", priority: 3, frame: twice.frame, twice: true },
  ]);
});

test("every status of a spoilt answer is a collision, of a spoilt frame of ours a repetition, of others' an event", async () => {
  for (let code: number = STATUS.badStartBit; code <= STATUS.settlingViolation; code++) {
    const { clock, say, box, kinds } = await scripted();
    await say(status(code));
    const state = watched(box.send(query));
    await say(status(code));
    await say(status(code, true));
    await clock.advance(soon);
    assert.equal(kinds(), ["query", "query"]);
    await say(looped(query));
    await say(status(code));
    await clock.advance(soon);
    assert.is(state(), "collision");
    assert.equal(untimed(await eventsOf(box)), [{ kind: "framing-error" }, { kind: "framing-error" }]);
  }
});

test("a frame that is spoilt three times is given up", async () => {
  const { clock, say, box, kinds } = await scripted();
  const state = watched(box.send(command));
  for (let i = 0; i < 3; i++) await say(status(STATUS.collisionNoChange, true));
  await clock.advance(soon);
  assert.is(state(), "bus-collision");
  assert.equal(kinds(), ["send", "send", "send"]);
});

test("a report that was spoilt on the line is no absent answer, and the query is not repeated", async () => {
  const { clock, far, say, box, kinds } = await scripted();
  const state = watched(box.send(query));
  await say(looped(query));
  await far.write(Uint8Array.of(0x7b, 0x30, 0x30, 0x7d));
  await clock.advance(milliseconds(59));
  assert.is(state(), "waits");
  await clock.advance(milliseconds(2));
  assert.is(state(), "collision");
  assert.equal(kinds(), ["query"]);
});

test("a loopback of another frame is not ours; a time-out without one is", async () => {
  const { clock, say, box } = await scripted();
  const state = watched(box.send(query));
  await say(looped(command));
  await say(heard(16, query.frame.data));
  await say(heard(8, 1));
  await clock.advance(soon);
  assert.is(state(), "waits");
  await say(status(STATUS.timeout));
  await clock.advance(soon);
  assert.is(state(), "none");
  assert.equal(untimed(await eventsOf(box)), [
    { kind: "frame", bits: 16, data: query.frame.data },
    { kind: "frame", bits: 8, data: 1 },
  ]);
});

test("frames of others have the time at which they were over", async () => {
  const { clock, say, box } = await scripted();
  const opened = clock.monotonic();
  await clock.advance(milliseconds(16.5));
  // 14.2 ms of bits and 2.4 ms of stop condition, then at once
  await say(heard(16, 0xff05, 1000));
  await clock.advance(milliseconds(100 + 12));
  // 100 ms later on the bus, kept back for 12 ms
  await say(heard(16, 0xff05, 1100));
  await clock.advance(soon);
  const [first, second] = await eventsOf(box);
  assert.ok(Math.abs((first?.at ?? 0) - opened - 14.1) < 0.01, `${first?.at}`);
  assert.ok(Math.abs((second?.at ?? 0) - opened - 114.1) < 0.1, `${second?.at}`);
});

test("a low bus ends the request at once; a frame that is not sent meanwhile is not handed over again", async () => {
  const { clock, say, box, kinds } = await scripted();
  const state = watched(box.send(command));
  await say(status(STATUS.busLow));
  await clock.advance(soon);
  assert.is(state(), "bus-power-lost");
  const next = watched(box.send(command));
  await clock.advance(milliseconds(700));
  assert.is(next(), "bus-power-lost");
  assert.equal(kinds(), ["send", "send", "information"]);
  await say(status(STATUS.recovered));
  await clock.advance(soon);
  assert.equal(untimed(await eventsOf(box)), [
    { kind: "bus", fault: "bus-power-lost" },
    { kind: "bus", fault: null },
  ]);
});

test("a frame that never loops back, on a bus that nobody called low, is handed over twice", async () => {
  const { clock, box, kinds } = await scripted();
  const state = watched(box.send(command));
  await clock.advance(seconds(1.3));
  assert.is(state(), "bus-power-lost");
  assert.equal(kinds(), ["send", "information", "send", "information"]);
});

test("a command it cannot read or do is said again, then refused; the box stays open", async () => {
  for (const code of [STATUS.cannotProcess, STATUS.badArgument, STATUS.badCommand, STATUS.badCommandToo]) {
    const { clock, say, box, kinds } = await scripted();
    await say(status(code));
    await clock.advance(soon);
    const state = watched(box.send(command));
    await say(status(code));
    await clock.advance(soon);
    assert.is(state(), "waits");
    await say(status(code));
    await clock.advance(soon);
    assert.is(state(), "protocol");
    assert.equal(kinds(), ["send", "send"]);
    const works = watched(box.send(command));
    await say(looped(command));
    await clock.advance(soon);
    assert.is(works(), "none");
  }
});

test("on a bench it plays gear: a byte, and a frame that nobody can read", async () => {
  const { clock, say, box, told } = await scripted();
  const answer = watched(box.backward(0x5a));
  await say(heard(8, 0x5a));
  await clock.advance(soon);
  assert.is(answer(), "waits");
  await say({ kind: "frame", tick: 0, loopback: true, bits: 8, data: 0x5a });
  await clock.advance(soon);
  assert.is(answer(), "done");
  const corrupt = watched(box.corrupt());
  await say(status(STATUS.badDataBit));
  await clock.advance(soon);
  assert.is(corrupt(), "waits");
  await say(status(STATUS.badDataBit, true));
  await clock.advance(soon);
  assert.is(corrupt(), "done");
  const lost = watched(box.backward(1));
  await clock.advance(milliseconds(101));
  assert.is(lost(), "gateway-silent");
  assert.equal(told, [{ kind: "backward", value: 0x5a }, { kind: "corrupt" }, { kind: "backward", value: 1 }]);
  const works = watched(box.send(command));
  await say(looped(command));
  await clock.advance(soon);
  assert.is(works(), "none");
});

test.run();
