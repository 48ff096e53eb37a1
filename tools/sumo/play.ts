import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Fault } from "../../firmware/hal/fault.ts";
import { actuatedXml } from "../../sim/sumo/actuated.ts";
import { type Lost, zoneLanes } from "../../sim/sumo/delay.ts";
import { adapted, detectorsXml, laneMeasuresXml } from "../../sim/sumo/extra-files.ts";
import { junctionOf, type SumoJunction } from "../../sim/sumo/junction-of.ts";
import { lostOn, type Safety, safetyIn, type Trips, tripsIn } from "../../sim/sumo/outputs.ts";
import { playSumo, type RunResult } from "../../sim/sumo/run.ts";
import { filesOf, type Options, readOptions, readScenario, type Scenario } from "../../sim/sumo/scenario.ts";
import { Usage } from "../cli/usage.ts";
import { startSumo } from "./sumo.ts";

/** `none`: the network's own programmes, by SUMO. `engine`: the same, by hulotte's engine, without priority. */
export const STRATEGIES = ["none", "simple", "actuated", "hulotte"] as const;
export type Strategy = (typeof STRATEGIES)[number] | "engine";

/** A configuration with everything it names, read. */
export interface Loaded {
  readonly name: string;
  readonly options: Options;
  readonly scenario: Scenario;
  readonly junctions: readonly SumoJunction[];
  readonly net: string;
  readonly routes: readonly string[];
  readonly additional: readonly string[];
  /** What was done so that it runs, in words. */
  readonly notes: readonly string[];
}

export interface Played {
  readonly strategy: Strategy;
  readonly seed: number;
  readonly seconds: number;
  readonly bus: Trips;
  readonly others: Trips;
  /** What is lost at signals: s for each bus that came to one, s for each other vehicle and lane of the zone. */
  readonly atSignals: { readonly bus: number; readonly others: number };
  readonly safety: Safety;
  /** Where buses lost it: by signal, s in all and how many came. */
  readonly bySignal: Readonly<Record<string, Lost>>;
  readonly monitorFaults: readonly string[];
  /** Longest wait of any group, s, where hulotte works the signals. */
  readonly worstWait: number | null;
  readonly software: string;
}

const readText = async (file: string): Promise<string> => {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Usage(`${file}: cannot be read: ${error.code}`);
  });
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
};

/** Throws Usage where a file cannot be read, Fault `protocol` where it is no scenario with signals and buses. */
export async function loadSumo(file: string): Promise<Loaded> {
  const options = readOptions(await readText(file), file);
  const notes: string[] = [];
  const folder = dirname(resolve(file));
  const found = (name: string): string => {
    const path = resolve(folder, name);
    // Scenarios that Debian ships name files as they were called before they were renamed.
    const renamed = path.replace(/\.rou\.xml$/, ".add.xml");
    if (existsSync(path) || !existsSync(renamed)) return path;
    notes.push(`${name} is not there: ${renamed} is taken`);
    return renamed;
  };
  const files = filesOf(options);
  if (files.net === "") throw new Fault("protocol", file, "it names no net-file");
  const net = found(files.net);
  const [additional, routes] = [files.additional.map(found), files.routes.map(found)];
  const others = await Promise.all(
    [...additional, ...routes].map(async (name) => ({ name, text: await readText(name) })),
  );
  const scenario = readScenario({ net: { name: net, text: await readText(net) }, others });
  const junctions = [...scenario.programmes.values()].flatMap(
    (programme) => junctionOf(scenario.network, programme, scenario.routes) ?? [],
  );
  if (junctions.length === 0)
    throw new Fault("protocol", file, "no signals: its network has no tlLogic that ever changes");
  if (scenario.routes.length === 0)
    throw new Fault(
      "protocol",
      file,
      "no buses: no vehicle of class bus, coach or tram has a route in its route files",
    );
  if (scenario.unfit.length > 0)
    notes.push(
      `programmes of ${scenario.unfit.join(", ")} are for other links than the network's: the network's own are in force`,
    );
  if (scenario.unrouted.length > 0)
    notes.push(`${scenario.unrouted.length} buses have no route in the files: they ask for nothing`);
  return {
    name: folder.split("/").at(-1) ?? file,
    options,
    scenario,
    junctions,
    net,
    routes,
    additional,
    notes,
  };
}

export interface PlayOptions {
  readonly strategy: Strategy;
  readonly seed: number;
  /** Where SUMO's files of the run are kept. */
  readonly folder: string;
  readonly until?: number;
  readonly onSecond?: (second: number) => void;
}

/** One run. Throws Fault `protocol` with what SUMO says. */
export async function play(
  loaded: Loaded,
  { strategy, seed, folder, until, onSecond }: PlayOptions,
): Promise<Played & Pick<RunResult, "events">> {
  const { scenario, junctions } = loaded;
  await mkdir(folder, { recursive: true });
  const file = (name: string): string => resolve(folder, name);
  await writeFile(file("lanes.add.xml"), laneMeasuresXml(file("lanes.xml"), scenario.otherTypes));
  await writeFile(file("detectors.add.xml"), detectorsXml(scenario.network, junctions));
  const additional = await Promise.all(
    loaded.additional.map(async (name, i) => {
      const text = await readText(name);
      const changed = adapted(text, new Set(scenario.unfit));
      if (changed === text) return name;
      await writeFile(file(`additional-${i}.add.xml`), changed);
      return file(`additional-${i}.add.xml`);
    }),
  );
  const extra = [file("lanes.add.xml"), file("detectors.add.xml")];
  if (strategy === "actuated") {
    await writeFile(file("actuated.add.xml"), actuatedXml(scenario.network, junctions, scenario.busTypes));
    extra.push(file("actuated.add.xml"));
  }
  const sumo = await startSumo([
    ...["--net-file", loaded.net],
    ...(loaded.routes.length > 0 ? ["--route-files", loaded.routes.join()] : []),
    ...["--additional-files", [...additional, ...extra].join()],
    ...kept(loaded.options),
    ...["--seed", String(seed), "--step-length", "1", "--no-step-log", "--no-warnings"],
    ...[
      "--tripinfo-output",
      file("trips.xml"),
      "--tripinfo-output.write-unfinished",
      "--statistic-output",
      file("statistics.xml"),
    ],
  ]);
  try {
    const priority = { none: null, actuated: null, engine: "none", simple: "simple", hulotte: "hulotte" } as const;
    const result = await playSumo({
      traci: sumo.traci,
      scenario,
      junctions,
      priority: priority[strategy],
      ...(until === undefined ? {} : { until }),
      ...(onSecond ? { onSecond } : {}),
    });
    await sumo.traci.close();
    await sumo.ended();
    const buses = new Set(scenario.busTypes);
    const trips = tripsIn(await readFile(file("trips.xml"), "utf8"), (type) => buses.has(type));
    const zone = zoneLanes(scenario.network, new Set(junctions.map(({ signal }) => signal)));
    const lanes = lostOn(await readFile(file("lanes.xml"), "utf8"), new Set(zone.keys()));
    const safety = safetyIn(await readFile(file("statistics.xml"), "utf8"));
    const waits = result.events.flatMap((event) => (event.kind === "wait" ? [event.waited / 1000] : []));
    return {
      strategy,
      seed,
      seconds: result.seconds,
      ...trips,
      atSignals: {
        bus: lostBy([...result.lostAt.values()]),
        others: lanes.left === 0 ? 0 : lanes.lost / lanes.left,
      },
      safety,
      bySignal: Object.fromEntries(result.lostAt),
      monitorFaults: result.monitorFaults.map(({ signal, text }) => `${signal}: ${text}`),
      worstWait: waits.length === 0 ? null : Math.max(...waits),
      software: sumo.traci.software,
      events: result.events,
    };
  } finally {
    sumo.kill();
    await rm(file("trips.xml"), { force: true });
    await rm(file("lanes.xml"), { force: true });
  }
}

const lostBy = (at: readonly Lost[]): number => {
  const buses = at.reduce((sum, one) => sum + one.buses, 0);
  return buses === 0 ? 0 : at.reduce((sum, { lost }) => sum + lost, 0) / buses;
};

/** Options of the configuration that a run keeps: all but files, outputs and the window. */
function kept(options: Options): string[] {
  const ours =
    /^(net|net-file|n|route-files|r|additional-files|a|log|seed|random|step-length|end|.*-output|.*-log|start|quit-on-end|gui-.*|delay|verbose|duration-log\..*|remote-port|num-clients)$/;
  return Object.entries(options).flatMap(([name, value]) =>
    ours.test(name) ? [] : [`--${name}`, value === "x" ? "true" : value],
  );
}
