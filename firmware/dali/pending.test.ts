import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toArc } from "../../controllers/lighting/curve.ts";
import type { Rank } from "../../controllers/model.ts";
import { level } from "../../controllers/units.ts";
import { decodeGear } from "./frame.ts";
import { type Order, PendingSteps } from "./pending.ts";

const lamps = (curves: readonly ("logarithmic" | "linear")[]) =>
  curves.map((curve, address) => ({ id: `lamp/1/${address}`, address, curve }));
const three = lamps(["logarithmic", "logarithmic", "logarithmic"]);

function rig(of = three) {
  const pending = new PendingSteps(of, ["safety", "operator"]);
  const put = (address: number, percent: number, rank: Rank = "schedule") =>
    pending.put({ lamp: `lamp/1/${address}`, level: level(percent), rank });
  return { pending, put };
}

const told = (order: Order | undefined) =>
  order && [...toldFrame(order.command.frame.data), order.steps.map((s) => s.lamp.address)];

const toldFrame = (data: number): readonly [string | number, number] => {
  const frame = decodeGear(data);
  if (frame.kind === "command") return ["scene", frame.opcode & 0x0f];
  if (frame.kind !== "arc") throw new Error(frame.kind);
  const { to } = frame;
  return [to.kind === "short" ? to.address : to.kind === "group" ? `group ${to.group}` : to.kind, frame.level];
};

test("the latest step of a lamp counts, and keeps its place", () => {
  const { pending, put } = rig();
  put(1, 10);
  put(2, 50);
  put(1, 100);
  assert.equal(told(pending.take(false)), [1, 254, [1]]);
  assert.equal(told(pending.take(false)), [2, 229, [2]]);
  assert.is(pending.take(false), undefined);
});

test("users' steps are taken apart from others; a lamp's latest step decides which it is", () => {
  const { pending, put } = rig();
  put(1, 10, "operator");
  put(2, 50, "operator");
  put(2, 20, "adaptive");
  assert.is(pending.waits(true), true);
  assert.equal(told(pending.take(true)), [1, 170, [1]]);
  assert.is(pending.waits(true), false);
  assert.is(pending.take(true), undefined);
  assert.equal(told(pending.take(false)), [2, 195, [2]]);
});

test("all lamps to one level is one frame; not while one is elsewhere or unknown", () => {
  const { pending, put } = rig();
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 220, [0]], "the third lamp may be anywhere");
  put(0, 40);
  put(1, 40);
  put(2, 40, "operator");
  assert.equal(told(pending.take(true)), ["broadcast", 220, [1, 0, 2]]);
  assert.is(pending.waits(false), false);
  put(0, 60);
  put(1, 60);
  assert.equal(told(pending.take(false)), [0, 235, [0]]);
  assert.equal(told(pending.take(false)), [1, 235, [1]]);
  put(1, 40);
  put(0, 40);
  assert.equal(told(pending.take(false)), ["broadcast", 220, [1, 0]], "the third was given it and still is there");
});

test("one lamp alone is addressed, also when all others are at its level", () => {
  const { pending, put } = rig();
  for (const address of [0, 1, 2]) put(address, 40);
  pending.take(false);
  put(1, 40);
  assert.equal(told(pending.take(false)), [1, 220, [1]]);
});

test("what counts is the arc power level: curves differ", () => {
  const { pending, put } = rig(lamps(["logarithmic", "linear"]));
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 220, [0]]);
  assert.equal(told(pending.take(false)), [1, 102, [1]]);
  put(0, 100);
  put(1, 100);
  assert.equal(told(pending.take(false)), ["broadcast", 254, [0, 1]]);
});

test("after clear nothing waits and nothing is known", () => {
  const { pending, put } = rig(lamps(["linear", "linear", "linear"]));
  for (const address of [0, 1, 2]) put(address, 40);
  pending.take(false);
  put(0, 30);
  pending.clear();
  assert.is(pending.waits(false), false);
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 102, [0]]);
});

test("a lamp of another line is refused by name", () => {
  const { put } = rig();
  assert.throws(() => put(3, 1), /lamp\/1\/3/);
});

const group0 = new Map([[0, new Set([0, 1])]]);

test("a group whose lamps go to one level is one frame, unless a member is to be elsewhere", () => {
  const { pending, put } = rig();
  pending.use({ groups: group0, scenes: new Map() });
  put(2, 10);
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [2, 170, [2]]);
  assert.equal(told(pending.take(false)), ["group 0", 220, [0, 1]]);
  put(0, 60);
  assert.equal(told(pending.take(false)), [0, 235, [0]], "the other member stays");
  put(1, 60);
  put(0, 50);
  assert.equal(told(pending.take(false)), [1, 235, [1]]);
  assert.equal(told(pending.take(false)), [0, 229, [0]]);
  put(0, 10);
  put(1, 10);
  assert.equal(told(pending.take(false)), ["broadcast", 170, [0, 1]], "all, as the third is there already");
});

test("lamps that go each to its own level of a scene go in one frame", () => {
  const { pending, put } = rig(lamps(["logarithmic", "linear", "logarithmic"]));
  const night = new Map([
    [0, 220],
    [1, 102],
    [2, 220],
  ]);
  pending.use({ groups: new Map(), scenes: new Map([[3, night]]) });
  for (const address of [0, 1, 2]) put(address, 40);
  assert.equal(told(pending.take(false)), ["scene", 3, [0, 1, 2]]);
  for (const address of [0, 1, 2]) put(address, 50);
  assert.is(told(pending.take(false))?.[0], 0);
});

test("a group or scene with gear that is no lamp of the line is left alone", () => {
  const { pending, put } = rig();
  pending.use({
    groups: new Map([[0, new Set([0, 1, 9])]]),
    scenes: new Map([
      [
        1,
        new Map([
          [0, 220],
          [1, 220],
          [9, 3],
        ]),
      ],
    ]),
  });
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 220, [0]]);
});

test("whatever waits and is known, every frame moves each lamp to where it is to be, and no other", () => {
  const address = fc.nat(7);
  const scene = fc.dictionary(address.map(String), fc.constantFrom(170, 220, 254), { noNullPrototype: true });
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(address, { minLength: 1 }), { maxLength: 4 }),
      fc.array(scene, { maxLength: 3 }),
      fc.array(fc.record({ address, percent: fc.constantFrom(10, 40, 100), take: fc.boolean() }), { maxLength: 40 }),
      (groups, scenes, acts) => {
        const { pending, put } = rig(lamps(new Array(8).fill("logarithmic")));
        const keeps = {
          groups: new Map(groups.map((members, i) => [i, new Set(members)])),
          scenes: new Map(
            scenes.map((levels, i) => [i, new Map(Object.entries(levels).map(([to, arc]) => [Number(to), arc]))]),
          ),
        };
        pending.use(keeps);
        const wanted = new Map<number, number>();
        const real = new Map<number, number>();
        const send = () => {
          const order = pending.take(false);
          if (!order) return false;
          const frame = decodeGear(order.command.frame.data);
          for (let gear = 0; gear < 8; gear++) {
            if (frame.kind === "arc") {
              const { to } = frame;
              const meant =
                to.kind === "broadcast" ||
                (to.kind === "short" && to.address === gear) ||
                (to.kind === "group" && keeps.groups.get(to.group)?.has(gear));
              if (meant) real.set(gear, frame.level);
            } else if (frame.kind === "command") {
              const arc = keeps.scenes.get(frame.opcode & 0x0f)?.get(gear);
              if (arc !== undefined) real.set(gear, arc);
            }
            if (real.has(gear)) assert.ok(wanted.has(gear), "moves nobody who was never told to");
          }
          for (const { lamp, level: told } of order.steps) assert.is(real.get(lamp.address), toArc(told, lamp.curve));
          return true;
        };
        for (const { address: to, percent, take } of acts) {
          put(to, percent);
          wanted.set(to, toArc(level(percent), "logarithmic"));
          if (take) send();
        }
        while (send());
        for (const [gear, arc] of wanted) assert.is(real.get(gear), arc);
      },
    ),
    { numRuns: 500 },
  );
});

test.run();
