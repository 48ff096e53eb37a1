/** For tests of the technician's command: a simulated bus behind a LUBA box on a TCP port of this machine, and the command as a process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant, watts } from "../../../controllers/units.ts";
import { systemClock } from "../../../firmware/linux/clock.ts";
import { type Heard, SimulatedBus } from "../../../sim/bus.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { lubaTwin } from "../../../sim/gateways/luba.ts";
import { Gear, type GearOptions } from "../../../sim/gear.ts";
import { pace } from "../../../sim/pace.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { streamOf } from "../../../sim/socket.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** No call of a test takes longer, ms. */
const LIMIT = 20_000;

export interface TestBus {
  readonly bus: SimulatedBus;
  readonly gear: readonly Gear[];
  /** Every frame so far. */
  readonly heard: readonly Heard[];
  /** `--gateway luba --port tcp://...` */
  readonly place: readonly string[];
  readonly port: string;
  readonly folder: string;
  /** How much faster than real time it goes: what nobody answers takes the driver's own time all the same. */
  speed: number;
  /** Cuts the box off, as a cable that is pulled. */
  unplug(): void;
  close(): void;
}

/** A bus with gear as `options` say, on real time. The test ends it. */
export async function startBus(options: readonly Partial<GearOptions>[]): Promise<TestBus> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const clock = new VirtualClock(instant(Date.now()));
  const stop = new AbortController();
  const live = pace(clock, systemClock, stop.signal);
  const random = new SeededRandom(7);
  const bus = new SimulatedBus(clock, random.fork("bus"));
  const gear = options.map(
    (one, i) => new Gear({ clock, random: random.fork(`gear ${i}`), power: watts(40), bootTime: 0, ...one }),
  );
  for (const one of gear) bus.add(one);
  const heard: Heard[] = [];
  bus.onFrame((one) => heard.push(one));
  const twin = lubaTwin(bus);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    twin(live.live(streamOf(socket.setNoDelay(true))));
  });
  const unplug = () => {
    for (const socket of sockets) socket.destroy();
  };
  const url = `tcp://127.0.0.1:${port}`;
  return {
    bus,
    gear,
    heard,
    port: url,
    place: ["--gateway", "luba", "--port", url],
    folder: mkdtempSync(join(tmpdir(), "hulotte-dali-")),
    get speed() {
      return live.speed;
    },
    set speed(value) {
      live.speed = value;
    },
    unplug,
    close() {
      stop.abort();
      unplug();
      server.close();
    },
  };
}

/** Writes a cabinet.yaml with this bus and lamps at `addresses`, and gives its path. */
export function cabinetFile({ folder, port }: TestBus, addresses: readonly number[]): string {
  const path = join(folder, "cabinet.yaml");
  // nobody listens on port 1: the cabinet works without its cockpit
  const lamp = (address: number) =>
    `{ bus: bus/1, address: ${address}, street: street, position: ${5 + 15 * address}, power: 40, class: P3, reducedClass: P5 }`;
  const text = `node: test/cabinet
site: { name: test, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1" }
streets: [{ name: street, length: 1000 }]
buses: [{ id: bus/1, gateway: luba, port: "${port}" }]
lamps: [${addresses.map(lamp).join(", ")}]
schedules: [{ name: always, periods: [{ from: "12:00", level: 60 }], off: "11:59" }]
`;
  writeFileSync(path, text);
  return path;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it said until now. */
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<Ended>;
  /** Resolves as soon as it has said that; rejects where it ends without. */
  says(what: RegExp): Promise<void>;
}

/** `hulotte ...` as a process of its own, in a folder without a cabinet. */
export function startHulotte(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const node = ["--disable-warning=ExperimentalWarning", join(ROOT, "tools/cli/hulotte.ts")];
  const child = spawn(process.execPath, [...node, ...words], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT,
  });
  const said = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
      for (const listener of listeners) listener();
    });
  const ended = new Promise<Ended>((resolve) => child.on("close", (status) => resolve({ status, ...said })));
  return {
    child,
    said,
    ended,
    says: (what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (what.test(said.stdout + said.stderr)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(({ status }) => reject(new Error(`ended with ${status}, said: ${said.stdout}${said.stderr}`)));
      }),
  };
}

/** The same, to its end. */
export const hulotte = (folder: string, ...words: readonly string[]): Promise<Ended> =>
  startHulotte(folder, words).ended;
