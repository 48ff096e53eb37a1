import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { pipe } from "../../sim/pipe.ts";
import { Fault } from "../hal/fault.ts";
import { listen } from "./silence.ts";

const LIMIT = seconds(5);

/** What becomes of listening when these bytes come at these times, ms; the fault's kind, or null after a close by the device. */
async function heard(coming: readonly (readonly [at: number, byte: number])[], until: number) {
  const clock = new VirtualClock(instant(1e12));
  const began = clock.monotonic();
  const [near, far] = pipe();
  for (const [at, byte] of coming) clock.after(duration(at), "byte", () => void far.write(Uint8Array.of(byte)));
  let ended: { kind: string | null; after: number } | undefined;
  const end = (kind: string | null) => {
    ended = { kind, after: clock.monotonic() - began };
  };
  listen({ clock, stream: near, where: "line", limit: LIMIT }, ([byte]) => byte === 1).then(
    () => end(null),
    (error: unknown) => end(error instanceof Fault ? error.kind : String(error)),
  );
  await clock.advance(duration(until));
  await near.close();
  return ended;
}

test("a device that says nothing is silent after its limit, one that says nothing good speaks another protocol", async () => {
  for (const [coming, kind] of [
    [[], "sensor-silent"],
    [[[1000, 2]], "protocol"],
  ] as const) {
    const ended = await heard(coming, 6000);
    assert.is(ended?.kind, kind);
    const after = ended?.after ?? 0;
    assert.ok(after >= LIMIT && after <= LIMIT + 100, `${after} ms`);
  }
});

test("bytes that a standstill brings just after the timer are heard", async () => {
  assert.is(await heard([[5010, 1]], 9000), undefined);
  const ended = await heard([[5010, 1]], 12_000);
  assert.is(ended?.kind, "sensor-silent");
  assert.ok((ended?.after ?? 0) >= 10_000, `${ended?.after} ms`);
});

test.run();
