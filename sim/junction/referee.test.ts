import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Aspect, Signal } from "../../controllers/junction/model.ts";
import { exploredTwo } from "./explore-junctions.ts";
import { kickOff, type Refereed, referee } from "./referee.ts";

const junction = exploredTwo(20);
const ASPECT: Readonly<Record<string, Aspect>> = { r: "red", g: "green", a: "amber", b: "red-amber" };

/** What A, B, P and Q show from second 0 on, a word a second; P is called at `called`. What was broken, and when. */
function match(script: string, called = -1): string | null {
  let state: Refereed = kickOff(junction, 0);
  for (const [second, word] of script.split(" ").entries()) {
    const signals = junction.groups.map(({ id }, i) => ({ group: id, aspect: ASPECT[word[i] as string] }) as Signal);
    const next = referee(junction, state, signals, (group) => group === 2 && second === called, second * 1000);
    if (typeof next === "string") return `${second} s: ${next}`;
    state = next;
  }
  return null;
}

const start = "rrrr rrrr rrrr rrrr rrrr";

test("a cycle that keeps all rules is none of the referee's business", () => {
  assert.is(match(`${start} grgr grgr grrr arrr arrr rrrr rbrr rgrg rgrg rarg rrrr rrrr rrrr grrr grgr`), null);
});

test("each rule that is broken is told", () => {
  for (const [script, what] of [
    [`${start} grrg`, "A and Q together: green and green"],
    [`${start} grrr grrr arrr`, "A: green for 2000 of 3000 ms"],
    [`${start} grrr grrr grrr rrrr`, "A: green red, its amber is 2000 ms"],
    [`${start} grrr grrr grrr arrr rrrr`, "A: amber for 1000 of 2000 ms"],
    [`${start} grrr grrr grrr arrr arrr arrr`, "A: amber for 2000 of 2000 ms"],
    [`${start} rgrr`, "B: green without red-amber"],
    [`${start} rbrr rbrr`, "B: red-amber for 1000 of 1000 ms"],
    [`${start} rrgr rrgr rrar`, "P: green amber, its amber is 0 ms"],
    ["rrrr rrrr grrr", "A: green 2000 of 3000 ms after Q"],
    [`${start} rrgr rrgr rrrr rrrr rrrr rrrr rrrg`, "Q: green 4000 of 5000 ms after P"],
    [`${start} ${"rrrr ".repeat(16)}rrrr`, "A: wanted for 21000 of 20000 ms"],
  ] as const)
    assert.ok(match(script)?.endsWith(what), `${what}, not ${match(script)}`);
});

test("who is on call waits from the call on", () => {
  const others = "grrr grrr grrr arrr arrr rrrr rbrr rgrg rgrg rarg rrrr rrrr rrrr grrr grrr grrr arrr";
  assert.is(match(`${start} ${others}`), null);
  assert.is(match(`${start} ${others}`, 1), null);
  assert.match(match(`${start} ${others}`, 0) ?? "", /P: wanted for 21000 of 20000/);
});

test.run();
