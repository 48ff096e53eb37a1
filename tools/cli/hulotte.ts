import { VERSION } from "../../firmware/version.ts";
import { readCall } from "./options.ts";
import { isUsage, Usage } from "./usage.ts";

const HELP = `hulotte: the runtime of a street cabinet

  hulotte run [CABINET.yaml]     light the street that CABINET.yaml describes (default: cabinet.yaml)
      --config FILE              the same as naming it
      --broker URL               the cockpit's MQTT broker instead of the file's (mqtt://host:port, mqtts://...)
      --state DIR                where the little that must outlive a restart is kept
                                 (default: $STATE_DIRECTORY, else .hulotte beside the file)
      --log LEVEL                trace, debug, info, warn, error, fatal, silent (default: info)
      --simulated-machine ADDR   tcp://host:port of a simulator that feeds clock, I2C and pins;
                                 for demonstrations only
  hulotte check [CABINET.yaml]   read the file, say everything that is wrong with it, drive nothing
  hulotte hil SCENARIO.yaml ...  play scenarios against the runtime on simulated hardware, in this process or on an
                                 emulated machine; \`hulotte hil --help\` says more
  hulotte dali COMMAND ...       a technician's hand on a DALI bus: send, scan, commission, audit, monitor, replay;
                                 \`hulotte dali help\` says more
  hulotte link DOCUMENT          the cockpit link written down: asyncapi, cddl, page, topics;
                                 \`hulotte link help\` says more
  hulotte keys COMMAND ...       whose signed commands a cabinet does: new, list, sign; \`hulotte keys help\` says more
  hulotte provision COMMAND ...  certificates and rights: authority, Mosquitto, cabinets, supervisors, renewal,
                                 revocation; \`hulotte provision help\` says more
  hulotte console [CABINET.yaml] the page of a cabinet in a browser, and users who may log in to it;
                                 \`hulotte console --help\` says more
  hulotte forecast COMMAND ...   how well people are foretold: trains and tests on hourly counts;
                                 \`hulotte forecast --help\` says more
  hulotte opendata COMMAND ...   what may be published of people, light and junctions: etalab, NGSI-LD, ATSPM;
                                 \`hulotte opendata --help\` says more
  hulotte programme [CABINET.yaml]
                                 what the control programme of a lamp says for a night: times, levels, why;
                                 \`hulotte programme --help\` says more
  hulotte report energy ...      what was saved, with plots and every assumption: of a cabinet, a city, a simulation;
                                 \`hulotte report help\` says more
  hulotte sumo run FILE.sumocfg  bus priority on any SUMO network with signals and buses, compared and drawn;
                                 \`hulotte sumo help\` says more
  hulotte schema                 print the JSON Schema of cabinet.yaml, for editors
  hulotte help                   this text
  hulotte version

Ends with 0 when all went well, 1 when the runtime or a scenario failed, 2 when the call or the file is wrong.`;

async function main(argv: readonly string[]): Promise<number> {
  // It has options of its own.
  if (argv[0] === "hil") {
    const { runHil } = await import("../hil/command.ts");
    return runHil(argv.slice(1));
  }
  if (argv[0] === "dali") {
    const { runDali } = await import("./dali/command.ts");
    return runDali(argv.slice(1));
  }
  if (argv[0] === "link") {
    const { runLink } = await import("./link.ts");
    return runLink(argv.slice(1));
  }
  if (argv[0] === "keys") {
    const { runKeys } = await import("./keys.ts");
    return runKeys(argv.slice(1));
  }
  if (argv[0] === "provision") {
    const { runProvision } = await import("../provision/command.ts");
    return runProvision(argv.slice(1));
  }
  if (argv[0] === "console") {
    const { runConsole } = await import("../console/command.ts");
    return runConsole(argv.slice(1));
  }
  if (argv[0] === "programme") {
    const { runProgramme } = await import("../programme/command.ts");
    return runProgramme(argv.slice(1));
  }
  if (argv[0] === "report") {
    const { runReport } = await import("../report/command.ts");
    return runReport(argv.slice(1));
  }
  if (argv[0] === "forecast") {
    const { runForecast } = await import("../forecast/command.ts");
    return runForecast(argv.slice(1));
  }
  if (argv[0] === "opendata") {
    const { runOpendata } = await import("../opendata/command.ts");
    return runOpendata(argv.slice(1));
  }
  if (argv[0] === "sumo") {
    const { runSumo } = await import("../sumo/command.ts");
    return runSumo(argv.slice(1));
  }
  const { values, positionals } = parse(argv);
  const [command = "help", ...rest] = positionals;
  switch (command) {
    case "run": {
      const { run } = await import("../../firmware/main.ts");
      return run({
        config: values.config ?? fileOf(rest),
        broker: values.broker,
        state: values.state,
        level: levelOf(values.log),
        machine: values["simulated-machine"],
      });
    }
    case "check": {
      const { check } = await import("./check.ts");
      return check(values.config ?? fileOf(rest));
    }
    case "schema": {
      const { CabinetSchema } = await import("../../firmware/config/schema.ts");
      console.log(JSON.stringify(CabinetSchema, null, 2));
      return 0;
    }
    case "version":
      console.log(VERSION);
      return 0;
    case "help":
      console.log(HELP);
      return 0;
    default:
      throw new Usage(
        `no command "${command}": allowed run, check, console, dali, forecast, hil, keys, link, opendata, programme, provision, report, schema, sumo, help, version`,
      );
  }
}

function parse(argv: readonly string[]) {
  const { values, positionals } = readCall(argv, {
    config: { type: "string" },
    broker: { type: "string" },
    state: { type: "string" },
    log: { type: "string" },
    "simulated-machine": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  return { values, positionals: values.help ? ["help"] : positionals };
}

function fileOf(rest: readonly string[]): string {
  if (rest.length > 1) throw new Usage(`one file at a time: ${rest.join(" ")}`);
  return rest[0] ?? "cabinet.yaml";
}

function levelOf(level = "info"): string {
  const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
  if (!levels.includes(level)) throw new Usage(`--log ${level}: allowed ${levels.join(", ")}`);
  return level;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isUsage(error)) throw error;
  console.error(`hulotte: ${error.message}\nhulotte help says more`);
  process.exitCode = 2;
}
