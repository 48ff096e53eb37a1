/**
 * `make run`: the demonstration street. A convenience around the product: it starts a broker, the simulator, the runtime
 * (`hulotte run`, exactly as on a cabinet) and the console page, says where they are, and ends them in order.
 *
 *   BROKER=mqtt://host:port   use that broker instead of the embedded one; one that asks for neither certificate nor login
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { readConfig } from "../../firmware/config/read.ts";
import { portsOf } from "../../sim/hardware.ts";
import { listenFrom, openWebSocketDoor, startBroker } from "../broker.ts";
import { serveConsole } from "../console/server.ts";
import { keep } from "./child.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "var/demo");
/** Ctrl-C to the end of everything: at most 2 s. */
const RUNTIME_ENDS_MS = 1400;
const SIMULATOR_ENDS_MS = 300;

const wanted = process.env["BROKER"];
if (wanted && !/^mqtt:\/\/[^/\s@]+$/.test(wanted)) {
  console.error(`BROKER is ${wanted}: allowed is mqtt://host:port; with certificates: tools/provision/README.md`);
  process.exit(2);
}

const say = (line = "") => process.stdout.write(`${line}\n`);

/** A port of loopback that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenFrom(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function works(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Where the simulated devices are found: pseudo-terminals where they can be had, else TCP on loopback. */
async function writeConfig(terminals: boolean): Promise<{ node: string; ports: readonly string[] }> {
  let text = readFileSync(join(import.meta.dirname, "cabinet.yaml"), "utf8");
  const read = readConfig(text);
  if (!read.ok) throw new Error("the demonstration's cabinet.yaml is not valid");
  if (!terminals)
    for (const port of portsOf(read.config)) text = text.replace(port, `tcp://127.0.0.1:${await freePort()}`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "cabinet.yaml"), text);
  return { node: read.config.node, ports: portsOf(read.config) };
}

const terminals = works("python3", "-c", "import pty");
const { node, ports } = await writeConfig(terminals);
const embedded = wanted ? undefined : await startBroker(1883);
const broker = wanted || (embedded?.url as string);
const door = await openWebSocketDoor(broker, 9001);
const [machine, control] = [await freePort(), await freePort()];

const simulate = [
  process.execPath,
  join(ROOT, "sim/main.ts"),
  "cabinet.yaml",
  String(machine),
  String(control),
] as const;
const simulator = keep({
  name: "simulator",
  command: terminals ? ["python3", join(ROOT, "sim/terminals.py"), ...ports, "--", ...simulate] : [...simulate],
  cwd: FOLDER,
  speaks: true,
  restart: 10_000,
  say,
});
await simulator.firstLine;

const runtime = keep({
  name: "runtime",
  command: [
    // It holds the devices: if we are killed, it must not outlive us (the simulator notices by its standard input).
    ...(works("setpriv", "--pdeathsig", "TERM", "true") ? ["setpriv", "--pdeathsig", "TERM"] : []),
    join(ROOT, "tools/hulotte"),
    ...["run", join(FOLDER, "cabinet.yaml"), "--broker", broker],
    ...["--simulated-machine", `tcp://127.0.0.1:${machine}`],
    ...["--log", process.env["LOG"] ?? "info"],
  ],
  speaks: false,
  restart: 3000,
  say,
});
const page = await serveConsole({
  port: 8080,
  brokerUrl: door.url,
  simulatorUrl: `ws://127.0.0.1:${control}`,
  node,
});

say();
say(`  The street is lit: ${page.url}`);
say();
say(`  broker     ${broker}${embedded ? "" : " (BROKER)"}, for browsers ${door.url}`);
say(
  `  listen in  mosquitto_sub -V 5 -h ${new URL(broker).hostname} -p ${new URL(broker).port || 1883} -v -t '${node}/presence'`,
);
say(`  cabinet    var/demo/cabinet.yaml, devices on ${terminals ? "pseudo-terminals in var/demo/ports" : "TCP"}`);
say("  Ctrl-C ends everything");
say();

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  await runtime.stop(RUNTIME_ENDS_MS);
  await Promise.all([simulator.stop(SIMULATOR_ENDS_MS), page.close(), door.close()]);
  await embedded?.close();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());
