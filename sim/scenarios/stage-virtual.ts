import { duration, instant, milliseconds } from "../../controllers/units.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { trafficJudge } from "../../firmware/link/describe/traffic.ts";
import { startNode } from "../../firmware/link/node.ts";
import { MemoryBroker } from "../broker.ts";
import { SeededRandom } from "../random.ts";
import { startRig } from "../rig.ts";
import { judgeTraffic } from "../traffic.ts";
import { scenarioCockpit } from "./cockpit.ts";
import { pinsOf } from "./devices.ts";
import { type Plug, type ScenarioHardware, scenarioHardware } from "./hardware.ts";
import { type CockpitAction, type Facts, isHardwareAction, type Observation, type RuntimeAction } from "./model.ts";
import type { Play, Stage } from "./stage.ts";
import { watchHardware } from "./watch.ts";

/** From mains to the runtime's first line of code, ms: some of what a kernel takes. */
const BOOT = 3000;
/** The runtime is online within this or the stage is broken, ms. */
const ONLINE_WITHIN = 30_000;
/** Who looks for observations no more often than this, ms. */
const SLICE = 50;

/**
 * Cabinet, runtime, broker and cockpit in this process on one virtual clock: seconds of a scenario take milliseconds. The
 * runtime, its link and the cockpit's supervisor are the real ones; only the wires between them are memory.
 */
export async function virtualStage({ scenario, config }: Play, log?: Log): Promise<Stage> {
  const { given } = scenario;
  let observed: Observation[] = [];
  let zero = 0;
  let ended = false;
  const tell = (observation: Observation) => void observed.push(observation);
  let misfit: string | undefined;

  const random = new SeededRandom(given.seed);
  let hardware: ScenarioHardware | undefined;
  let broker: MemoryBroker | undefined;
  const rig = startRig({
    config,
    // The runtime begins before the scenario does: what it finds then is what it finds at zero.
    start: instant(given.time - given.settle),
    seed: given.seed,
    people: given.people,
    ...(log && { log }),
    between(cabinet) {
      hardware = scenarioHardware({
        cabinet,
        config,
        random: random.fork("garbage"),
        plug: (plug, on) => pull(plug, on),
      });
      broker = new MemoryBroker(cabinet.clock);
      // A scenario's cockpit may say what is wrong on purpose; a node may never.
      judgeTraffic(broker, trafficJudge(), (found, clientId) => {
        if (clientId === config.node) misfit ??= found;
      });
      return { ...cabinet, attach: hardware.attach };
    },
    connect: (node, process) => startNode({ ...node, open: process.session((broker as MemoryBroker).open) }),
  });
  const { clock, cabinet, ports } = rig;
  const began = clock.monotonic();
  const stopWatching = watchHardware(cabinet, config, tell);

  const pull = (plug: Plug, present: boolean) => {
    switch (plug.kind) {
      case "port": {
        const port = ports.plugs.get(plug.address);
        if (present) port?.replug();
        else port?.unplug();
        return;
      }
      case "adapter": {
        const adapter = cabinet.i2c(plug.name);
        if (adapter) adapter.present = present;
        return;
      }
      case "chip":
        for (const pin of pinsOn(config, plug.label)) {
          const line = cabinet.pin(pin);
          if (present) line?.replug();
          else line?.unplug();
        }
        return;
    }
  };

  const sayRuntime = () => {
    const { pid } = rig;
    tell({ at: clock.monotonic(), kind: "runtime", running: pid !== null, ...(pid === null ? {} : { pid }) });
  };
  let restarting = () => {};
  const startIn = (ms: number) => {
    restarting();
    restarting = clock.after(ms, "start of the runtime", () => {
      rig.restart();
      sayRuntime();
    });
  };
  const killRuntime = () => {
    restarting();
    if (rig.pid === null) return;
    rig.kill();
    broker?.drop(config.node);
    sayRuntime();
  };
  sayRuntime();

  const cockpit = scenarioCockpit({
    node: config.node,
    broker: { url: config.mqtt.url, open: (broker as MemoryBroker).open },
    clock,
    random: random.fork("cockpit"),
    wall: () => given.time + clock.monotonic() - zero,
    at: () => clock.monotonic(),
    tell,
  });

  const perform = async (action: RuntimeAction | CockpitAction): Promise<void> => {
    switch (action.kind) {
      case "kill":
        killRuntime();
        return startIn(action.restart);
      case "power":
        hardware?.setMains(action.on);
        if (!action.on) return killRuntime();
        if (rig.pid === null) startIn(BOOT);
        return;
      case "jump":
        return clock.jump(action.ms);
      case "broker":
        if (action.up) broker?.restore(config.node);
        else broker?.cut(config.node);
        return;
      case "command":
        // Its answer may take its time; the scenario goes on meanwhile, as with a real cockpit.
        void cockpit.command(action);
        return clock.advance(duration(0));
    }
  };

  await clock.run(cockpit.online, milliseconds(ONLINE_WITHIN));
  await clock.advance(duration(Math.max(0, given.settle - (clock.monotonic() - began))));
  zero = clock.monotonic();

  return {
    target: "in-process",
    now: () => clock.monotonic() - zero,
    async pass(until) {
      while (observed.length === 0) {
        const left = until - (clock.monotonic() - zero);
        if (left <= 0) return;
        await clock.advance(duration(Math.min(left, SLICE)));
        if (misfit !== undefined) throw new Error(misfit);
      }
    },
    take() {
      const taken = observed.map((observation) => ({ ...observation, at: observation.at - zero }));
      observed = [];
      return taken;
    },
    perform: async (action) => (isHardwareAction(action) ? hardware?.perform(action) : perform(action)),
    facts: async (): Promise<Facts> => (rig.pid === null ? {} : { pid: rig.pid, descriptors: rig.descriptors }),
    async end() {
      if (ended) return;
      ended = true;
      stopWatching();
      hardware?.end();
      restarting();
      if (rig.pid !== null) rig.kill();
      await cockpit.close();
    },
  };
}

const pinsOn = (config: CabinetConfig, label: string) => pinsOf(config).filter(({ chip }) => chip === label);
