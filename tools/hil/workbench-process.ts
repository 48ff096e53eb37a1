/**
 * The far side of the ports under test in the guest, in a process of its own: one CP2112 with a memory chip and the six chips of
 * the virtual cabinet, eight lines, and a serial line. The guest asks for what is to happen over TCP, a line of JSON each.
 *
 * Started by fork(): the first message is the folder for the sockets; the answer is the TCP port.
 */
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { duration, instant } from "../../controllers/units.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { MEMORY } from "../../firmware/hal/contract/i2c.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { addCabinetChips } from "../../sim/cabinet-chips.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { cabinetContacts } from "../../sim/contacts.ts";
import { type I2cFault, SimulatedI2c } from "../../sim/i2c.ts";
import { SimulatedMemory } from "../../sim/i2c-memory.ts";
import { pace } from "../../sim/pace.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SeededRandom } from "../../sim/random.ts";
import { streamOf } from "../../sim/socket.ts";
import { Cp2112 } from "../../sim/usb/cp2112.ts";
import { serveUsb, type UsbPort } from "../../sim/usb/redir-server.ts";

/** What the guest can ask of the far side. */
export type Ask =
  | { readonly ask: "fail"; readonly fault: I2cFault; readonly count: number; readonly address?: number }
  | { readonly ask: "heal" }
  | { readonly ask: "stick"; readonly stuck: boolean }
  | { readonly ask: "usb"; readonly plugged: boolean }
  /** Lines 0 to 7 are the CP2112's, from 8 on the PCA9535's. */
  | { readonly ask: "drive"; readonly line: number; readonly high: boolean }
  | { readonly ask: "seen"; readonly line: number }
  /** A vehicle stands on the induction loop. */
  | { readonly ask: "occupy"; readonly on: boolean }
  /** Wall time of the DS3231, ms since 1970. */
  | { readonly ask: "time" }
  | { readonly ask: "pulses"; readonly line: number; readonly count: number; readonly ms: number }
  | { readonly ask: "serial"; readonly plugged: boolean }
  | { readonly ask: "say"; readonly hex: string }
  /** What the serial line heard since it was last asked. */
  | { readonly ask: "heard" };

export type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };
/** To the parent: QEMU must pull the serial device or put it back; it answers `plugged`. */
export type ToParent =
  | { readonly say: "ready"; readonly port: number }
  | { readonly say: "plug"; readonly present: boolean };

export const SERIAL = { id: "serial0", name: "workbench" };
export const BRIDGE = "bridge0";

async function open(folder: string): Promise<number> {
  const clock = new VirtualClock(instant(Date.now()));
  const live = pace(clock, systemClock, new AbortController().signal);
  const i2c = new SimulatedI2c("workbench");
  i2c.devices.set(MEMORY, new SimulatedMemory());
  const chips = addCabinetChips(i2c, clock, new SeededRandom(1));
  const direct = Array.from({ length: 8 }, () => new SimulatedPin());
  const pins = [...direct, ...chips.pca9535.pins];
  const contacts = cabinetContacts(clock, direct, chips.pca9535.pins);
  const device = new Cp2112({
    i2c,
    pins: direct,
    timers: { after: clock.after.bind(clock), hostTime: () => performance.now() },
  });
  let usb: UsbPort | undefined;
  let plugged = true;
  let serial: ByteStream | undefined;
  let serialPlugged = true;
  let heard = "";

  createServer((socket) => {
    usb = serveUsb(device, live.live(streamOf(socket)), { plugged });
  }).listen(join(folder, `${BRIDGE}.sock`));
  createServer((socket) => {
    serial = streamOf(socket);
    const listen = async (stream: ByteStream) => {
      for await (const chunk of stream.chunks) heard += Buffer.from(chunk).toString("hex");
    };
    listen(serial).catch(() => {});
  }).listen(join(folder, `${SERIAL.id}.sock`));

  const pulses = async (pin: SimulatedPin, count: number, ms: number) => {
    for (let edge = 0; edge < 2 * count; edge++) {
      pin.set(!pin.high);
      await clock.sleep(duration(ms), "pulse");
    }
  };
  const perform = async (ask: Ask): Promise<unknown> => {
    switch (ask.ask) {
      case "fail":
        return i2c.fail(ask.fault, ask.count, ask.address);
      case "heal":
        for (const address of i2c.devices.keys()) i2c.heal(address);
        return;
      case "stick":
        i2c.stuck = ask.stuck;
        return;
      case "usb":
        plugged = ask.plugged;
        if (plugged) usb?.plug();
        else usb?.unplug();
        return;
      case "drive":
        return pins[ask.line]?.set(ask.high);
      case "seen":
        return pins[ask.line]?.high;
      case "occupy":
        return contacts.loop.occupy(ask.on);
      case "time":
        return clock.now();
      case "pulses":
        return pulses(pins[ask.line] as SimulatedPin, ask.count, ask.ms);
      case "serial":
        if (serialPlugged === ask.plugged) return;
        serialPlugged = ask.plugged;
        process.send?.({ say: "plug", present: ask.plugged } satisfies ToParent);
        await new Promise((resolve) => process.once("message", resolve));
        return;
      case "say":
        return serial?.write(Buffer.from(ask.hex, "hex"));
      case "heard": {
        const said = heard;
        heard = "";
        return said;
      }
    }
  };

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    createInterface({ input: socket }).on("line", async (line) => {
      const { id, ...ask } = JSON.parse(line) as Ask & { id: number };
      let answer: Answer;
      try {
        await live.catchUp();
        answer = { id, value: await perform(ask) };
      } catch (error) {
        answer = { id, error: String(error) };
      }
      socket.write(`${JSON.stringify(answer)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await pause(0);
  return (server.address() as { port: number }).port;
}

if (process.send) {
  process.once("message", async (folder: string) => {
    process.send?.({ say: "ready", port: await open(folder) } satisfies ToParent);
  });
  process.on("disconnect", () => process.exit(0));
}
