import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds } from "../controllers/units.ts";
import { clock, random } from "./host.ts";

test("a wait ends after its time, and at once with the signal's own reason", async () => {
  const began = clock.monotonic();
  await clock.sleep(milliseconds(15), "test");
  assert.ok(clock.monotonic() - began >= 14);

  const reason = new Error("enough");
  const ending = new AbortController();
  const waiting = clock.sleep(milliseconds(60_000), "test", ending.signal).catch((error: unknown) => error);
  ending.abort(reason);
  assert.is(await waiting, reason);
  assert.is(await clock.sleep(milliseconds(60_000), "test", ending.signal).catch((error: unknown) => error), reason);
});

test("chance is within [0, 1) and spread over it", () => {
  const drawn = Array.from({ length: 1000 }, () => random.next());
  assert.ok(drawn.every((one) => one >= 0 && one < 1));
  assert.is(new Set(drawn.map((one) => Math.floor(one * 10))).size, 10);
});

test.run();
