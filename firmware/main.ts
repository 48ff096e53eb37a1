/** `hulotte run`: the one place that picks the ports, the log and the signals. Everything else is given to it. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeToStream } from "mqtt-packet";
import pino, { type Logger } from "pino";
import { runCabinet } from "./cabinet.ts";
import { formatProblem, readConfig } from "./config/read.ts";
import { Fault } from "./hal/fault.ts";
import type { Ports } from "./hal/ports.ts";
import { bytePort } from "./linux/bytes.ts";
import { systemClock } from "./linux/clock.ts";
import { linuxPorts } from "./linux/ports.ts";
import { remotePorts } from "./remote/ports.ts";
import { VERSION } from "./version.ts";

export interface RunOptions {
  /** Path of cabinet.yaml. */
  readonly config: string;
  /** MQTT URL instead of the file's. */
  readonly broker: string | undefined;
  readonly state: string | undefined;
  /** A pino level. */
  readonly level: string;
  /** `tcp://host:port` of a simulated machine. */
  readonly machine: string | undefined;
}

/** Resolves with the exit code: 0 after an ordered end, 2 for a file that is refused. Nothing is driven before the file is valid. */
export async function run(options: RunOptions): Promise<number> {
  // Else the MQTT packet writer keeps a buffer for each of 65,536 numbers: some 8 MB.
  Object.assign(writeToStream, { cacheNumbers: false });
  let text: string;
  try {
    text = await readFile(options.config, "utf8");
  } catch (error) {
    console.error(`${options.config}: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return 2;
  }
  const read = readConfig(text);
  if (!read.ok) {
    for (const problem of read.problems) console.error(formatProblem(problem, options.config));
    return 2;
  }

  const { username, passwordFile } = read.config.mqtt;
  let password: string | undefined;
  try {
    password = passwordFile && (await readFile(resolve(dirname(options.config), passwordFile), "utf8")).trimEnd();
  } catch (error) {
    console.error(`${options.config}: mqtt.passwordFile: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return 2;
  }
  const credentials = { ...(username ? { username } : {}), ...(password ? { password } : {}) };

  const log = await logger(options.level);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1); // asked twice: at once
      log.info({ signal }, "ending");
      stop.abort();
    });

  const base = resolve(dirname(options.config));
  const local = linuxPorts(base, options.state ?? process.env["STATE_DIRECTORY"] ?? join(base, ".hulotte"));
  /** Outlives `stop`: the ordered end still needs its clock. */
  const machine = new AbortController();
  let ports: Ports = local;
  if (options.machine) {
    const giveUp = () => machine.abort();
    stop.signal.addEventListener("abort", giveUp);
    ports = await remotePorts(bytePort(options.machine, { baud: 0 }), local, machine.signal);
    stop.signal.removeEventListener("abort", giveUp);
    if (stop.signal.aborted) return 0;
  }
  log.info({ node: read.config.node, version: VERSION, simulated: options.machine !== undefined }, "hulotte begins");
  try {
    const memory = () => process.memoryUsage.rss();
    await runCabinet(
      { config: read.config, broker: options.broker, credentials, ports, wall: systemClock, log, memory },
      stop.signal,
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.fatal({ err: error }, "cannot run");
    return 1;
  } finally {
    machine.abort();
  }
  log.info({}, "ended");
  return 0;
}

/** JSON lines on a cabinet, where the journal takes them; readable on a terminal. No worker thread: the last line counts. */
async function logger(level: string): Promise<Logger> {
  const stream = process.stdout.isTTY
    ? (await import("pino-pretty")).default({
        sync: true,
        ignore: "pid,hostname",
        translateTime: "SYS:HH:MM:ss",
        singleLine: true,
      })
    : pino.destination({ sync: true });
  return pino({ level, base: null }, stream);
}
