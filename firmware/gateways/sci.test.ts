/** What is SCI's own; what every gateway must do is in `conformance.test.ts`. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { SETTLING } from "../../sim/bus-timing.ts";
import { dapc, off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward24 } from "../dali/frame.ts";
import type { GatewayRequest } from "../dali/gateway.ts";
import { bytesRig } from "./rig-bytes.ts";
import { sci } from "./sci.ts";
import { encodeSci, SciCommandDecoder, type SciFrame } from "./sci-frame.ts";
import { CONTROL, encodeStatus, SCI_ERROR, type SciStatus } from "./sci-message.ts";
import { scripted, told, watched } from "./scripted.ts";

const query: GatewayRequest = { ...queryActualLevel(5), priority: 3 };
const command: GatewayRequest = { ...off(5), priority: 3 };
const twice: GatewayRequest = { ...setFadeTime(BROADCAST), priority: 3 };
const OLD = { layout: "low", twice: "host" };

const bytesOf = (status: SciStatus): Uint8Array => {
  const { first, data } = encodeStatus(status, "low");
  return encodeSci(first, data);
};
const OK = bytesOf({ kind: "ok" });
const NO = bytesOf({ kind: "no" });
const byte = (value: number) => bytesOf({ kind: "byte", value });
const heard = (data: number) => bytesOf({ kind: "frame", bits: 16, data });
const error = (code: number) => bytesOf({ kind: "error", code });

/** A box that says who it is; the test says the rest. */
const box = (
  options: Readonly<Record<string, string>> = OLD,
  answer = (_: SciFrame): Uint8Array | undefined => undefined,
) => scripted(sci, new SciCommandDecoder(), (frame) => (frame.first & CONTROL.identify ? OK : answer(frame)), options);
const sends = (asked: readonly SciFrame[]) => asked.filter(({ first }) => !(first & CONTROL.identify)).length;

test("a layout that its echo does not tell is a fault that names the option", async () => {
  for (const answer of [() => undefined, ({ data }: SciFrame) => encodeSci(0x63, data)]) {
    const { opening, pass } = box({ layout: "auto" }, answer);
    const state = watched(opening);
    await pass(2000);
    assert.is(state(), "protocol");
    assert.match(await opening.then(String, String), "option layout");
  }
});

test("foreign frames while its layout is learnt are no echo; a dead bus is called so", async () => {
  const foreign = box({ layout: "auto" });
  const state = watched(foreign.opening);
  await foreign.say(heard(0xff05), error(SCI_ERROR.reception));
  await foreign.say(encodeSci(0x63, 0xfffe));
  assert.is(state(), "open");
  assert.is((await foreign.open()).description, "DALI SCI, layout low");
  const dead = watched(box({ layout: "auto" }, () => error(SCI_ERROR.shortCircuit)).opening);
  await foreign.pass(1);
  assert.is(dead(), "bus-short-circuit");
});

test("what the box says of other commands' fate is told apart", async () => {
  const fates = [
    [SCI_ERROR.shortCircuit, "bus-short-circuit", 1],
    [SCI_ERROR.unknownCommand, "protocol", 1],
    [SCI_ERROR.check, "protocol", 3],
    [SCI_ERROR.collision, "bus-collision", 3],
  ] as const;
  for (const [code, kind, attempts] of fates) {
    const { open, asked, pass } = box(OLD, () => error(code));
    const gateway = await open();
    const state = watched(gateway.send(query));
    await pass(1);
    assert.is(state(), kind);
    assert.is(sends(asked), attempts);
  }
});

test("a receive error is a collision where a reply is due, none where it is not, and else an event", async () => {
  const { open, say, pass } = box();
  const gateway = await open();
  await say(error(SCI_ERROR.reception));
  const asking = watched(gateway.send(query));
  await pass(40);
  await say(error(SCI_ERROR.reception));
  assert.is(asking(), "collision");
  const telling = watched(gateway.send(command));
  await pass(40);
  await say(error(SCI_ERROR.reception));
  assert.is(telling(), "none");
  assert.equal(await told(gateway), [{ kind: "framing-error" }]);
});

test("a receive error that may be of our own frame is the reply only if no other answer comes", async () => {
  const { open, say, pass } = box();
  const gateway = await open();
  const begun = async (request: GatewayRequest) => {
    const state = watched(gateway.send(request));
    await pass(20);
    await say(error(SCI_ERROR.reception));
    assert.is(state(), "waits");
    await pass(38);
    assert.is(state(), "waits");
    return state;
  };
  const answered = await begun(query);
  await say(byte(7));
  assert.is(answered(), "byte");
  const unanswered = await begun(query);
  await pass(2);
  assert.is(unanswered(), "collision");
  const told = await begun(command);
  await pass(2);
  assert.is(told(), "none");
});

test("a reply, and a spoilt one, just after a foreign frame is to that frame", async () => {
  const { open, say, pass } = box();
  const gateway = await open();
  const state = watched(gateway.send(query));
  await say(heard(0x0ba2));
  await pass(15);
  await say(byte(77));
  await say(error(SCI_ERROR.reception));
  assert.is(state(), "waits");
  await pass(30);
  await say(byte(88));
  assert.is(state(), "byte");
  assert.equal(await told(gateway), [
    { kind: "frame", bits: 16, data: 0x0ba2 },
    { kind: "frame", bits: 8, data: 77 },
    { kind: "framing-error" },
  ]);
});

test("foreign frames do not put off the time by which the box must answer", async () => {
  const { open, asked, say, pass } = box();
  const gateway = await open();
  const state = watched(gateway.send(query));
  for (let i = 0; i < 8; i++) {
    await say(heard(0x0190));
    await pass(110);
  }
  assert.is(sends(asked), 2);
  for (let i = 0; i < 6; i++) {
    await say(heard(0x0190));
    await pass(110);
  }
  assert.is(state(), "waits");
  await pass(60);
  assert.is(state(), "gateway-silent");
});

test("a pair that the host sends and another master parts, or the bus delays, is sent again as a pair", async () => {
  const { open, asked, say, pass } = box();
  const gateway = await open();
  const state = watched(gateway.send(twice));
  await say(NO);
  await say(heard(0x0190));
  await pass(40);
  await say(NO);
  assert.is(state(), "waits");
  assert.is(sends(asked), 3);
  await say(NO);
  // 94 ms less what the times may be wrong by, and the frame's own 14.2
  await pass(90);
  await say(NO);
  assert.is(state(), "waits");
  assert.is(sends(asked), 5);
  await pass(500);
  await say(NO);
  await pass(30);
  await say(NO);
  assert.is(state(), "none");
  assert.is(sends(asked), 6);
});

test("a pair that is parted each time is a collision", async () => {
  const { open, say } = box();
  const gateway = await open();
  const state = watched(gateway.send(twice));
  for (let i = 0; i < 3; i++) {
    await say(NO);
    await say(heard(0x0190), NO);
  }
  assert.is(state(), "bus-collision");
});

test("a model that tells our own frames, too, has no foreign master for it", async () => {
  const { open, say } = box();
  const gateway = await open();
  const state = watched(gateway.send(query));
  await say(heard(query.frame.data), byte(5));
  assert.is(state(), "byte");
  assert.equal(await told(gateway), []);
});

test("a request that comes while the box is asked about itself waits for the answer", async () => {
  let mute = false;
  const { open, asked, say, pass } = scripted(sci, new SciCommandDecoder(), () => (mute ? undefined : OK), OLD);
  const gateway = await open();
  mute = true;
  await pass(2100);
  assert.is(asked.length, 2);
  const state = watched(gateway.send({ ...dapc(5, 9), priority: 2 }));
  await pass(50);
  assert.is(asked.length, 2);
  await say(OK);
  assert.is(asked.length, 3);
  assert.is(state(), "waits");
  await say(NO);
  assert.is(state(), "none");
});

test("a model that knows no 24 bits is not asked", async () => {
  const { open, asked } = box({ ...OLD, "24-bit": "no" });
  const gateway = await open();
  const state = watched(gateway.send({ ...query, frame: forward24(0x07fe30) }));
  await gateway.close();
  assert.is(state(), "protocol");
  assert.is(sends(asked), 0);
});

test("waiting for the answer to a command costs no bus time: the next settles for longer", async () => {
  for (const model of bytesRig.models(sci)) {
    const { clock, heard, connect } = bytesRig.make(sci, model);
    const gateway = await clock.run(connect(), seconds(10));
    const before = heard.length;
    for (let i = 0; i < 50; i++) await clock.run(gateway.send(command), seconds(1));
    const sent = heard.slice(before);
    assert.is(sent.length, 50);
    for (const [i, next] of sent.slice(1).entries()) {
      const gap = next.start - (sent[i]?.end ?? 0);
      assert.ok(gap <= SETTLING[3][1] + 1e-6, `${gap} ms`);
    }
  }
});

test("the box's own supply is its RTS line, and DTR stays low", () => {
  assert.equal(sci.settings, { baud: 38400, rts: true, dtr: false });
});

test.run();
