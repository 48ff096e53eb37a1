import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { simulatedLine } from "../../sim/simulated-line.ts";
import { off } from "./commands/gear.ts";
import { BROADCAST } from "./frame.ts";
import { COLLISION, NO_REPLY } from "./gateway.ts";
import { SWEEP_QUESTIONS, type SweepLamp, type SweepQuestion, sweep } from "./sweep.ts";

const lamps = (n: number, groupOf?: (address: number) => number): SweepLamp[] =>
  Array.from({ length: n }, (_, address) => (groupOf ? { address, groups: [groupOf(address)] } : { address }));

function lineOf(n: number, groupOf?: (address: number) => number) {
  const line = simulatedLine(n);
  for (const [i, gear] of line.gear.entries()) if (groupOf) gear.settings.groups = 1 << groupOf(i);
  const swept = async (questions: readonly SweepQuestion[] = SWEEP_QUESTIONS, known = lamps(n, groupOf)) => {
    const before = line.traffic().forward;
    const result = await line.run(sweep(known, questions));
    return { ...result, frames: line.traffic().forward - before };
  };
  return { ...line, swept };
}

test("64 lamps, none faulty: one frame a question, and everything is cleared", async () => {
  const { swept } = lineOf(64);
  const { frames, nobody, statuses, elsewhere } = await swept();
  assert.equal([frames, nobody, statuses.size, elsewhere], [5, SWEEP_QUESTIONS, 0, []]);
});

test("a failed lamp among 64 is found by its status: 64 more questions without groups, 20 with four", async () => {
  for (const [groupOf, most] of [
    [undefined, 5 + 1 + 64],
    [(address: number) => address % 4, 5 + 1 + 4 + 16],
  ] as const) {
    const { gear, swept } = lineOf(64, groupOf);
    gear[37]?.suffer({ lamp: "open" });
    const { frames, statuses, nobody, elsewhere } = await swept();
    const failed = [...statuses].filter(([, answer]) => answer.kind === "value" && answer.value.lampFailure);
    assert.equal(
      failed.map(([address]) => address),
      [37],
    );
    assert.equal([frames, nobody.includes("lamp-failure"), nobody.length, elsewhere], [most, false, 4, []]);
  }
});

test("a group whose lamps were all judged by other groups is not asked", async () => {
  const { gear, swept } = lineOf(64, (address) => address % 4);
  const both = lamps(64).map(({ address }) => ({ address, groups: [address % 4, 4 + (address % 2)] }));
  for (const [i, one] of gear.entries()) one.settings.groups = (1 << (i % 4)) | (1 << (4 + (i % 2)));
  gear[37]?.suffer({ lamp: "open" });
  assert.is((await swept(SWEEP_QUESTIONS, both)).frames, 5 + 1 + 4 + 16);
});

test("whatever is faulty where: just that is found, and lamps not asked are sound", async () => {
  const fault = fc.constantFrom("lamp" as const, "gear" as const);
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.integer({ min: 0, max: 23 }).map(String), fault, { maxKeys: 5 }),
      fc.integer({ min: 1, max: 12 }),
      async (faults, groups) => {
        const { gear, swept } = lineOf(24, (address) => address % groups);
        for (const [address, kind] of Object.entries(faults)) {
          gear[Number(address)]?.suffer(kind === "lamp" ? { lamp: "short" } : { gearFailure: true });
        }
        const { statuses, nobody, elsewhere } = await swept();
        const found: Record<string, string> = {};
        for (const [address, answer] of statuses) {
          if (answer.kind !== "value") continue;
          if (answer.value.lampFailure) found[address] = "lamp";
          if (answer.value.controlGearFailure) found[address] = "gear";
        }
        assert.equal(found, { ...faults });
        assert.equal(elsewhere, []);
        assert.is(nobody.includes("gear-failure"), !Object.values(faults).includes("gear"));
      },
    ),
    { numRuns: 40 },
  );
});

test("a lamp that burns by day is found by who says that it is on", async () => {
  const { gear, swept, scheduler, clock } = lineOf(16);
  await clock.run(scheduler.send(off(BROADCAST), { priority: 2 }), seconds(1));
  assert.equal((await swept(["lamp-on"])).nobody, ["lamp-on"]);
  gear[9]?.suffer({ dayBurner: true });
  const { statuses, elsewhere } = await swept(["lamp-on"]);
  const on = [...statuses].filter(([, answer]) => answer.kind === "value" && answer.value.lampOn);
  assert.equal([on.map(([address]) => address), elsewhere], [[9], []]);
});

test("a YES that no lamp of the call confirms is elsewhere: gear that is not known, or has no address", async () => {
  const stranger = lineOf(8);
  stranger.gear[7]?.suffer({ gearFailure: true });
  const seven = await stranger.swept(SWEEP_QUESTIONS, lamps(7));
  assert.equal([seven.elsewhere, seven.statuses.size], [["gear-failure"], 7]);
  const fresh = lineOf(65);
  const unaddressed = await fresh.swept(SWEEP_QUESTIONS, lamps(64));
  assert.equal([unaddressed.elsewhere, unaddressed.statuses.size, unaddressed.frames], [["missing-address"], 0, 6]);
});

test("what it cannot see, as promised: gear that says nothing", async () => {
  const { gear, swept } = lineOf(8);
  gear[3]?.suffer({ lamp: "open", mute: true });
  assert.equal((await swept()).nobody, SWEEP_QUESTIONS);
});

test("noise that looks like YES once costs one frame", () => {
  const sequence = sweep(lamps(8), ["lamp-failure", "gear-failure"]);
  const asked: string[] = [];
  let next = sequence.next();
  for (const reply of [COLLISION, NO_REPLY, NO_REPLY]) {
    asked.push(next.done ? "nothing more" : "name" in next.value ? next.value.name : "a wait");
    next = sequence.next(reply);
  }
  assert.equal(asked, ["QUERY LAMP FAILURE", "QUERY LAMP FAILURE", "QUERY CONTROL GEAR FAILURE"]);
  assert.ok(next.done && next.value.nobody.length === 2);
});

test.run();
