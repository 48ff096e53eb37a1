import { readdir, readFile, statfs } from "node:fs/promises";
import { availableParallelism, loadavg, release } from "node:os";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Machine, Room } from "../hal/machine.ts";

export interface MachineSources {
  readonly sys: string;
  readonly proc: string;
}

export const MACHINE_SOURCES: MachineSources = { sys: "/sys", proc: "/proc" };

/** How often the event loop is asked whether it comes in time, ms: often enough for a mean, too seldom to cost. */
const ASKED_EVERY = 100;

/** The machine this process runs on, by the files of its kernel (Linux). `state`: the folder whose file system counts. */
export function linuxMachine(state: string, { sys, proc }: MachineSources = MACHINE_SOURCES): Machine {
  const delays = monitorEventLoopDelay({ resolution: ASKED_EVERY });
  delays.enable();
  return {
    versions: { node: process.versions.node, kernel: release() },
    async read() {
      const [temperatures, firmware, volt, cooling, disk, memory, written] = await Promise.all([
        temperaturesIn(join(sys, "class/thermal")),
        throttledBits(join(sys, "bus/platform/devices")),
        voltAlarm(join(sys, "class/hwmon")),
        cooledDown(join(sys, "class/thermal")),
        diskOf(state),
        memoryIn(join(proc, "meminfo")),
        writtenIn(join(proc, "self/io")),
      ]);
      const slowed = firmware === null ? null : (firmware & SLOWED) !== 0;
      const { user, system } = process.cpuUsage();
      const delay =
        delays.count === 0 ? { mean: 0, longest: 0 } : { mean: late(delays.mean), longest: late(delays.max) };
      delays.reset();
      return {
        temperatures,
        underVoltage: either(firmware === null ? null : (firmware & UNDER_VOLTAGE) !== 0, volt),
        throttled: either(slowed, cooling),
        disk,
        memory,
        resident: process.memoryUsage.rss(),
        written,
        cpu: (user + system) / 1e6,
        load: (loadavg()[0] ?? 0) / availableParallelism(),
        delay,
      };
    },
  };
}

/** The histogram holds the time between two askings, ns. */
const late = (ns: number): number => Math.max(0, ns / 1e6 - ASKED_EVERY);

const either = (a: boolean | null, b: boolean | null): boolean | null =>
  a === null && b === null ? null : a || b || false;

const textOf = (path: string): Promise<string | null> =>
  readFile(path, "utf8").then(
    (text) => text.trim(),
    () => null,
  );
const entriesOf = (path: string, beginning: string): Promise<string[]> =>
  readdir(path).then(
    (names) => names.filter((name) => name.startsWith(beginning)).sort(),
    () => [],
  );
const numberOf = async (path: string): Promise<number | null> => {
  const text = await textOf(path);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
};

/** Kernel documentation, driver-api/thermal/sysfs-api: `temp` is in thousandths of °C. */
async function temperaturesIn(folder: string): Promise<Record<string, number>> {
  const temperatures: Record<string, number> = {};
  for (const zone of await entriesOf(folder, "thermal_zone")) {
    const [type, temp] = await Promise.all([textOf(join(folder, zone, "type")), numberOf(join(folder, zone, "temp"))]);
    if (type === null || temp === null) continue; // a zone that is switched off does not answer
    temperatures[Object.hasOwn(temperatures, type) ? `${type}-${zone.slice("thermal_zone".length)}` : type] =
      temp / 1000;
  }
  return temperatures;
}

/** Raspberry Pi firmware, `get_throttled`: what is so now; bits 16 and above, what has been, are no news. */
const UNDER_VOLTAGE = 1 << 0;
/** The frequency is capped, throttled, or at the soft limit of temperature. */
const SLOWED = (1 << 1) | (1 << 2) | (1 << 3);

/** Hexadecimal, without a prefix. The device is called `soc:firmware` or `soc@107c000000:firmware`. */
async function throttledBits(devices: string): Promise<number | null> {
  const [device] = (await entriesOf(devices, "soc")).filter((name) => name.endsWith(":firmware"));
  if (device === undefined) return null;
  const text = await textOf(join(devices, device, "get_throttled"));
  return text !== null && /^(0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : null;
}

/** Kernel documentation, hwmon/raspberrypi-hwmon: `in0_lcrit_alarm` is 1 while the firmware sees under-voltage. */
async function voltAlarm(folder: string): Promise<boolean | null> {
  for (const chip of await entriesOf(folder, "hwmon")) {
    if ((await textOf(join(folder, chip, "name"))) !== "rpi_volt") continue;
    const alarm = await numberOf(join(folder, chip, "in0_lcrit_alarm"));
    return alarm === null ? null : alarm !== 0;
  }
  return null;
}

/** A processor that is slowed down against heat is a cooling device in use, whatever the board. */
async function cooledDown(folder: string): Promise<boolean | null> {
  let found: boolean | null = null;
  for (const device of await entriesOf(folder, "cooling_device")) {
    const type = await textOf(join(folder, device, "type"));
    if (!type || !/cpufreq|^Processor$/.test(type)) continue;
    const state = await numberOf(join(folder, device, "cur_state"));
    if (state !== null) found = found === true || state > 0;
  }
  return found;
}

/** Of the folder, or of the nearest one above it that is there: the state's own comes with the first write. */
async function diskOf(folder: string): Promise<Room | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch (error) {
    const above = dirname(folder);
    return (error as NodeJS.ErrnoException).code === "ENOENT" && above !== folder ? diskOf(above) : null;
  }
}

/** proc_meminfo(5): `MemAvailable` is what can be had without swapping, kB. */
async function memoryIn(path: string): Promise<Room | null> {
  const text = await textOf(path);
  const kilobytes = (name: string) => new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text ?? "")?.[1];
  const [free, size] = [kilobytes("MemAvailable"), kilobytes("MemTotal")];
  return free === undefined || size === undefined ? null : { free: Number(free) * 1024, size: Number(size) * 1024 };
}

/** proc_pid_io(5): what was written less what was truncated before it came to the disk. */
async function writtenIn(path: string): Promise<number | null> {
  const text = await textOf(path);
  const bytes = (name: string) => new RegExp(`^${name}: (\\d+)$`, "m").exec(text ?? "")?.[1];
  const [written, cancelled] = [bytes("write_bytes"), bytes("cancelled_write_bytes")];
  return written === undefined ? null : Math.max(0, Number(written) - Number(cancelled ?? 0));
}
