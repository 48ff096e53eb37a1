import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../firmware/hal/fault.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";
import { compare } from "./compare.ts";
import { changeFrom } from "./measures.ts";
import { NAMES, pageOf, percent } from "./page.ts";
import { STRATEGIES, type Strategy } from "./play.ts";
import { HOW_TO_INSTALL, sumoProgram } from "./sumo.ts";

const HELP = `hulotte sumo: bus priority on any SUMO network with signals and buses

  hulotte sumo run FILE.sumocfg   plays it without priority, with extension and early green, with SUMO's own actuated bus
                                  priority and with hulotte, and compares them

      --strategy NAME             only one: none, simple, actuated, hulotte, or engine (hulotte's engine without priority)
      --seeds N                   so many runs of each, with seeds 1 to N (default: 1)
      --until S                   ends each run at that second, whoever is still on the road (default: the file's end, or
                                  when all have arrived)
      --jobs N                    runs at a time (default: 1)
      --out DIR                   STRATEGY-SEED.json for each run, comparison.json and comparison.html (default: sumo-out)

Signal groups, conflicts, intergreens, stages and the approaches of buses are taken from the network and its routes. SUMO is
found on the path or in $SUMO_HOME/bin.`;

/** `hulotte sumo ...`. Resolves with the exit code; throws Usage. */
export async function runSumo(argv: readonly string[]): Promise<number> {
  const { values, positionals } = readCall(argv, {
    strategy: { type: "string" },
    seeds: { type: "string", default: "1" },
    until: { type: "string" },
    jobs: { type: "string", default: "1" },
    out: { type: "string", default: "sumo-out" },
    help: { type: "boolean", short: "h" },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") {
    console.log(HELP);
    return 0;
  }
  const [file] = rest;
  if (command !== "run" || rest.length > 1)
    throw new Usage(`no command "sumo ${positionals.join(" ")}": allowed is sumo run FILE.sumocfg`);
  if (file === undefined) throw new Usage("sumo run: the .sumocfg is missing");
  const strategies = strategiesOf(values.strategy);
  const seeds = wholeOf("--seeds", values.seeds);
  const jobs = wholeOf("--jobs", values.jobs);
  const until = values.until === undefined ? undefined : wholeOf("--until", values.until);
  if (sumoProgram() === null) {
    console.error(HOW_TO_INSTALL);
    return 1;
  }
  await mkdir(values.out, { recursive: true });
  try {
    const compared = await compare({
      file,
      strategies,
      seeds: Array.from({ length: seeds }, (_, i) => i + 1),
      jobs,
      folder: values.out,
      ...(until === undefined ? {} : { until }),
      onRun: async (run) => {
        await writeFile(join(values.out, `${run.strategy}-${run.seed}.json`), `${JSON.stringify(run, null, 2)}\n`);
        console.error(
          `${run.strategy} seed ${run.seed}: bus ${run.bus.timeLoss.toFixed(1)} s lost, others ${run.others.timeLoss.toFixed(1)} s`,
        );
      },
    });
    const { summaries, name } = compared;
    const reference = summaries.find(({ strategy }) => strategy === "none");
    for (const note of compared.notes) console.error(note);
    for (const one of summaries) {
      const change = reference && one !== reference ? changeFrom(reference, one) : null;
      const said = (value: number, part: number | null | undefined): string =>
        `${value.toFixed(1)} s${part === undefined ? "" : ` (${percent(part)})`}`;
      console.log(
        `${NAMES[one.strategy]}: bus waiting ${said(one.bus.waiting, change?.bus.waiting)}, time loss ${said(one.bus.timeLoss, change?.bus.timeLoss)}, at a signal ${said(one.bus.atSignals, change?.bus.atSignals)}; others' time loss ${said(one.others.timeLoss, change?.others.timeLoss)}, at signals ${said(one.others.atSignals, change?.others.atSignals)}`,
      );
    }
    await writeFile(join(values.out, "comparison.json"), `${JSON.stringify({ name, summaries }, null, 2)}\n`);
    const page = join(values.out, "comparison.html");
    await writeFile(page, pageOf({ ...compared, seeds }));
    console.log(page);
    return summaries.some(({ monitorFaults }) => monitorFaults > 0) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    console.error(error.message);
    return 1;
  }
}

function strategiesOf(name: string | undefined): readonly Strategy[] {
  if (name === undefined) return STRATEGIES;
  const found = [...STRATEGIES, "engine" as const].find((one) => one === name);
  if (!found) throw new Usage(`--strategy ${name}: allowed ${STRATEGIES.join(", ")}, engine`);
  return [found];
}

function wholeOf(option: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new Usage(`${option} ${text}: allowed is a whole number from 1 on`);
  return value;
}
