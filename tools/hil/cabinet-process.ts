/**
 * The simulated cabinet as a process of its own, in real time: its serial lines and CP2112s on Unix sockets, where QEMU looks
 * for them. A process of its own because a CP2112 that answers 50 ms late is a time-out to the guest's kernel.
 *
 * Started by fork(): the first message says what to build (`Build`), then come actions; out go observations.
 */
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { instant } from "../../controllers/units.ts";
import { readConfig } from "../../firmware/config/read.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { simulateCabinet } from "../../sim/hardware.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { pace } from "../../sim/pace.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Plug, scenarioHardware } from "../../sim/scenarios/hardware.ts";
import type { HardwareAction, Observation } from "../../sim/scenarios/model.ts";
import { watchHardware } from "../../sim/scenarios/watch.ts";
import { streamOf } from "../../sim/socket.ts";
import { Cp2112 } from "../../sim/usb/cp2112.ts";
import { serveUsb, type UsbPort } from "../../sim/usb/redir-server.ts";
import type { Mounting } from "./mount.ts";

export interface Build {
  readonly folder: string;
  /** The cabinet's own configuration. */
  readonly config: string;
  readonly mounting: Pick<Mounting, "serial" | "bridges">;
  readonly seed: number;
  readonly people: number;
  /** Wall time at the beginning of its clock. */
  readonly start: number;
}

export type ToCabinet =
  | { readonly say: "build"; readonly build: Build }
  | { readonly say: "perform"; readonly id: number; readonly action: HardwareAction }
  | { readonly say: "mains"; readonly id: number; readonly on: boolean };

export type FromCabinet =
  | { readonly say: "built" }
  /** `error`: the action was refused. */
  | { readonly say: "done"; readonly id: number; readonly error?: string }
  /** The serial line of that address is pulled out of the machine or put back: QEMU must do that. */
  | { readonly say: "plug"; readonly address: string; readonly present: boolean }
  | { readonly say: "seen"; readonly observation: Observation };

const say = (message: FromCabinet): void => void process.send?.(message);

async function build({ folder, config: text, mounting, seed, people, start }: Build) {
  const read = readConfig(text);
  if (!read.ok) throw new Error("the cabinet's configuration is not valid");
  const { config } = read;
  const clock = new VirtualClock(instant(start));
  const random = new SeededRandom(seed);
  const cabinet = simulateCabinet(config, clock, random.fork("cabinet"), people);
  const live = pace(clock, systemClock, new AbortController().signal);

  /** Serial lines that are out: what their devices say then is lost, not kept for later. */
  const pulled = new Set<string>();
  const bridges = new Map<string, { device: Cp2112; port: UsbPort | undefined; present: boolean }>();
  const plug = (plug: Plug, present: boolean) => {
    if (plug.kind === "port") {
      if (present) pulled.delete(plug.address);
      else pulled.add(plug.address);
      return say({ say: "plug", address: plug.address, present });
    }
    const one = mounting.bridges.find((bridge) =>
      plug.kind === "adapter" ? bridge.adapter === plug.name : bridge.chip === plug.label,
    );
    const bridge = one && bridges.get(one.id);
    if (!bridge) throw new TypeError(`${JSON.stringify(plug)}: no such plug`);
    bridge.present = present;
    if (present) bridge.port?.plug();
    else bridge.port?.unplug();
  };
  const hardware = scenarioHardware({ cabinet, config, random: random.fork("garbage"), plug });
  // `at` leaves this process as real time, ms since 1970: whoever listens has another beginning.
  const origin = performance.timeOrigin + performance.now() - clock.monotonic();
  watchHardware(cabinet, config, (observation) =>
    say({ say: "seen", observation: { ...observation, at: origin + observation.at } }),
  );

  const listen = (id: string, accept: (socket: Socket) => void) =>
    new Promise<void>((resolve) => {
      const path = join(folder, `${id}.sock`);
      rmSync(path, { force: true });
      createServer(accept).listen(path, resolve);
    });
  for (const { id, address } of mounting.serial)
    await listen(id, (socket) => {
      const stream = live.live(streamOf(socket));
      hardware.attach(address, {
        chunks: stream.chunks,
        write: async (bytes) => {
          if (!pulled.has(address)) await stream.write(bytes);
        },
        close: () => stream.close(),
      });
    });
  for (const { id, adapter, pins } of mounting.bridges) {
    const i2c = (adapter && cabinet.i2c(adapter)) || new SimulatedI2c(id);
    const lines = Array.from({ length: 8 }, (_, line) => {
      const pin = pins[line];
      return (pin && cabinet.pin(pin)) || new SimulatedPin();
    });
    const device = new Cp2112({
      i2c,
      pins: lines,
      timers: { after: clock.after.bind(clock), hostTime: () => performance.now() },
      serial: id,
    });
    const bridge: { device: Cp2112; port: UsbPort | undefined; present: boolean } = {
      device,
      port: undefined,
      present: true,
    };
    bridges.set(id, bridge);
    await listen(id, (socket) => {
      const port = serveUsb(device, live.live(streamOf(socket)), { plugged: bridge.present });
      bridge.port = port;
    });
  }
  cabinet.street.open();
  return { hardware, live };
}

let built: Awaited<ReturnType<typeof build>> | undefined;
process.on("message", async (message: ToCabinet) => {
  if (message.say === "build") {
    built = await build(message.build);
    return say({ say: "built" });
  }
  const { id } = message;
  try {
    await built?.live.catchUp();
    if (message.say === "perform") built?.hardware.perform(message.action);
    else built?.hardware.setMains(message.on);
    say({ say: "done", id });
  } catch (error) {
    say({ say: "done", id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on("disconnect", () => process.exit(0));
