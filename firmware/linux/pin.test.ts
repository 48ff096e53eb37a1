import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { globalNumber } from "./pin.ts";

/** A /sys/class/gpio as a kernel lays it out. */
function sysfs(chips: Record<string, { label: string; base: number; ngpio: number }>): string {
  const root = mkdtempSync(join(tmpdir(), "hulotte-gpio-"));
  writeFileSync(join(root, "export"), "");
  for (const [name, files] of Object.entries(chips)) {
    mkdirSync(join(root, name));
    for (const [file, value] of Object.entries(files)) writeFileSync(join(root, name, file), `${value}\n`);
  }
  return root;
}

const pi4 = { gpiochip512: { label: "pinctrl-bcm2711", base: 512, ngpio: 58 } };
const pi3old = {
  gpiochip0: { label: "pinctrl-bcm2835", base: 0, ngpio: 54 },
  gpiochip504: { label: "raspberrypi-exp-gpio", base: 504, ngpio: 8 },
};

test("the base is taken from the chip, whatever the kernel chose", async () => {
  assert.is(await globalNumber({ chip: "pinctrl-bcm2711", offset: 17 }, sysfs(pi4)), 529);
  assert.is(await globalNumber({ chip: "pinctrl-bcm2835", offset: 17 }, sysfs(pi3old)), 17);
  assert.is(await globalNumber({ chip: "gpiochip504", offset: 2 }, sysfs(pi3old)), 506);
});

test("a chip or line that is not there is a named fault that says what is", async () => {
  const refused = async (chip: string, offset: number, root: string) => {
    try {
      await globalNumber({ chip, offset }, root);
    } catch (error) {
      assert.instance(error, Fault);
      return `${(error as Fault).kind} ${(error as Fault).message}`;
    }
    return "none";
  };
  assert.match(await refused("pinctrl-bcm2835", 3, sysfs(pi4)), /port-missing.*pinctrl-bcm2711/);
  assert.match(await refused("pinctrl-bcm2711", 58, sysfs(pi4)), /port-missing.*0 to 57/);
  assert.match(await refused("pinctrl-bcm2711", 1, "/nowhere"), /port-missing/);
});

test.run();
