import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../../controllers/units.ts";
import { VirtualClock } from "../clock.ts";
import { type I2cDevice, SimulatedI2c } from "../i2c.ts";
import { SimulatedPin } from "../pin.ts";
import { Cp2112 } from "./cp2112.ts";
import { LinuxDriver } from "./linux-driver.ts";

const hex = (bytes: Uint8Array | string | undefined) =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : bytes;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** 256 registers behind a pointer, as many chips have. */
class Registers implements I2cDevice {
  readonly values = Uint8Array.from({ length: 256 }, (_, i) => i ^ 0x5a);
  #pointer = 0;
  write(bytes: Uint8Array): void {
    this.#pointer = bytes[0] ?? 0;
    for (const value of bytes.subarray(1)) this.values[this.#pointer++ & 0xff] = value;
  }
  read(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.values[this.#pointer++ & 0xff] as number);
  }
}

function bench() {
  const clock = new VirtualClock(instant(0));
  const i2c = new SimulatedI2c("i2c1");
  const chip = new Registers();
  i2c.devices.set(0x48, chip);
  const pins = Array.from({ length: 8 }, () => new SimulatedPin());
  const device = new Cp2112({ i2c, pins, timers: clock });
  const said: string[] = [];
  device.onInput((endpoint, packet) => {
    assert.is(endpoint, 0x81);
    assert.is(packet.length, 64);
    said.push(
      Buffer.from(packet)
        .toString("hex")
        .replace(/(00)+$/, ""),
    );
  });
  return {
    clock,
    i2c,
    chip,
    pins,
    device,
    /** What came since it was last asked, without the zeros at the end. */
    heard: () => said.splice(0),
    out: (text: string) => device.out(0x01, bytes(text)),
    get: (id: number, length: number) =>
      hex(device.control({ requestType: 0xa1, request: 1, value: 0x300 | id, index: 0, length }, new Uint8Array())),
    set(text: string) {
      const data = bytes(text);
      const setup = { requestType: 0x21, request: 9, value: 0x300 | (data[0] ?? 0), index: 0, length: data.length };
      return hex(device.control(setup, data));
    },
  };
}

const driven = () => {
  const parts = bench();
  const driver = new LinuxDriver(parts.device, parts.clock);
  const transfer = (address: number, write: string, read: number) =>
    parts.clock.run(driver.transfer(address, bytes(write), read), duration(1000));
  return { ...parts, transfer };
};

test("Linux can probe it: version, SMBus settings, lock byte, idle rate", () => {
  const { get, set, device } = bench();
  assert.is(get(0x05, 3), "050c03");
  assert.is(get(0x06, 14), "06000186a00200000000000000" + "00");
  assert.is(set("06 000186a0 02 00 0000 0000 00 0001"), "");
  assert.is(get(0x06, 14), "06000186a00200000000000000" + "01");
  assert.is(get(0x20, 2), "20ff");
  const idle = { requestType: 0x21, request: 0x0a, value: 0, index: 0, length: 0 };
  assert.is(hex(device.control(idle, new Uint8Array())), "");
});

test("a write, a read and a write with a read go as the driver's reports say", () => {
  const { out, heard, chip } = bench();
  assert.is(out("14 90 03 10 aa bb"), "taken");
  assert.is(hex(chip.values.slice(0x10, 0x12)), "aabb");
  out("15 01");
  assert.equal(heard(), ["160205"]);
  out("11 90 0002 01 10");
  out("15 01");
  out("12 0002");
  assert.equal(heard(), ["16020500000002", "130202aabb"]);
  out("10 90 0001");
  out("15 01");
  out("12 0001");
  assert.equal(heard(), ["16020500000001", `130201${hex(chip.values.slice(0x12, 0x13))}`]);
});

test("512 bytes come in packets of 61, and after them an empty one", () => {
  const { out, heard, chip } = bench();
  out("14 90 01 00");
  out("10 90 0200");
  const packets = Array.from({ length: 9 }, () => {
    out("12 003d");
    return heard()[0] as string;
  });
  const all = packets.map((packet) =>
    packet.padEnd(128, "0").slice(6, 6 + 2 * Number.parseInt(packet.slice(4, 6), 16)),
  );
  assert.is(all.join(""), hex(chip.values)?.repeat(2));
  out("12 003d");
  assert.equal(heard(), ["1302"]);
  out("10 90 0200");
  out("12 0200");
  assert.is(heard().length, 9, "a question for all is answered in nine packets");
});

test("nothing was asked: idle, and no data", () => {
  const { out, heard } = bench();
  out("15 01");
  out("12 0001");
  assert.equal(heard(), ["16", "13"]);
});

test("what the chip refuses stalls and leaves the last transfer as it was", () => {
  const { out, heard, get, set, device } = bench();
  out("10 90 0001");
  for (const wrong of ["10 90 0000", "10 91 0001", "14 90 00", "14 90 02 00", "12 0000", "15 00", "17 00", "18", ""]) {
    assert.is(out(wrong), "stall", wrong);
  }
  assert.is(device.out(0x02, bytes("15 01")), "stall");
  assert.is(device.out(0x01, new Uint8Array(65).fill(0x15)), "stall");
  out("15 01");
  assert.equal(heard(), ["16020500000001"]);
  for (const id of [0x00, 0x01, 0x04, 0x10, 0x13, 0x30]) assert.is(get(id, 64), "stall", `GET ${id}`);
  for (const wrong of ["03 ff", "05 0c 09", "02 00 00 00", "04 ff", "06 00", "01 01", "30 00"]) {
    assert.is(set(wrong), "stall", wrong);
  }
  const setup = { requestType: 0x21, request: 9, value: 0x304, index: 0, length: 3 };
  assert.is(device.control(setup, bytes("03 ff ff")), "stall", "the id of the setup and of the data differ");
  assert.is(device.control(setup, bytes("04 ff")), "stall", "fewer bytes than announced");
  assert.is(device.control({ ...setup, length: 4 }, bytes("04 ff ff")), "stall", "a byte less than announced");
  assert.is(device.control({ ...setup, index: 1 }, bytes("04 ff ff")), "stall", "no such interface");
  assert.is(device.control({ ...setup, value: 0x104 }, bytes("04 ff ff")), "stall", "an input report");
  assert.is(device.control({ ...setup, request: 0x0b }, bytes("04 ff ff")), "stall", "SET_PROTOCOL");
});

test("lines: an output drives its pin, an input reads it, the other lines stay", () => {
  const { pins, get, set } = bench();
  pins[3]?.set(true);
  assert.is(get(0x03, 2), "0308");
  set("04 ff ff");
  assert.is(get(0x03, 2), "0308", "inputs are not driven");
  assert.is(set("02 05 ff 00 00"), "");
  assert.is(get(0x02, 5), "0205ff0000");
  assert.is(get(0x03, 2), "0308", "what becomes an output keeps its level");
  set("04 ff 04");
  assert.ok(pins[2]?.high && !pins[0]?.high);
  set("04 00 ff");
  assert.not(pins[2]?.high);
  assert.ok(pins[3]?.high);
});

test("power takes the outputs to low and the settings to those of the factory; a bus reset only ends the transfer", () => {
  const { pins, get, set, device, out, heard } = bench();
  set("02 01 ff 00 00");
  set("04 01 01");
  set("06 000186a0 02 00 0000 0000 00 0001");
  pins[7]?.set(true);
  out("10 90 0001");
  device.reset("bus");
  out("15 01");
  assert.equal(heard(), ["16"]);
  assert.ok(pins[0]?.high);
  assert.is(get(0x06, 14)?.slice(-4), "0001");
  device.reset("power");
  assert.not(pins[0]?.high);
  assert.ok(pins[7]?.high, "an input is not the chip's to change");
  assert.is(get(0x02, 5), "0200000000");
  assert.is(get(0x06, 14)?.slice(-4), "0000");
});

test("the memory is written once, field by field, and shows at the next plugging in", () => {
  const { get, set, device } = bench();
  assert.is(get(0x24, 63), `240a0330003000300031${"".padEnd(106, "0")}`);
  assert.is(set("24 06 03 4100 4200"), "");
  assert.is(set("24 04 03 4300"), "", "a locked field takes the report and keeps what it has");
  assert.is(get(0x24, 8), "2406034100420000");
  assert.is(device.descriptors.strings.serial, "AB");
  assert.is(set("21 0100 0200 0a 01 05 06 16"), "");
  assert.is(get(0x21, 10), "21c41002000a00050600");
  assert.equal([device.descriptors.product, device.descriptors.version, device.descriptors.maxPower], [2, 0x0506, 20]);
  assert.is(get(0x20, 2), "2069");
  set("21 0300 0400 0b 02 07 08 1f");
  assert.is(get(0x21, 10), "210300020" + "00a02050600", "vendor and power mode were still open");
  assert.is(get(0x20, 2), "2060");
  set("20 4f");
  assert.is(get(0x20, 2), "2040");
  set("20 ff");
  assert.is(get(0x20, 2), "2040", "what is locked stays locked");
});

test("Linux reads and writes right values, up to the limits", async () => {
  const { transfer, chip } = driven();
  assert.is(await transfer(0x48, "20", 0).then(hex), "");
  assert.is(
    hex(await transfer(0x48, "", 512)),
    hex(Uint8Array.from({ length: 512 }, (_, i) => ((i + 0x20) & 0xff) ^ 0x5a)),
  );
  assert.is(hex(await transfer(0x48, `40${"11".repeat(60)}`, 0)), "");
  assert.is(hex(await transfer(0x48, "40", 61)), `${"11".repeat(60)}${hex(chip.values.slice(0x7c, 0x7d))}`);
  assert.is(await transfer(0x49, "00", 1), "ETIMEDOUT", "nobody has that address");
});

test("a fault gives a typed error or a right value, and the next transfer is right again", async () => {
  const { transfer, i2c, clock, chip } = driven();
  const right = hex(chip.values.slice(7, 9));
  const after = async (name: string) => assert.is(hex(await transfer(0x48, "07", 2)), right, `after ${name}`);
  i2c.fail({ kind: "nack" });
  assert.is(await transfer(0x48, "00", 2), "ETIMEDOUT");
  await after("nack");
  i2c.fail({ kind: "nack-data" });
  assert.is(await transfer(0x48, "00ff", 0), "EIO");
  await after("nack-data");
  for (const polls of [1, 9]) {
    i2c.fail({ kind: "busy", polls });
    assert.is(hex(await transfer(0x48, "07", 2)), right, `busy ${polls}`);
  }
  i2c.fail({ kind: "busy", polls: 10 });
  assert.is(await transfer(0x48, "00", 2), "ETIMEDOUT");
  await after("busy");
  for (const ms of [1, 30, 49]) {
    i2c.fail({ kind: "late", ms });
    const began = clock.monotonic();
    assert.is(hex(await transfer(0x48, "07", 2)), right, `late ${ms}`);
    assert.is(clock.monotonic() - began, ms);
  }
});

test("an answer too late for the driver is never sent: the next transfer gets its own", async () => {
  const { transfer, i2c, clock, heard, chip } = driven();
  i2c.fail({ kind: "late", ms: 60 });
  const began = clock.monotonic();
  assert.is(await transfer(0x48, "00", 2), "ETIMEDOUT");
  assert.is(clock.monotonic() - began, 50);
  await clock.advance(duration(1000));
  assert.equal(heard(), [], "not even when nothing follows");
  i2c.fail({ kind: "late", ms: 60 });
  assert.is(await transfer(0x48, "00", 2), "ETIMEDOUT");
  assert.is(hex(await transfer(0x48, "07", 2)), hex(chip.values.slice(7, 9)));
  heard();
  await clock.advance(duration(1000));
  assert.equal(heard(), []);
});

test("an answer on its way is called off by the next transfer, a cancel and a reset", async () => {
  for (const [name, end] of [
    ["transfer", ({ out }) => out("10 90 0001")],
    ["cancel", ({ out }) => out("17 01")],
    ["reset", ({ device }) => device.reset("bus")],
    ["power", ({ device }) => device.reset("power")],
  ] as [string, (parts: ReturnType<typeof bench>) => void][]) {
    const parts = bench();
    parts.i2c.fail({ kind: "late", ms: 30 });
    parts.out("10 90 0001");
    parts.out("15 01");
    parts.out("15 01"); // asked twice, answered once
    end(parts);
    await parts.clock.advance(duration(100));
    assert.equal(parts.heard(), [], name);
    assert.equal(parts.clock.waiting(), [], name);
  }
});

test("asked twice, a late answer comes once", async () => {
  const { i2c, out, heard, clock } = bench();
  i2c.fail({ kind: "late", ms: 30 });
  out("10 90 0001");
  out("15 01");
  out("15 01");
  out("12 0001");
  assert.equal(heard(), ["1301"], "no data before its status is known");
  await clock.advance(duration(30));
  assert.equal(heard(), ["16020500000001"]);
});

test("where timers run behind the host's time, an overdue answer is dropped", async () => {
  const { clock, i2c, pins } = bench();
  let behind = 0;
  const timers = {
    after: (ms: number, name: string, fire: () => void) => clock.after(ms, name, fire),
    hostTime: () => clock.monotonic() + behind,
  };
  const device = new Cp2112({ i2c, pins, timers });
  let said = 0;
  device.onInput(() => said++);
  for (const [lag, answers] of [
    [20, 1],
    [21, 0],
  ] as const) {
    said = 0;
    i2c.fail({ kind: "late", ms: 30 });
    device.out(0x01, bytes("10 90 0001"));
    device.out(0x01, bytes("15 01"));
    behind += lag;
    await clock.advance(duration(30));
    assert.is(said, answers, `${lag} ms behind`);
  }
});

test("a stuck bus is busy until it is cancelled, then again; freed, it does what it was asked", async () => {
  const { transfer, i2c, chip, out, heard } = driven();
  i2c.stuck = true;
  assert.is(await transfer(0x48, "07", 2), "ETIMEDOUT");
  assert.is(await transfer(0x48, "07", 2), "ETIMEDOUT");
  assert.is(heard().length, 20, "BUSY each time it was asked");
  out("15 01");
  assert.equal(heard(), ["16"], "cancelled");
  out("14 90 02 07 77");
  out("15 01");
  assert.equal(heard(), ["160103"]);
  assert.is.not(chip.values[7], 0x77);
  i2c.stuck = false;
  out("15 01");
  assert.equal(heard(), ["160205"]);
  assert.is(chip.values[7], 0x77);
});

test("with a time-out set, a stuck bus ends in a bus time-out", async () => {
  const { i2c, out, set, heard, clock } = bench();
  set("06 000186a0 02 00 0014 0000 00 0001"); // 20 ms for a write, no limit for a read
  i2c.stuck = true;
  out("14 90 01 00");
  await clock.advance(duration(19));
  out("15 01");
  await clock.advance(duration(1));
  out("15 01");
  assert.equal(heard(), ["160103", "160301"]);
  out("10 90 0001");
  assert.equal(clock.waiting(), []);
});

test("configured to, it sends what was read unasked", async () => {
  const { i2c, out, set, heard, clock } = bench();
  set("06 000186a0 02 01 0000 0000 00 0001");
  out("11 90 0001 01 00");
  assert.equal(heard(), ["1302015a"]);
  i2c.fail({ kind: "late", ms: 5 });
  out("11 90 0001 01 00");
  out("15 01");
  assert.equal(heard(), []);
  await clock.advance(duration(5));
  assert.equal(heard(), ["16020500000001", "1302015a"]);
});

test("whatever a host sends, it answers within the length asked, says at most nine packets, and holds at most two timers", async () => {
  const setups = fc.record({
    requestType: fc.constantFrom(0x00, 0x02, 0x21, 0x80, 0x81, 0x82, 0xa1, 0xc0, 0x40),
    request: fc.nat(12),
    value: fc.oneof(
      fc.nat(0xffff),
      fc.nat(0x26).map((id) => 0x300 | id),
    ),
    index: fc.constantFrom(0, 0, 0, 1, 0x81, 0xffff),
    length: fc.nat(80),
  });
  const report = fc.oneof(
    fc.uint8Array({ maxLength: 70 }),
    fc
      .tuple(
        fc.constantFrom(0x02, 0x04, 0x06, 0x10, 0x11, 0x12, 0x14, 0x15, 0x17, 0x20, 0x21, 0x24),
        fc.uint8Array({ maxLength: 64 }),
      )
      .map(([id, rest]) => Uint8Array.of(id, ...rest)),
    fc.constantFrom("15 01", "10 90 0040", "12 0200", "17 01", "14 90 01 00").map(bytes),
  );
  const fault = fc.constantFrom("nack", "nack-data", "late", "busy", "stick", "free", "none", "none", "none");
  const step = fc.tuple(setups, report, fault, fc.boolean());
  await fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { device, i2c, clock, heard, get } = bench();
      for (const [setup, data, fault, exact] of steps) {
        if (fault === "nack" || fault === "nack-data") i2c.fail({ kind: fault });
        else if (fault === "late") i2c.fail({ kind: "late", ms: 40 });
        else if (fault === "busy") i2c.fail({ kind: "busy", polls: 2 });
        else i2c.stuck = fault === "stick" || (i2c.stuck && fault !== "free");
        device.out(0x01, data);
        const aimed = exact
          ? { ...setup, requestType: 0x21, request: 9, value: 0x300 | (data[0] ?? 0), length: data.length }
          : setup;
        const reply = device.control(aimed, data);
        if (reply !== "stall") assert.ok(reply.length <= aimed.length, `${reply.length} of ${aimed.length}`);
        assert.ok(heard().length <= 9);
        assert.ok(clock.waiting().length <= 2);
      }
      assert.is(get(0x05, 3), "050c03", "it still answers");
    }),
    { numRuns: 300 },
  );
});

test.run();
