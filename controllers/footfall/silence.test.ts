import { test } from "uvu";
import * as assert from "uvu/assert";
import { utc } from "../test-site.ts";
import { instant, seconds } from "../units.ts";
import { heard, listened, listening, restarted, silentAt } from "./silence.ts";

const T = utc("2026-03-20T22:00");
const STALE = seconds(30);
const at = (s: number) => instant(T + s * 1000);

test("unknown at start counts as live until it has been silent for as long as any other", () => {
  const start = listening(T);
  assert.is(silentAt(start, STALE), at(30));
  assert.is(listened(start, STALE, at(29.999)), start);
  assert.is(listened(start, STALE, at(30)).silentSince, at(30));
  assert.is(listened(start, STALE, at(500)).silentSince, at(30), "since when does not depend on when it was asked");
});

test("a counter that is heard stays live; what arrives late makes it neither older nor younger", () => {
  const live = heard(listening(T), at(20), STALE);
  assert.is(listened(live, STALE, at(49)).silentSince, null);
  assert.is(live.spokeAt, null);
  assert.is(heard(live, at(10), STALE).heardAt, at(20));
});

test("heard again after a silence: live, and since when, whether the silence was noticed or not", () => {
  const silent = listened(listening(T), STALE, at(40));
  assert.equal(heard(silent, at(45), STALE), { heardAt: at(45), silentSince: null, spokeAt: at(45) });
  assert.equal(heard(listening(T), at(45), STALE), { heardAt: at(45), silentSince: null, spokeAt: at(45) });
});

test("when the clock is set a live counter gets its time anew, a silent one stays silent", () => {
  assert.is(silentAt(restarted(listening(T), at(5000)), STALE), at(5030));
  assert.is(restarted(listened(listening(T), STALE, at(40)), at(5000)).silentSince, at(30));
});

test.run();
