/** `hulotte run`: the one place that picks the ports, the log and the signals. Everything else is given to it. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeToStream } from "mqtt-packet";
import pino, { type Logger } from "pino";
import { type CabinetOptions, type Exposition, runCabinet } from "./cabinet.ts";
import type { MqttConfig } from "./config/model.ts";
import { formatProblem, readConfig } from "./config/read.ts";
import { Fault } from "./hal/fault.ts";
import type { Ports } from "./hal/ports.ts";
import { bytePort } from "./linux/bytes.ts";
import { systemClock } from "./linux/clock.ts";
import type { TlsFiles } from "./linux/credentials.ts";
import { isJournalStream } from "./linux/journal-stream.ts";
import { linuxMachine } from "./linux/machine.ts";
import { linuxPorts } from "./linux/ports.ts";
import { systemdService } from "./linux/service.ts";
import { openLog } from "./log/open.ts";
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

  const { mqtt, metrics, node } = read.config;
  const base = resolve(dirname(options.config));
  const { username, passwordFile } = mqtt;
  let password: string | undefined;
  try {
    password = passwordFile && (await readFile(resolve(base, passwordFile), "utf8")).trimEnd();
  } catch (error) {
    console.error(`${options.config}: mqtt.passwordFile: cannot be read: ${(error as NodeJS.ErrnoException).code}`);
    return 2;
  }
  const proof = mqtt.tls && (await proofOf(tlsFiles(mqtt.tls, base), node));
  const credentials = {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(proof?.credentials && { credentials: proof.credentials }),
  };

  const log = await logger(options.level);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1); // asked twice: at once
      log.info({ signal }, "ending");
      stop.abort();
    });

  const state = options.state ?? process.env["STATE_DIRECTORY"] ?? join(base, ".hulotte");
  const local = linuxPorts(base, state);
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
  log.info({ node, version: VERSION, simulated: options.machine !== undefined }, "hulotte begins");
  try {
    const service = systemdService();
    await runCabinet(
      {
        config: read.config,
        broker: options.broker,
        credentials,
        ports,
        wall: systemClock,
        log,
        machine: linuxMachine(state),
        ...(proof?.certificates && { certificates: proof.certificates }),
        ...(service && { service }),
        ...(metrics && { showMetrics: (exposition, signal) => showMetrics(metrics.port, exposition, signal) }),
      },
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

/** The files that prove who we are, as the configuration names them: relative to itself. */
function tlsFiles({ ca, certificate, key, token }: NonNullable<MqttConfig["tls"]>, base: string): TlsFiles {
  return {
    ca: resolve(base, ca),
    ...(certificate === undefined ? {} : { certificate: resolve(base, certificate) }),
    ...(key === undefined ? {} : { key: resolve(base, key) }),
    ...(token && { token }),
  };
}

/** What proves to brokers who we are. Its code is only read in where it is wanted. */
async function proofOf(
  files: TlsFiles,
  node: string,
): Promise<Pick<CabinetOptions, "certificates"> & Pick<NonNullable<CabinetOptions["credentials"]>, "credentials">> {
  const { certificate } = files;
  if (certificate === undefined) {
    const { readCredentials } = await import("./linux/credentials.ts");
    return { credentials: () => readCredentials(files) };
  }
  const { fileCertificates } = await import("./linux/renewal.ts");
  return { certificates: fileCertificates({ ...files, certificate, node }) };
}

async function showMetrics(port: number, exposition: Exposition, signal: AbortSignal): Promise<void> {
  const { serveMetrics } = await import("./linux/metrics-server.ts");
  const server = await serveMetrics(port, exposition);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
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
  const journal = !process.stdout.isTTY && isJournalStream();
  return openLog({ level, journal, write: (line) => void stream.write(line) });
}
