import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../sim/scenarios/model.ts";
import type { Play, Stage } from "../../sim/scenarios/stage.ts";
import type { Berth } from "./berth.ts";
import { HOST } from "./guest.ts";
import { type MachineKind, missing, usbPlace } from "./machine.ts";
import { type Mounting, mount } from "./mount.ts";
import { type OpenRig, RigMissing, type RigOptions } from "./rig.ts";
import { qemuStage } from "./stage-qemu.ts";

/** An emulated machine is some ten times slower than a cabinet's, on a host that others use too more so. */
const PATIENCE: Record<MachineKind, number> = { virt: 3, raspi3b: 6 };
/** A Raspberry Pi 3's USB host does not always find redirected devices again that went all at once. */
const REUSED: Record<MachineKind, boolean> = { virt: true, raspi3b: false };
const TARGET: Record<MachineKind, Target> = { virt: "qemu", raspi3b: "raspi3b" };

/** The rig of a kind of machine. One machine serves many scenarios, one after the other, as long as their hardware is the same. */
export const openQemu =
  (kind: MachineKind): OpenRig =>
  async (options: RigOptions) => {
    const lacks = missing();
    if (lacks) throw new RigMissing(lacks);
    const idle: Berth[] = [];
    const all = new Set<Berth>();
    const files = new Map<string, string>();
    const server = createServer((request, response) => {
      const file = files.get(request.url ?? "");
      response.writeHead(file === undefined ? 404 : 200).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };

    const berthFor = async ({ text, config }: Play): Promise<Berth> => {
      if (text === undefined) throw new TypeError("a play on another machine needs the text of its cabinet's file");
      const mounting = mount(text, config, (index) => usbPlace(kind, index));
      const fits = idle.findIndex((berth) => sameHardware(berth.mounting, mounting));
      const found = idle.splice(Math.max(fits, 0), 1)[0];
      if (found && fits < 0) await leave(found);
      if (found && fits >= 0) {
        files.set(new URL(found.url).pathname, mounting.text);
        return found;
      }
      const folder = mkdtempSync(join(tmpdir(), "hulotte-hil-"));
      const path = `/${folder.split("-").at(-1)}/cabinet.yaml`;
      files.set(path, mounting.text);
      const berth: Berth = {
        kind,
        folder,
        mounting,
        machine: undefined,
        cabinet: undefined,
        url: `http://${HOST}:${port}${path}`,
      };
      all.add(berth);
      return berth;
    };
    const leave = async (berth: Berth) => {
      await berth.machine?.kill();
      await berth.cabinet?.end();
      all.delete(berth);
      if (!options.keep) rmSync(berth.folder, { recursive: true, force: true });
    };

    return {
      patience: PATIENCE[kind],
      async makeStage(play): Promise<Stage> {
        const berth = await berthFor(play);
        return qemuStage({
          play,
          berth,
          target: TARGET[kind],
          say: options.say,
          patience: PATIENCE[kind],
          done: (healthy) => (healthy && REUSED[kind] ? void idle.push(berth) : leave(berth)),
        });
      },
      async close() {
        server.close();
        await Promise.all([...all].map(leave));
      },
    };
  };

const sameHardware = (a: Mounting, b: Mounting): boolean =>
  JSON.stringify([a.serial, a.bridges]) === JSON.stringify([b.serial, b.bridges]);
