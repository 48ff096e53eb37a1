import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds } from "../../controllers/units.ts";
import type { Command } from "./command.ts";
import { compare, off, queryActualLevel, terminate } from "./commands/gear.ts";
import { NO_REPLY, type Reply } from "./gateway.ts";
import { ask, pause, perform, type Sequence, type SequenceStep } from "./sequence.ts";

const nameOf = (step: SequenceStep) => ("wait" in step ? `wait ${step.wait}` : step.name);

test("a sequence receives what its commands' replies mean", async () => {
  function* sum(): Sequence<number> {
    const level = yield* ask(queryActualLevel(3));
    yield* pause(milliseconds(5), "test");
    const any = yield* ask(compare());
    return (level.kind === "value" ? (level.value ?? 0) : 0) + (any ? 1 : 0);
  }
  const seen: string[] = [];
  const result = await perform(sum(), async (step): Promise<Reply | undefined> => {
    seen.push(nameOf(step));
    return "wait" in step ? undefined : { kind: "byte", value: 7 };
  });
  assert.is(result, 8);
  assert.equal(seen, ["QUERY ACTUAL LEVEL", "wait 5", "COMPARE"]);
});

test("what a step throws is thrown in the sequence, which can still tidy up", async () => {
  function* careful(): Sequence<void> {
    try {
      yield* ask(compare());
      yield* ask(off(1));
    } finally {
      yield* ask(terminate());
    }
  }
  const seen: string[] = [];
  const work = perform(careful(), async (step, tidying) => {
    seen.push(`${nameOf(step)} ${tidying}`);
    if (step === undefined || nameOf(step) === "OFF") throw new Error("cut");
    return NO_REPLY;
  });
  assert.match(String(await work.catch((error) => error)), "cut");
  assert.equal(seen, ["COMPARE false", "OFF false", "TERMINATE true"]);
});

test("a sequence that goes on regardless is cut off", async () => {
  const again: Command<void> = off(1);
  function* stubborn(): Sequence<void> {
    for (;;) {
      try {
        yield* ask(again);
      } catch {
        // that is the fault under test
      }
    }
  }
  let steps = 0;
  const work = perform(stubborn(), async () => {
    if (++steps > 3) throw new Error("no more");
    return NO_REPLY;
  });
  assert.match(String(await work.catch((error) => error)), "no more");
  assert.is(steps, 4 + 4);
});

test.run();
