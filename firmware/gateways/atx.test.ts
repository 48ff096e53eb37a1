/** What is the ATX HAT's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward24 } from "../dali/frame.ts";
import type { GatewayRequest } from "../dali/gateway.ts";
import { atx } from "./atx.ts";
import { type AtxCommand, AtxDecoder } from "./atx-line.ts";
import { scripted, told, watched } from "./scripted.ts";

const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const command: GatewayRequest = { ...off(5), priority: 3 };
const quiescent: GatewayRequest = { frame: forward24(0xfffe1d), twice: true, answers: false, priority: 3 };
const bytes = (line: string) => Uint8Array.from(line, (char) => char.charCodeAt(0));

const NOBODYS = 0xffff;
/** A box that is there; the test says the rest. */
const box = (
  options: Readonly<Record<string, string>> = {},
  answer = (_: AtxCommand): string | undefined => undefined,
) => {
  let greeted = false;
  const made = scripted(
    atx,
    AtxDecoder.fromHost(),
    (asked) => {
      const line = greeted ? answer(asked) : "N\n";
      greeted = true;
      return line === undefined ? undefined : bytes(line);
    },
    options,
  );
  return { ...made, says: (line: string) => made.say(bytes(line)), sent: () => made.asked.slice(1) };
};

test("it is there when it says anything of a frame that nobody answers", async () => {
  for (const line of ["N\n", "X\n", "Z\n", "J12\n"]) {
    const { open, asked } = scripted(atx, AtxDecoder.fromHost(), () => bytes(line));
    await open();
    assert.equal(asked, [{ frame: { bits: 16, data: NOBODYS }, twice: false }]);
  }
});

test("16 bits twice are the box's, and end with its second line", async () => {
  const { open, says, sent } = box();
  const gateway = await open();
  const state = watched(gateway.send({ ...setFadeTime(BROADCAST), priority: 3 }));
  await says("N\n");
  assert.is(state(), "waits");
  await says("N\n");
  assert.is(state(), "none");
  assert.is(sent().length, 1);
});

test("24 bits twice are two lines, sent again where another master parts them", async () => {
  const { open, says, sent, pass } = box();
  const gateway = await open();
  const state = watched(gateway.send(quiescent));
  await says("N\n");
  await says("H0190\nN\n");
  assert.is(state(), "waits");
  assert.is(sent().length, 3);
  await pass(300);
  await says("N\n");
  await pass(30);
  await says("N\n");
  assert.is(state(), "none");
  assert.equal(
    sent(),
    Array.from({ length: 4 }, () => ({ frame: quiescent.frame, twice: false })),
  );
  assert.equal(await told(gateway), [{ kind: "frame", bits: 16, data: 0x0190 }]);
});

test("after a spoilt frame the rest is let pass, then it is sent again", async () => {
  const { open, says, sent, pass } = box();
  const gateway = await open();
  const state = watched(gateway.send(command));
  await says("X\n");
  await says("N\nJ33\nZ\n");
  assert.is(sent().length, 1);
  await pass(30);
  assert.is(sent().length, 2);
  await says("N\n");
  assert.is(state(), "none");
});

test("which letter is a spoilt reply: known, it is a collision when it comes again; unknown, another frame tells", async () => {
  const answer = (line: string) => (asked: AtxCommand) => (asked.frame.data === NOBODYS ? "N\n" : line);
  const known = box({ "spoilt-reply": "z" }, answer("Z\n"));
  const at = watched((await known.open()).send(query));
  await known.pass(31);
  assert.is(at(), "collision");
  assert.is(known.sent().length, 2);
  for (const line of ["X\n", "Z\n"]) {
    const unknown = box({}, answer(line));
    const state = watched((await unknown.open()).send(query));
    await unknown.pass(100);
    assert.is(state(), "collision");
    assert.is(unknown.sent().at(-1)?.frame.data, NOBODYS);
  }
});

test("a query that was given up with the letter of a spoilt reply is asked again, and has its own reply", async () => {
  let asked = 0;
  const { open, pass } = box({ "spoilt-reply": "x" }, () => (++asked === 1 ? "X\n" : "J33\n"));
  const state = watched((await open()).send(query));
  await pass(31);
  assert.is(state(), "byte");
});

test("a query on a bus where nothing goes through is no reply of several", async () => {
  const faults = [
    [{}, "bus-collision"],
    [{ "dead-bus": "z" }, "bus-power-lost"],
    [{ "dead-bus": "x", "spoilt-reply": "x" }, "bus-power-lost"],
  ] as const;
  for (const [options, kind] of faults) {
    const letter = "dead-bus" in options ? options["dead-bus"].toUpperCase() : "X";
    const { open, pass } = box(options, () => `${letter}\n`);
    const state = watched((await open()).send(query));
    await pass(200);
    assert.is(state(), kind);
  }
});

test.run();
