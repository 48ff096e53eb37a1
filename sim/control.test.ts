import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseMessage, parseRequest, type SimulatorMessage, type SimulatorRequest } from "./control.ts";

const STREETS = new Map([
  ["rue Musette", 150],
  ["rue de la Liberté", 300],
]);

const request: fc.Arbitrary<SimulatorRequest> = fc.oneof(
  fc.record({ type: fc.constant("speed" as const), value: fc.double({ min: 1, max: 60, noNaN: true }) }),
  fc.record({ type: fc.constant("hour" as const), value: fc.double({ min: 0, max: 24, noNaN: true }) }),
  fc.record({
    type: fc.constant("walk" as const),
    street: fc.constantFrom(...STREETS.keys()),
    position: fc.integer({ min: 0, max: 150 }),
    direction: fc.constantFrom(1 as const, -1 as const),
  }),
  fc.record({ type: fc.constant("door" as const), open: fc.boolean() }),
);

test("what a page may ask comes through as it was", async () => {
  await fc.assert(
    fc.property(request, (asked) => {
      // JSON has no -0.
      const sent = JSON.parse(JSON.stringify(asked));
      assert.equal(parseRequest(JSON.stringify(asked), STREETS), { ok: true, value: sent });
    }),
  );
});

test("what it may not ask is refused with the field, what was found and what is allowed", () => {
  const walk = { type: "walk", street: "rue Musette", position: 10, direction: 1 };
  const table: [unknown, string][] = [
    [{ type: "speed", value: 61 }, "value: found 61, allowed a number from 1 to 60"],
    [{ type: "speed", value: 0.9 }, "value: found 0.9, allowed a number from 1 to 60"],
    [{ type: "speed", value: "9" }, "value: found 9, allowed a number from 1 to 60"],
    [{ type: "hour" }, "value: found nothing, allowed a number from 0 to 24"],
    [{ ...walk, street: "rue Vannerie" }, "street: found rue Vannerie, allowed one of rue Musette, rue de la Liberté"],
    [{ ...walk, position: 151 }, "position: found 151, allowed a number from 0 to 150"],
    [{ ...walk, direction: 0 }, "direction: found 0, allowed 1 or -1"],
    [{ type: "door", open: 1 }, "open: found 1, allowed true or false"],
    [{ type: "stop" }, "type: found stop, allowed speed, hour, walk or door"],
    [[], "request: found [], allowed a JSON object"],
    [null, "request: found null, allowed a JSON object"],
  ];
  for (const [sent, error] of table) assert.equal(parseRequest(JSON.stringify(sent), STREETS), { ok: false, error });
  assert.equal(parseRequest("{", STREETS), { ok: false, error: "request: found {, allowed a JSON object" });
  const long = parseRequest(JSON.stringify({ type: "x".repeat(2000) }), STREETS);
  assert.equal(long, { ok: false, error: "request: found 2011 characters, allowed at most 1024" });
});

test("no text makes either reader throw", async () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    request.map((asked) => JSON.stringify({ ...asked, value: null })),
  );
  await fc.assert(
    fc.property(text, (sent) => {
      for (const parsed of [parseRequest(sent, STREETS), parseMessage(sent)]) {
        if (!parsed.ok) assert.match(parsed.error, /: found .*, allowed /s);
      }
    }),
  );
});

test("a page believes a whole state, and a refusal, and nothing else", () => {
  const state: SimulatorMessage = {
    type: "state",
    now: 1_795_000_000_000,
    speed: 10,
    walkers: [{ id: 1, street: "rue Musette", position: 12.5, direction: -1 }],
    sun: "down",
    door: false,
  };
  const refusal: SimulatorMessage = { type: "refused", error: "no" };
  for (const message of [state, refusal]) {
    assert.equal(parseMessage(JSON.stringify(message)), { ok: true, value: message });
  }
  const table: [object, string][] = [
    [{ now: -1 }, "now"],
    [{ speed: null }, "speed"],
    [{ walkers: [{ id: 1, street: "rue Musette", position: 1, direction: 2 }] }, "walkers"],
    [{ walkers: {} }, "walkers"],
    [{ sun: "noon" }, "sun"],
    [{ door: "open" }, "door"],
    [{ type: "states" }, "type"],
  ];
  for (const [wrong, field] of table) {
    const parsed = parseMessage(JSON.stringify({ ...state, ...wrong }));
    assert.not(parsed.ok);
    if (!parsed.ok) assert.ok(parsed.error.startsWith(`${field}: found `), parsed.error);
  }
});

test.run();
