import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PACKET, REPORT_DESCRIPTOR, REPORTS } from "./cp2112-reports.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true });
const byte = fc.nat(0xff);
const data = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const address = fc.integer({ min: 1, max: 0x7f }).map((seven) => seven << 1);
const wanted = fc.integer({ min: 1, max: 512 });

/** What each report can say. */
const VALUES: { [K in keyof typeof REPORTS]: fc.Arbitrary<NonNullable<ReturnType<(typeof REPORTS)[K]["decode"]>>> } = {
  gpioConfig: record({ direction: byte, pushPull: byte, special: byte, divider: byte }),
  gpioLevels: record({ levels: byte }),
  gpioSet: record({ levels: byte, mask: byte }),
  version: record({ part: byte, version: byte }),
  smbusConfig: record({
    clock: fc.integer({ min: 1, max: 0xffffffff }),
    address: byte,
    autoSendRead: byte,
    writeTimeout: fc.nat(1000),
    readTimeout: fc.nat(1000),
    sclLowTimeout: byte,
    retries: fc.nat(1000),
  }),
  read: record({ address, length: wanted }),
  writeRead: record({ address, length: wanted, data: data(1, 16) }),
  forceSend: record({ length: wanted }),
  readData: record({ status: byte, data: data(0, 61) }),
  write: record({ address, data: data(1, 61) }),
  statusRequest: fc.constant({ request: 1 }),
  status: record({ status: byte, detail: byte, retries: fc.nat(0xffff), read: fc.nat(0xffff) }),
  cancel: fc.constant({ request: 1 }),
  lock: record({ unlocked: byte }),
  usbConfig: record({
    vendor: fc.nat(0xffff),
    product: fc.nat(0xffff),
    maxPower: byte,
    powerMode: byte,
    major: byte,
    minor: byte,
    mask: byte,
  }),
  manufacturer: record({ text: fc.string({ maxLength: 30 }) }),
  product: record({ text: fc.string({ maxLength: 30 }) }),
  serial: record({ text: fc.string({ maxLength: 30 }) }),
};

const name = fc.constantFrom(...(Object.keys(REPORTS) as (keyof typeof REPORTS)[]));
const reportAndValue = name.chain((name) => fc.tuple(fc.constant(name), VALUES[name] as fc.Arbitrary<unknown>));

test("every report decodes to what it was encoded from, and is as long as it must be", async () => {
  await fc.assert(
    fc.property(reportAndValue, ([name, value]) => {
      const report = REPORTS[name];
      const encoded = report.encode(value as never);
      assert.equal(report.decode(encoded), value, name);
      assert.is(encoded[0], report.id);
      if (report.kind === "in") assert.is(encoded.length, PACKET);
      else assert.ok(encoded.length <= report.size);
    }),
    { numRuns: 1000 },
  );
});

test("the bytes are those that the Linux driver sends and expects", () => {
  assert.is(hex(REPORTS.version.encode({ part: 0x0c, version: 3 })), "050c03");
  assert.equal(REPORTS.read.decode(bytes("10 90 0200")), { address: 0x90, length: 512 });
  assert.equal(REPORTS.writeRead.decode(bytes("11 b0 0002 01 0a")), { address: 0xb0, length: 2, data: bytes("0a") });
  assert.equal(REPORTS.write.decode(bytes("14 b0 03 02ff0f")), { address: 0xb0, data: bytes("02ff0f") });
  assert.equal(REPORTS.forceSend.decode(bytes("12 003d")), { length: 61 });
  assert.equal(REPORTS.smbusConfig.decode(bytes("06 000186a0 02 00 0000 0000 00 0001")), {
    clock: 100000,
    address: 2,
    autoSendRead: 0,
    writeTimeout: 0,
    readTimeout: 0,
    sclLowTimeout: 0,
    retries: 1,
  });
  assert.is(
    hex(REPORTS.status.encode({ status: 2, detail: 5, retries: 1, read: 513 }).slice(0, 8)),
    "1602050001020100",
  );
  assert.is(hex(REPORTS.readData.encode({ status: 2, data: bytes("aabb") }).slice(0, 6)), "130202aabb00");
  assert.is(
    hex(
      REPORTS.usbConfig.encode({
        vendor: 0x10c4,
        product: 0xea90,
        maxPower: 50,
        powerMode: 0,
        major: 1,
        minor: 2,
        mask: 0,
      }),
    ),
    "21c41090ea3200010200",
  );
  assert.is(hex(REPORTS.product.encode({ text: "Aé" }).slice(0, 8)), "2306034100e90000");
});

test("what the chip refuses is not decoded", () => {
  const refused: [keyof typeof REPORTS, string][] = [
    ["gpioConfig", "02 01 ff 00"], // short
    ["gpioConfig", "02 01 ff 00 00 00"], // long: a feature report has its exact length
    ["gpioSet", "03 01 01"],
    ["smbusConfig", "06 000186a0 02 00 03e9 0000 00 0001"], // time-out over 1000 ms
    ["smbusConfig", "06 000186a0 02 00 0000 0000 00 03e9"], // over 1000 retries
    ["smbusConfig", "06 00000000 02 00 0000 0000 00 0001"], // no clock
    ["read", "10 91 0001"], // direction bit
    ["read", "10 00 0001"],
    ["read", "10 90 0000"],
    ["read", "10 90 0201"], // 513
    ["writeRead", "11 90 0001 00"],
    ["writeRead", `11 90 0001 11 ${"00".repeat(17)}`],
    ["writeRead", "11 90 0001 02 00"], // fewer bytes than it says
    ["writeRead", "11 90 0000 01 00"],
    ["write", "14 90 00"],
    ["write", `14 90 3e ${"00".repeat(62)}`],
    ["write", "14 90 02 00"],
    ["write", "14 91 01 00"],
    ["forceSend", "12 0000"],
    ["statusRequest", "15 00"],
    ["cancel", "17 02"],
    ["serial", "24 03 03 4100"], // odd
    ["serial", "24 04 02 4100"], // not a string descriptor
    ["serial", "24 06 03 4100"], // fewer bytes than it says
    ["serial", `24 40 03 ${"4100".repeat(31)}`],
  ];
  for (const [name, text] of refused) assert.is(REPORTS[name].decode(bytes(text)), undefined, `${name} ${text}`);
  assert.equal(
    REPORTS.write.decode(bytes("14 90 01 aa 00 00")),
    { address: 0x90, data: bytes("aa") },
    "padding is allowed",
  );
});

test("the report descriptor declares every report with its true length", () => {
  const found = new Map<number, { item: number; count: number }>();
  let [id, count] = [0, 0];
  let depth = 0;
  for (let at = 0; at < REPORT_DESCRIPTOR.length; ) {
    const prefix = REPORT_DESCRIPTOR[at] as number;
    const size = [0, 1, 2, 4][prefix & 3] as number;
    const value = REPORT_DESCRIPTOR[at + 1] as number;
    if (prefix === 0x85) id = value;
    if (prefix === 0x95) count = value;
    if ([0x81, 0x91, 0xb1].includes(prefix)) found.set(id, { item: prefix, count });
    if (prefix === 0xa1) depth++;
    if (prefix === 0xc0) depth--;
    at += 1 + size;
  }
  assert.is(depth, 0);
  const items = { in: 0x81, out: 0x91, feature: 0xb1 };
  for (const { id, kind, size } of Object.values(REPORTS)) {
    assert.equal(found.get(id), { item: items[kind], count: kind === "feature" ? size - 1 : 63 }, `report ${id}`);
  }
  assert.is(found.size, Object.keys(REPORTS).length);
});

test.run();
