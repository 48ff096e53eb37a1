import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { Fault } from "../hal/fault.ts";
import type { PinAddress } from "../hal/pin.ts";
import { i2cNumber } from "./i2c-name.ts";

/** Where the kernel tells of its GPIO chips and I2C devices. */
export interface PinRoots {
  readonly gpio: string;
  readonly i2c: string;
  readonly proc: string;
  readonly dev: string;
}

export const PIN_ROOTS: PinRoots = {
  gpio: "/sys/class/gpio",
  i2c: "/sys/bus/i2c/devices",
  proc: "/proc",
  dev: "/dev",
};

export interface PinChip {
  readonly label: string;
  /** Number of its first line among those of /sys/class/gpio. Differs by kernel, board and boot: 0, 458, 512, 571 were seen. */
  readonly base: number;
  readonly lines: number;
  /** The device it belongs to, as a path in /sys/devices. */
  readonly device: string;
}

/**
 * The chip that an address names, looked up anew at each opening: after a replug its numbers may be others. It is named
 *
 * - by its label: `pinctrl-bcm2711`, `cp2112_gpio`;
 * - where several have that label, also by a part of its device's place, such as the USB port: `cp2112_gpio @1-1.2`;
 * - an expander by its I2C adapter (as `i2cNumber` knows it) and address, for its label holds the adapter's number: `i2c1@0x20`.
 *
 * Throws Fault `port-missing` with what is there, or what offsets are allowed.
 */
export async function pinChip(
  pin: PinAddress,
  roots = PIN_ROOTS,
  adapterNumber: (adapter: string) => Promise<number> = i2cNumber,
): Promise<PinChip> {
  const where = nameOf(pin);
  const chips = await present(roots.gpio);
  const found = await matching(pin.chip, chips, roots.i2c, adapterNumber);
  const said = (among: readonly PinChip[]) => among.map((one) => `"${one.label} @${plugOf(one.device)}"`).join(", ");
  if (found.length > 1)
    throw new Fault("port-missing", where, `${found.length} have this label: allowed ${said(found)}`);
  const [chip] = found;
  if (!chip) throw new Fault("port-missing", where, `no such chip; here: ${said(chips) || "none"}`);
  if (!Number.isInteger(pin.offset) || pin.offset < 0 || pin.offset >= chip.lines)
    throw new Fault("port-missing", where, `allowed offset 0 to ${chip.lines - 1}`);
  return chip;
}

/** `gpiochipN` of a chip: its name as a character device. Throws Fault `port-missing`. */
export async function charDevice(chip: PinChip): Promise<string> {
  if (isCharDevice(basename(chip.device))) return basename(chip.device); // a chip without a device of its own
  const names = (await readdir(chip.device).catch(() => [])).filter(isCharDevice);
  const [only, ...more] = names;
  if (only && more.length === 0) return only;
  const why = only ? `one device has ${names.join(" and ")}` : "no character device";
  throw new Fault("port-missing", chip.label, why);
}

/** For logs and faults. */
export const nameOf = (pin: PinAddress): string => `${pin.chip}:${pin.offset}`;

const isCharDevice = (name: string): boolean => /^gpiochip\d+$/.test(name);

async function matching(
  wanted: string,
  chips: readonly PinChip[],
  i2cDevices: string,
  adapterNumber: (adapter: string) => Promise<number>,
): Promise<PinChip[]> {
  const expander = /^(.+)@0x([0-9a-fA-F]{2})$/.exec(wanted);
  if (expander) {
    const [, adapter, address] = expander as unknown as [string, string, string];
    const client = `${await adapterNumber(adapter)}-00${address.toLowerCase()}`;
    const device = await realpath(join(i2cDevices, client)).catch(() => undefined);
    return chips.filter((chip) => chip.device === device);
  }
  const at = wanted.lastIndexOf(" @");
  const [label, plug] = at < 0 ? [wanted, undefined] : [wanted.slice(0, at), wanted.slice(at + 2)];
  return chips.filter((chip) => chip.label === label && (plug === undefined || chip.device.split("/").includes(plug)));
}

async function present(root: string): Promise<PinChip[]> {
  const entries = (await readdir(root).catch(() => [])).filter((name) => /^gpiochip\d+$/.test(name));
  const chips = await Promise.all(
    entries.sort().map(async (entry): Promise<PinChip | undefined> => {
      const read = async (file: string) => (await readFile(join(root, entry, file), "utf8")).trim();
      try {
        const [label, base, lines] = await Promise.all([read("label"), read("base"), read("ngpio")]);
        return { label, base: Number(base), lines: Number(lines), device: await realpath(join(root, entry, "device")) };
      } catch {
        return undefined; // pulled while we looked
      }
    }),
  );
  return chips.filter((chip) => chip !== undefined);
}

/** What tells it from others of its label: the USB port it is plugged into, else its device. */
const plugOf = (device: string): string =>
  device.split("/").findLast((part) => /^\d+-\d+(\.\d+)*$/.test(part)) ?? basename(device);
