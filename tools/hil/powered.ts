/**
 * A cabinet that does everything by itself once it has power, as one in the street: the emulated machine fetches its
 * configuration at its first boot and starts the runtime. For what is measured from power on, and for power cuts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../firmware/config/read.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { scenarioCockpit } from "../../sim/scenarios/cockpit.ts";
import type { CockpitAction, Observation } from "../../sim/scenarios/model.ts";
import { startBroker } from "../broker.ts";
import { type Berth, plugIn } from "./berth.ts";
import { type CabinetClient, startCabinet } from "./cabinet-client.ts";
import { type Guest, guestOf, HOST } from "./guest.ts";
import { type MachineKind, usbPlace } from "./machine.ts";
import { mount } from "./mount.ts";

export interface PoweredCabinet {
  /** Real time of the last power on, ms since 1970. */
  readonly since: number;
  /** Calls `listener` with what is observed, `at` in ms since 1970, until the returned function is called. */
  onSeen(listener: (observation: Observation) => void): () => void;
  /** The guest; after `on` only. */
  guest(): Guest;
  /** Seconds from power on to the guest's shell. */
  booted(): Promise<number>;
  on(): Promise<void>;
  /** Kills the machine: nothing is written any more. */
  off(): Promise<void>;
  command(command: Extract<CockpitAction, { kind: "command" }>): Promise<void>;
  perform: CabinetClient["perform"];
  close(): Promise<void>;
}

export async function poweredCabinet(kind: MachineKind, text: string, start: number): Promise<PoweredCabinet> {
  const read = readConfig(text);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const { config } = read;
  const mounting = mount(text, config, (index) => usbPlace(kind, index));
  const folder = mkdtempSync(join(tmpdir(), "hulotte-powered-"));
  const server = createServer((_, response) => response.end(mounting.text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const broker = await startBroker(0);
  const berth: Berth = {
    kind,
    folder,
    mounting,
    machine: undefined,
    cabinet: undefined,
    url: `http://${HOST}:${port}/cabinet.yaml`,
  };
  const real = () => performance.timeOrigin + performance.now();
  const began = real();
  const listeners = new Set<(observation: Observation) => void>();
  const seen = (observation: Observation) => {
    for (const listener of listeners) listener(observation);
  };
  const cabinet = startCabinet();
  await cabinet.build(
    { folder, config: text, mounting, seed: 1, people: 0, start },
    { seen, plug: async () => {}, broke: (why) => console.error(why) },
  );
  const wall = () => start + (real() - began);
  const cockpit = scenarioCockpit({
    node: config.node,
    broker: { url: broker.url },
    clock: systemClock,
    random: new SeededRandom(1),
    wall,
    at: real,
    tell: seen,
  });
  let since = 0;
  let first = true;
  return {
    get since() {
      return since;
    },
    onSeen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    guest() {
      if (!berth.machine) throw new Error("the machine has no power");
      return guestOf(berth.machine.shell);
    },
    async booted() {
      return (await berth.machine?.booted) ?? Number.NaN;
    },
    async on() {
      await cabinet.setMains(true);
      since = real();
      const words = [
        `hulotte.time=${Math.round(wall() / 1000)}`,
        `hulotte.config=${berth.url}`,
        `hulotte.broker=mqtt://${HOST}:${new URL(broker.url).port}`,
      ];
      // Alone on this machine it may have two processors.
      berth.machine = await plugIn(berth, !first, words, 2);
      first = false;
      berth.machine.shell.onSaid = (line) => {
        const [, state, pid] = /^runtime (up|down) (\d+)/.exec(line) ?? [];
        if (state) seen({ at: real(), kind: "runtime", running: state === "up", pid: Number(pid) });
      };
    },
    async off() {
      await berth.machine?.kill();
      await cabinet.setMains(false);
    },
    command: (command) => cockpit.command(command),
    perform: cabinet.perform,
    async close() {
      await berth.machine?.kill();
      await cockpit.close();
      await cabinet.end();
      await broker.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
