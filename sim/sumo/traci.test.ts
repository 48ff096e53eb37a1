import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../firmware/hal/fault.ts";
import { pipe } from "../pipe.ts";
import { connectTraci, type Traci } from "./traci.ts";
import { command, message, Reader, Writer } from "./traci-bytes.ts";
import { COMMAND, SIGNAL, SUBSCRIBE, TYPE, VEHICLE } from "./traci-words.ts";

const ok = (id: number): Uint8Array => command(id, new Writer().ubyte(0).string("").done());
const refused = (id: number, why: string): Uint8Array => command(id, new Writer().ubyte(0xff).string(why).done());
const version = (protocol: number): Uint8Array[] => [
  ok(COMMAND.getVersion),
  command(COMMAND.getVersion, new Writer().integer(protocol).string("SUMO 1.15.0").done()),
];

/** A server that answers each message by what `answer` makes of it, cut into pieces of so many bytes. */
async function against(
  answer: (asked: Uint8Array, n: number) => readonly Uint8Array[] | Uint8Array,
  piece = 1 << 20,
): Promise<{ readonly traci: Promise<Traci>; readonly asked: Uint8Array[] }> {
  const [near, far] = pipe("traci");
  const asked: Uint8Array[] = [];
  const serve = async (): Promise<void> => {
    for await (const chunk of far.chunks) {
      asked.push(chunk);
      const said = answer(chunk, asked.length - 1);
      const bytes = said instanceof Uint8Array ? said : message(said);
      for (let at = 0; at < bytes.length; at += piece) await far.write(bytes.subarray(at, at + piece));
    }
  };
  serve().catch(() => {}); // the near end is closed by the client
  return { traci: connectTraci(near), asked };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

async function faultOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.instance(error, Fault);
    return `${(error as Fault).kind}: ${(error as Fault).message}`;
  }
  return "none";
}

test("greets with TraCI's bytes and reads the version", async () => {
  const { traci, asked } = await against(() => version(20));
  assert.is((await traci).protocol, 20);
  assert.is((await traci).software, "SUMO 1.15.0");
  // Length 6 of the message, then a command of 2 bytes: getVersion.
  assert.is(hex(asked[0] as Uint8Array), "000000060200");
});

test("refuses a SUMO that is too old, by name", async () => {
  const { traci } = await against(() => version(19));
  assert.match(await faultOf(traci), /protocol: .*TraCI 19 of SUMO 1\.15\.0: allowed 20 and later/);
});

test("orders are one message, each with its own bytes", async () => {
  const { traci, asked } = await against((_, n) =>
    n === 0 ? version(20) : [ok(COMMAND.setSignal), ok(COMMAND.setSignal)],
  );
  await (await traci).order([
    { kind: "state", signal: "C", state: "Gr" },
    { kind: "phase", signal: "C", left: 2 },
  ]);
  assert.is(
    hex(asked[1] as Uint8Array),
    // 36 bytes; 15: set, state of "C", string "Gr"; 17: set, phase duration of "C", double 2.
    [
      "00000024",
      "0fc2",
      "20",
      "0000000143",
      "0c",
      "000000024772",
      "11c2",
      "24",
      "0000000143",
      "0b",
      "4000000000000000",
    ].join(""),
  );
});

test("a step brings what is subscribed to, however the stream is cut", async () => {
  const bus = new Writer().string("bus").ubyte(3);
  bus.ubyte(VEHICLE.speed).ubyte(0).ubyte(TYPE.double).double(7.5);
  bus.ubyte(VEHICLE.lane).ubyte(0).ubyte(TYPE.string).string("NC_0");
  bus.ubyte(VEHICLE.nextSignals).ubyte(0).ubyte(TYPE.compound).integer(5);
  bus.ubyte(TYPE.integer).integer(1).ubyte(TYPE.string).string("C").ubyte(TYPE.integer).integer(4);
  bus.ubyte(TYPE.double).double(81.25).ubyte(TYPE.byte).ubyte(71);
  const signal = new Writer()
    .string("C")
    .ubyte(1)
    .ubyte(SIGNAL.state)
    .ubyte(0)
    .ubyte(TYPE.string)
    .string("G".repeat(300));
  const step = [
    ok(COMMAND.step),
    new Writer().integer(2).done(),
    command(SUBSCRIBE.vehicle.answer, bus.done()),
    command(SUBSCRIBE.signal.answer, signal.done()),
  ];
  for (const piece of [1, 3, 64, 4096]) {
    const { traci } = await against((_, n) => (n === 0 ? version(21) : step), piece);
    const told = await (await traci).step();
    const of = told.vehicle.get("bus");
    assert.is(of?.get(VEHICLE.speed), 7.5);
    assert.is(of?.get(VEHICLE.lane), "NC_0");
    assert.equal(of?.get(VEHICLE.nextSignals), [1, "C", 4, 81.25, 71]);
    // Longer than 255 bytes: the long form of a command's length.
    assert.is(told.signal.get("C")?.get(SIGNAL.state), "G".repeat(300));
  }
});

test("says what SUMO refuses, and that it went", async () => {
  const refusing = await against((_, n) =>
    n === 0 ? version(20) : [refused(COMMAND.setSignal, "Traffic light 'X' is not known")],
  );
  const order = (await refusing.traci).order([{ kind: "state", signal: "X", state: "G" }]);
  assert.match(await faultOf(order), /protocol: .*Traffic light 'X' is not known/);
  const [near, far] = pipe("traci");
  const greeting = connectTraci(near);
  await far.close();
  assert.match(await faultOf(greeting), /port-lost/);
});

test("no bytes make it hang or fail otherwise than with a fault", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const body = new Writer()
        .integer(bytes.length + 4)
        .raw(bytes)
        .done();
      const { traci } = await against((_, n) => (n === 0 ? version(20) : body));
      const said = await faultOf((await traci).step());
      assert.match(said, /protocol/);
    }),
    { numRuns: 300 },
  );
});

test("a value is read as it was written", () => {
  const writer = new Writer()
    .ubyte(TYPE.strings)
    .strings(["a", "", "é"])
    .ubyte(TYPE.byte)
    .ubyte(0xff)
    .ubyte(TYPE.ubyte)
    .ubyte(0xff);
  const reader = new Reader(writer.done());
  assert.equal([reader.value(), reader.value(), reader.value(), reader.left], [["a", "", "é"], -1, 255, 0]);
});

test.run();
