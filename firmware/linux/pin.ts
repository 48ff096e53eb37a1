import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Gpio, type ValueCallback } from "onoff";
import { Fault } from "../hal/fault.ts";
import type { InputPin, OutputPin, PinAddress } from "../hal/pin.ts";
import { Queue } from "../hal/queue.ts";

const DEBOUNCE_MS = 10;

/**
 * The global number of a line: the base of the chip with that label (or name) plus the offset. The base differs by
 * kernel and board (0, 458, 512, 571 were seen; fivdi/onoff#200), so it is always read, never known.
 */
export async function globalNumber(pin: PinAddress, root = "/sys/class/gpio"): Promise<number> {
  const where = `${pin.chip}:${pin.offset}`;
  let chips: string[];
  try {
    chips = (await readdir(root)).filter((name) => /^gpiochip\d+$/.test(name));
  } catch (error) {
    throw new Fault("port-missing", where, `no ${root}`, error);
  }
  const labels: string[] = [];
  for (const chip of chips) {
    const read = async (file: string) => (await readFile(join(root, chip, file), "utf8")).trim();
    const label = await read("label");
    labels.push(label);
    if (label !== pin.chip && chip !== pin.chip) continue;
    const lines = Number(await read("ngpio"));
    if (pin.offset < 0 || pin.offset >= lines)
      throw new Fault("port-missing", where, `allowed offset 0 to ${lines - 1}`);
    return Number(await read("base")) + pin.offset;
  }
  throw new Fault("port-missing", where, `no such chip; here: ${labels.join(", ") || "none"}`);
}

export async function inputPin(pin: PinAddress): Promise<InputPin> {
  const gpio = await open(pin, "in");
  const changes = new Queue<boolean>(64);
  const seen: ValueCallback = (error, value) => {
    if (error) changes.fail(new Fault("port-lost", `${pin.chip}:${pin.offset}`, error.message, error));
    else changes.push(value === 1);
  };
  gpio.watch(seen);
  return {
    changes,
    read: async () => (await used(pin, () => gpio.read())) === 1,
    async close() {
      gpio.unwatch(seen);
      gpio.unexport();
      changes.end();
    },
  };
}

export async function outputPin(pin: PinAddress, initial: boolean): Promise<OutputPin> {
  const gpio = await open(pin, initial ? "high" : "low");
  return {
    write: (high) => used(pin, () => gpio.write(high ? 1 : 0)),
    async close() {
      gpio.unexport();
    },
  };
}

async function open(pin: PinAddress, direction: "in" | "high" | "low"): Promise<Gpio> {
  const number = await globalNumber(pin);
  try {
    return direction === "in"
      ? new Gpio(number, "in", "both", { debounceTimeout: DEBOUNCE_MS })
      : new Gpio(number, direction);
  } catch (error) {
    throw pinFault(pin, error);
  }
}

async function used<T>(pin: PinAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Fault("port-lost", `${pin.chip}:${pin.offset}`, String(error), error);
  }
}

function pinFault(pin: PinAddress, error: unknown): Fault {
  const where = `${pin.chip}:${pin.offset}`;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return new Fault("port-denied", where, code, error);
  if (code === "EBUSY") return new Fault("port-busy", where, code, error);
  return new Fault("port-missing", where, code ?? String(error), error);
}
