/**
 * The simulator as a process of its own: the machine under a cabinet, and the street around it.
 *
 *   node sim/main.ts CABINET.yaml MACHINE_PORT CONTROL_PORT
 *
 * Byte devices are on the terminals that terminals.py opened, else on the TCP ports that the file names. Clock, I2C and pins
 * are served on MACHINE_PORT, the page's controls (a WebSocket) on CONTROL_PORT; loopback only. Prints one line of JSON once
 * all are there. Ends when standard input does: with whoever started it.
 */
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ReadStream } from "node:tty";
import { WebSocketServer } from "ws";
import { instant } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { systemClock } from "../firmware/linux/clock.ts";
import { VirtualClock } from "./clock.ts";
import { parseRequest, type SimulatorMessage, type SimulatorRequest } from "./control.ts";
import { portsOf, simulateCabinet } from "./hardware.ts";
import { untilHour } from "./hour.ts";
import { pace } from "./pace.ts";
import { SeededRandom } from "./random.ts";
import { type Served, serveMachine } from "./remote.ts";
import { fromThisMachine, streamOf } from "./socket.ts";

const LOOPBACK = "127.0.0.1";
/** The demonstration begins in the evening, when there is something to see. */
const FIRST_HOUR = 22;
/** People who arrive in the week's mean hour. */
const PEOPLE_PER_HOUR = 160;
const STATE_EVERY_MS = 100;

const [path, machinePort, controlPort] = process.argv.slice(2);
if (!path || !machinePort || !controlPort) throw new Error("usage: sim/main.ts CABINET.yaml MACHINE_PORT CONTROL_PORT");
const read = readConfig(readFileSync(path, "utf8"));
if (!read.ok) throw new Error(`${path} is not valid: hulotte check ${path} says why`);
const { config } = read;

const stop = new AbortController();
const clock = new VirtualClock(instant(Date.now()));
clock.jump(untilHour(clock.now(), FIRST_HOUR, config.site.timeZone));
const cabinet = simulateCabinet(config, clock, new SeededRandom(Date.now()), PEOPLE_PER_HOUR);
cabinet.street.open();
const live = pace(clock, systemClock, stop.signal);

const listen = (port: number, accept: (socket: Socket) => void) =>
  new Promise<void>((resolve, reject) => {
    const server = createServer((socket) => accept(socket.setNoDelay(true)));
    server.once("error", reject);
    server.listen(port, LOOPBACK, resolve);
  });

const terminals = new Map(
  (process.env["HULOTTE_TERMINALS"] ?? "").split("\n").map((line) => {
    const [link, fd] = line.split("=");
    return [link as string, Number(fd)];
  }),
);
for (const address of portsOf(config)) {
  const attach = (duplex: Duplex) => cabinet.attach(address, live.live(streamOf(duplex)));
  const fd = terminals.get(address);
  if (fd !== undefined) attach(new ReadStream(fd));
  else if (address.startsWith("tcp://")) await listen(Number(new URL(address).port), attach);
  else throw new Error(`${address}: no terminal was opened for it`);
}

const runtimes = new Set<Served>();
await listen(Number(machinePort), (socket) => {
  const served = serveMachine({ ...cabinet, speed: () => live.speed }, live.live(streamOf(socket)));
  runtimes.add(served);
  served.ended.finally(() => runtimes.delete(served)).catch(() => {});
});
const tellTime = () => {
  for (const runtime of runtimes) runtime.tellTime();
};

/** Does what a page asks, in simulated time. */
function obey(request: SimulatorRequest): void {
  switch (request.type) {
    case "speed":
      live.speed = request.value;
      return tellTime();
    case "hour":
      clock.jump(untilHour(clock.now(), request.value, config.site.timeZone));
      return tellTime();
    case "walk":
      return cabinet.street.walk(request.street, request.position, request.direction);
    case "door":
      return cabinet.setDoor(request.open);
  }
}

const state = (): SimulatorMessage => ({
  type: "state",
  now: clock.now(),
  speed: live.speed,
  walkers: cabinet.street.walkers(),
  sun: cabinet.sun(),
  door: cabinet.doorOpen(),
});

const pages = new WebSocketServer({
  host: LOOPBACK,
  port: Number(controlPort),
  maxPayload: 4096,
  verifyClient: fromThisMachine,
});
const lengths = new Map(config.streets.map((street) => [street.name, street.length]));
pages.on("connection", (page) => {
  page.on("error", () => {});
  page.on("message", async (data) => {
    const request = parseRequest(String(data), lengths);
    if (!request.ok) return page.send(JSON.stringify({ type: "refused", error: request.error }));
    await live.catchUp();
    obey(request.value);
  });
});
setInterval(() => {
  const text = JSON.stringify(state());
  for (const page of pages.clients) page.send(text);
}, STATE_EVERY_MS);
setInterval(tellTime, 1000);

process.stdin.on("end", () => process.exit(0)).resume();
process.on("SIGTERM", () => process.exit(0));
console.log(JSON.stringify({ machine: Number(machinePort), control: Number(controlPort) }));
