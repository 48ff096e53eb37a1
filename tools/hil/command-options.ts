import { TARGETS, type Target } from "../../sim/scenarios/model.ts";
import { readCall } from "../cli/options.ts";
import { Usage } from "../cli/usage.ts";

export const HELP = `hulotte hil: scenarios against the runtime, on simulated hardware

  hulotte hil [options] SCENARIO.yaml|FOLDER ...

      --target TARGET[,TARGET]   in-process: in this process, on virtual time, in milliseconds (default)
                                 qemu: on a real arm64 kernel in QEMU, in real time
                                 raspi3b: the same on an emulated Raspberry Pi 3
                                 several: their verdicts and times are compared
      --junit FILE               JUnit XML, for CI systems
      --timeline FILE            an HTML page that shows what happened over time
      --json FILE                everything, as JSON
      --seed N                   another seed of chance for every scenario
      --jobs N                   so many scenarios at the same time (default: 1)
      --list                     say what there is, run nothing
      --keep                     leave the target's logs and files in place
      --help

  A folder stands for every scenario in it and below; its cabinet files are passed over.
  sim/scenarios/README.md shows how to write one; sim/scenarios/scenario.schema.json is its JSON Schema.

Ends with 0 when all passed, 1 when a scenario failed, 2 when a file, the call or the rig is wrong.`;

export interface HilOptions {
  readonly paths: readonly string[];
  readonly targets: readonly Target[];
  readonly junit?: string;
  readonly timeline?: string;
  readonly json?: string;
  readonly seed?: number;
  readonly jobs: number;
  readonly list: boolean;
  readonly keep: boolean;
  readonly help: boolean;
}

/** Reads the words after `hulotte hil`. Throws Usage: which option is wrong and what is allowed. */
export function optionsOf(argv: readonly string[]): HilOptions {
  const { values, positionals } = parse(argv);
  const { junit, timeline, json, seed, jobs } = values;
  const help = values.help ?? false;
  if (positionals.length === 0 && !help) throw new Usage("which scenarios? Name files or folders");
  return {
    paths: positionals,
    targets: targetsOf(values.target ?? ["in-process"]),
    ...(junit === undefined ? {} : { junit }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(json === undefined ? {} : { json }),
    ...(seed === undefined ? {} : { seed: whole("--seed", seed, 0, 2 ** 32 - 1) }),
    jobs: whole("--jobs", jobs ?? "1", 1, 64),
    list: values.list ?? false,
    keep: values.keep ?? false,
    help,
  };
}

function parse(argv: readonly string[]) {
  return readCall(argv, {
    target: { type: "string", multiple: true },
    junit: { type: "string" },
    timeline: { type: "string" },
    json: { type: "string" },
    seed: { type: "string" },
    jobs: { type: "string" },
    list: { type: "boolean" },
    keep: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
}

function targetsOf(values: readonly string[]): readonly Target[] {
  const words = values.flatMap((value) => value.split(",")).map((word) => word.trim());
  const targets = words.map((word) => {
    const target = TARGETS.find((known) => known === word);
    if (!target) throw new Usage(`--target ${word || '""'}: allowed ${TARGETS.join(", ")}`);
    return target;
  });
  return [...new Set(targets)];
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Usage(`${name} ${text}: allowed a whole number from ${least} to ${most}`);
  return value;
}
