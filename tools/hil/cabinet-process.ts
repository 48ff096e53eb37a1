/**
 * The simulated cabinet as a process of its own, in real time: its serial lines and CP2112s on Unix sockets, where QEMU looks
 * for them. A process of its own because a CP2112 that answers 50 ms late is a time-out to the guest's kernel.
 *
 * Started by fork(). A `build` makes a cabinet, in the place of the one before: the sockets and the machine at their other ends
 * stay, for a machine that loses a USB device takes seconds to get over it. Then come actions; out go observations.
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
import { Cp2112 } from "../../sim/usb/cp2112.ts";
import { BridgeSocket, LineSocket } from "./cabinet-sockets.ts";
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
  | { readonly say: "build"; readonly id: number; readonly build: Build }
  | { readonly say: "perform"; readonly id: number; readonly action: HardwareAction }
  | { readonly say: "mains"; readonly id: number; readonly on: boolean };

export type FromCabinet =
  /** `error`: the action was refused. */
  | { readonly say: "done"; readonly id: number; readonly error?: string }
  /** The serial line of that address is pulled out of the machine or put back: QEMU must do that. */
  | { readonly say: "plug"; readonly address: string; readonly present: boolean }
  /** `at` is real time, ms since 1970: whoever listens has another beginning. */
  | { readonly say: "seen"; readonly observation: Observation };

const say = (message: FromCabinet): void => void process.send?.(message);
const lines = new Map<string, LineSocket>();
const bridges = new Map<string, BridgeSocket>();

const listen = (folder: string, id: string, accept: (socket: Socket) => void) =>
  new Promise<void>((resolve) => {
    const path = join(folder, `${id}.sock`);
    rmSync(path, { force: true });
    createServer(accept).listen(path, resolve);
  });

/** The sockets of a mounting, made once. */
async function open({ folder, mounting }: Build): Promise<void> {
  for (const { id } of mounting.serial) {
    if (lines.has(id)) continue;
    const line = new LineSocket();
    lines.set(id, line);
    await listen(folder, id, (socket) => line.connect(socket));
  }
  for (const { id } of mounting.bridges) {
    if (bridges.has(id)) continue;
    const bridge = new BridgeSocket();
    bridges.set(id, bridge);
    await listen(folder, id, (socket) => bridge.connect(socket));
  }
}

async function build(what: Build) {
  const { config: text, mounting, seed, people, start } = what;
  const read = readConfig(text);
  if (!read.ok) throw new Error("the cabinet's configuration is not valid");
  const { config } = read;
  const clock = new VirtualClock(instant(start));
  const random = new SeededRandom(seed);
  const cabinet = simulateCabinet(config, clock, random.fork("cabinet"), people);
  const stop = new AbortController();
  const live = pace(clock, systemClock, stop.signal);

  const plug = (plug: Plug, present: boolean) => {
    if (plug.kind === "port") {
      const line = mounting.serial.find(({ address }) => address === plug.address);
      const socket = line && lines.get(line.id);
      if (socket) socket.pulled = !present;
      return say({ say: "plug", address: plug.address, present });
    }
    const one = mounting.bridges.find((bridge) =>
      plug.kind === "adapter" ? bridge.adapter === plug.name : bridge.chip === plug.label,
    );
    const bridge = one && bridges.get(one.id);
    if (!bridge) throw new TypeError(`${JSON.stringify(plug)}: no such plug`);
    bridge.plug(present);
  };
  const hardware = scenarioHardware({ cabinet, config, random: random.fork("garbage"), plug });
  const origin = performance.timeOrigin + performance.now() - clock.monotonic();
  const stopWatching = watchHardware(cabinet, config, (observation) =>
    say({ say: "seen", observation: { ...observation, at: origin + observation.at } }),
  );

  await open(what);
  for (const { id, address } of mounting.serial)
    hardware.attach(
      address,
      (lines.get(id) as LineSocket).begin(() => live.catchUp()),
    );
  for (const { id, adapter, pins } of mounting.bridges) {
    const i2c = (adapter && cabinet.i2c(adapter)) || new SimulatedI2c(id);
    const wired = Array.from({ length: 8 }, (_, line) => {
      const pin = pins[line];
      return (pin && cabinet.pin(pin)) || new SimulatedPin();
    });
    // Both clocks: an answer that is overdue in real time must not be given, whatever the simulated time.
    const timers = { after: clock.after.bind(clock), hostTime: () => performance.now() };
    const device = new Cp2112({ i2c, pins: wired, timers, serial: id });
    (bridges.get(id) as BridgeSocket).begin(device, () => live.catchUp());
  }
  cabinet.street.open();
  return {
    hardware,
    live,
    end() {
      stopWatching();
      hardware.end();
      stop.abort();
    },
  };
}

let built: Awaited<ReturnType<typeof build>> | undefined;

async function obey(message: ToCabinet): Promise<void> {
  if (message.say === "build") {
    built?.end();
    built = await build(message.build);
    return;
  }
  await built?.live.catchUp();
  if (message.say === "perform") built?.hardware.perform(message.action);
  else built?.hardware.setMains(message.on);
}

process.on("message", async (message: ToCabinet) => {
  const { id } = message;
  try {
    await obey(message);
    say({ say: "done", id });
  } catch (error) {
    say({ say: "done", id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on("disconnect", () => process.exit(0));
