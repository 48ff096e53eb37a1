/** What is LUBA's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { lubaTwin } from "../../sim/gateways/luba.ts";
import { Gear } from "../../sim/gear.ts";
import { pipe } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { off, queryActualLevel, queryMinLevel } from "../dali/commands/gear.ts";
import type { BusEvent, GatewayRequest, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { optionsOf } from "./kind.ts";
import { luba } from "./luba.ts";
import { encodeLuba, LubaDecoder } from "./luba-frame.ts";
import { encodeAccepted, encodeDeviceInfo, encodeEvent, LUBA, type LubaEvent } from "./luba-message.ts";

const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const never = new AbortController().signal;

/** A box played by hand: it answers questions about itself, the test says the rest. */
async function scripted(settings = [0, 0x12, 0], options: Readonly<Record<string, string>> = {}) {
  const clock = new VirtualClock(instant(0));
  const [near, far] = pipe();
  const asked: number[] = [];
  const say = (command: number, payload: Uint8Array) => far.write(encodeLuba(command, payload));
  const event = (what: LubaEvent) => say(LUBA.event, encodeEvent(what));
  void (async () => {
    const decoder = new LubaDecoder("host");
    for await (const chunk of far.chunks) {
      for (const { command } of decoder.push(chunk)) {
        asked.push(command);
        if (command === LUBA.deviceInfo) await say(0x21, encodeDeviceInfo({ gtin: 1, article: 24166096 }));
        if (command === LUBA.settings) await say(0x2b, Uint8Array.from(settings));
      }
    }
  })().catch(() => {});
  const opening = luba.open(near, { clock, log: silent, signal: never, options: optionsOf(luba, options) });
  return { clock, far, asked, say, event, opening };
}

/** How a send stands: its reply, its fault, or that it waits. */
function watched(work: Promise<Reply>): () => string {
  let state = "waits";
  work.then(
    (reply) => {
      state = reply.kind;
    },
    (error: unknown) => {
      state = error instanceof Fault ? error.kind : String(error);
    },
  );
  return () => state;
}

const sent = (id: number) => ({ kind: "sent", tick: 0, id, ...query.frame }) as const;
const soon = milliseconds(1);

test("a confirmation under another number is not ours", async () => {
  const { clock, say, event, opening } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  const state = watched(gateway.send({ ...query, answers: false }));
  await say(0x33, encodeAccepted({ kind: "accepted", id: 2 }));
  await event(sent(1));
  await clock.advance(soon);
  assert.is(state(), "waits");
  await event(sent(2));
  await clock.advance(soon);
  assert.is(state(), "none");
});

test("a lost acknowledgement does no harm: the confirmation is known by its frame", async () => {
  const { clock, event, opening, asked } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  const state = watched(gateway.send(query));
  await event({ ...sent(9), data: 0x1234 });
  await event(sent(9));
  await clock.advance(milliseconds(20));
  await event({ kind: "received", tick: 0, bits: 8, data: 77 });
  await clock.advance(soon);
  assert.is(state(), "byte");
  assert.is(asked.filter((command) => command === LUBA.addFrame).length, 1);
});

test("a refused frame is a fault of its own, and the box stays open", async () => {
  const { clock, say, opening } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  const state = watched(gateway.send(query));
  await say(0x33, encodeAccepted({ kind: "refused", code: 3 }));
  await clock.advance(soon);
  assert.is(state(), "protocol");
  assert.is(watched(gateway.send(query))(), "waits");
});

test("a code for a full buffer is known only where the configuration names it", async () => {
  for (const [options, wanted] of [
    [{}, "protocol"],
    [{ "full-code": "3" }, "gateway-full"],
    [{ "full-code": "4" }, "protocol"],
  ] as const) {
    const { clock, say, opening } = await scripted([0, 0x12, 0], options);
    const gateway = await clock.run(opening, seconds(1));
    const state = watched(gateway.send(query));
    for (let i = 0; i < 6; i++) {
      await say(0x33, encodeAccepted({ kind: "refused", code: 3 }));
      await clock.advance(milliseconds(101));
    }
    assert.is(state(), wanted);
  }
});

test("events of type 1 end a frame at once where their codes are known, and say nothing elsewhere", async () => {
  for (const [failures, code, wanted] of [
    ["coded", 61, "bus-collision"],
    ["coded", 62, "bus-power-lost"],
    ["silent", 61, "waits"],
  ] as const) {
    const { clock, event, opening, asked } = await scripted([0, 0x12, 0], { failures });
    const gateway = await clock.run(opening, seconds(1));
    const state = watched(gateway.send(query));
    for (let i = 0; i < 2; i++) {
      await event({ kind: "unknown", status: 0x40 | code });
      await clock.advance(soon);
    }
    assert.is(state(), wanted);
    assert.is(asked.filter((command) => command === LUBA.addFrame).length, failures === "coded" ? 2 : 1);
  }
});

test("frames that are taken and never sent: the bus is dead, or others are in the way where framing errors are heard", async () => {
  for (const [errors, wanted] of [
    [0, "bus-power-lost"],
    [1, "bus-collision"],
  ] as const) {
    const { clock, say, event, opening } = await scripted();
    const gateway = await clock.run(opening, seconds(1));
    const state = watched(gateway.send(query));
    for (let i = 0; i < 2; i++) {
      await say(0x33, encodeAccepted({ kind: "accepted", id: i }));
      for (let j = 0; j < errors; j++) await event({ kind: "framing-error", tick: 0 });
      await clock.advance(milliseconds(1001));
    }
    assert.is(state(), wanted);
  }
});

test("noise in the reply window is an answer of several, outside of it an event", async () => {
  const { clock, event, opening } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  await event({ kind: "framing-error", tick: 0 });
  await clock.advance(soon);
  for (const kind of ["framing-error", "noise"] as const) {
    const state = watched(gateway.send(query));
    await event(sent(1));
    await event({ kind, tick: 0 });
    await clock.advance(soon);
    assert.is(state(), "collision");
  }
  await gateway.close();
  const events: BusEvent[] = [];
  for await (const one of gateway.events) events.push(one);
  assert.equal(events, [{ kind: "framing-error", at: 0 }]);
});

test("a reply held back by a broken start before it still counts", async () => {
  const { clock, far, event, opening } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  const state = watched(gateway.send(query));
  await event(sent(1));
  await clock.advance(milliseconds(10));
  await far.write(Uint8Array.of(0x59, 0x31, 23));
  await event({ kind: "received", tick: 0, bits: 8, data: 77 });
  await clock.advance(milliseconds(14));
  assert.is(state(), "waits");
  await clock.advance(milliseconds(2));
  assert.is(state(), "byte");
  assert.is(gateway.discarded, 3);
});

test("a confirmation held back by a broken start comes when the line has been quiet for 20 ms", async () => {
  const { clock, far, event, opening } = await scripted();
  const gateway = await clock.run(opening, seconds(1));
  const state = watched(gateway.send({ ...query, answers: false }));
  await far.write(Uint8Array.of(0x59, 0x31, 23));
  await event(sent(1));
  await clock.advance(milliseconds(19));
  assert.is(state(), "waits");
  await clock.advance(milliseconds(2));
  assert.is(state(), "none");
});

test("a box that keeps other settings is not used: it may not report what is sent", async () => {
  const { clock, opening } = await scripted([0, 0xff, 0]);
  const fault = opening.then(String, (error: unknown) => (error instanceof Fault ? error.kind : String(error)));
  assert.is(await clock.run(fault, seconds(1)), "protocol");
});

test("opening ends with the signal's reason", async () => {
  const clock = new VirtualClock(instant(0));
  const [near] = pipe();
  const abort = new AbortController();
  const opening = luba.open(near, { clock, log: silent, signal: abort.signal, options: {} }).then(String, String);
  await clock.advance(milliseconds(100));
  abort.abort("enough");
  assert.is(await clock.run(opening, soon), "enough");
  assert.equal(clock.waiting(), []);
});

test("another master's reply just before our frame is not ours", async () => {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(2);
  const bus = new SimulatedBus(clock, random);
  bus.add(new Gear({ clock, random, address: 5, power: watts(60) }));
  const [near, far] = pipe();
  lubaTwin(bus)(far);
  const gateway = await clock.run(luba.open(near, { clock, log: silent, signal: never, options: {} }), seconds(1));
  bus.transmit({ frame: queryMinLevel(5).frame, priority: 2, twice: false });
  const reply = await clock.run(gateway.send(query), seconds(1));
  assert.equal(reply, { kind: "byte", value: 254 });
  assert.equal(await clock.run(gateway.send({ ...off(5), priority: 2 }), seconds(1)), { kind: "none" });
});

test.run();
