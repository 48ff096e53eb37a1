import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { linuxMachine } from "./machine.ts";

/** A tree of files as the kernel shows them. */
function kernel(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), "hulotte-machine-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, sources: { sys: join(root, "sys"), proc: join(root, "proc") } };
}

const PI = {
  "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
  "sys/class/thermal/thermal_zone0/temp": "48312\n",
  "sys/class/thermal/thermal_zone1/type": "cpu-thermal\n",
  "sys/class/thermal/thermal_zone1/temp": "-5500\n",
  "sys/class/thermal/thermal_zone2/type": "off\n",
  "sys/class/thermal/cooling_device0/type": "pwm-fan\n",
  "sys/class/thermal/cooling_device0/cur_state": "3\n",
  "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
  "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
  "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "0\n",
  "sys/bus/platform/devices/soc:firmware/get_throttled": "50000\n",
  "proc/meminfo": "MemTotal:         948304 kB\nMemFree:           61234 kB\nMemAvailable:     512000 kB\n",
  "proc/self/io":
    "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 81920\ncancelled_write_bytes: 4096\n",
};

test("a Raspberry Pi's files are read: heat, supply, speed, memory, what was written", async () => {
  const { root, sources } = kernel(PI);
  const figures = await linuxMachine(root, sources).read();
  assert.equal(figures.temperatures, { "cpu-thermal": 48.312, "cpu-thermal-1": -5.5 });
  // What has been (bits 16 and up) is no news, and a fan is no slower processor.
  assert.equal([figures.underVoltage, figures.throttled], [false, false]);
  assert.equal(figures.memory, { free: 512_000 * 1024, size: 948_304 * 1024 });
  assert.is(figures.written, 81_920 - 4096);
});

test("each of the three who can tell of low voltage or a slowed processor is believed", async () => {
  const told = async (files: Readonly<Record<string, string>>) => {
    const { root, sources } = kernel({ ...PI, ...files });
    const { underVoltage, throttled } = await linuxMachine(root, sources).read();
    return [underVoltage, throttled];
  };
  const firmware = "sys/bus/platform/devices/soc:firmware/get_throttled";
  assert.equal(await told({ [firmware]: "50005\n" }), [true, true]);
  assert.equal(await told({ [firmware]: "80008\n" }), [false, true]);
  assert.equal(await told({ "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n" }), [true, false]);
  const cooling = "sys/class/thermal/cooling_device1";
  assert.equal(await told({ [`${cooling}/type`]: "cpufreq-cpu0\n", [`${cooling}/cur_state`]: "2\n" }), [false, true]);
  assert.equal(await told({ [firmware]: "no such thing\n" }), [false, null]);
});

test("a machine that tells nothing has nulls, and the disk is that of the nearest folder there is", async () => {
  const { root, sources } = kernel({});
  const figures = await linuxMachine(join(root, "not/there/yet"), sources).read();
  assert.equal(
    [figures.temperatures, figures.underVoltage, figures.throttled, figures.memory, figures.written],
    [{}, null, null, null, null],
  );
  assert.ok(figures.disk && figures.disk.size > 0 && figures.disk.free <= figures.disk.size);
  rmSync(root, { recursive: true });
});

test("this machine: its own figures are there, and a loop that was held up shows once", async () => {
  const machine = linuxMachine(tmpdir());
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 250));
  await quiet();
  // Held up by work, however much of the processor others take meanwhile.
  const since = process.cpuUsage();
  while (process.cpuUsage(since).user + process.cpuUsage(since).system < 800_000);
  await quiet();
  const held = await machine.read();
  await quiet();
  const after = await machine.read();
  assert.ok(held.delay.longest > 200, `${held.delay.longest} ms`);
  assert.ok(after.delay.longest < held.delay.longest / 2, `${after.delay.longest} ms`);
  assert.ok(held.resident > 1e7 && held.cpu > 0.3);
  assert.ok(held.memory && held.memory.free < held.memory.size);
  assert.match(machine.versions.node, /^24\./);
});

test.run();
