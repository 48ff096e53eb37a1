import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, minutes } from "../../../controllers/units.ts";
import { settled } from "../../../sim/clock.ts";
import { encode } from "../wire/cbor.ts";
import { DeskBench, IN_AN_HOUR, NOW, pair, short } from "./desk.bench.ts";
import { MOST_NOTES } from "./once.ts";

const COCKPIT = "cockpit";

test("what is asked for a second time while the first is under way waits for it, and is answered the same", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  const { promise, resolve } = Promise.withResolvers<void>();
  bench.gate = promise;
  const command = bench.plain({ id: "id-0001-aaaa" });
  const both = [1, 2].map(() => bench.desk.receive("lighting.level.set", bench.message(command)));
  await bench.clock.advance(milliseconds(2000));
  assert.is(bench.answers.length, 0);
  resolve();
  await bench.through(Promise.all(both));
  assert.equal(
    bench.answers.map(({ correlation }) => correlation),
    ["c0", "c1"],
  );
  assert.equal(bench.answers[0]?.result, bench.answers[1]?.result);
  assert.is(bench.done.length, 1);
  assert.is(bench.desk.counters.repeated, 1);
});

test("a command that a restart interrupted is not begun again: it failed, and that is what is said from now on", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  bench.gate = new Promise(() => {});
  const command = bench.plain({ id: "id-0001-aaaa" });
  void bench.desk.receive("lighting.level.set", bench.message(command));
  await bench.clock.advance(milliseconds(2000));
  await bench.restart();
  bench.gate = Promise.resolve();
  const told = await bench.deliver(command);
  assert.match(told?.ok === false ? told.error.message : "", /interrupted by a restart/);
  await bench.restart();
  assert.equal(await bench.deliver(command), told);
  assert.equal(bench.done, []);
});

test("nothing is begun before its intent is on the disk, and nothing told before its result is", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  const began: number[] = [];
  const note = bench.journal.note.bind(bench.journal);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let notes = 0;
  bench.journal.note = async (...args) => {
    const gate = gates[notes++];
    await note(...args);
    await gate?.promise;
  };
  const answered = bench.desk.receive("lighting.level.set", bench.message(bench.plain()));
  for (const gate of gates) {
    await bench.clock.advance(milliseconds(2000));
    began.push(bench.done.length, bench.answers.length);
    gate.resolve();
  }
  await bench.through(answered);
  assert.equal([...began, bench.done.length, bench.answers.length], [0, 0, 1, 0, 1, 1]);
});

test("an id is one command of its issuer: with another content it is refused, from another issuer it is another", async () => {
  const one = await pair("ops-1");
  const two = await pair("ops-2", { issuer: "mayor" });
  const bench = await DeskBench.start([one.key, two.key]);
  const id = "id-0001-aaaa";
  const issued = new Date(NOW).toISOString();
  const first = await bench.signed(one, { id, issued, expires: IN_AN_HOUR });
  const other = await bench.signed(one, { id, issued, expires: IN_AN_HOUR, component: "lamp/2" });
  assert.is(short(await bench.deliver(first)), "ok");
  assert.is(short(await bench.deliver(other)), "invalid id");
  assert.is(short(await bench.deliver(first)), "ok");
  assert.is(short(await bench.deliver(await bench.signed(two, { id }))), "ok");
  assert.equal(bench.done, ["cockpit lamp/1/0,lamp/1/1 30", "mayor lamp/1/0,lamp/1/1 30"]);
});

test("without an id the correlation is one, of its supervisor", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  for (const correlation of ["x", "x", "y"])
    assert.is(short(await bench.deliver(bench.plain(), { correlation })), "ok");
  await bench.restart();
  assert.is(short(await bench.deliver(bench.plain(), { correlation: "y" })), "ok");
  assert.is(bench.done.length, 2);
  await bench.clock.advance(minutes(11));
  assert.is(short(await bench.deliver(bench.plain(), { correlation: "y" })), "ok");
  assert.is(bench.done.length, 3, "it is forgotten after ten minutes");
});

test("a refusal for good is remembered as a result is; busy, and a clock that is not set, are not", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  const far = bench.plain({
    id: "id-0001-aaaa",
    values: { level: 30, until: new Date(NOW + hours(24 * 7.5)).toISOString() },
  });
  const refused = await bench.deliver(far);
  assert.is(short(refused), "too-far values.until");
  const unset = bench.plain({ id: "id-0002-aaaa" });
  bench.clock.trust = "unset";
  assert.is(short(await bench.deliver(unset)), "clock-unset values.until");
  bench.clock.trust = "synchronised";
  assert.is(short(await bench.deliver(unset)), "ok");
});

test("past its bound nothing more begins and nothing is forgotten", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  const first = bench.plain({ id: "id-0001-aaaa" });
  assert.is(short(await bench.deliver(first)), "ok");
  const until = bench.clock.now();
  const notes = Array.from({ length: MOST_NOTES - 1 }, (_, i) =>
    bench.journal.note(`command/x/${i}`, Uint8Array.of(1), (until + hours(1)) as typeof until),
  );
  await bench.through(Promise.all(notes));
  assert.is(short(await bench.deliver(bench.plain({ id: "id-0002-aaaa" }))), "busy");
  assert.is(bench.desk.counters.refused.busy, 1);
  assert.is(short(await bench.deliver(first)), "ok");
  assert.is(bench.done.length, 1);
});

test("a note that is spoilt is a command that may have been done: it is not done again", async () => {
  const bench = await DeskBench.start([], COCKPIT);
  const until = (NOW + hours(1)) as Parameters<typeof bench.journal.note>[2];
  await bench.through(bench.journal.note("command/cockpit/id-0001-aaaa", encode({ content: 7 }), until));
  assert.is(short(await bench.deliver(bench.plain({ id: "id-0001-aaaa" }))), "failed");
  assert.equal(bench.done, []);
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("deliver" as const), which: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(1500) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("gate" as const) }) },
);

test("whatever the order of deliveries, repeats, waits and kills: done at most once, and one answer for each", async () => {
  const cockpit = await pair("ops-1");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const bench = await DeskBench.start([cockpit.key], COCKPIT);
      const id = (i: number) => `id-000${i}-aaaa`;
      const level = (i: number) => ({ level: i, until: IN_AN_HOUR });
      const commands = [
        await bench.signed(cockpit, { id: id(0), values: level(0) }),
        await bench.signed(cockpit, { id: id(1), values: level(1) }),
        bench.plain({ id: id(2), values: level(2) }),
        bench.plain({ values: level(3) }),
        bench.plain({ id: id(4), values: level(104) }),
        await bench.signed(cockpit, { id: id(0), values: level(5) }),
      ];
      let open = () => {};
      const deliver = (which: number) =>
        bench.desk.receive(
          "lighting.level.set",
          bench.message(commands[which] as Uint8Array, { correlation: `${which}` }),
        );
      for (const one of steps) {
        if (one.kind === "deliver") void deliver(one.which);
        else if (one.kind === "restart") await bench.restart();
        else if (one.kind === "gate") {
          open();
          const gate = Promise.withResolvers<void>();
          bench.gate = gate.promise;
          open = gate.resolve;
        } else await bench.clock.advance(milliseconds(one.ms));
        // Signatures take real time.
        await new Promise((resolve) => setTimeout(resolve, 0));
        await settled();
      }
      open();
      bench.gate = Promise.resolve();
      await bench.clock.advance(milliseconds(5000));
      for (const which of commands.keys()) await bench.through(deliver(which));

      for (const count of Map.groupBy(bench.done, (one) => one).values()) assert.is(count.length, 1, bench.done.join());
      // Of two contents under one id at most one was done.
      assert.ok(
        !(bench.done.includes("cockpit lamp/1/0,lamp/1/1 0") && bench.done.includes("cockpit lamp/1/0,lamp/1/1 5")),
      );
      const final = bench.answers.filter(({ result }) => result.ok || result.error.kind !== "busy");
      for (const [which, answers] of Map.groupBy(final, ({ correlation }) => correlation)) {
        const told = new Set(answers.map(({ result }) => JSON.stringify(result)));
        assert.is(told.size, 1, `${which}: ${[...told].join(" / ")}`);
      }
      assert.is(new Set(final.map(({ correlation }) => correlation)).size, commands.length);
    }),
    { numRuns: 60 },
  );
});

test.run();
