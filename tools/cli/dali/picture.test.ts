/** What a monitor and a replay make of traffic: lines, the picture of the lamps, the screen, the file. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration } from "../../../controllers/units.ts";
import type { Reply } from "../../../firmware/dali/gateway.ts";
import type { Traffic } from "../../../firmware/dali/traffic.ts";
import { Usage } from "../usage.ts";
import { headLine, readCapture, trafficLine } from "./capture.ts";
import { Picture } from "./picture.ts";
import { trafficReader } from "./traffic-text.ts";
import { view } from "./view.ts";

const sent = (data: number, reply: Reply | null = null, at = 0): Traffic => ({
  kind: "sent",
  at: duration(at),
  took: 20,
  frame: { bits: 16, data },
  twice: false,
  priority: 5,
  reply,
});
const byte = (value: number): Reply => ({ kind: "byte", value });
const foreign = (bits: number, data: number, at = 0): Traffic => ({ kind: "foreign", at: duration(at), bits, data });
const gap: Traffic = { kind: "gap", frames: 3, at: duration(0) };
/** QUERY ACTUAL LEVEL, QUERY STATUS and DAPC of a short address. */
const level = (address: number) => (address << 9) | 0x1a0;
const status = (address: number) => (address << 9) | 0x190;
const dapc = (address: number, to: number) => (address << 9) | to;

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Usage) return error.message;
    throw error;
  }
  return "none";
};

test("each kind of traffic is a line; what another master asked is answered in its words", () => {
  const read = trafficReader();
  const line = (traffic: Traffic) => Object.values(read(traffic)).join(" | ");
  assert.is(line(sent(level(5), byte(254))), "-> | QueryActualLevel(A5) | 254 (100 %)");
  assert.is(line(sent(level(5), { kind: "none" })), "-> | QueryActualLevel(A5) | no answer");
  assert.is(line({ ...sent(0xff20), twice: true } as Traffic), "-> | Reset(Broadcast) twice | ");
  assert.is(line(foreign(16, level(5))), "*> | QueryActualLevel(A5) | ");
  assert.is(line(foreign(8, 128)), "*< | 128 (3.21 %) | ");
  assert.is(line(foreign(8, 128)), "*< | 128 | ");
  assert.is(line(foreign(5, 0x1f)), "*< | 5 bits: 0x1F | ");
  assert.is(
    line({ kind: "failed", at: duration(0), frame: { bits: 16, data: dapc(1, 9) }, fault: "bus-collision" }),
    "!! | DAPC(A1, 9) | bus-collision",
  );
  assert.is(line({ kind: "framing-error", at: duration(0) }), "!! | framing error | ");
  assert.is(line({ kind: "bus", fault: "bus-power-lost", at: duration(0) }), "!! | bus-power-lost | ");
  assert.is(line({ kind: "bus", fault: null, at: duration(0) }), "!! | the bus works again | ");
  assert.is(line(gap), "!! | 3 frames passed unseen | ");
});

test("what ENABLE DEVICE TYPE opens is read so, unless something was missed between", () => {
  const read = trafficReader();
  const what = (traffic: Traffic) => read(traffic).what;
  what(sent(0xc106));
  assert.is(what(sent(0x07ed, byte(1))), "LED.QueryGearType(A3)");
  what(sent(0xc106));
  what(gap);
  assert.is.not(what(sent(0x07ed, byte(1))), "LED.QueryGearType(A3)");
});

test("a picture learns levels, failures and silence from answers, ours and those to others", () => {
  const picture = new Picture();
  const see = (...all: Traffic[]) => {
    for (const one of all) picture.see(one);
  };
  see(sent(level(1), byte(200)), foreign(16, level(2)), foreign(8, 100), sent(status(1), byte(0x02)));
  assert.equal(picture.lamps.get(1), { level: 200, failure: true, silent: false });
  assert.equal(picture.lamps.get(2), { level: 100, failure: false, silent: false });
  see(sent(status(1), { kind: "none" }), sent(level(9), { kind: "none" }), sent(dapc(2, 50)));
  assert.is(picture.lamps.get(1)?.silent, true);
  assert.is(picture.lamps.has(9), false);
  assert.is(picture.lamps.get(2)?.level, 50);
  see(foreign(16, 0xfe00));
  assert.equal([picture.lamps.get(1)?.level, picture.lamps.get(2)?.level], [0, 0]);
  see(gap, { kind: "framing-error", at: duration(0) });
  assert.equal(picture.counts, { own: 5, foreign: 3, errors: 1, missed: 3 });
});

test("the bus is as full as the frames of the last ten seconds take", () => {
  const picture = new Picture();
  assert.is(picture.utilisation(0), 0);
  for (let i = 0; i < 100; i++) picture.see(sent(level(1), byte(254), 5000 + 50 * i));
  // 13.5 + 14.2 + 6.75 + 7.5 ms each
  assert.ok(Math.abs(picture.utilisation(10_000) - 0.419) < 0.002, String(picture.utilisation(10_000)));
  assert.is(picture.utilisation(20_001), 0);
});

const busy = (): Picture => {
  const picture = new Picture();
  for (let address = 0; address < 64; address++) picture.see(sent(level(address), byte(254), 1000 + address));
  picture.see({ kind: "bus", fault: "bus-power-lost", at: duration(2000) });
  return picture;
};
const drawn = (picture: Picture, width: number, height: number, colour = false) =>
  view(picture, { title: "bus/1 at a gateway with a long name", width, height, colour, now: 2000, began: 0 });

test("a screen is as high as the terminal at most, and no line is wider, in any size", () => {
  for (const picture of [new Picture(), busy()])
    for (let width = 1; width <= 130; width += 3)
      for (let height = 1; height <= 40; height += 3) {
        const lines = drawn(picture, width, height);
        assert.ok(lines.length <= height, `${width} x ${height}: ${lines.length} lines`);
        for (const line of lines) assert.ok(line.length <= width, `${width} x ${height}: "${line}"`);
      }
});

test("lamps stand in rows of sixteen, eight or four; the newest lines are below them", () => {
  const rows = (width: number) => drawn(busy(), width, 40).filter((line) => /^A\d+ +100/.test(line));
  assert.equal([rows(68).length, rows(67).length, rows(35).length, rows(19).length], [4, 8, 16, 0]);
  const wide = drawn(busy(), 80, 24);
  assert.match(wide[0] ?? "", /BUS-POWER-LOST$/);
  assert.match(wide.at(-2) ?? "", /2\.000 {2}!! {2}bus-power-lost$/);
  assert.match(wide.at(-1) ?? "", /^q or Ctrl-C ends/);
});

test("colours only where they are wanted, and each is ended", () => {
  assert.not.match(drawn(busy(), 80, 24).join(""), "\x1b");
  const lines = drawn(busy(), 80, 24, true);
  assert.ok(lines.some((line) => line.includes("\x1b[31m")));
  for (const line of lines) assert.is(line.split("\x1b[0m").length, line.split("\x1b[").length / 2 + 0.5, line);
});

test("a capture is read as it was written; one that was cut off loses its last line only", () => {
  const all = [sent(level(5), byte(254), 1234.5678), foreign(16, level(2), 1300), gap];
  const text =
    headLine({ bus: "bus/1", gateway: "LUBA", began: "2026-01-01T00:00:00Z" }) +
    all.map((one) => trafficLine(one, 1000)).join("");
  const read = readCapture(text, "x");
  assert.is(read.head.bus, "bus/1");
  assert.equal(read.traffic, [
    { ...all[0], at: 234.568 },
    { ...all[1], at: 300 },
    { ...all[2], at: -1000 },
  ]);
  assert.is(readCapture(text.slice(0, -5), "x").traffic.length, 2);
});

test("what is no capture is refused with its line", () => {
  const head = headLine({ bus: "bus/1", gateway: "LUBA", began: "" });
  assert.match(
    refusal(() => readCapture("", "x")),
    /^x:1: this is no capture of version 1/,
  );
  assert.match(
    refusal(() => readCapture("{}\n", "x")),
    /^x:1: this is no capture/,
  );
  assert.is(
    refusal(() => readCapture(`${head}oops\n`, "x")),
    "x:2: no JSON",
  );
  assert.match(
    refusal(() => readCapture(`${head}{"kind":"light","at":1}\n`, "x")),
    /^x:2: kind is light: allowed sent, failed/,
  );
  assert.match(
    refusal(() => readCapture(`${head}null\n`, "x")),
    /^x:2: /,
  );
  assert.match(
    refusal(() => readCapture(`${head}{"kind":"sent","at":1}\n`, "x")),
    /^x:2: frame/,
  );
  assert.match(
    refusal(() => readCapture(`${head}{"kind":"foreign","at":1,"bits":16}\n`, "x")),
    /^x:2: data/,
  );
});

test.run();
