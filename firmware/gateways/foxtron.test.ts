/** What is Foxtron's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { foxtronTwin } from "../../sim/gateways/foxtron.ts";
import { pipe } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward16 } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Priority, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { foxtron } from "./foxtron.ts";
import { encodeFoxtron, FoxtronDecoder } from "./foxtron-frame.ts";
import {
  decodeFromHost,
  encodeFromBox,
  type FromBox,
  type FromHost,
  ITEM,
  POWER,
  SPECIALS,
} from "./foxtron-message.ts";

const opening = (clock: VirtualClock) => ({ clock, log: silent, signal: new AbortController().signal, options: {} });
const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const command: GatewayRequest = { ...off(5), priority: 3 };
const soon = milliseconds(1);
const own = (request: GatewayRequest) => ({ own: true, ...request.frame }) as const;

/** A box played by hand: it answers questions about itself, the test says the rest. */
async function scripted(power: number = POWER.good) {
  const clock = new VirtualClock(instant(0));
  const [near, far] = pipe();
  const box = { power, answers: true };
  const told: FromHost[] = [];
  const say = (message: FromBox) => far.write(encodeFoxtron(encodeFromBox(message)));
  void (async () => {
    const decoder = new FoxtronDecoder();
    for await (const chunk of far.chunks) {
      for (const payload of decoder.push(chunk)) {
        const message = decodeFromHost(payload);
        if (!message) continue;
        told.push(message);
        if (!box.answers) continue;
        const { kind } = message;
        if (kind === "write") await say({ ...message, kind: "written", result: 0 });
        if (kind !== "read") continue;
        const value = message.item === ITEM.power ? box.power : message.item === ITEM.firmware ? 0x0406 : 77;
        await say({ kind: "value", item: message.item, value });
      }
    }
  })().catch(() => {});
  const gateway = await clock.run(foxtron.open(near, opening(clock)), seconds(1));
  const opened = told.splice(0);
  return { clock, box, told, opened, say, gateway };
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

async function eventsOf(gateway: DaliGateway) {
  await gateway.close();
  const events: BusEvent[] = [];
  for await (const event of gateway.events) events.push(event);
  return events.map(({ at, ...event }) => event);
}

test("opening asks who it is, empties its queue, and tells how the bus is", async () => {
  const { gateway, opened } = await scripted();
  assert.is(gateway.description, "Foxtron, serial number 77, firmware 4.6");
  assert.equal(opened, [
    { kind: "read", item: ITEM.firmware },
    { kind: "read", item: ITEM.serial },
    { kind: "write", item: ITEM.queue, value: 0 },
    { kind: "read", item: ITEM.power },
  ]);
  assert.equal(await eventsOf(gateway), []);
  const mains = await scripted(POWER.mains);
  assert.equal(await eventsOf(mains.gateway), [{ kind: "bus", fault: "gateway-fault" }]);
});

test("a frame sent twice and answered twice is done at the second answer; answered once, 100 ms later", async () => {
  const { clock, say, gateway } = await scripted();
  const twice: GatewayRequest = { ...setFadeTime(BROADCAST), priority: 3 };
  const state = watched(gateway.send(twice));
  await say({ kind: "heard", ...own(twice) });
  await clock.advance(milliseconds(60));
  assert.is(state(), "waits");
  await say({ kind: "heard", ...own(twice) });
  await clock.advance(soon);
  assert.is(state(), "none");
  const once = watched(gateway.send(twice));
  await say({ kind: "heard", ...own(twice) });
  await clock.advance(milliseconds(99));
  assert.is(once(), "waits");
  await clock.advance(milliseconds(2));
  assert.is(once(), "none");
});

test("only the answer to our own frame is ours", async () => {
  const { clock, say, gateway } = await scripted();
  const state = watched(gateway.send(query));
  await say({ kind: "answered", ...own(query), own: false, answer: 1 });
  await say({ kind: "answered", ...own(command), answer: 2 });
  await say({ kind: "heard", own: true, bits: 24, data: query.frame.data });
  await clock.advance(soon);
  assert.is(state(), "waits");
  await say({ kind: "answered", ...own(query), answer: null });
  await clock.advance(soon);
  assert.is(state(), "collision");
  assert.equal(await eventsOf(gateway), [
    { kind: "frame", ...query.frame },
    { kind: "frame", bits: 8, data: 1 },
  ]);
});

test("foreign frames that cannot be read are framing errors", async () => {
  const { clock, say, gateway } = await scripted();
  await say({ kind: "heard", own: false, bits: 0, data: 0 });
  await say({ kind: "answered", own: false, bits: 16, data: 0xff90, answer: null });
  await clock.advance(soon);
  assert.equal(await eventsOf(gateway), [
    { kind: "framing-error" },
    { kind: "frame", bits: 16, data: 0xff90 },
    { kind: "framing-error" },
  ]);
});

test("what it says of the bus ends the request, empties its queue, and is an event until it says good", async () => {
  for (const [code, fault] of [
    [POWER.lost, "bus-power-lost"],
    [POWER.mains, "gateway-fault"],
    [POWER.badSupply, "gateway-fault"],
  ] as const) {
    const { clock, box, say, told, gateway } = await scripted();
    const state = watched(gateway.send(query));
    box.power = code;
    await say({ kind: "special", code });
    await clock.advance(soon);
    assert.is(state(), fault);
    assert.equal(told.at(-1), { kind: "write", item: ITEM.queue, value: 0 });
    // it is asked before anything else is sent
    told.length = 0;
    const next = watched(gateway.send(query));
    await clock.advance(soon);
    assert.is(next(), fault);
    assert.equal(told, [{ kind: "read", item: ITEM.power }]);
    box.power = POWER.good;
    await say({ kind: "special", code: POWER.good });
    const last = watched(gateway.send(query));
    await say({ kind: "answered", ...own(query), answer: 9 });
    await clock.advance(soon);
    assert.is(last(), "byte");
    assert.equal(await eventsOf(gateway), [
      { kind: "bus", fault },
      { kind: "bus", fault: null },
    ]);
  }
});

test("a lost word that the bus is good again does not hold requests back", async () => {
  const { clock, box, say, told, gateway } = await scripted(POWER.lost);
  box.power = POWER.good;
  const state = watched(gateway.send(query));
  await clock.advance(soon);
  assert.equal(
    told.map(({ kind }) => kind),
    ["read", "send"],
  );
  await say({ kind: "heard", ...own(query) });
  await clock.advance(soon);
  assert.is(state(), "none");
});

test("an answer that does not come: the bus is asked for, the queue is emptied, the frame goes out once more", async () => {
  const { clock, say, told, gateway } = await scripted();
  const state = watched(gateway.send(query));
  await clock.advance(milliseconds(699));
  assert.is(told.length, 1);
  await clock.advance(milliseconds(2));
  assert.equal(
    told.map((message) => (message.kind === "send" ? "send" : `${message.kind} ${message.item}`)),
    ["send", `read ${ITEM.power}`, `write ${ITEM.queue}`, "send"],
  );
  await say({ kind: "answered", ...own(query), answer: 3 });
  await clock.advance(soon);
  assert.is(state(), "byte");
});

test("a box that talks of itself and answers no frame has ended", async () => {
  const { clock, gateway } = await scripted();
  const state = watched(gateway.send(query));
  await clock.advance(seconds(2));
  assert.is(state(), "gateway-silent");
  const next = watched(gateway.send(query));
  await clock.advance(soon);
  assert.is(next(), "gateway-silent");
});

test("a wrong checksum is answered by the same frame at once, an invalid command is a fault", async () => {
  const { clock, say, told, gateway } = await scripted();
  const state = watched(gateway.send(command));
  await say({ kind: "special", code: SPECIALS.checksum });
  await clock.advance(soon);
  assert.equal(
    told.map(({ kind }) => kind),
    ["send", "send"],
  );
  await say({ kind: "special", code: SPECIALS.checksum });
  await clock.advance(soon);
  assert.is(state(), "protocol");
  const invalid = watched(gateway.send(command));
  await say({ kind: "special", code: SPECIALS.invalid });
  await clock.advance(soon);
  assert.is(invalid(), "protocol");
  const works = watched(gateway.send(command));
  await say({ kind: "heard", ...own(command) });
  await clock.advance(soon);
  assert.is(works(), "none");
});

test("what is said without a request is no request's", async () => {
  const { clock, say, told, gateway } = await scripted();
  for (const code of [SPECIALS.full, SPECIALS.checksum, SPECIALS.invalid]) await say({ kind: "special", code });
  await say({ kind: "heard", ...own(command) });
  await clock.advance(soon);
  assert.equal(told, []);
  const state = watched(gateway.send(command));
  await clock.advance(soon);
  assert.is(state(), "waits");
});

test("over TCP it hears something each 20 s, also while others talk without end", async () => {
  const { clock, say, told, gateway } = await scripted();
  for (let s = 0; s < 61; s++) {
    await say({ kind: "heard", own: false, bits: 16, data: s });
    await clock.advance(seconds(1));
  }
  assert.equal(told, Array(3).fill({ kind: "read", item: ITEM.firmware }));
  await gateway.close();
  assert.equal(clock.waiting(), []);
});

test("the priority decides who is next on a busy bus", async () => {
  for (const [priority, place] of [
    [2, 1],
    [5, 3],
  ] as readonly (readonly [Priority, number])[]) {
    const clock = new VirtualClock(instant(0));
    const bus = new SimulatedBus(clock, new SeededRandom(3));
    const heard: Heard[] = [];
    bus.onFrame((frame) => heard.push(frame));
    const [near, far] = pipe();
    foxtronTwin(bus)(far);
    const gateway = await clock.run(foxtron.open(near, opening(clock)), seconds(1));
    for (let i = 0; i < 3; i++) bus.transmit({ frame: forward16(0xff00 + i), priority: 3, twice: false });
    await clock.run(gateway.send({ ...command, priority }), seconds(1));
    await clock.advance(seconds(1));
    const at = heard.findIndex((one) => one.kind === "forward" && one.frame.data === command.frame.data);
    assert.is(at, place, `priority ${priority}`);
  }
});

test.run();
