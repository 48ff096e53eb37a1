import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../firmware/linux/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { scenarioCockpit } from "../../sim/scenarios/cockpit.ts";
import { type Action, type HardwareAction, isHardwareAction, type Target } from "../../sim/scenarios/model.ts";
import type { Play, Stage } from "../../sim/scenarios/stage.ts";
import { startBroker } from "../broker.ts";
import type { Berth } from "./berth.ts";
import { startCabinet } from "./cabinet-client.ts";
import { HOST } from "./guest.ts";
import { GuestClock } from "./guest-clock.ts";
import { InhabitedMachine } from "./inhabited.ts";
import type { MachineKind } from "./machine.ts";
import { Observed } from "./observed.ts";
import { startProxy } from "./proxy.ts";
import { steady } from "./steady.ts";

/** From the runtime's start to its first word, and what the rig does around it: the guest's clock begins so much earlier, ms. */
const START_UP: Record<MachineKind, number> = { virt: 7000, raspi3b: 20_000 };
/** The runtime is online within this or the stage is broken, ms. */
const ONLINE_WITHIN = 90_000;

export interface QemuStageOptions {
  readonly play: Play;
  readonly berth: Berth;
  readonly target: Target;
  readonly say: (line: string) => void;
  /** The rig's: its cockpit waits so much longer for an answer. */
  readonly patience: number;
  /** Called once at the end; `healthy`: the machine can serve another scenario. */
  readonly done: (healthy: boolean) => unknown;
}

/** Real time, ms since 1970. */
const real = () => performance.timeOrigin + performance.now();

/** Cabinet in a process of its own, runtime in an emulated machine, a real broker between it and the cockpit; real time. */
export async function qemuStage({ play, berth, target, say, patience, done }: QemuStageOptions): Promise<Stage> {
  const { scenario, config, text = "" } = play;
  const { given } = scenario;
  const { mounting, kind } = berth;
  const observed = new Observed();
  const clock = new GuestClock(given.time - given.settle - START_UP[kind]);

  /** What was begun, to be ended the other way round. */
  const ends: (() => unknown)[] = [];
  let ended = false;
  const end = async (healthy: boolean) => {
    if (ended) return;
    ended = true;
    for (const one of ends.toReversed()) await Promise.resolve(one()).catch(() => {});
    await done(healthy && !observed.broken && berth.machine?.running === true);
  };

  try {
    const broker = await startBroker(0);
    ends.push(() => broker.close());
    const proxy = await startProxy(Number(new URL(broker.url).port));
    ends.push(() => proxy.close());
    const machine = new InhabitedMachine(berth, `mqtt://${HOST}:${proxy.port}`, clock, observed, say);

    berth.cabinet ??= startCabinet();
    const { cabinet } = berth;
    await cabinet.build(
      { folder: berth.folder, config: text, mounting, seed: given.seed, people: given.people, start: clock.now() },
      {
        seen: (observation) => observed.tell(observation),
        broke: (why) => observed.broke(why),
        plug: (address, present) => machine.plug(address, present),
      },
    );
    ends.push(() => machine.leave());
    await machine.prepare();

    const cockpit = scenarioCockpit({
      node: config.node,
      broker: { url: broker.url },
      clock: systemClock,
      random: new SeededRandom(given.seed).fork("cockpit"),
      wall: () => clock.now(),
      at: real,
      tell: (observation) => observed.tell(observation),
      patience,
    });
    ends.push(() => cockpit.close());

    clock.start();
    await machine.startRuntime();
    await machine.until(cockpit.online, ONLINE_WITHIN);
    // Settled, and the wall clock is where the scenario begins.
    await Promise.all([
      pause(Math.max(given.settle, given.time - clock.now())),
      steady(async () => (await machine.facts()).descriptors, pause),
    ]);
    const zero = real();

    const perform = async (action: Action): Promise<void> => {
      if (isHardwareAction(action)) return cabinet.perform(action);
      const other: Exclude<Action, HardwareAction> = action;
      switch (other.kind) {
        case "kill":
          return machine.guest.kill(other.restart);
        case "power":
          if (!other.on) await machine.cutPower();
          await cabinet.setMains(other.on);
          if (other.on) machine.powerUp();
          return;
        case "jump":
          clock.jump(other.ms);
          return machine.guest.setClock(() => clock.now());
        case "broker":
          return proxy.set(other.up);
        case "command":
          void cockpit.command(other); // its answer is an observation
      }
    };

    return {
      target,
      now: () => real() - zero,
      pass: (until) => observed.wait(until - (real() - zero)),
      take: () => observed.take(zero),
      perform,
      facts: () => machine.facts(),
      end: () => end(true),
    };
  } catch (error) {
    await end(false);
    throw error;
  }
}
