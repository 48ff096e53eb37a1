import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { RefusalAlarm } from "./refusals.ts";

function start() {
  const clock = new VirtualClock(instant(1_800_000_000_000));
  const told: string[] = [];
  const end = new AbortController();
  const alarm = new RefusalAlarm({
    clock,
    signal: end.signal,
    tell: (active, message) => void told.push(`${clock.monotonic() / 1000} ${active ? "on" : "off"} ${message}`),
  });
  return { clock, told, alarm, end };
}

test("the first refusal is told at once, a flood once a minute with its count, and the end ten minutes after the last", async () => {
  const { clock, told, alarm } = start();
  for (let i = 0; i < 90; i++) {
    alarm.refused("signature", "mayor");
    await clock.advance(seconds(1));
  }
  alarm.refused("malformed", null);
  await clock.advance(minutes(30));
  assert.equal(told, [
    "0 on signature, said to be from mayor; 1 refused",
    "60 on signature, said to be from mayor; 60 refused",
    "120 on malformed; 91 refused",
    "720 off no more commands are refused",
  ]);
});

test("after its end it begins anew, and counts anew", async () => {
  const { clock, told, alarm } = start();
  alarm.refused("unsigned", "cockpit");
  await clock.advance(minutes(11));
  alarm.refused("expired", "cockpit");
  await clock.advance(seconds(1));
  assert.is(told.length, 3);
  assert.is(told.at(-1), "660 on expired, said to be from cockpit; 1 refused");
});

test("at the link's end nothing more is told, and nothing waits", async () => {
  const { clock, told, alarm, end } = start();
  alarm.refused("unsigned", null);
  end.abort();
  await clock.advance(minutes(30));
  assert.is(told.length, 1);
  assert.equal(clock.waiting(), []);
});

test.run();
