import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { expand, isComponentId } from "./component.ts";

const KNOWN = [
  "lamp/1/0",
  "lamp/1/2",
  "lamp/1/3",
  "lamp/1/4",
  "lamp/1/9",
  "lamp/2/0",
  "sg/1",
  "sg/2",
  "dl/video/1",
  "dl/radar/1",
  "door/a-b",
];

const cases: readonly [string, readonly string[]][] = [
  ["lamp/1/2", ["lamp/1/2"]],
  ["lamp/1", ["lamp/1/0", "lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/9"]],
  ["lamp", ["lamp/1/0", "lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/9", "lamp/2/0"]],
  ["lamp/1/2-4,9", ["lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/9"]],
  ["lamp/1-2", ["lamp/1/0", "lamp/1/2", "lamp/1/3", "lamp/1/4", "lamp/1/9", "lamp/2/0"]],
  ["sg,dl", ["sg/1", "sg/2", "dl/video/1", "dl/radar/1"]],
  ["dl/video,radar", ["dl/video/1", "dl/radar/1"]],
  ["lamp/1/9,2-3,2", ["lamp/1/9", "lamp/1/2", "lamp/1/3"]],
  ["lamp/1/3-3", ["lamp/1/3"]],
  ["door/a-b", ["door/a-b"]],
];
for (const [address, components] of cases) {
  test(`${address} names ${components.length} components`, () => {
    assert.equal(expand(address, KNOWN), { ok: true, components });
  });
}

const GROUPS = new Map([
  ["group/square", ["lamp/1/9", "lamp/2/0"]],
  ["group/centre", ["lamp/1/9", "lamp/1/2"]],
]);
test("a group of the configuration names its lamps, two each lamp once; another is refused", () => {
  assert.equal(expand("group/square", KNOWN, GROUPS), { ok: true, components: ["lamp/1/9", "lamp/2/0"] });
  const both = expand("group/square,centre", KNOWN, GROUPS);
  assert.equal(both, { ok: true, components: ["lamp/1/9", "lamp/2/0", "lamp/1/2"] });
  for (const address of ["group/circle", "group"]) assert.not(expand(address, KNOWN, GROUPS).ok);
  assert.equal(expand("lamp/2", KNOWN, GROUPS), { ok: true, components: ["lamp/2/0"] });
});

const refused: readonly [string, RegExp][] = [
  ["lamp/1/7", /names lamp\/1\/7:/],
  ["lamp/1/2-5", /names lamp\/1\/5:/],
  ["lamp/1/4-2", /range 4-2/],
  ["lamp/3", /names lamp\/3:/],
  ["lam", /names lam:/],
  ["lamp/1/2, 3", /names lamp\/1\/ 3:/],
  ["lamp/1/,2", /names lamp\/1\/:/],
  ["lamp/1/02", /names lamp\/1\/02:/],
  ["lamp/1/2-03", /names lamp\/1\/2-03:/],
  ["lamp,sg/1", /names lamp,sg\/1:/],
  ["", /0 characters/],
  ["x".repeat(257), /257 characters/],
];
for (const [address, message] of refused) {
  test(`refuses ${JSON.stringify(address).slice(0, 20)}, naming what is wrong`, () => {
    const result = expand(address, KNOWN);
    assert.not(result.ok);
    if (!result.ok) assert.match(result.message, message);
  });
}

test("a range far beyond what is known costs nothing", () => {
  const known = Array.from({ length: 64 }, (_, address) => `lamp/1/${address}`);
  const began = performance.now();
  assert.not(expand("lamp/1/0-999999999", known).ok);
  assert.ok(performance.now() - began < 500);
});

test("any text names known components or nothing, and never throws", () => {
  const piece = fc.constantFrom("lamp", "1", "2", "-", ",", "/", "sg", "9", " ", "999999999");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (address) => {
        const result = expand(address, KNOWN);
        if (result.ok) assert.ok(result.components.length > 0 && result.components.every((id) => KNOWN.includes(id)));
        else assert.ok(result.message.length > 0);
      },
    ),
    { numRuns: 2000 },
  );
});

test("knows what can be a component's id", () => {
  for (const id of ["lamp/1/5", "bus/1", "in/1/sg/1"]) assert.ok(isComponentId(id), id);
  for (const id of ["", "a b", "a//b", "a,b", "/a", "a/", "a\u0007", "x".repeat(300)])
    assert.not(isComponentId(id), id);
});

test.run();
