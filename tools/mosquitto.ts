import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds } from "../controllers/units.ts";
import { systemClock } from "../firmware/linux/clock.ts";
import { listenFrom } from "./broker.ts";
import { Provision } from "./provision/folder.ts";

const LOOPBACK = "127.0.0.1";
const READY_WITHIN = 10_000;
const PROGRAM = "mosquitto";
/** Debian keeps it where an ordinary user's PATH does not lead. */
const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin`;

/** Whether this machine has a Mosquitto. */
export const hasMosquitto = (): boolean =>
  spawnSync(PROGRAM, ["-h"], { env: { PATH }, stdio: "ignore" }).error === undefined;

export interface Mosquitto {
  readonly port: number;
  readonly pid: number;
  /** What it said so far. */
  readonly output: string;
  /** Has it read its access list again. */
  reload(): void;
  /** In order: it writes down what it keeps. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same broker again, on the same port. */
  start(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => resolve(true));
    socket.on("connect", () => socket.destroy()).on("error", () => resolve(false));
  });

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenFrom(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a real Mosquitto with this configuration, whose one listener is on `port`, and waits until it listens. */
export async function runMosquitto(configuration: string, port: number): Promise<Mosquitto> {
  let child: ChildProcess;
  let output = "";
  const begin = async () => {
    child = spawn(PROGRAM, ["-c", configuration], { env: { PATH }, stdio: ["ignore", "pipe", "pipe"] });
    const collect = (chunk: unknown) => {
      output += String(chunk);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    const failed = once(child, "exit").then(([code]) => `ended with ${code}`);
    child.on("error", (error) => collect(error.message));
    for (let waited = 0; waited < READY_WITHIN; waited += 20) {
      if (await answers(port)) return;
      const end = await Promise.race([failed, systemClock.sleep(milliseconds(20), "mosquitto")]);
      if (end !== undefined) throw new Error(`mosquitto ${end}:\n${output}`);
    }
    child.kill("SIGKILL");
    throw new Error(`mosquitto was not ready within ${READY_WITHIN / 1000} s:\n${output}`);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  await begin();
  // Nobody leaves it behind, however a test ends.
  process.on("exit", () => child.kill("SIGKILL"));
  return {
    port,
    get pid() {
      return child.pid as number;
    },
    get output() {
      return output;
    },
    reload: () => void child.kill("SIGHUP"),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start: begin,
  };
}

/** An authority and a broker of its own in a temporary folder, as `hulotte provision` makes them. */
export interface SecureBroker extends Mosquitto {
  /** mqtts://127.0.0.1:port */
  readonly url: string;
  readonly provision: Provision;
  /** Stops it and removes the folder. */
  close(): Promise<void>;
}

/** Starts a Mosquitto over TLS. `extra` is put at the head of its configuration: its global options. */
export async function startSecureMosquitto({
  supervisors = ["cockpit"],
  port,
  provision,
  extra = "",
}: {
  readonly supervisors?: readonly string[];
  readonly port?: number;
  /** The authority of another broker, of which this one is the second. */
  readonly provision?: Provision;
  readonly extra?: string;
} = {}): Promise<SecureBroker> {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-broker-"));
  await chmod(folder, 0o711);
  const own = new Provision(folder);
  if (provision) {
    for (const name of ["ca.pem", "ca.key"])
      await writeFile(join(folder, name), await readFile(join(provision.folder, name)), { mode: 0o600 });
    await chmod(join(folder, "ca.pem"), 0o644);
  } else await own.authority.make("test authority", 2);
  const chosen = port ?? (await freePort());
  const user = process.getuid?.() === 0 ? "mosquitto" : undefined;
  await own.broker(
    { port: chosen, address: LOOPBACK, supervisors, levels: 2 },
    { hosts: ["localhost", LOOPBACK], days: 2, user },
  );
  const configuration = join(own.brokerFolder, "mosquitto.conf");
  if (extra !== "") await writeFile(configuration, `${extra}\n${await readFile(configuration, "utf8")}`);
  const remove = () => rm(folder, { recursive: true, force: true });
  const broker = await runMosquitto(configuration, chosen).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return Object.defineProperties(
    {
      url: `mqtts://${LOOPBACK}:${chosen}`,
      provision: own,
      async close() {
        await broker.stop();
        await remove();
      },
    } as SecureBroker,
    Object.getOwnPropertyDescriptors(broker),
  );
}
