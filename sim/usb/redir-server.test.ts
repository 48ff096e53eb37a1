import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../../controllers/units.ts";
import { settled, VirtualClock } from "../clock.ts";
import { SimulatedI2c } from "../i2c.ts";
import { SimulatedPin } from "../pin.ts";
import { pipe } from "../pipe.ts";
import { Cp2112 } from "./cp2112.ts";
import { serveUsb } from "./redir-server.ts";
import { encodePacket, type Packet } from "./usbredir.ts";
import { UsbRedirParser } from "./usbredir-parser.ts";

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const none = new Uint8Array();
const GUEST = 0x7e;

/** A guest at the other end of a served CP2112, after its hello unless told otherwise. */
async function bench({ greet = true, plugged = true } = {}) {
  const clock = new VirtualClock(instant(0));
  const i2c = new SimulatedI2c("i2c1");
  i2c.devices.set(0x48, { write: () => {}, read: (count) => new Uint8Array(count).fill(0xab) });
  const pins = Array.from({ length: 8 }, () => new SimulatedPin());
  const device = new Cp2112({ i2c, pins, timers: clock });
  const [near, far] = pipe("usb");
  const port = serveUsb(device, near, { plugged });
  const parser = new UsbRedirParser();
  const heard: Packet[] = [];
  let closed = false;
  const listen = async () => {
    for await (const chunk of far.chunks) {
      for (const parsed of parser.push(chunk)) {
        assert.is(parsed.is, "packet");
        if (parsed.is === "packet") heard.push(parsed.packet);
      }
    }
  };
  void listen().catch(() => {
    closed = true;
  });
  /** Sends, and gives what came back. */
  const say = async (...packets: (Packet | Uint8Array)[]): Promise<Packet[]> => {
    for (const packet of packets) await far.write(packet instanceof Uint8Array ? packet : encodePacket(packet));
    await settled();
    return heard.splice(0);
  };
  const hello = (first: boolean) =>
    encodePacket({ kind: "hello", id: 0n, version: "qemu", capabilities: GUEST, data: none }, first);
  await settled();
  const opening = heard.splice(0);
  const greeting = greet ? await say(hello(true)) : [];
  return { clock, i2c, pins, device, port, far, say, hello, opening, greeting, heard, closed: () => closed };
}

let ids = 100n;
const get = (id: number, length: number): Packet => ({
  ...{ kind: "control", id: ids++, endpoint: 0x80, request: 1, requestType: 0xa1, status: 0x5e },
  ...{ value: 0x300 | id, index: 0, length, data: none },
});
const set = (text: string): Packet => {
  const data = bytes(text);
  return {
    ...{ kind: "control", id: ids++, endpoint: 0, request: 9, requestType: 0x21, status: 0x5e },
    ...{ value: 0x300 | (data[0] ?? 0), index: 0, length: data.length, data },
  };
};
const out = (text: string): Packet => {
  const data = bytes(text);
  return { kind: "interrupt", id: ids++, endpoint: 1, status: 0x5e, length: data.length, data };
};
const kinds = (packets: readonly Packet[]) => packets.map(({ kind }) => kind);
const statuses = (packets: readonly Packet[]) =>
  packets.map((packet) => ("status" in packet ? packet.status : packet.kind));
const start: Packet = { kind: "startInterruptReceiving", id: 1n, endpoint: 0x81 };

test("hello at once; after the guest's hello the device is described and connected", async () => {
  const { opening, greeting } = await bench();
  assert.is(opening.length, 1);
  const [hello] = opening;
  assert.ok(hello?.kind === "hello" && hello.capabilities === 0x72);
  assert.equal(kinds(greeting), ["epInfo", "interfaceInfo", "deviceConnect"]);
  const [endpoints, interfaces, connect] = greeting;
  assert.ok(endpoints?.kind === "epInfo" && interfaces?.kind === "interfaceInfo" && connect?.kind === "deviceConnect");
  const present = endpoints.type.flatMap((type, i) =>
    type === 255 ? [] : [[i, type, endpoints.maxPacketSize[i], endpoints.interval[i]]],
  );
  assert.equal(present, [
    [0, 0, 64, 0],
    [1, 3, 64, 1],
    [16, 0, 64, 0],
    [17, 3, 64, 1],
  ]);
  assert.equal([interfaces.count, interfaces.class[0], interfaces.class[1]], [1, 3, 0]);
  assert.equal([connect.speed, connect.vendor, connect.product, connect.version], [1, 0x10c4, 0xea90, 0x0100]);
});

test("nothing is told of the device before the guest's hello", async () => {
  const { port, say } = await bench({ greet: false });
  port.unplug();
  port.plug();
  assert.equal(await say(), []);
});

test("control transfers: the status of the guest never comes back", async () => {
  const { say } = await bench();
  const question = get(0x05, 3);
  assert.equal(await say(question), [{ ...question, status: 0, data: bytes("050c03") }]);
  const longer = get(0x05, 64);
  assert.equal(await say(longer), [{ ...longer, status: 0, length: 3, data: bytes("050c03") }]);
  const order = set("04 ff 00");
  assert.equal(await say(order), [{ ...order, status: 0, data: none }]);
  const refused = get(0x04, 3);
  assert.equal(await say(refused), [{ ...refused, status: 4, length: 0 }]);
});

test("a request that contradicts itself is invalid", async () => {
  const { say } = await bench();
  const question = get(0x05, 3) as Extract<Packet, { kind: "control" }>;
  const order = out("15 01") as Extract<Packet, { kind: "interrupt" }>;
  const wrong: Packet[] = [
    { ...question, endpoint: 0x00 },
    { ...question, endpoint: 0x81 },
    { ...question, data: bytes("05") },
    { ...question, requestType: 0x21, endpoint: 0, length: 3, data: bytes("04") },
    { ...order, length: 3 },
    { ...order, endpoint: 0x81 },
    { ...order, endpoint: 0x02 },
  ];
  assert.equal(
    statuses(await say(...wrong)),
    wrong.map(() => 2),
  );
});

test("an I2C read: answers to reports are pushed, and only while the guest asks the endpoint", async () => {
  const { say, port } = await bench();
  assert.equal(statuses(await say(out("15 01"))), [0]);
  assert.equal(port.counts, { packets: 2, inputs: 0, dropped: 1 });
  assert.equal(await say(start), [{ kind: "interruptReceivingStatus", id: 1n, status: 0, endpoint: 0x81 }]);
  const said = await say(out("10 90 0003"), out("15 01"), out("12 0003"));
  assert.equal(
    said.map((packet) =>
      packet.kind === "interrupt" ? [packet.endpoint, packet.status, packet.length, packet.data.length] : packet.kind,
    ),
    [
      [1, 0, 4, 0],
      [0x81, 0, 64, 64],
      [1, 0, 2, 0],
      [0x81, 0, 64, 64],
      [1, 0, 3, 0],
    ],
  );
  const [status, data] = said.filter((packet) => packet.kind === "interrupt" && packet.endpoint === 0x81);
  assert.ok(status?.kind === "interrupt" && data?.kind === "interrupt");
  assert.equal(status.data.slice(0, 7), bytes("16 02 05 0000 0003"));
  assert.equal(data.data.slice(0, 6), bytes("13 02 03 ababab"));
  await say({ kind: "stopInterruptReceiving", id: 2n, endpoint: 0x81 });
  assert.equal(kinds(await say(out("15 01"))), ["interrupt"]);
  assert.equal(statuses(await say({ ...start, endpoint: 0x82 }, { ...start, endpoint: 0x01 })), [2, 2]);
});

test("configuration and settings: the one there is, described again; others are invalid", async () => {
  const { say } = await bench();
  await say(start);
  const configured = await say({ kind: "setConfiguration", id: 9n, configuration: 1 });
  assert.equal(kinds(configured), ["epInfo", "interfaceInfo", "configurationStatus"]);
  assert.equal(configured[2], { kind: "configurationStatus", id: 9n, status: 0, configuration: 1 });
  assert.equal(kinds(await say(out("15 01"))), ["interrupt"], "asking an endpoint begins anew");
  assert.equal(await say({ kind: "setConfiguration", id: 9n, configuration: 2 }), [
    { kind: "configurationStatus", id: 9n, status: 2, configuration: 1 },
  ]);
  await say({ kind: "setConfiguration", id: 9n, configuration: 0 });
  assert.equal(await say({ kind: "getConfiguration", id: 8n }), [
    { kind: "configurationStatus", id: 8n, status: 0, configuration: 0 },
  ]);
  assert.equal(
    await say(
      { kind: "setAltSetting", id: 5n, interface: 0, setting: 0 },
      { kind: "setAltSetting", id: 5n, interface: 0, setting: 1 },
      { kind: "getAltSetting", id: 5n, interface: 1 },
    ),
    [0, 2, 2].map((status, i) => ({
      kind: "altSettingStatus",
      id: 5n,
      status,
      interface: i === 2 ? 1 : 0,
      setting: 0,
    })),
  );
});

test("unplugged and plugged in again", async () => {
  const { say, port, pins } = await bench();
  await say(start, set("02 01 ff 00 00"), set("04 01 01"));
  assert.ok(pins[0]?.high);
  port.unplug();
  port.unplug();
  assert.equal(kinds(await say()), ["deviceDisconnect"]);
  assert.not(pins[0]?.high, "the chip lost its power");
  assert.equal(
    statuses(
      await say(
        get(0x05, 3),
        out("15 01"),
        { kind: "getConfiguration", id: 1n },
        { kind: "setConfiguration", id: 1n, configuration: 1 },
        { kind: "getAltSetting", id: 1n, interface: 0 },
        start,
      ),
    ),
    [3, 3, 3, 3, 3, 3],
  );
  port.plug();
  port.plug();
  assert.equal(kinds(await say()), ["epInfo", "interfaceInfo", "deviceConnect"]);
  await say(start);
  port.unplug();
  port.plug();
  await say();
  assert.equal(statuses(await say(out("15 01"))), [0], "nobody asks its endpoint yet");
  assert.equal(statuses(await say(get(0x05, 3))), [0]);
});

test("a guest that comes while the device is unplugged hears of it when it is plugged in", async () => {
  const { greeting, port, say } = await bench({ plugged: false });
  assert.equal(greeting, []);
  port.plug();
  assert.equal(kinds(await say()), ["epInfo", "interfaceInfo", "deviceConnect"]);
});

test("a second hello is answered with the device, a reset keeps the lines and ends the transfer", async () => {
  const { say, hello, clock, i2c, pins } = await bench();
  assert.equal(kinds(await say(hello(false))), ["epInfo", "interfaceInfo", "deviceConnect"]);
  await say(start, set("02 01 ff 00 00"), set("04 01 01"));
  i2c.fail({ kind: "late", ms: 30 });
  await say(out("10 90 0001"), out("15 01"));
  assert.equal(await say({ kind: "reset", id: 0n }), []);
  await clock.advance(duration(100));
  assert.equal(await say(), []);
  assert.ok(pins[0]?.high);
});

test("a late answer is pushed when it comes", async () => {
  const { say, clock, i2c } = await bench();
  await say(start);
  i2c.fail({ kind: "late", ms: 30 });
  assert.equal(statuses(await say(out("10 90 0001"), out("15 01"))), [0, 0]);
  await clock.advance(duration(29));
  assert.equal(await say(), []);
  await clock.advance(duration(1));
  assert.is((await say()).length, 1);
});

test("a frozen device: requests wait, can be cancelled, and are done when it goes on", async () => {
  const { say, port, clock, i2c } = await bench();
  await say(start);
  i2c.fail({ kind: "late", ms: 30 });
  await say(out("10 90 0001"), out("15 01"));
  port.freeze();
  const [one, two] = [get(0x05, 3), set("02 01 ff 00 00")];
  assert.equal(await say(one, two), []);
  await clock.advance(duration(50));
  assert.equal(await say(), [], "its input is lost");
  const cancelled = await say({ kind: "cancelDataPacket", id: one.id }, { kind: "cancelDataPacket", id: one.id });
  assert.equal(cancelled, [{ ...one, status: 1, length: 0 }]);
  port.thaw();
  assert.equal(await say(), [{ ...two, status: 0, data: none }]);
  port.freeze();
  await say(one);
  port.unplug();
  assert.equal(statuses(await say()), [3, "deviceDisconnect"]);
  port.freeze();
  assert.not(port.frozen, "nothing is there to freeze");
});

test("a frozen device lets no more than 64 requests wait", async () => {
  const { say, port } = await bench();
  port.freeze();
  assert.equal(statuses(await say(...Array.from({ length: 70 }, () => get(0x05, 3)))), Array(6).fill(3));
  assert.equal(statuses(await say({ kind: "reset", id: 0n })), Array(64).fill(1));
});

test("a guest that breaks the protocol is cut off with the reason", async () => {
  for (const [packet, reason] of [
    [new Uint8Array(16).fill(0xff), "type 4294967295: unknown"],
    [encodePacket({ kind: "deviceDisconnect", id: 0n }), "deviceDisconnect from the guest"],
    [
      encodePacket({ kind: "configurationStatus", id: 0n, status: 0, configuration: 1 }),
      "configurationStatus from the guest",
    ],
  ] as const) {
    const { far, port, closed } = await bench();
    await far.write(packet);
    assert.is(await port.ended, reason);
    await settled();
    assert.ok(closed());
  }
});

test("when the guest goes, the device loses its power, and a new guest may come", async () => {
  const { say, far, port, pins, device } = await bench();
  await say(set("02 01 ff 00 00"), set("04 01 01"));
  far.unplug();
  assert.is(await port.ended, undefined);
  assert.not(pins[0]?.high);
  const [near] = pipe("usb");
  const again = serveUsb(device, near);
  await again.close();
  assert.is(await again.ended, undefined);
});

test("a guest that does not read is not listened to for long, and input for it is dropped", async () => {
  const { device } = await bench();
  let written = 0;
  let read = 0;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hello = encodePacket({ kind: "hello", id: 0n, version: "", capabilities: GUEST, data: none }, true);
  const port = serveUsb(device, {
    chunks: (async function* () {
      yield hello;
      yield encodePacket(start);
      while (read < 10_000) {
        read++;
        yield encodePacket(out("15 01"));
      }
    })(),
    async write(packet) {
      written += packet.length;
      await gate;
    },
    close: async () => {},
  });
  for (let i = 0; i < 20_000 && read < 10_000; i++) await Promise.resolve();
  await settled();
  assert.ok(read < 1000, `${read} packets read`);
  assert.ok(written < 70_000, `${written} bytes written`);
  const { dropped } = port.counts;
  device.out(0x01, bytes("15 01"));
  assert.is(port.counts.dropped, dropped + 1);
  release();
  assert.is(await port.ended, undefined);
  assert.is(read, 10_000);
});

test.run();
