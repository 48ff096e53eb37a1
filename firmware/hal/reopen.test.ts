import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type PipeEnd, SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "./fault.ts";
import { silent } from "./log.ts";
import { keepOpen, keepWorking } from "./reopen.ts";

function keeping(random = new SeededRandom(1)) {
  const clock = new VirtualClock(instant(1e12));
  const readings: Reading[] = [];
  const stop = new AbortController();
  const defects: unknown[] = [];
  const log = { ...silent, error: (fields: object) => void defects.push(fields) };
  const report = (reading: Reading) => void readings.push(reading);
  const options = { clock, random, log, source: "counter/1", report, signal: stop.signal };
  const faults = () => readings.map((reading) => (reading.kind === "fault" ? reading.fault : reading.kind));
  return { clock, readings, stop, defects, options, faults };
}

test("a fault is said once, and its end once", async () => {
  const { clock, stop, options, faults } = keeping();
  const fates = ["port-missing", "port-missing", "port-busy", "works", "works"] as const;
  let attempt = 0;
  const kept = keepWorking(options, async (works) => {
    const fate = fates[attempt++];
    if (fate === undefined) return new Promise(() => {});
    if (fate !== "works") throw new Fault(fate, "p");
    works();
    works();
    await clock.sleep(seconds(1), "work");
    throw new Fault("port-lost", "p");
  });
  await clock.advance(seconds(60));
  assert.is(attempt, 6);
  assert.equal(faults(), ["port-missing", "port-busy", null, "port-lost", null, "port-lost"]);
  stop.abort();
  void kept;
});

test("a device that works from the first says nothing", async () => {
  const { clock, stop, options, readings } = keeping();
  const kept = keepWorking(options, async (works) => {
    works();
    await clock.sleep(seconds(100), "work", options.signal);
  });
  await clock.advance(seconds(10));
  stop.abort();
  await clock.run(kept, seconds(1));
  assert.equal(readings, []);
});

test("waits double from 0.5 s to 5 s, are shortened by up to half, and begin anew after long work", async () => {
  const starts: number[] = [];
  for (const [chance, waits] of [
    [0, [500, 1000, 2000, 4000, 5000, 5000]],
    [0.999999, [250, 500, 1000, 2000, 2500, 2500]],
  ] as const) {
    const { clock, stop, options } = keeping({ next: () => chance } as SeededRandom);
    starts.length = 0;
    const kept = keepWorking(options, async (works) => {
      starts.push(clock.monotonic());
      if (starts.length === 8) {
        works();
        await clock.sleep(seconds(6), "work");
      }
      throw new Fault("port-missing", "p");
    });
    await clock.advance(seconds(60));
    stop.abort();
    await clock.run(kept, seconds(1));
    const gaps = starts.slice(1).map((start, i) => Math.round(start - (starts[i] as number)));
    assert.equal(gaps.slice(0, 6), waits);
    assert.is(gaps[7], 6000 + waits[0]);
  }
});

test("work that ends by itself is a lost port; a defect is logged and does not end the rest", async () => {
  const { clock, stop, options, faults, defects } = keeping();
  let attempt = 0;
  const kept = keepWorking(options, async () => {
    if (attempt++ === 1) throw new TypeError("ours");
  });
  await clock.advance(milliseconds(1600));
  stop.abort();
  await clock.run(kept, seconds(1));
  assert.equal(faults(), ["port-lost", "protocol", "port-lost"]);
  assert.is(defects.length, 1);
});

test("abort ends a wait and a reading at once", async () => {
  for (const at of ["wait", "read"] as const) {
    const { clock, stop, options, readings } = keeping();
    const port = new SimulatedPort("p", () => {});
    port.present = at === "read";
    const kept = keepOpen({ ...options, port }, async (stream, works) => {
      works();
      for await (const _ of stream.chunks);
    });
    await clock.advance(milliseconds(100));
    stop.abort();
    await clock.run(kept, milliseconds(0));
    assert.is(readings.length, at === "wait" ? 1 : 0);
    assert.equal(clock.waiting(), []);
  }
});

test("a stream is closed after each attempt, and a port that is pulled is found again", async () => {
  const { clock, stop, options, faults } = keeping();
  const ends: { far: PipeEnd; closed: boolean }[] = [];
  const port = new SimulatedPort("p", (far) => {
    const end = { far, closed: false };
    ends.push(end);
    const drain = async () => {
      for await (const _ of far.chunks);
    };
    drain().catch(() => {
      end.closed = true;
    });
  });
  const kept = keepOpen({ ...options, port }, async (stream, works) => {
    works();
    for await (const chunk of stream.chunks) if (chunk[0] === 0) throw new Fault("protocol", "p");
  });
  await clock.advance(seconds(1));
  await ends[0]?.far.write(Uint8Array.of(0));
  await clock.advance(milliseconds(10));
  assert.is(ends[0]?.closed, true);
  await clock.advance(seconds(1));
  port.unplug();
  await clock.advance(seconds(20));
  port.replug();
  await clock.advance(seconds(6));
  assert.equal(faults(), ["protocol", null, "port-lost", "port-missing", null]);
  stop.abort();
  await clock.run(kept, milliseconds(0));
  await clock.advance(milliseconds(0));
  assert.is(ends.at(-1)?.closed, true);
});

test.run();
