import { test } from "uvu";
import * as assert from "uvu/assert";
import { NodeTimes } from "./node-time.ts";

const HERE = Date.UTC(2026, 1, 24, 20, 0, 0);
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();

test("a node that nobody heard lives at this machine's time", () => {
  assert.is(new NodeTimes().now("cab", HERE), HERE);
});

test("a node that is merely quiet lives at this machine's time", () => {
  const times = new NodeTimes();
  times.hear("cab", iso(HERE - 119_000), HERE);
  assert.is(times.now("cab", HERE + 5 * MINUTE), HERE + 5 * MINUTE);
});

test("a node at another hour keeps it while time goes on, and other nodes are not moved", () => {
  const times = new NodeTimes();
  times.hear("cab", iso(HERE + 180 * MINUTE), HERE);
  assert.is(times.now("cab", HERE + 5 * MINUTE), HERE + 185 * MINUTE);
  assert.is(times.now("other", HERE), HERE);
  times.hear("past", iso(HERE - 3 * MINUTE), HERE);
  assert.is(times.now("past", HERE), HERE - 3 * MINUTE);
});

test("an older stamp that comes later does not move a node back", () => {
  const times = new NodeTimes();
  times.hear("cab", iso(HERE), HERE);
  times.hear("cab", iso(HERE - 60 * MINUTE), HERE + 10);
  assert.is(times.now("cab", HERE + 20), HERE + 20);
});

test("a stamp that is none is ignored", () => {
  const times = new NodeTimes();
  times.hear("cab", "2026-99-99", HERE);
  assert.is(times.now("cab", HERE), HERE);
  times.hear("cab", iso(HERE + 180 * MINUTE), HERE);
  assert.is(times.now("cab", HERE), HERE + 180 * MINUTE);
});

test.run();
