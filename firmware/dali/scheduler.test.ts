import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { Fault } from "../hal/fault.ts";
import {
  dtr0,
  dtr1,
  off,
  queryActualLevel,
  queryExtendedVersionNumber,
  readMemoryLocation,
  setFadeTime,
  terminate,
} from "./commands/gear.ts";
import type { DaliGateway, GatewayRequest, Reply } from "./gateway.ts";
import { NO_REPLY } from "./gateway.ts";
import { BusScheduler, DeadlineMissed } from "./scheduler.ts";
import { ask, pause, type Sequence } from "./sequence.ts";

const FRAME = 30;

/** A gateway that takes 30 ms a frame and writes down `priority:data@start`. */
function rig(pollShare?: number) {
  const clock = new VirtualClock(instant(0));
  const log: string[] = [];
  let fault: Fault | undefined;
  let under = 0;
  const gateway: DaliGateway = {
    description: "test",
    events: { async *[Symbol.asyncIterator]() {} },
    discarded: 0,
    async close() {},
    async send(request: GatewayRequest): Promise<Reply> {
      assert.is(++under, 1, "one request at a time");
      log.push(`${request.priority}:${request.frame.data.toString(16)}@${clock.monotonic()}`);
      await clock.sleep(milliseconds(FRAME), "frame");
      under--;
      if (fault) throw fault;
      return request.answers ? { kind: "byte", value: 100 } : NO_REPLY;
    },
  };
  const scheduler = new BusScheduler(gateway, clock, pollShare);
  const data = () => log.map((line) => line.split("@")[0]);
  return {
    clock,
    log,
    data,
    scheduler,
    fail: () => {
      fault = new Fault("gateway-silent", "test");
    },
  };
}

const nameOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Fault ? error.kind : error instanceof Error ? error.name : String(error)),
  );

test("the most urgent goes first, first come first served among equals, what is on the bus ends first", async () => {
  const { clock, data, scheduler } = rig(1);
  const all = [
    scheduler.send(off(9), { priority: 4 }),
    scheduler.send(queryActualLevel(1), { priority: 5 }),
    scheduler.send(off(1), { priority: 4 }),
    scheduler.send(off(2), { priority: 3 }),
    scheduler.send(off(3), { priority: 2 }),
    scheduler.send(off(4), { priority: 2 }),
    scheduler.send(off(5), { priority: 4 }),
  ];
  await clock.run(Promise.all(all), seconds(1));
  assert.equal(data(), ["4:1300", "2:700", "2:900", "3:500", "4:300", "4:b00", "5:3a0"]);
  assert.is(clock.monotonic(), 7 * FRAME + 18, "the poll waits until its settling time is nearly over");
});

test("on an idle bus a request is with the gateway before the call returns", () => {
  const { log, scheduler } = rig();
  void scheduler.send(off(1), { priority: 2 });
  assert.is(log.length, 1);
});

test("a transaction has the bus to itself, with priority 1 after its first frame", async () => {
  const { clock, data, scheduler } = rig();
  function* setUp(): Sequence<void> {
    yield* ask(dtr0(4));
    yield* pause(milliseconds(50), "test");
    yield* ask(setFadeTime(1));
  }
  const work = scheduler.transact(setUp(), { priority: 3 });
  await clock.advance(milliseconds(10));
  const user = scheduler.send(off(1), { priority: 2 });
  await clock.run(Promise.all([work, user]), seconds(1));
  assert.equal(data(), ["3:a304", "1:32e", "2:300"]);
});

test("a sequence that is run lets others between its commands and while it waits", async () => {
  const { clock, data, scheduler } = rig();
  function* long(): Sequence<string> {
    yield* ask(dtr0(1));
    yield* ask(dtr0(2));
    yield* pause(milliseconds(100), "test");
    yield* ask(dtr0(3));
    return "end";
  }
  const work = scheduler.run(long(), { priority: 3 });
  await clock.advance(milliseconds(10));
  const first = scheduler.send(off(1), { priority: 2 });
  await clock.advance(milliseconds(100));
  const second = scheduler.send(off(2), { priority: 2 });
  assert.is(await clock.run(work, seconds(1)), "end");
  await Promise.all([first, second]);
  assert.equal(data(), ["3:a301", "2:300", "3:a302", "2:500", "3:a303"]);
});

test("a transaction's first command is decided when its turn comes", async () => {
  const { clock, data, scheduler } = rig();
  let address = 1;
  function* late(): Sequence<void> {
    yield* ask(off(address));
  }
  const before = scheduler.send(off(9), { priority: 4 });
  const work = scheduler.transact(late(), { priority: 2 });
  address = 2;
  await clock.run(Promise.all([before, work]), seconds(1));
  assert.equal(data(), ["4:1300", "2:500"]);
});

test("polling takes its share of the time and leaves the bus free between", async () => {
  const { clock, log, scheduler } = rig(0.3);
  const polls = Array.from({ length: 14 }, (_, i) => scheduler.send(queryActualLevel(i), { priority: 5 }));
  await clock.advance(milliseconds(1000));
  assert.is(log.length, 7, "one at once, then 1 s * 30 % / (18 ms settling + 30 ms)");
  assert.ok(clock.waiting().includes("polling budget"));
  const before = clock.monotonic();
  await clock.run(scheduler.send(off(1), { priority: 4 }), milliseconds(2 * FRAME));
  assert.ok(clock.monotonic() - before <= 2 * FRAME, "the budget binds nobody else");
  await clock.run(Promise.all(polls), seconds(2));
});

test("sequences that use the DTRs never mix; what does not use them goes between", async () => {
  const { clock, data, scheduler } = rig();
  function* read(bank: number): Sequence<void> {
    yield* ask(dtr1(bank));
    yield* ask(dtr0(3));
    yield* ask(readMemoryLocation(1));
  }
  const bank = scheduler.run(read(1), { priority: 3 });
  const other = scheduler.run(read(2), { priority: 3 });
  await clock.advance(milliseconds(FRAME + 5));
  const user = scheduler.send(off(1), { priority: 2 });
  await clock.run(Promise.all([bank, other, user]), seconds(1));
  assert.equal(data(), ["3:c301", "3:a303", "2:300", "3:3c5", "3:c302", "3:a303", "3:3c5"]);
});

test("who waits for the DTRs lends its priority to their holder", async () => {
  const { clock, data, scheduler } = rig(0.1);
  function* slow(): Sequence<void> {
    for (let i = 0; i < 3; i++) yield* ask(dtr0(i));
  }
  function* urgent(): Sequence<void> {
    yield* ask(dtr0(9));
  }
  const poll = scheduler.run(slow(), { priority: 5 });
  await clock.advance(milliseconds(5));
  const setting = scheduler.transact(urgent(), { priority: 3 });
  const automatic = scheduler.send(off(4), { priority: 4 });
  await clock.run(Promise.all([poll, setting, automatic]), milliseconds(6 * FRAME));
  assert.equal(data(), ["5:a300", "4:900", "5:a301", "5:a302", "3:a309"]);
});

test("a sequence that fails lets the DTRs go", async () => {
  const { clock, data, scheduler } = rig();
  function* breaks(): Sequence<void> {
    yield* ask(dtr0(1));
    throw new RangeError("no");
  }
  function* next(): Sequence<void> {
    yield* ask(dtr0(2));
  }
  const first = nameOf(scheduler.run(breaks(), { priority: 3 }));
  const second = nameOf(scheduler.run(next(), { priority: 3 }));
  await clock.advance(milliseconds(200));
  assert.equal(await Promise.all([first, second]), ["RangeError", "done"]);
  assert.equal(data(), ["3:a301", "3:a302"]);
});

test("a command of a device type follows its ENABLE DEVICE TYPE with nothing between", async () => {
  const { clock, data, scheduler } = rig();
  const asked = scheduler.send(queryExtendedVersionNumber(1, 6), { priority: 5 });
  const user = scheduler.send(off(1), { priority: 2 });
  await clock.run(Promise.all([asked, user]), seconds(1));
  assert.equal(data(), ["5:c106", "1:3ff", "2:300"]);
});

test("a poll is held back while the bus settles: a user who comes then is sent at once", async () => {
  const { clock, log, scheduler } = rig(1);
  const first = scheduler.send(queryActualLevel(1), { priority: 5 });
  const second = scheduler.send(queryActualLevel(2), { priority: 5 });
  await clock.advance(milliseconds(FRAME + 14));
  const user = scheduler.send(off(1), { priority: 2 });
  assert.is(log.at(-1), `2:300@${FRAME + 14}`);
  await clock.run(Promise.all([first, second, user]), seconds(1));
  assert.is(log.at(-1), `5:5a0@${2 * FRAME + 14 + 18}`);
});

test("what is in the background has one poll in five while others wait, and all when none do", async () => {
  const { clock, data, scheduler } = rig(1);
  const polls = Array.from({ length: 10 }, (_, i) => scheduler.send(queryActualLevel(i), { priority: 5 }));
  const slow = Array.from({ length: 4 }, (_, i) => scheduler.send(dtr0(i), { priority: 5, background: true }));
  await clock.run(Promise.all([...polls, ...slow]), seconds(2));
  const order = data().map((line) => (line?.startsWith("5:a3") ? "b" : "p"));
  assert.is(order.join(""), "pppppbppppbpbb");
});

test("the meter tells bus time by priority, and how much of the last minute was used", async () => {
  const { clock, scheduler } = rig();
  await clock.advance(seconds(10));
  await clock.run(scheduler.send(off(1), { priority: 2 }), seconds(1));
  await clock.run(scheduler.send(queryActualLevel(1), { priority: 5 }), seconds(1));
  const { own, frames } = scheduler.meter.usage();
  assert.equal(own, { 1: 0, 2: FRAME + 18, 3: 0, 4: 0, 5: FRAME + 18 });
  assert.is(frames, 2);
  assert.ok(Math.abs(scheduler.meter.utilisation(clock.monotonic()) - 96 / clock.monotonic()) < 1e-9);
  await clock.advance(seconds(70));
  assert.is(scheduler.meter.utilisation(clock.monotonic()), 0);
});

test("an aborted request is never sent; one on the bus runs to its end", async () => {
  const { clock, data, scheduler } = rig();
  const abort = new AbortController();
  const sent = nameOf(scheduler.send(off(1), { priority: 2, signal: abort.signal }));
  const waits = nameOf(scheduler.send(off(2), { priority: 2, signal: abort.signal }));
  abort.abort(new RangeError("enough"));
  const late = nameOf(scheduler.send(off(3), { priority: 2, signal: abort.signal }));
  await clock.advance(milliseconds(200));
  assert.equal(await Promise.all([sent, waits, late]), ["done", "RangeError", "RangeError"]);
  assert.equal(data(), ["2:300"]);
});

for (const how of ["run", "transact"] as const) {
  test(`an aborted sequence still sends what tidies up: ${how}`, async () => {
    const { clock, data, scheduler } = rig();
    const abort = new AbortController();
    function* careful(): Sequence<void> {
      try {
        for (let i = 0; ; i++) yield* ask(dtr0(i));
      } finally {
        yield* ask(terminate());
      }
    }
    const work = nameOf(scheduler[how](careful(), { priority: 3, signal: abort.signal }));
    await clock.advance(milliseconds(FRAME + 5));
    abort.abort(new RangeError("enough"));
    await clock.advance(milliseconds(200));
    assert.is(await work, "RangeError");
    const then = how === "run" ? 3 : 1;
    assert.equal(data(), ["3:a300", `${then}:a301`, `${then}:a100`]);
  });
}

test("a deadline that passes while a request waits drops it; one in time leaves no timer", async () => {
  const { clock, data, scheduler } = rig();
  const first = nameOf(scheduler.send(off(1), { priority: 2, deadline: milliseconds(5) }));
  const late = nameOf(scheduler.send(off(2), { priority: 2, deadline: milliseconds(FRAME - 1) }));
  await clock.advance(milliseconds(200));
  assert.equal(await Promise.all([first, late]), ["done", DeadlineMissed.name]);
  assert.equal(data(), ["2:300"]);
  assert.equal(clock.waiting(), []);
});

test("a fault reaches its request only; closing rejects all that waits and comes", async () => {
  const { clock, scheduler, fail } = rig();
  fail();
  const broken = nameOf(scheduler.send(off(1), { priority: 2 }));
  await clock.advance(milliseconds(50));
  assert.is(await broken, "gateway-silent");
  const running = nameOf(scheduler.send(off(1), { priority: 2 }));
  const waits = nameOf(scheduler.send(off(2), { priority: 5 }));
  scheduler.close(new Fault("port-lost", "test"));
  const late = nameOf(scheduler.send(off(3), { priority: 2 }));
  await clock.advance(milliseconds(50));
  assert.equal(await Promise.all([running, waits, late]), ["gateway-silent", "port-lost", "port-lost"]);
});

test("a polling share of nothing or more than all is refused", () => {
  assert.throws(() => rig(0), /pollShare is 0/);
  assert.throws(() => rig(1.1), /pollShare/);
});

test.run();
