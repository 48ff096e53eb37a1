import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { QualityMeter } from "./quality.ts";

test("round trips are smoothed, a refusal is one too, a lost message is none", async () => {
  const clock = new VirtualClock(instant(0));
  const meter = new QualityMeter(clock);
  assert.equal(meter.quality, { roundTrip: null, acknowledged: 0, refused: 0, lost: 0 });
  const trip = async (ms: number, ack: Parameters<ReturnType<QualityMeter["sent"]>>[0]) => {
    const done = meter.sent();
    await clock.advance(milliseconds(ms));
    done(ack);
  };
  await trip(5000, { kind: "lost" });
  assert.equal(meter.quality, { roundTrip: null, acknowledged: 0, refused: 0, lost: 1 });
  await trip(80, { kind: "acknowledged" });
  assert.is(meter.quality.roundTrip, 80);
  await trip(160, { kind: "refused", reason: 0x97 });
  assert.equal(meter.quality, { roundTrip: 90, acknowledged: 1, refused: 1, lost: 1 });
  for (let i = 0; i < 60; i++) await trip(20, { kind: "acknowledged" });
  assert.ok(Math.abs((meter.quality.roundTrip ?? 0) - 20) < 0.1);
});

test.run();
