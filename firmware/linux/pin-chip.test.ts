import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { charDevice, PIN_ROOTS, pinChip } from "./pin-chip.ts";

type Chips = Record<string, { label: string; base: number; ngpio: number; device: string; chars?: readonly string[] }>;

/** /sys/class/gpio and what it points to, as a kernel lays it out. */
function sysfs(chips: Chips) {
  const root = mkdtempSync(join(tmpdir(), "hulotte-gpio-"));
  const roots = { ...PIN_ROOTS, gpio: join(root, "class/gpio"), i2c: join(root, "bus/i2c/devices") };
  mkdirSync(roots.gpio, { recursive: true });
  mkdirSync(roots.i2c, { recursive: true });
  for (const [name, { device, chars = ["gpiochip0"], ...files }] of Object.entries(chips)) {
    const folder = join(root, "devices", device);
    mkdirSync(join(folder, "gpio", name), { recursive: true });
    for (const char of chars) mkdirSync(join(folder, char), { recursive: true });
    for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, "gpio", name, file), `${value}\n`);
    symlinkSync(folder, join(folder, "gpio", name, "device"));
    symlinkSync(join(folder, "gpio", name), join(roots.gpio, name));
    const client = /\d+-00[0-9a-f]{2}$/.exec(device)?.[0];
    if (client) symlinkSync(folder, join(roots.i2c, client));
  }
  return roots;
}

const pi4 = sysfs({
  gpiochip512: { label: "pinctrl-bcm2711", base: 512, ngpio: 58, device: "platform/soc/fe200000.gpio" },
  gpiochip570: {
    label: "raspberrypi-exp-gpio",
    base: 570,
    ngpio: 8,
    device: "platform/firmware/gpio",
    chars: ["gpiochip1"],
  },
});
const pi3 = sysfs({
  gpiochip0: { label: "pinctrl-bcm2835", base: 0, ngpio: 54, device: "platform/soc/3f200000.gpio" },
});
const usb = (port: string) => `platform/usb/usb1/${port}/${port}:1.0/0003:10C4:EA90.0001`;
const two = sysfs({
  gpiochip496: { label: "cp2112_gpio", base: 496, ngpio: 8, device: usb("1-1") },
  gpiochip488: { label: "cp2112_gpio", base: 488, ngpio: 8, device: usb("1-1.2"), chars: ["gpiochip3"] },
  gpiochip472: { label: "7-0020", base: 472, ngpio: 16, device: `${usb("1-1")}/i2c-7/7-0020`, chars: ["gpiochip4"] },
  gpiochip456: { label: "8-0020", base: 456, ngpio: 16, device: `${usb("1-1.2")}/i2c-8/8-0020`, chars: ["gpiochip5"] },
});
const adapters = async (name: string) => {
  const number = { i2c1: 7, "CP2112 SMBus Bridge @1-1.2": 8 }[name];
  if (number === undefined) throw new Fault("port-missing", name, "no such adapter");
  return number;
};

async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, Fault);
    return `${(error as Fault).kind} ${(error as Fault).message}`;
  }
  return "none";
}

test("the base is taken from the chip, whatever the kernel chose", async () => {
  const { base, lines } = await pinChip({ chip: "pinctrl-bcm2711", offset: 57 }, pi4);
  assert.equal([base, lines], [512, 58]);
  assert.is((await pinChip({ chip: "pinctrl-bcm2835", offset: 17 }, pi3)).base, 0);
});

test("of chips with one label the USB port tells, and without it nothing is driven", async () => {
  assert.is((await pinChip({ chip: "cp2112_gpio @1-1", offset: 0 }, two)).base, 496);
  assert.is((await pinChip({ chip: "cp2112_gpio @1-1.2", offset: 0 }, two)).base, 488);
  assert.match(
    await refused(pinChip({ chip: "cp2112_gpio", offset: 0 }, two)),
    /port-missing \(2 have this label: allowed "cp2112_gpio @1-1.2", "cp2112_gpio @1-1"\)/,
  );
});

test("an expander is found by its adapter and address", async () => {
  const at = async (chip: string) => (await pinChip({ chip, offset: 15 }, two, adapters)).base;
  assert.is(await at("i2c1@0x20"), 472);
  assert.is(await at("CP2112 SMBus Bridge @1-1.2@0x20"), 456);
  assert.match(await refused(at("i2c1@0x21")), /port-missing \(no such chip/);
  assert.match(await refused(at("i2c9@0x20")), /port-missing \(no such adapter/);
});

test("a chip or line that is not there is a named fault that says what is", async () => {
  const at = (chip: string, offset: number, roots: typeof pi4) => refused(pinChip({ chip, offset }, roots));
  assert.match(await at("pinctrl-bcm2835", 3, pi4), /port-missing.*"pinctrl-bcm2711 @fe200000.gpio"/);
  assert.match(await at("gpiochip512", 3, pi4), /port-missing/);
  for (const offset of [58, -1, 1.5]) assert.match(await at("pinctrl-bcm2711", offset, pi4), /port-missing.*0 to 57/);
  assert.match(await at("pinctrl-bcm2711", 1, { ...pi4, gpio: "/nowhere" }), /port-missing.*here: none/);
});

test("its character device is found by the device they share", async () => {
  const of = async (chip: string, roots: typeof pi4) => charDevice(await pinChip({ chip, offset: 0 }, roots, adapters));
  assert.is(await of("raspberrypi-exp-gpio", pi4), "gpiochip1");
  assert.is(await of("i2c1@0x20", two), "gpiochip4");
  const banks = sysfs({
    gpiochip0: { label: "b", base: 0, ngpio: 4, device: "platform/b", chars: ["gpiochip0", "gpiochip1"] },
  });
  assert.match(await refused(of("b", banks)), /port-missing \(one device has gpiochip0 and gpiochip1\)/);
  const alone = sysfs({ gpiochip0: { label: "a", base: 0, ngpio: 4, device: "virtual/gpiochip6", chars: [] } });
  assert.is(await of("a", alone), "gpiochip6");
  const none = sysfs({ gpiochip0: { label: "n", base: 0, ngpio: 4, device: "platform/n", chars: [] } });
  assert.match(await refused(of("n", none)), /port-missing \(no character device\)/);
});

test.run();
