import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CAPABILITIES, encodePacket, endpointIndex, MOST_DATA, PACKETS, type Packet } from "./usbredir.ts";
import { type Parsed, UsbRedirParser } from "./usbredir-parser.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const hello: Packet = { kind: "hello", id: 0n, version: "qemu", capabilities: 0x7e, data: new Uint8Array() };
const opening = encodePacket(hello, true);
const parse = (...chunks: Uint8Array[]) => {
  const parser = new UsbRedirParser();
  return chunks.flatMap((chunk) => [...parser.push(chunk)]);
};
const packets = (parsed: readonly Parsed[]) => parsed.map((one) => (one.is === "packet" ? one.packet : one.reason));
const control: Packet = {
  ...{ kind: "control", id: 7n, endpoint: 0x80, request: 1, requestType: 0xa1, status: 0xcc },
  ...{ value: 0x0305, index: 0, length: 3, data: new Uint8Array() },
} as const;

test("the hello that opens has a short head, what follows a long one", () => {
  assert.is(
    hex(encodePacket({ ...hello, capabilities: CAPABILITIES }, true)),
    `00000000 44000000 00000000 ${"71656d75".padEnd(128, "0")} 72000000`.replaceAll(" ", ""),
  );
  assert.is(hex(encodePacket(control)), "640000000a000000" + "0700000000000000" + "8001a1cc050300000300");
  assert.is(
    hex(encodePacket({ kind: "interrupt", id: 1n << 40n, endpoint: 0x81, status: 0, length: 2, data: bytes("aabb") })),
    "6700000006000000" + "0000000000010000" + "81000200aabb",
  );
  assert.equal(packets(parse(opening, encodePacket(control))), [hello, control]);
});

test("numbers and sizes of the packets are those of protocol 0.7", () => {
  const table = Object.fromEntries(Object.entries(PACKETS).map(([kind, { code, body }]) => [kind, [code, body.size]]));
  assert.equal(table, {
    hello: [0, 68],
    deviceConnect: [1, 10],
    deviceDisconnect: [2, 0],
    reset: [3, 0],
    interfaceInfo: [4, 132],
    epInfo: [5, 160],
    setConfiguration: [6, 1],
    getConfiguration: [7, 0],
    configurationStatus: [8, 2],
    setAltSetting: [9, 2],
    getAltSetting: [10, 1],
    altSettingStatus: [11, 3],
    startInterruptReceiving: [15, 1],
    stopInterruptReceiving: [16, 1],
    interruptReceivingStatus: [17, 2],
    cancelDataPacket: [21, 0],
    control: [100, 10],
    interrupt: [103, 4],
  });
  assert.equal([0x00, 0x01, 0x0f, 0x80, 0x81].map(endpointIndex), [0, 1, 15, 16, 17]);
});

const byte = fc.nat(0xff);
const column = (most = 0xff) => fc.array(fc.nat(most), { minLength: 32, maxLength: 32 });
const data = fc.uint8Array({ maxLength: 200 });
const id = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const of = (kind: Packet["kind"], fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Packet> =>
  fc.record({ kind: fc.constant(kind), id, ...fields }, { noNullPrototype: true }) as unknown as fc.Arbitrary<Packet>;
const word = fc.nat(0xffff);
const anyPacket: fc.Arbitrary<Packet> = fc.oneof(
  of("hello", { version: fc.stringMatching(/^[ -~]{0,63}$/), capabilities: fc.constant(0x7e), data }),
  of("deviceConnect", {
    speed: byte,
    class: byte,
    subclass: byte,
    protocol: byte,
    vendor: word,
    product: word,
    version: word,
  }),
  of("deviceDisconnect", {}),
  of("reset", {}),
  of("interfaceInfo", {
    count: fc.nat(0xffffffff),
    number: column(),
    class: column(),
    subclass: column(),
    protocol: column(),
  }),
  of("epInfo", { type: column(), interval: column(), interface: column(), maxPacketSize: column(0xffff) }),
  of("setConfiguration", { configuration: byte }),
  of("getConfiguration", {}),
  of("configurationStatus", { status: byte, configuration: byte }),
  of("setAltSetting", { interface: byte, setting: byte }),
  of("getAltSetting", { interface: byte }),
  of("altSettingStatus", { status: byte, interface: byte, setting: byte }),
  of("startInterruptReceiving", { endpoint: byte }),
  of("stopInterruptReceiving", { endpoint: byte }),
  of("interruptReceivingStatus", { status: byte, endpoint: byte }),
  of("cancelDataPacket", {}),
  of("control", {
    endpoint: byte,
    request: byte,
    requestType: byte,
    status: byte,
    value: word,
    index: word,
    length: word,
    data,
  }),
  of("interrupt", { endpoint: byte, status: byte, length: word, data }),
);

test("every packet comes back as it was, in whatever pieces it arrives", async () => {
  await fc.assert(
    fc.property(
      fc.array(anyPacket, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (sent, sizes) => {
        const stream = Uint8Array.from(
          [opening, ...sent.map((packet) => encodePacket(packet))].flatMap((one) => [...one]),
        );
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] as number;
          chunks.push(stream.slice(at, at + size));
          at += size;
        }
        assert.equal(packets(parse(...chunks)), [hello, ...sent]);
      },
    ),
    { numRuns: 200 },
  );
});

test("split at every byte, it is the same", () => {
  const stream = Uint8Array.from([...opening, ...encodePacket(control), ...encodePacket({ kind: "reset", id: 1n })]);
  const whole = packets(parse(stream));
  assert.is(whole.length, 3);
  for (let at = 1; at < stream.length; at++) assert.equal(packets(parse(stream.slice(0, at), stream.slice(at))), whole);
  assert.equal(packets(parse(...Array.from(stream, (one) => Uint8Array.of(one)))), whole);
});

test("a breach of the protocol ends the reading, with its reason", () => {
  const head = (code: number, length: number) => {
    const out = new Uint8Array(16);
    new DataView(out.buffer).setUint32(0, code, true);
    new DataView(out.buffer).setUint32(4, length, true);
    return out;
  };
  const cases: [string, Uint8Array[]][] = [
    ["type 3405691582: unknown", [opening, head(0xcafebabe, 0)]],
    ["type 12: unknown", [opening, head(12, 6)]],
    [`control of 4294967295 bytes: allowed 10 to ${MOST_DATA + 10}`, [opening, head(100, 0xffffffff)]],
    [`control of ${MOST_DATA + 11} bytes: allowed 10 to ${MOST_DATA + 10}`, [opening, head(100, MOST_DATA + 11)]],
    [`control of 9 bytes: allowed 10 to ${MOST_DATA + 10}`, [opening, head(100, 9)]],
    ["reset of 1 bytes: allowed 0 to 0", [opening, head(3, 1)]],
    ["reset before hello", [head(3, 0)]],
    [`hello of 64 bytes: allowed 68 to ${MOST_DATA + 68}`, [head(0, 64)]],
    ["capabilities 0x50: 0x32 needed", [encodePacket({ ...hello, capabilities: 0x50 }, true)]],
  ];
  for (const [reason, chunks] of cases) {
    const parser = new UsbRedirParser();
    const parsed = chunks.flatMap((chunk) => [...parser.push(chunk)]);
    assert.equal(parsed.at(-1), { is: "breach", reason });
    assert.equal([...parser.push(opening)], [], "nothing is read any more");
    assert.is(parser.held, 0);
  }
});

test("what is set aside for an unfinished packet is bounded, and only for a head that is right", () => {
  const parser = new UsbRedirParser();
  const feed = (chunk: Uint8Array) => [...parser.push(chunk)];
  feed(opening);
  const large = encodePacket({ ...control, data: new Uint8Array(MOST_DATA) } as Packet);
  assert.is(feed(large.slice(0, 15)).length, 0);
  assert.is(parser.held, 16);
  feed(large.slice(15, -1));
  assert.is(parser.held, MOST_DATA + 10);
  assert.is(feed(large.slice(-1)).length, 1);
  assert.is(parser.held, 16);
});

test("random bytes never make it throw, nor hold more than one packet", async () => {
  const start = fc.constantFrom(new Uint8Array(), opening, Uint8Array.from([...opening, 100, 0, 0, 0]));
  await fc.assert(
    fc.property(start, fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (start, chunks) => {
      const parser = new UsbRedirParser();
      for (const chunk of [start, ...chunks]) {
        for (const parsed of parser.push(chunk)) assert.ok(parsed.is === "packet" || parsed.reason.length > 0);
        assert.ok(parser.held <= MOST_DATA + 160);
      }
    }),
    { numRuns: 500 },
  );
});

test.run();
