import { setTimeout as pause } from "node:timers/promises";
import { duration } from "../../controllers/units.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { scenarioCockpit } from "../../sim/scenarios/cockpit.ts";
import {
  type Action,
  type HardwareAction,
  isHardwareAction,
  type Observation,
  type Target,
} from "../../sim/scenarios/model.ts";
import type { Play, Stage } from "../../sim/scenarios/stage.ts";
import { startBroker } from "../broker.ts";
import { type Berth, plugIn } from "./berth.ts";
import { startCabinet } from "./cabinet-client.ts";
import { type Guest, guestOf, HOST } from "./guest.ts";
import type { MachineKind } from "./machine.ts";
import { startProxy } from "./proxy.ts";

/** From the runtime's start to its first word, and what the rig does around it: the guest's clock begins so much earlier, ms. */
const START_UP: Record<MachineKind, number> = { virt: 7000, raspi3b: 20_000 };
/** The runtime is online within this or the stage is broken, ms. */
const ONLINE_WITHIN = 90_000;

export interface QemuStageOptions {
  readonly play: Play;
  readonly berth: Berth;
  readonly target: Target;
  readonly say: (line: string) => void;
  /** Called once at the end; `healthy`: the machine can serve another scenario. */
  readonly done: (healthy: boolean) => unknown;
}

/** Cabinet in a process of its own, runtime in an emulated machine, a real broker between it and the cockpit; real time. */
export async function qemuStage({ play, berth, target, say, done }: QemuStageOptions): Promise<Stage> {
  const { scenario, config, text = "" } = play;
  const { given } = scenario;
  const { mounting, kind } = berth;
  /** Real time, ms since 1970. */
  const real = () => performance.timeOrigin + performance.now();

  let zero = real();
  /** The guest's wall clock at `origin`; before the runtime starts it stands. */
  let wall = given.time - given.settle - START_UP[kind];
  let origin = real();
  const guestTime = () => wall + (real() - origin);

  let observed: Observation[] = [];
  let wake = () => {};
  let broken: Error | undefined;
  const tell = (observation: Observation) => {
    observed.push(observation);
    wake();
  };
  const broke = (why: string) => {
    broken ??= new Error(why);
    wake();
  };

  const ends: (() => unknown)[] = [];
  let ended = false;
  const end = async (healthy: boolean) => {
    if (ended) return;
    ended = true;
    for (const one of ends.toReversed()) await Promise.resolve(one()).catch(() => {});
    await done(healthy && broken === undefined && berth.machine?.running === true);
  };

  try {
    const broker = await startBroker(0);
    ends.push(() => broker.close());
    const proxy = await startProxy(Number(new URL(broker.url).port));
    ends.push(() => proxy.close());
    const brokerUrl = `mqtt://${HOST}:${proxy.port}`;
    const pulled = new Set<string>();
    const idOf = (address: string) => mounting.serial.find((line) => line.address === address)?.id ?? address;

    berth.cabinet ??= startCabinet();
    const { cabinet } = berth;
    await cabinet.build(
      { folder: berth.folder, config: text, mounting, seed: given.seed, people: given.people, start: wall },
      {
        seen: tell,
        broke,
        async plug(address, present) {
          if (present) pulled.delete(address);
          else pulled.add(address);
          if (berth.machine?.running) await berth.machine.plugSerial(idOf(address), present);
        },
      },
    );
    ends.push(async () => {
      if (berth.machine?.running) for (const address of pulled) await berth.machine.plugSerial(idOf(address), true);
    });

    let guest: Guest;
    /** The runtime ended before it was ever online. */
    const died = Promise.withResolvers<void>();
    const boot = async (keepDisk: boolean, words: readonly string[] = []) => {
      berth.machine = await plugIn(berth, keepDisk, words);
      const { machine } = berth;
      listen();
      say(`${kind} booted in ${(await machine.booted).toFixed(1)} s`);
      for (const address of pulled) await machine.plugSerial(idOf(address), false);
    };
    const listen = () => {
      const { machine } = berth;
      if (!machine) return;
      guest = guestOf(machine.shell);
      machine.shell.onSaid = (line) => {
        const [, state, pid] = /^runtime (up|down) (\d+)/.exec(line) ?? [];
        if (state === "up") tell({ at: real(), kind: "runtime", running: true, pid: Number(pid) });
        if (state !== "down") return;
        tell({ at: real(), kind: "runtime", running: false });
        died.resolve();
      };
    };
    const startRuntime = async () => {
      await guest.setClock(guestTime);
      await guest.start(brokerUrl);
    };

    if (berth.machine?.running) listen();
    else await boot(false);
    const names = mounting.serial.map(({ name }) => name);
    await guest!.devices(names, mounting.bridges.length);
    await guest!.prepare(berth.url);
    ends.push(async () => {
      if (berth.machine?.running) await guest.stop();
    });

    const cockpit = scenarioCockpit({
      node: config.node,
      broker: { url: broker.url },
      clock: systemClock,
      random: new SeededRandom(given.seed).fork("cockpit"),
      wall: guestTime,
      at: real,
      tell,
    });
    ends.push(() => cockpit.close());

    origin = real();
    await startRuntime();
    const late = new AbortController();
    let online = false;
    await Promise.race([
      cockpit.online.then(() => {
        online = true;
      }),
      died.promise,
      pause(ONLINE_WITHIN, undefined, { signal: late.signal }).then(() => died.resolve()),
    ]);
    late.abort();
    if (!online) throw new Error(`the runtime did not come online:\n${await guest!.log()}`);
    // Settled, and the wall clock is where the scenario begins.
    await pause(Math.max(given.settle, given.time - guestTime()));
    zero = real();

    const power = async (on: boolean) => {
      if (!on) {
        await berth.machine?.kill();
        tell({ at: real(), kind: "runtime", running: false });
        return cabinet.setMains(false);
      }
      await cabinet.setMains(true);
      // The machine boots while the scenario goes on, as a cabinet does.
      const back = async () => {
        await boot(true, [`hulotte.time=${Math.round(guestTime() / 1000)}`, `hulotte.broker=${brokerUrl}`]);
      };
      back().catch((error: unknown) => broke(String(error)));
    };

    const perform = async (action: Action): Promise<void> => {
      if (isHardwareAction(action)) return cabinet.perform(action);
      const other: Exclude<Action, HardwareAction> = action;
      switch (other.kind) {
        case "kill":
          return guest.kill(other.restart);
        case "power":
          return power(other.on);
        case "jump":
          wall += other.ms;
          return guest.setClock(guestTime);
        case "broker":
          return proxy.set(other.up);
        case "command":
          void cockpit.command(other);
      }
    };

    return {
      target,
      now: () => real() - zero,
      async pass(until) {
        if (broken) throw broken;
        const left = until - (real() - zero);
        if (observed.length > 0 || left <= 0) return;
        const late = new AbortController();
        await new Promise<void>((resolve) => {
          wake = resolve;
          systemClock.sleep(duration(left), "scenario", late.signal).then(resolve, () => {});
        });
        late.abort();
        wake = () => {};
        if (broken) throw broken;
      },
      take() {
        const taken = observed.map((observation) => ({ ...observation, at: observation.at - zero }));
        observed = [];
        return taken.sort((a, b) => a.at - b.at);
      },
      perform,
      facts: () => (berth.machine?.running ? guest.facts() : Promise.resolve({})),
      end: () => end(true),
    };
  } catch (error) {
    await end(false);
    throw error;
  }
}
