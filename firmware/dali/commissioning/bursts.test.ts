import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { type SimulatedLine, simulatedLine } from "../../../sim/simulated-line.ts";
import { Fault } from "../../hal/fault.ts";
import {
  compare,
  dapc,
  dtr0,
  initialise,
  queryActualLevel,
  searchAddrL,
  setFadeTime,
  terminate,
} from "../commands/gear.ts";
import type { DaliGateway } from "../gateway.ts";
import { BusScheduler } from "../scheduler.ts";
import { ask, pause, type Sequence } from "../sequence.ts";
import { inBursts } from "./bursts.ts";

const FAST = { priority: 3 } as const;

function starts(line: SimulatedLine): { readonly data: number; readonly gap: number }[] {
  const list: { data: number; gap: number }[] = [];
  let end = 0;
  line.bus.onFrame((heard) => {
    if (heard.kind === "forward") list.push({ data: heard.frame.data, gap: heard.start - end });
    end = heard.end;
  });
  return list;
}

test("frames up to an answered one go out with the short settling time, four at most", async () => {
  const line = simulatedLine(0);
  const frames = starts(line);
  function* sequence(): Sequence<string> {
    for (let i = 0; i < 6; i++) yield* ask(searchAddrL(i));
    yield* ask(compare());
    yield* ask(searchAddrL(9));
    return "done";
  }
  assert.is(await line.clock.run(inBursts(line.scheduler, sequence(), FAST), seconds(2)), "done");
  // priority 1 settles in 14.7 ms at most, priority 3 in 16.3 at least
  assert.equal(
    frames.slice(1).map(({ gap }) => gap < 15),
    [true, true, true, false, true, true, false],
  );
});

test("others go between bursts, not into them, and while it waits", async () => {
  const line = simulatedLine(1);
  const frames = starts(line);
  function* sequence(): Sequence<void> {
    yield* ask(initialise(0));
    yield* ask(searchAddrL(1));
    yield* ask(compare());
    yield* pause(milliseconds(200), "test");
    yield* ask(searchAddrL(2));
  }
  const work = inBursts(line.scheduler, sequence(), FAST);
  const users = [dapc(0, 1), dapc(0, 2)].map((command) => line.scheduler.send(command, { priority: 2 }));
  await line.clock.run(Promise.all([work, ...users]), seconds(2));
  assert.equal(
    frames.map(({ data }) => data),
    [0xa500, 0xa500, 0xb501, 0xa900, 0x0001, 0x0002, 0xb502],
  );
});

test("a burst that sets a DTR waits for a sequence that holds it; others do not", async () => {
  const line = simulatedLine(1);
  const frames = starts(line);
  function* holder(): Sequence<void> {
    yield* ask(dtr0(1));
    yield* pause(milliseconds(500), "test");
    yield* ask(setFadeTime(0));
  }
  function* ours(): Sequence<void> {
    yield* ask(compare());
    yield* ask(dtr0(2));
    yield* ask(queryActualLevel(0));
  }
  const first = line.scheduler.run(holder(), { priority: 4 });
  await line.clock.advance(milliseconds(100));
  await line.clock.run(Promise.all([first, inBursts(line.scheduler, ours(), FAST)]), seconds(3));
  assert.equal(
    frames.map(({ data }) => data),
    [0xa301, 0xa900, 0x012e, 0x012e, 0xa302, 0x01a0],
  );
});

/** A gateway that throws this Fault for its sends of these numbers, from 0. */
function failing(line: SimulatedLine, kind: "bus-collision" | "gateway-full", at: readonly number[]): BusScheduler {
  let sent = 0;
  const { gateway } = line;
  const faulty: DaliGateway = {
    description: "fails",
    events: gateway.events,
    discarded: 0,
    close: () => gateway.close(),
    send: (request) => (at.includes(sent++) ? Promise.reject(new Fault(kind, "test")) : gateway.send(request)),
  };
  return new BusScheduler(faulty, line.clock);
}

function* tidy(): Sequence<void> {
  try {
    for (let i = 0; i < 3; i++) yield* ask(searchAddrL(i));
    yield* ask(compare());
  } finally {
    yield* ask(terminate());
  }
}

test("what another master spoilt is sent again, from that frame on", async () => {
  const line = simulatedLine(0);
  const frames = starts(line);
  await line.clock.run(inBursts(failing(line, "bus-collision", [1, 2]), tidy(), FAST), seconds(3));
  assert.equal(
    frames.map(({ data }) => data),
    [0xb500, 0xb501, 0xb502, 0xa900, 0xa100],
  );
});

test("other faults end it, and it tidies up", async () => {
  const line = simulatedLine(0);
  const frames = starts(line);
  const work = inBursts(failing(line, "gateway-full", [2]), tidy(), FAST).catch((error: unknown) => error);
  const error = await line.clock.run(work, seconds(3));
  assert.ok(error instanceof Fault && error.kind === "gateway-full");
  assert.equal(
    frames.map(({ data }) => data),
    [0xb500, 0xb501, 0xa100],
  );
});

test("a bus spoilt for ever, and a sequence that never ends, are given up", async () => {
  const line = simulatedLine(0);
  const all = Array.from({ length: 100 }, (_, i) => i);
  const error = await line.clock.run(
    inBursts(failing(line, "bus-collision", all), tidy(), FAST).catch((reason: unknown) => reason),
    seconds(3),
  );
  assert.ok(error instanceof Fault && error.kind === "bus-collision");
  function* stubborn(): Sequence<void> {
    for (;;) {
      try {
        yield* ask(compare());
      } catch {
        yield* ask(terminate());
      }
    }
  }
  const frames = starts(line);
  const work = inBursts(failing(line, "gateway-full", [0]), stubborn(), FAST).catch((reason: unknown) => reason);
  assert.ok((await line.clock.run(work, seconds(3))) instanceof Fault);
  assert.ok(frames.length <= 5);
});

test("aborted: what was not sent is not sent, but to tidy up", async () => {
  const line = simulatedLine(0);
  const frames = starts(line);
  const abort = new AbortController();
  const work = inBursts(line.scheduler, tidy(), { ...FAST, signal: abort.signal }).catch(String);
  await line.clock.advance(milliseconds(40));
  abort.abort("enough");
  assert.is(await line.clock.run(work, seconds(1)), "enough");
  assert.equal([frames.at(-1)?.data, frames.length <= 3], [0xa100, true]);
});

test.run();
