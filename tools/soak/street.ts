/** The street of the soak: a small cabinet on simulated hardware, in real time, for a runtime that is a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { instant } from "../../controllers/units.ts";
import { type CabinetConfig, formatProblem, readConfig } from "../../firmware/config/read.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type SimulatedCabinet, simulateCabinet } from "../../sim/hardware.ts";
import { pace } from "../../sim/pace.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Served, serveMachine } from "../../sim/remote.ts";
import { streamOf } from "../../sim/socket.ts";

const ROOT = join(import.meta.dirname, "../..");
export const NODE = "21231/soak";
export const LAMPS = 6;
export const DOORS = 6;

export interface SoakStreet {
  readonly file: string;
  readonly state: string;
  readonly config: CabinetConfig;
  readonly cabinet: SimulatedCabinet;
  /** Opens or closes a contact, 0 to 5. */
  setDoor(index: number, open: boolean): Promise<void>;
  /** Sets the cabinet's wall clock so many ms on, or back. */
  jump(ms: number): void;
  /** How many lamps give light now. */
  lit(): number;
  /** Starts `hulotte run` on it. */
  run(level?: string): ChildProcess;
  close(): void;
}

const yaml = (cockpit: string, bus: number) => `
node: ${NODE}
site: { name: soak, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
${cockpit}
streets: [{ name: street, length: 200 }]
buses: [{ id: bus/1, gateway: luba, port: "tcp://127.0.0.1:${bus}", pollEvery: 20 }]
lamps: [{ bus: bus/1, addresses: 0-${LAMPS - 1}, street: street, position: 5, every: 15, power: 42, class: P3 }]
contacts:
${Array.from({ length: DOORS }, (_, i) => `  - { id: door/${i}, pin: { chip: pinctrl-bcm2711, offset: ${i + 2} }, openWhen: high }`).join("\n")}
schedules: [{ name: always, periods: [{ from: "12:00", level: 60 }], off: "11:59" }]
`;

/** `cockpit`: the lines of cabinet.yaml about the broker, keys and journal. Files go to `folder`. */
export async function startStreet(folder: string, cockpit: string, state = join(folder, "state")): Promise<SoakStreet> {
  const servers: Server[] = [];
  const listen = async (accept: (socket: Socket) => void) => {
    const server = createServer((socket) => {
      socket.on("error", () => {}); // its far end is killed again and again
      accept(socket.setNoDelay(true));
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as { port: number }).port;
  };
  let attach = (_: Socket) => {};
  const bus = await listen((socket) => attach(socket));
  const text = yaml(cockpit, bus);
  const file = join(folder, "cabinet.yaml");
  const read = readConfig(text);
  if (!read.ok) throw new Error(read.problems.map((problem) => formatProblem(problem, file)).join("\n"));
  const { config } = read;
  writeFileSync(file, text);

  const stop = new AbortController();
  const clock = new VirtualClock(instant(Date.now()));
  const live = pace(clock, systemClock, stop.signal);
  const cabinet = simulateCabinet(config, clock, new SeededRandom(1), 0);
  attach = (socket) => cabinet.attach(`tcp://127.0.0.1:${bus}`, live.live(streamOf(socket)));
  const served = new Set<Served>();
  const machine = await listen((socket) => {
    const one = serveMachine({ ...cabinet, speed: () => 1 }, live.live(streamOf(socket)));
    served.add(one);
    one.ended.finally(() => served.delete(one)).catch(() => {});
  });
  const telling = setInterval(() => {
    for (const one of served) one.tellTime();
  }, 1000);

  return {
    file,
    state,
    config,
    cabinet,
    async setDoor(index, open) {
      await live.catchUp();
      cabinet.pin({ chip: "pinctrl-bcm2711", offset: index + 2 })?.set(open);
    },
    jump(ms) {
      clock.jump(ms);
      for (const one of served) one.tellTime();
    },
    lit: () => config.lamps.filter(({ id }) => cabinet.light(id) > 0).length,
    run: (level = "error") =>
      spawn(
        join(ROOT, "tools/hulotte"),
        [...["run", file, "--state", state, "--log", level], ...["--simulated-machine", `tcp://127.0.0.1:${machine}`]],
        { stdio: ["ignore", "pipe", "inherit"] },
      ),
    close() {
      stop.abort();
      clearInterval(telling);
      for (const server of servers) server.close();
    },
  };
}
