import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { type I2cRoots, i2cNumber } from "./i2c-name.ts";

interface Laid {
  readonly at: string;
  readonly name: string;
  readonly node?: string;
}

/** A /sys and a /proc/device-tree as a kernel lays them out. */
function machine(adapters: Record<number, Laid>, aliases: Record<string, string>): I2cRoots {
  const root = mkdtempSync(join(tmpdir(), "hulotte-i2c-"));
  const [devices, tree] = [join(root, "sys/bus/i2c/devices"), join(root, "sys/firmware/devicetree/base")];
  mkdirSync(devices, { recursive: true });
  mkdirSync(join(tree, "aliases"), { recursive: true });
  for (const [number, { at, name, node }] of Object.entries(adapters)) {
    const device = join(root, "sys/devices", at, `i2c-${number}`);
    mkdirSync(device, { recursive: true });
    writeFileSync(join(device, "name"), `${name}\n`);
    symlinkSync(device, join(devices, `i2c-${number}`));
    if (node) {
      mkdirSync(join(tree, node), { recursive: true });
      symlinkSync(join(tree, node), join(device, "of_node"));
    }
  }
  // Clients stand in the same folder.
  symlinkSync(dirname(devices), join(devices, "3-0020"));
  for (const [alias, node] of Object.entries(aliases)) writeFileSync(join(tree, "aliases", alias), `${node}\0`);
  symlinkSync(tree, join(root, "device-tree")); // as /proc/device-tree is
  return { devices, tree: join(root, "device-tree") };
}

const HUB = "platform/soc/3f980000.usb/usb1/1-1";
const pi = machine(
  {
    1: { at: "platform/soc/3f804000.i2c", name: "bcm2835 (i2c@7e804000)", node: "soc/i2c@7e804000" },
    2: { at: "platform/soc/3f805000.i2c", name: "bcm2835 (i2c@7e805000)", node: "soc/i2c@7e805000" },
    11: { at: `${HUB}/1-1.3/1-1.3:1.0/0003:10C4:EA90.0004`, name: "CP2112 SMBus Bridge on hidraw1" },
    5: { at: `${HUB}/1-1.2/1-1.2:1.0/0003:10C4:EA90.0001`, name: "CP2112 SMBus Bridge on hidraw0" },
  },
  { i2c1: "/soc/i2c@7e804000", i2c_arm: "/soc/i2c@7e804000", i2c0: "/soc/i2c@7e205000", serial0: "/soc/serial" },
);

async function refused(name: string, roots: I2cRoots): Promise<string> {
  try {
    return `${await i2cNumber(name, roots)}`;
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).kind, "port-missing");
    return (error as Fault).message;
  }
}

test("an alias of the device tree is the adapter whose node it is", async () => {
  assert.is(await i2cNumber("i2c1", pi), 1);
  assert.is(await i2cNumber("i2c_arm", pi), 1);
});

test("a name is the adapter's own, without the number that moves", async () => {
  assert.is(await i2cNumber("bcm2835 (i2c@7e805000)", pi), 2);
  const one = machine({ 4: { at: "usb1/1-1/x", name: "CP2112 SMBus Bridge on hidraw0" } }, {});
  assert.is(await i2cNumber("CP2112 SMBus Bridge", one), 4);
});

test("of several with one name the place tells which, down to the whole port", async () => {
  assert.is(await i2cNumber("CP2112 SMBus Bridge @1-1.2", pi), 5);
  assert.is(await i2cNumber("CP2112 SMBus Bridge @1-1.3", pi), 11);
  assert.match(await refused("CP2112 SMBus Bridge", pi), /2 have this name.*@1-1\.[23]".*@1-1\.[23]"/);
  // The hub they share tells nothing.
  assert.match(await refused("CP2112 SMBus Bridge @1-1", pi), /2 have this name/);
  assert.match(await refused("CP2112 SMBus Bridge @1-1.4", pi), /no such adapter/);
  assert.match(await refused("CP2112 SMBus Bridge @1", pi), /no such adapter/);
});

test("a number is no name, and the fault says what is there", async () => {
  const said = await refused("i2c-1", pi);
  assert.match(said, "no such adapter; here: i2c1, i2c_arm, ");
  assert.match(said, '"CP2112 SMBus Bridge @1-1.2"');
  assert.not.match(said, "i2c0");
  // An alias whose adapter is off, one that is no adapter, and a path that leaves the folder.
  for (const name of ["i2c0", "serial0", "../aliases/i2c1"]) assert.match(await refused(name, pi), /no such adapter/);
});

test("a machine without adapters says how they come", async () => {
  assert.match(await refused("i2c1", { devices: "/nowhere", tree: "/nowhere" }), /none \(is i2c-dev loaded\?\)/);
});

test.run();
