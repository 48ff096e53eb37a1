/** Starts the page: reads where the broker and the simulator are, connects to both, and hands on what they say. */
import { instant, milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../../firmware/hal/clock.ts";
import { keepLive } from "../../../firmware/link/live.ts";
import { connectSupervisor } from "../../../firmware/link/supervisor.ts";
import { type Config, openDesk } from "./desk.ts";
import { JUNCTION_CODES } from "./junction-model.ts";
import { keyPanel } from "./key-panel.ts";
import { connectSimulator, type Simulator } from "./simulator.ts";

const clock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => milliseconds(performance.now()),
  isSet: () => true,
  quality: () => "held",
  sleep: (d, _name, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(resolve, d);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};
const random = { next: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32 };

/** A session that is over takes the way to the broker with it. */
async function leaveIfOver(): Promise<void> {
  const answer = await fetch("/config.json").catch(() => null);
  if (answer?.status === 401) location.assign("/login");
}

const config = (await (await fetch("/config.json")).json()) as Config;
const id = config.id ?? `cockpit/console-${Math.floor(random.next() * 2 ** 32).toString(36)}`;
const key = keyPanel(id);
let simulator: Simulator | undefined;
const desk = openDesk(config, {
  command: (...command) => supervisor.command(...command),
  past: (code, span, channel) => supervisor.fetch(config.node, code, span, channel),
  ask: (request) => simulator?.ask(request) ?? false,
});
const supervisor = connectSupervisor({
  url: config.broker,
  id,
  signer: () => key.signer,
  nodes: [config.node],
  clock,
  random,
  onMessage: (message) => {
    live.take(message);
    const remote = supervisor.nodes.get(config.node);
    if (remote) desk.receive(message, remote);
  },
  onConnection: (isConnected) => {
    desk.broker(isConnected);
    if (!isConnected) void leaveIfOver();
  },
});
// What is shown is live as long as it is shown. A simulated cabinet's clock may run sixty times as fast as ours.
const live = keepLive({
  supervisor,
  clock,
  codes: ["lighting.lamps", "footfall.counts", "energy.power", "cabinet.health", ...JUNCTION_CODES],
  ...(config.simulator === null ? {} : { timeout: 7200 }),
  mayAllow: () => key.signer !== undefined,
  signal: new AbortController().signal,
});
if (config.simulator !== null) {
  simulator = connectSimulator(config.simulator, {
    state: desk.simulated,
    refused: desk.refused,
    reachable: desk.simulator,
  });
}
// The first connection tells nothing while it fails: say so once it is late.
await Promise.race([supervisor.ready, clock.sleep(milliseconds(2500), "first connection")]);
desk.broker(supervisor.connected);
