/**
 * What is proven in the guest, on the real kernel: `node proofs.js SUITE HOST PORT`. The contracts of the ports as uvu prints
 * them, or a measurement as one line of JSON. The far side of the ports is the workbench at HOST:PORT.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { realTime, until } from "../../firmware/hal/contract/bench.ts";
import { bytesContract } from "../../firmware/hal/contract/bytes.ts";
import { clockContract, wallContract } from "../../firmware/hal/contract/clock.ts";
import { i2cContract } from "../../firmware/hal/contract/i2c.ts";
import { pinContract } from "../../firmware/hal/contract/pin.ts";
import { storeContract } from "../../firmware/hal/contract/store.ts";
import { linuxPorts } from "../../firmware/linux/ports.ts";
import { farSide } from "./far-side.ts";
import { gpioSim } from "./gpio-sim.ts";
import { kernelChips } from "./kernel-chips.ts";
import { stressI2c } from "./stress.ts";

const ADAPTER = "CP2112 SMBus Bridge";
const CHIP = "cp2112_gpio";
const SERIAL = "/dev/serial/by-id/usb-workbench";
/** A CP2112's driver looks at its inputs every 40 ms. */
const CP2112_PULSE = milliseconds(100);

const [suite = "", host = "", port = ""] = process.argv.slice(2);
const far = await farSide(host, Number(port));
const folder = mkdtempSync(join(tmpdir(), "proofs-"));
const ports = linuxPorts(folder, join(folder, "state"));
const { clock } = ports;
const time = { ...realTime(clock), close: async () => {} };
const descriptors = async () => readdirSync("/proc/self/fd").length;

/** A case may leave its device pulled: the next one begins with it there. */
async function plugged(device: "serial" | "usb"): Promise<void> {
  await far.ask({ ask: device, plugged: true });
  if (device === "usb") await far.ask({ ask: "drive", line: 0, high: false });
  const here = () =>
    device === "serial"
      ? existsSync(SERIAL)
      : readdirSync("/sys/bus/hid/drivers/cp2112").some((name) => name.startsWith("0"));
  await until(clock, `the ${device} device`, here, seconds(15), milliseconds(100));
}

const PROOFS: Record<string, () => unknown> = {
  i2c: () =>
    i2cContract("linux", async () => {
      await plugged("usb");
      return {
        ...time,
        open: () => ports.i2c(ADAPTER),
        fail: (fault, count) => far.ask({ ask: "fail", fault, count, address: 0x50 }),
        heal: () => far.ask({ ask: "heal" }),
        stick: (stuck) => far.ask({ ask: "stick", stuck }),
        unplug: () => far.ask({ ask: "usb", plugged: false }),
        replug: () => far.ask({ ask: "usb", plugged: true }),
        descriptors,
      };
    }),
  bytes: () =>
    bytesContract("linux", async () => {
      await plugged("serial");
      await far.ask({ ask: "heard" });
      let heard = "";
      return {
        ...time,
        port: ports.bytes(SERIAL, { baud: 38_400 }),
        say: (bytes) => far.ask({ ask: "say", hex: Buffer.from(bytes).toString("hex") }),
        async heard() {
          heard += await far.ask({ ask: "heard" });
          return new Uint8Array(Buffer.from(heard, "hex"));
        },
        unplug: () => far.ask({ ask: "serial", plugged: false }),
        replug: () => far.ask({ ask: "serial", plugged: true }),
        descriptors,
      };
    }),
  "pins-cp2112": () =>
    pinContract("linux, CP2112", async () => {
      await plugged("usb");
      return {
        ...time,
        ports,
        in: { chip: CHIP, offset: 0 },
        out: { chip: CHIP, offset: 1 },
        drive: (high) => far.ask({ ask: "drive", line: 0, high }),
        seen: () => far.ask({ ask: "seen", line: 1 }),
        pulses: (count) => far.ask({ ask: "pulses", line: 0, count, ms: CP2112_PULSE }),
        pulse: CP2112_PULSE,
        // QEMU drops a request to a device that goes: the guest's driver waits 5 s for it before it looks
        pulled: milliseconds(8000),
        unplug: () => far.ask({ ask: "usb", plugged: false }),
        replug: () => far.ask({ ask: "usb", plugged: true }),
      };
    }),
  "pins-gpio-sim": () =>
    pinContract("linux, gpio-sim", async () => {
      const chip = await gpioSim(clock);
      return { ...time, ports, ...chip };
    }),
  clock: () => {
    clockContract("linux", async () => time);
    wallContract("linux", async () => ({
      ...time,
      async jump(ms) {
        execFileSync("date", ["-s", `@${Math.round((Date.now() + ms) / 1000)}`], { stdio: "ignore" });
        await clock.sleep(milliseconds(50), "set");
      },
    }));
  },
  store: () => {
    let number = 0;
    storeContract("linux", async () => {
      const state = join(folder, `store-${number++}`);
      return { ...time, store: linuxPorts(folder, state).store, again: async () => linuxPorts(folder, state).store };
    });
  },
  "kernel-chips": async () => {
    await plugged("usb");
    kernelChips(ports, ADAPTER, CHIP, far);
  },
  stress: () => stressI2c(ports, ADAPTER, CHIP, far, 3000),
};

const proof = PROOFS[suite];
if (!proof) throw new Error(`no proof "${suite}": allowed ${Object.keys(PROOFS).join(", ")}`);
await proof();
