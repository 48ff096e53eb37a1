import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import type { BusEvent } from "../dali/gateway.ts";
import { BusEvents } from "./bus-events.ts";

async function all(events: BusEvents): Promise<readonly BusEvent[]> {
  const got: BusEvent[] = [];
  for await (const event of events) got.push(event);
  return got;
}

test("what is too much for the consumer is counted in its place", async () => {
  const events = new BusEvents(new VirtualClock(instant(0)), 3);
  for (let data = 0; data < 5; data++) events.push({ kind: "frame", bits: 16, data });
  events.end();
  assert.equal(await all(events), [
    { kind: "gap", frames: 2, at: 0 },
    { kind: "frame", bits: 16, data: 2, at: 0 },
    { kind: "frame", bits: 16, data: 3, at: 0 },
    { kind: "frame", bits: 16, data: 4, at: 0 },
  ]);
});

test("the state of the bus is told on change only, and begins as working", async () => {
  const events = new BusEvents(new VirtualClock(instant(0)));
  for (const fault of [null, "bus-power-lost", "bus-power-lost", "gateway-fault", null, null] as const)
    events.bus(fault);
  events.end();
  assert.equal(
    (await all(events)).map((event) => event.kind === "bus" && event.fault),
    ["bus-power-lost", "gateway-fault", null],
  );
});

test("an event has the clock's time, unless the box knows better", async () => {
  const clock = new VirtualClock(instant(0));
  const events = new BusEvents(clock);
  await clock.advance(duration(7));
  events.push({ kind: "framing-error" });
  events.push({ kind: "framing-error", at: duration(5) });
  events.end();
  assert.equal(
    (await all(events)).map(({ at }) => at),
    [7, 5],
  );
});

test("a failure comes after what was told before it", async () => {
  const events = new BusEvents(new VirtualClock(instant(0)));
  events.push({ kind: "framing-error" });
  events.fail(new Error("gone"));
  const got: string[] = [];
  try {
    for await (const { kind } of events) got.push(kind);
  } catch (error) {
    got.push(String(error));
  }
  assert.equal(got, ["framing-error", "Error: gone"]);
});

test.run();
