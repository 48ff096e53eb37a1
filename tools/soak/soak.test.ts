/** A sample of `make soak`, and that its judge can say no. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import type { JournalRecord } from "../../firmware/hal/journal.ts";
import { encode } from "../../firmware/link/wire/cbor.ts";
import { isOk } from "../bench/line.ts";
import { hasMosquitto } from "../mosquitto.ts";
import { cutFigures } from "./cuts.ts";
import { compare, listen } from "./heard.ts";
import { killFigures } from "./kills.ts";

const STREAM = "status/access.contacts";
const record = (seq: number, open: boolean): JournalRecord => ({
  id: seq + 1,
  stream: STREAM,
  class: "event",
  at: instant(seq),
  run: 0,
  seq,
  dated: true,
  body: encode({ values: { open: { "door/1": open } } }),
});
const RECORDED = [record(0, true), record(1, false), record(2, true)];
const journal = {
  range: (stream: string, _from: unknown, _to: unknown, after: number) =>
    stream === STREAM ? RECORDED.filter(({ id }) => id > after) : [],
};

test("what was had is judged against what was recorded: missing, repeated, in disorder, invented", () => {
  const judge = (...had: [number, boolean][]) => {
    const heard = listen();
    for (const [seq, open] of had)
      heard.entry({
        node: "n",
        code: "access.contacts",
        run: 0,
        seq,
        ts: "",
        values: { open: { "door/1": open } },
        complete: false,
        source: "live",
      });
    const { examples, recorded, ...wrong } = compare(journal, heard);
    assert.is(recorded, 3);
    return Object.entries(wrong).flatMap(([kind, count]) => (count > 0 ? [`${kind} ${count}`] : []));
  };
  assert.equal(judge([0, true], [1, false], [2, true]), []);
  assert.equal(judge([0, true], [2, true]), ["missing 1"]);
  assert.equal(judge([0, true], [1, false], [1, false], [2, true]), ["repeated 1"]);
  assert.equal(judge([0, true], [2, true], [1, false]), ["disordered 1"]);
  assert.equal(judge([0, true], [1, true], [2, true]), ["invented 1"]);
  assert.equal(judge([0, true], [1, false], [2, true], [3, true]), ["invented 1"]);
});

test("virtual days of cut links, and a runtime that is killed in between", async () => {
  const [figure] = await cutFigures({ cuts: 5, kills: 2, seed: 3 });
  assert.ok(figure && isOk(figure), JSON.stringify(figure));
});

if (hasMosquitto())
  test("kill -9 of the runtime and of a real broker over TLS", async () => {
    const [figure] = await killFigures({ runtimeKills: 4, brokerKills: 2, cuts: 1 });
    assert.ok(figure && isOk(figure), JSON.stringify(figure));
  });
else console.log("skipped: no mosquitto here (apt-get install mosquitto)");

test.run();
