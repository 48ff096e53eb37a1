/** The codec of RSMP 3: framing, versions, priority, and what others may send. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FrameReader, frame } from "./frame.ts";
import { aspectOf, LETTERS } from "./letters.ts";
import { messageId, parse, wire } from "./messages.ts";
import { argumentsOf, linesOf, statesOf } from "./priority.ts";
import { agree } from "./versions.ts";

const bytes = (of: string) => new TextEncoder().encode(of);

test("messages come out whole, however their bytes are cut, and form feeds between them part nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 5 }),
      fc.array(fc.nat(40), { maxLength: 12 }),
      (texts, cuts) => {
        const whole = bytes(`\f${texts.map((text) => JSON.stringify({ text })).join("\f\f")}\f`);
        const reader = new FrameReader();
        const found: (string | null)[] = [];
        let from = 0;
        for (const cut of [...cuts, whole.length]) {
          found.push(...reader.push(whole.subarray(from, from + cut)));
          from += cut;
        }
        assert.equal(
          found.map((text) => (JSON.parse(text ?? "null") as { text: string }).text),
          texts,
        );
      },
    ),
  );
});

test("what grows without a form feed is refused before it is kept", () => {
  const reader = new FrameReader(100);
  assert.equal([...reader.push(new Uint8Array(100).fill(0x61))], []);
  assert.throws(
    () => [...reader.push(new Uint8Array(1))],
    (error: unknown) => error instanceof RangeError,
  );
  assert.equal([...new FrameReader().push(new Uint8Array([0xff, 0xfe, 0x0c]))], [null], "no UTF-8");
});

test("a handshake of a real site is understood, and what is said is what the validator's schemas want", () => {
  const version =
    '{"mType":"rSMsg","type":"Version","RSMP":[{"vers":"3.2"}],"siteId":[{"sId":"RN+SI0001"}],"SXL":"1.1","mId":"a"}';
  assert.ok(parse(version).ok);
  const aggregated =
    '{"mType":"rSMsg","type":"AggregatedStatus","mId":"x","aSTS":"2026-01-01T00:00:00.000Z","fP":null,"fS":null,' +
    '"se":[false,false,false,false,false,true,false,false],"cId":"TC","ntsOId":"KK+AG9998=001TC000","xNId":""}';
  assert.ok(parse(aggregated).ok);
  for (const sOc of ["true", '"True"', '"False"'])
    assert.ok(
      parse(
        `{"mType":"rSMsg","type":"StatusSubscribe","mId":"x","cId":"TC","sS":[{"sCI":"S0033","n":"status","uRt":"0","sOc":${sOc}}]}`,
      ).ok,
      sOc,
    );
  assert.match(
    new TextDecoder().decode(frame(wire("MessageAck", { oMId: "x" }))),
    /^\{"mType":"rSMsg","type":"MessageAck","oMId":"x"\}\f$/,
  );
  const id = messageId(Math.random);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("what is no message is named, and answered where it has a name", () => {
  for (const [text, why] of [
    ["{", /JSON/],
    ["[]", /object/],
    ['{"mType":"x","mId":"1"}', /mType/],
    ['{"mType":"rSMsg","type":"Strange","mId":"1"}', /type: allowed/],
    ['{"mType":"rSMsg","type":"constructor","mId":"1"}', /type: allowed/],
    ['{"mType":"rSMsg","type":"Watchdog","mId":"1","wTs":"yesterday"}', /Watchdog/],
  ] as const) {
    const parsed = parse(text);
    assert.not(parsed.ok);
    if (parsed.ok) continue;
    assert.match(parsed.why, why);
    if (text.includes('"mId"')) assert.is(parsed.mId, "1");
  }
});

test("nothing that is sent makes the codec throw", () => {
  const field = fc.constantFrom(
    "mType",
    "type",
    "mId",
    "sS",
    "se",
    "RSMP",
    "siteId",
    "SXL",
    "cId",
    "oMId",
    "rvs",
    "sTs",
  );
  const value = fc.oneof(
    fc.constantFrom("rSMsg", "Version", "StatusUpdate", "Alarm", "CommandResponse"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.dictionary(field, value), (object) => void parse(JSON.stringify(object))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      for (const text of new FrameReader().push(noise)) parse(text ?? "");
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.jsonValue(), (any) => void statesOf(any)));
});

test("versions: the newest core of both, lists 1.1 and 1.2", () => {
  assert.equal(agree(["3.1.4", "3.2", "3.1.5"], "1.1"), { ok: true, core: "3.2", sxl: "1.1" });
  assert.equal(agree(["3.2.2", "3.3.0"], "1.2.1"), { ok: true, core: "3.2.2", sxl: "1.2.1" });
  for (const [versions, sxl] of [
    [["3.3.0"], "1.2"],
    [["3.2"], "1.0.15"],
    [["3.2"], "1.3.0"],
    [[], "1.1"],
  ] as const)
    assert.not(agree(versions, sxl).ok, `${versions} ${sxl}`);
});

test("arguments are texts, unsaid ones are left out, and states come back as they were", () => {
  const names = (command: Parameters<typeof argumentsOf>[0]) => argumentsOf(command).map(({ n, v }) => `${n}=${v}`);
  assert.equal(names({ type: "new", requestId: "r", signalGroupId: "A1", eta: 300.4 }), [
    "type=new",
    "requestId=r",
    "signalGroupId=A1",
    "eta=255",
  ]);
  assert.equal(names({ type: "update", requestId: "r", level: 3 }), ["type=update", "requestId=r", "level=3"]);
  assert.equal(names({ type: "cancel", requestId: "r" }), ["type=cancel", "requestId=r"]);
  const t = "2026-11-18T16:00:11.000Z";
  const lines = linesOf([
    { r: "1", t, s: "completed", e: 5, d: 0 },
    { r: "2", t, s: "cancelled" },
  ]);
  assert.equal(lines, [
    { r: "1", t, s: "completed", e: "5", d: "0" },
    { r: "2", t, s: "completed" },
  ]);
  assert.equal(statesOf(lines)?.[0], { r: "1", t, s: "completed", e: 5, d: 0 });
  assert.equal(statesOf([{ r: "1", t, s: "unheard" }, 7, null, { r: 1, t, s: "queued" }]), []);
  assert.is(statesOf("x"), null);
});

test("each letter that is said is read as what it was", () => {
  for (const [aspect, letter] of Object.entries(LETTERS)) assert.is(aspectOf(letter), aspect);
  assert.equal(["4", "8", "e", "P", "x", ""].map(aspectOf), ["green", "green", "red", "red", null, null]);
});

test.run();
