import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { faultOf } from "../hal/contract/bench.ts";
import { systemClock } from "./clock.ts";
import { linuxI2c } from "./i2c.ts";
import { combinedRead } from "./i2c-combined.ts";

const ARRAY = 0x33;
const EEPROM = Uint8Array.of(0x24, 0x00);

const scratch = () => mkdtempSync(join(tmpdir(), "hulotte-i2c-"));

/** A folder with an `i2ctransfer` that does as told; `$here` is that folder. */
function tool(text: string, folder = scratch()): string {
  const file = join(folder, "i2ctransfer");
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin here=${folder}\n${text}\n`);
  chmodSync(file, 0o755);
  return folder;
}

/** Tells of an error as the tool of i2c-tools 4.3 was seen to. */
const complains = (...lines: string[]) =>
  `printf '%s\\n' ${lines.map((line) => `"${line.replaceAll("`", "\\`")}"`).join(" ")} >&2; exit 1`;

const attempt = (folder: string, wanted = 3, clock: Clock = systemClock) =>
  combinedRead(clock, folder, "")(7, ARRAY, EEPROM, wanted, new AbortController().signal);

/** Adapters whose combined reads the tool of that folder makes; `beside` is what i2c-bus would do. */
const adapters = (folder: string, beside = async () => {}) =>
  linuxI2c(systemClock, {
    find: async () => 7,
    open: async () => ({
      i2cWrite: beside,
      i2cRead: async (_, bytesRead) => beside().then(() => ({ bytesRead })),
      readI2cBlock: async (_, __, bytesRead) => beside().then(() => ({ bytesRead })),
      close: async () => {},
    }),
    combined: async (clock) => combinedRead(clock, folder, ""),
  });

const adapter = (folder: string) => adapters(folder).open("any");

const said = (work: Promise<unknown>) => work.then(() => "nothing", String);

function runs(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("one transfer of two messages, without questions; nothing of our environment and no shell between", async () => {
  const folder = tool(`tr '\\0' '\\n' < /proc/$$/environ > $here/env; echo "$*" > $here/args; echo "0x00 0x7f 0xff"`);
  assert.equal(await attempt(folder), { kind: "done", data: Uint8Array.of(0, 0x7f, 0xff) });
  assert.is(readFileSync(join(folder, "args"), "utf8"), "-y 7 w2@0x33 0x24 0x00 r3\n");
  // A shell would have added its own.
  assert.is(readFileSync(join(folder, "env"), "utf8"), `PATH=${folder}\nLC_ALL=C\n`);
});

test("the longest read is read, and a byte more or less or other than a byte is no answer", async () => {
  const bytes = Array.from({ length: 512 }, (_, i) => (i * 7) & 0xff);
  const line = bytes.map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
  assert.equal(await attempt(tool(`echo "${line}"`), 512), { kind: "done", data: Uint8Array.from(bytes) });
  const short = { kind: "broken", code: "short" };
  for (const answer of ["", "0x01 0x02", "0x01 0x02 0x03 0x04", "0x01 0x02 0x100", "0x01 0x02 3", "0x01 0x02 0xgg"])
    assert.equal(await attempt(tool(`echo "${answer}"`)), short, answer);
  // As it does where the kernel stopped after the address: a success, with a warning.
  assert.equal(await attempt(tool(`echo "Warning: only 1/2 messages were sent" >&2`)), short);
});

test("who talks without end is cut off", async () => {
  assert.equal(await attempt(tool("exec yes 0x00")), { kind: "broken", code: "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" });
});

test("each of the tool's complaints is its outcome", async () => {
  const sending = (words: string) => `Error: Sending messages failed: ${words}`;
  for (const [lines, kind, code] of [
    [[sending("No such device or address")], "unanswered", "ENXIO"],
    [[sending("Remote I/O error")], "unanswered", "EREMOTEIO"],
    [[sending("No such device")], "gone", "ENODEV"],
    [[sending("Input/output error")], "broken", "EIO"],
    [[sending("Resource temporarily unavailable")], "broken", "EAGAIN"],
    [[sending("Protocol error")], "broken", "EPROTO"],
    [[sending("Operation not supported")], "refused", "EOPNOTSUPP"],
    [[sending("Some day's new error")], "broken", sending("Some day's new error")],
    [
      ["Error: Could not set address to 0x33: Device or resource busy", "Error: faulty argument is 'w2@0x33'"],
      "taken",
      "EBUSY",
    ],
    [["Error: Could not open file `/dev/i2c/7': Permission denied", "Run as root?"], "denied", "EACCES"],
    [["Error: Could not open file `/dev/i2c-7' or `/dev/i2c/7': No such file or directory"], "gone", "ENOENT"],
    [
      ["Error: Adapter does not have I2C transfers capability"],
      "refused",
      "Error: Adapter does not have I2C transfers capability",
    ],
    [["x".repeat(3000)], "broken", "x".repeat(200)],
  ] as const)
    assert.equal(await attempt(tool(complains(...lines))), { kind, code }, lines[0]);
  assert.equal(await attempt(tool("exit 1")), { kind: "broken", code: "i2ctransfer was ended" });
});

test("a time-out of the box itself is told from an address nobody answers by the time it took", async () => {
  const timeout = complains("Error: Sending messages failed: Connection timed out");
  for (const [ms, kind] of [
    [3, "unanswered"],
    [50, "late"],
  ] as const) {
    let now = 0;
    const clock: Clock = { ...systemClock, monotonic: () => duration(ms * now++) };
    assert.equal(await attempt(tool(timeout), 3, clock), { kind, code: "ETIMEDOUT" });
  }
});

test("without the package a read is refused at once and the fault names it; once it is installed it works", async () => {
  const folder = scratch();
  const bus = await adapter(folder);
  const read = () => bus.transfer(ARRAY, EEPROM, 2);
  assert.is(await said(read()), "Fault: any 0x33: protocol (i2ctransfer is not here: apt-get install i2c-tools)");
  tool("exit 1", folder);
  chmodSync(join(folder, "i2ctransfer"), 0o644);
  assert.match(await said(read()), "port-denied (i2ctransfer may not be run: EACCES)");
  tool(`echo "0x12 0x34"`, folder);
  assert.equal(await read(), Uint8Array.of(0x12, 0x34));
  await bus.close();
});

test("who is not root has the tool too", async () => {
  const sbin = tool(`echo "0x12"`);
  const read = combinedRead(systemClock, scratch(), sbin);
  const outcome = await read(7, ARRAY, EEPROM, 1, new AbortController().signal);
  assert.equal(outcome, { kind: "done", data: Uint8Array.of(0x12) });
});

test("one thing at a time on an adapter, whoever does it", async () => {
  // The tool fails where it finds another at work, or i2c-bus; so does i2c-bus.
  const folder = tool(
    `[ -e $here/bus ] && exit 1; mkdir $here/tool || exit 1; sleep 0.01; rmdir $here/tool; echo "$5" >> $here/order; echo "$5"`,
  );
  const trouble: string[] = [];
  const beside = async () => {
    if (existsSync(join(folder, "tool"))) trouble.push("a call while the tool runs");
    writeFileSync(join(folder, "bus"), "", { flag: "wx" });
    await pause(5);
    rmSync(join(folder, "bus"));
  };
  const buses = adapters(folder, beside);
  const [one, other] = [await buses.open("any"), await buses.open("any")];
  const asked = Array.from({ length: 12 }, (_, i) => i);
  const answers = await Promise.all(
    asked.flatMap((i) => [
      one.transfer(ARRAY, Uint8Array.of(0x24, i), 1),
      other.transfer(0x50, Uint8Array.of(i), 1).then(() => Uint8Array.of(i)),
    ]),
  );
  assert.equal(
    answers.map(([byte]) => byte),
    asked.flatMap((i) => [i, i]),
  );
  assert.equal(trouble, []);
  const order = readFileSync(join(folder, "order"), "utf8").trim().split("\n").map(Number);
  assert.equal(order, asked, "each was run once, in turn");
  await Promise.all([one.close(), other.close()]);
});

test("a tool that hangs is ended after the adapter's time, and the bus works again", async () => {
  const folder = tool(`echo $$ >> $here/pids; [ -e $here/well ] || exec sleep 60; echo "0x05"`);
  const pids = () => readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);
  const bus = await adapter(folder);
  const read = () => bus.transfer(ARRAY, EEPROM, 1);
  const began = performance.now();
  assert.is(await faultOf(read()), "port-lost");
  const took = performance.now() - began;
  assert.ok(took > 2900 && took < 4500, `${took} ms`);
  writeFileSync(join(folder, "well"), "");
  for (let i = 0; i < 100 && pids().some(runs); i++) await pause(10);
  assert.equal(pids().map(runs), [false]);
  const end = performance.now() + 1000;
  while ((await faultOf(read())) !== "none") {
    assert.ok(performance.now() < end, "still hanging");
    await pause(10);
  }
  assert.equal(await read(), Uint8Array.of(5));
  await bus.close();
});

test("a read that was given up before its tool began ends it too", async () => {
  const folder = tool("exec sleep 60");
  const over = new AbortController();
  over.abort();
  const began = performance.now();
  const outcome = await combinedRead(systemClock, folder, "")(7, ARRAY, EEPROM, 1, over.signal);
  assert.equal(outcome, { kind: "broken", code: "i2ctransfer was ended" });
  assert.ok(performance.now() - began < 2000);
});

test("a complaint that passes is tried again, as on any adapter", async () => {
  const nack = complains("Error: Sending messages failed: Remote I/O error");
  const bus = await adapter(tool(`echo x >> $here/n; [ $(wc -l < $here/n) -lt 3 ] && { ${nack}; }; echo "0x09"`));
  assert.equal(await bus.transfer(ARRAY, EEPROM, 1), Uint8Array.of(9));
  await bus.close();
});

test.run();
