import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Edge } from "../hal/pin.ts";
import { EdgeLines, parseEdge } from "./edge-lines.ts";

test("both releases' lines are read", () => {
  for (const [line, edge] of [
    ["1 7 25000", { high: true, at: 7000.025 }],
    ["0 12 999999999", { high: false, at: 12999.999999 }],
    ["1 7.000025000", { high: true, at: 7000.025 }],
    ["2 86400.5", { high: false, at: 86400000.000005 }],
  ] as const)
    assert.equal(parseEdge(line), edge);
});

test("anything else is no edge", () => {
  for (const line of [
    "",
    "3 7 1",
    "1 7",
    "1 7 1 ",
    " 1 7 1",
    "1 -7 1",
    "1 7 1234567890",
    "1 7,1",
    "event: RISING EDGE",
    "1 7.1\r",
  ])
    assert.is(parseEdge(line), null, line);
});

test("however the text is cut, the same edges come out, in order", async () => {
  const edge = fc.record({ high: fc.boolean(), s: fc.nat(99_999_999), ns: fc.nat(999_999_999) });
  const prove = (edges: readonly { high: boolean; s: number; ns: number }[], cuts: readonly number[]) => {
    const text = edges.map(({ high, s, ns }) => `${high ? 1 : 0} ${s} ${ns}\n`).join("");
    const lines = new EdgeLines();
    const seen: Edge[] = [];
    let at = 0;
    for (const cut of [...cuts, text.length]) {
      seen.push(...(lines.push(text.slice(at, at + cut)) ?? []));
      at += cut;
    }
    assert.equal(
      seen,
      edges.map(({ high, s, ns }) => ({ high, at: s * 1000 + ns / 1e6 })),
    );
  };
  await fc.assert(fc.property(fc.array(edge, { maxLength: 20 }), fc.array(fc.nat(40)), prove));
});

test("garbage is told at once and never grows", () => {
  assert.is(new EdgeLines().push("event: RISING EDGE\n"), null);
  assert.is(new EdgeLines().push("1".repeat(23)), null);
  assert.equal(new EdgeLines().push("1".repeat(22)), []);
});

test.run();
