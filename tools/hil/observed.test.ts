import { test } from "uvu";
import * as assert from "uvu/assert";
import { Observed } from "./observed.ts";

const presence = (at: number) => ({ at, kind: "presence", presence: "online" }) as const;

test("a wait ends with what is seen, or when its time is over", async () => {
  const observed = new Observed();
  const began = performance.now();
  setTimeout(() => observed.tell(presence(7)), 20);
  await observed.wait(5000);
  assert.ok(performance.now() - began < 1000);
  await observed.wait(5000); // it was not taken yet
  assert.ok(performance.now() - began < 1000);
  assert.equal(observed.take(0), [presence(7)]);
  await observed.wait(30);
  assert.ok(performance.now() - began >= 49);
  assert.equal(observed.take(0), []);
});

test("what several sources told is taken once, in order of time, counted from the beginning", () => {
  const observed = new Observed();
  for (const at of [1030, 1010, 1020]) observed.tell(presence(at));
  assert.equal(
    observed.take(1000).map(({ at }) => at),
    [10, 20, 30],
  );
  assert.equal(observed.take(1000), []);
});

test("a stage that broke ends every wait with the first reason", async () => {
  const observed = new Observed();
  setTimeout(() => {
    observed.broke("the machine ended");
    observed.broke("and then more");
  }, 10);
  for (const _ of [1, 2]) {
    let message = "";
    await observed.wait(5000).catch((error: Error) => {
      message = error.message;
    });
    assert.is(message, "the machine ended");
  }
  assert.ok(observed.broken);
});

test.run();
