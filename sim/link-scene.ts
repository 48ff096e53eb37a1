/** A cabinet's end of the cockpit link at a broker in memory, in virtual time: for tests of what it tells, whatever breaks. */
import { hours, type Instant, instant, seconds } from "../controllers/units.ts";
import { type KeptJournal, keepJournal } from "../firmware/hal/journal-keeper.ts";
import { silent } from "../firmware/hal/log.ts";
import { type Judge, trafficJudge } from "../firmware/link/describe/traffic.ts";
import type { CockpitLink } from "../firmware/link/link.ts";
import { MODULES, STATUSES } from "../firmware/link/modules.ts";
import { type NodeOptions, startNode } from "../firmware/link/node.ts";
import type { Status } from "../firmware/link/table.ts";
import { decode, encode } from "../firmware/link/wire/cbor.ts";
import {
  type Connection,
  type Delivery,
  keepConnected,
  type Message,
  type OpenSession,
} from "../firmware/link/wire/connection.ts";
import { MemoryBroker } from "./broker.ts";
import { settled, VirtualClock } from "./clock.ts";
import { memoryDisk } from "./journal.ts";
import { SeededRandom } from "./random.ts";
import { judgeTraffic } from "./traffic.ts";

export const NODE = "21231/cab-0117";
export const SUPERVISOR = "cockpit";
export const NOW: Instant = instant(Date.UTC(2026, 1, 24, 20, 0, 0));

/** Channels of each kind: kept and told at once, kept and told in parts, not kept and started on demand, not kept. */
export const CHANNELS: Readonly<Record<string, Status>> = {
  "access.contacts": {
    ...STATUSES["access.contacts"],
    channels: [{ qos: 1, periodic: 86_400_000, minInterval: 0, start: "running", replay: true }],
  },
  "footfall.counts": {
    ...STATUSES["footfall.counts"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 1000, start: "running", replay: true }],
  },
  "lighting.lamps": {
    ...STATUSES["lighting.lamps"],
    channels: [
      { name: "live", qos: 1, periodic: 60_000, minInterval: 200, start: "stopped", prune: 120_000 },
      { name: "hourly", qos: 1, periodic: 86_400_000, minInterval: 0, most: 4, start: "running", replay: true },
    ],
  },
  "lighting.buses": {
    ...STATUSES["lighting.buses"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 200, start: "running" }],
  },
};

/** Judges by the whole catalogue, with these channels in place of its own. */
export const sceneJudge = (): Judge =>
  trafficJudge(MODULES.map((module, i) => ({ ...module, statuses: i === 0 ? CHANNELS : {} })));

/** A message that the broker passed on, its payload decoded. */
export interface Heard extends Message {
  readonly value: unknown;
  /** `<type>/<code>[/<channel>]` where it is of the node, else the whole topic. */
  readonly about: string;
}

export interface LinkScene {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly disk: ReturnType<typeof memoryDisk>;
  readonly link: CockpitLink;
  readonly journal: KeptJournal;
  /** Everything that was passed on, in order; tests may empty it. */
  readonly heard: Heard[];
  /** Topics of what was heard, as `about`. */
  readonly abouts: () => string[];
  /** Another client of the broker: a supervisor. */
  readonly cockpit: Connection;
  /** Sends something to the node: `throttle/lighting.lamps/live`. */
  say(about: string, payload: unknown, delivery?: Partial<Delivery>): void;
  /** Contact number `n` changes: one event of `access.contacts`, its value is `n`. */
  event(n: number): void;
  /** Ends the node's process as SIGKILL does; the disk stays. */
  kill(): void;
  /** Starts a node on the disk. */
  start(more?: Partial<NodeOptions>): Promise<void>;
  end(): Promise<void>;
}

/** `between`: puts something between the node and its journal. */
export async function linkScene(
  more: Partial<NodeOptions> = {},
  between: (journal: KeptJournal) => KeptJournal = (journal) => journal,
): Promise<LinkScene> {
  const clock = new VirtualClock(NOW);
  const random = new SeededRandom(7);
  const broker = new MemoryBroker(clock);
  // What the cockpit says here may be wrong on purpose; a node may never be.
  judgeTraffic(broker, sceneJudge(), (misfit, clientId) => {
    if (clientId === NODE)
      queueMicrotask(() => {
        throw new Error(misfit);
      });
  });
  const disk = memoryDisk();
  const heard: Heard[] = [];
  const cockpit = keepConnected({
    url: "mqtt://simulated",
    open: broker.open,
    clientId: SUPERVISOR,
    subscriptions: ["#"],
    clock,
    random,
    log: silent,
    onConnect() {},
    onMessage: (message) => {
      const decoded = decode(message.payload);
      const about = message.topic.startsWith(`${NODE}/`) ? message.topic.slice(NODE.length + 1) : message.topic;
      heard.push({ ...message, value: decoded.ok ? decoded.value : undefined, about });
    },
    onRoom() {},
  });
  await settled();
  let life = await begin(more);

  async function begin(options: Partial<NodeOptions>) {
    let dead = false;
    const open: OpenSession = (asked, onReady) => {
      if (dead) throw new Error("the process is dead");
      return broker.open(asked, onReady);
    };
    const limits = { bytes: 4 << 20, age: hours(720) };
    const journal = between(await keepJournal(disk.open, limits, clock, random.fork("journal")));
    const link = startNode({
      url: "mqtt://simulated",
      open,
      node: NODE,
      version: "0.1.0",
      clock,
      wallClock: clock,
      random,
      log: silent,
      journal,
      statuses: CHANNELS,
      signal: new AbortController().signal,
      ...options,
    });
    const kill = () => {
      dead = true;
      journal.abandon();
      broker.drop(NODE);
      void link.close();
    };
    return { link, journal, kill };
  }

  return {
    clock,
    broker,
    disk,
    heard,
    cockpit,
    get link() {
      return life.link;
    },
    get journal() {
      return life.journal;
    },
    abouts: () => heard.map(({ about }) => about),
    say: (about, payload, delivery = {}) => {
      const bytes = payload instanceof Uint8Array ? payload : encode(payload);
      cockpit.publish(`${NODE}/${about}`, bytes, { qos: 1, retain: false, ...delivery });
    },
    event: (n) => life.link.update("access.contacts", { open: { [`door/${n}`]: true } }, clock.now()),
    kill: () => life.kill(),
    async start(options = {}) {
      life = await begin({ ...more, ...options });
    },
    async end() {
      await clock.run(life.link.close(), seconds(2));
      await clock.run(life.journal.close(), seconds(2));
      await clock.run(cockpit.close(), seconds(2));
    },
  };
}
