import { test } from "uvu";
import * as assert from "uvu/assert";
import type { AlarmEntry } from "../payload.ts";
import { RemoteCache } from "./remote.ts";

const entry = (component: string, active = true): AlarmEntry => ({
  ...{ ts: "2026-02-24T20:00:00.000Z", component, active, values: { message: "no light" }, seq: 3 },
});

test("an entry of several components is one of each; an id with a hyphen is one component", () => {
  const cache = new RemoteCache("n");
  cache.takeAlarms("lighting.lamp", { full: true, entries: [entry("lamp/1/2-4,5,9"), entry("lamp/2/1-3")] });
  const known = cache.alarms.get("lighting.lamp");
  assert.equal([...(known?.keys() ?? [])], ["lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/5", "lamp/1/9", "lamp/2/1-3"]);
  assert.equal(known?.get("lamp/1/3"), entry("lamp/1/3"));
  cache.takeAlarms("lighting.lamp", { entries: [entry("lamp/1/3", false)] });
  assert.is(cache.alarms.get("lighting.lamp")?.size, 5);
});

test("a range without end takes no more room than there is", () => {
  const cache = new RemoteCache("n");
  cache.takeAlarms("lighting.lamp", { full: true, entries: [entry("lamp/0-999999999,1"), entry("lamp/5")] });
  assert.is(cache.alarms.get("lighting.lamp")?.size, 1024);
  assert.is(cache.crowded, 0);
});

test.run();
