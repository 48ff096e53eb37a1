/**
 * `make junction`: the demonstration's junction. Broker, a cabinet with simulated signals, buses, and the console page, in one
 * process and as fast as real time. Simulated time stands still when the machine does, so that no monitor takes that for a fault.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { instant, seconds } from "../../controllers/units.ts";
import { readConfig } from "../../firmware/config/read.ts";
import { silent } from "../../firmware/hal/log.ts";
import { startNode } from "../../firmware/link/node.ts";
import { keepConnected } from "../../firmware/link/wire/connection.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { pace } from "../../sim/pace.ts";
import { SeededRandom } from "../../sim/random.ts";
import { startRig } from "../../sim/rig.ts";
import { openWebSocketDoor, startBroker } from "../broker.ts";
import { serveConsole } from "../console/server.ts";
import { driveBuses } from "./junction-buses.ts";

const read = readConfig(readFileSync(join(import.meta.dirname, "junction.yaml"), "utf8"));
if (!read.ok) throw new Error("the demonstration's junction.yaml is not valid");
const { config } = read;
const [{ junction } = { junction: undefined }] = config.junctions;
if (!junction) throw new Error("the demonstration's junction.yaml has no junction");

const stop = new AbortController();
const broker = await startBroker(1883);
const door = await openWebSocketDoor(broker.url, 9001);
const page = await serveConsole({ port: 8080, brokerUrl: door.url, node: config.node });
const random = new SeededRandom(Date.now());
const clock = new VirtualClock(instant(Date.now()));
const green = new Set<string>();

const rig = startRig({
  config,
  start: clock.now(),
  clock,
  connect(options) {
    const link = startNode({ ...options, url: broker.url, wallClock: systemClock });
    return {
      ...link,
      update(code, values, at) {
        const { signalgroupstatus = {} } = values as { signalgroupstatus?: Readonly<Record<string, string>> };
        for (const [id, letter] of Object.entries(signalgroupstatus)) {
          if (letter === "1") green.add(id);
          else green.delete(id);
        }
        link.update(code, values, at);
      },
    };
  },
});
const buses = keepConnected({
  url: broker.url,
  clientId: "buses",
  subscriptions: [],
  clock: systemClock,
  random,
  log: silent,
  onConnect() {},
  onMessage() {},
  onRoom() {},
});
pace(clock, systemClock, stop.signal);
const driving = driveBuses(
  {
    approaches: junction.approaches,
    clock,
    random: random.fork("buses"),
    isGreen: (group) => green.has(`${junction.id}/${group}`),
    publish: ({ topic, payload }) => void buses.publish(topic, payload, { qos: 0, retain: false, expiry: seconds(5) }),
  },
  stop.signal,
);

process.stdout.write(`\n  The junction works: ${page.url}\n\n  broker     ${broker.url}\n  Ctrl-C ends everything\n\n`);

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  await rig.end().catch(() => {});
  stop.abort();
  await driving;
  await buses.close();
  await Promise.all([page.close(), door.close()]);
  await broker.close();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());
