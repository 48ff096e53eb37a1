/**
 * What the begin of a session costs on a cabinet's link: of its own, after the network failed, and of a supervisor, which asks it for
 * what it missed. The real runtime after half a day of a street; counted as in link-bytes.
 */
import { type Duration, hours, instant, minutes, seconds } from "../../controllers/units.ts";
import { startNode } from "../../firmware/link/node.ts";
import { connectSupervisor, type Positions } from "../../firmware/link/supervisor.ts";
import { parseTopic } from "../../firmware/link/topic.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import type { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { startRig } from "../../sim/rig.ts";
import type { Figure } from "./line.ts";
import { Meter } from "./link-meter.ts";
import { benchStreet } from "./link-street.ts";

/** Most bytes of a session of the node's own, and of a supervisor's at it. */
const NODE_TARGET = 6000;
const SUPERVISOR_TARGET = 3000;
/** A Wednesday in March, three minutes past a quarter: nothing periodic is due while it is counted, in the night after. */
const START = instant(Date.UTC(2026, 2, 18, 11, 3));
const BEFORE = hours(14);
const NODE = "21231/cab-0117";

/** Bytes on the node's link by what they are about. */
type Bytes = ReadonlyMap<string, number>;

export interface Sessions {
  /** The node comes back after the network failed for some seconds. */
  readonly node: Bytes;
  /** A supervisor comes for the first time; and again, after it was away for five minutes. */
  readonly first: Bytes;
  readonly again: Bytes;
  /** Fetches of each of the two. */
  readonly fetches: readonly [number, number];
  /** Entries and events that the supervisor was given in the second. */
  readonly given: number;
}

/** `lamps`: on each of two buses. `before`: how long the cabinet runs first. */
export async function countSessions(lamps = 64, before: Duration = BEFORE): Promise<Sessions> {
  let broker: MemoryBroker | undefined;
  let meter: Meter | undefined;
  const rig = startRig({
    config: benchStreet(lamps),
    start: START,
    people: 60,
    connect: (options) => {
      const clock = options.wallClock as VirtualClock;
      broker = new MemoryBroker(clock);
      broker.keepsSessions = true;
      meter = new Meter(() => clock.monotonic());
      return startNode({ ...options, url: "mqtt://counted", open: meter.wrap(broker.open) });
    },
  });
  const { clock } = rig;
  for (let passed = 0; passed < before; passed += minutes(10)) await clock.advance(minutes(10));
  if (!broker || !meter) throw new Error("no link");
  const { open, drop } = { open: broker.open, drop: broker.drop.bind(broker) };
  let fetches = 0;
  broker.watch = (_, topic) => {
    if (parseTopic(topic)?.type === "fetch") fetches++;
  };
  const { byCode } = meter;
  const spent = async (begin: () => void): Promise<Bytes> => {
    const before = new Map(byCode);
    fetches = 0;
    begin();
    await clock.advance(minutes(2));
    return new Map([...byCode].map(([about, bytes]) => [about, bytes - (before.get(about) ?? 0)] as const));
  };
  let given = 0;
  const connect = (resume: Positions) =>
    connectSupervisor({
      url: "mqtt://counted",
      open,
      id: "cockpit",
      clock,
      random: new SeededRandom(3),
      resume,
      onEntry: () => given++,
      onAlarm: () => given++,
    });

  const node = await spent(() => drop(NODE));
  let supervisor = connect(new Map());
  const first = await spent(() => {});
  const asked = fetches;
  const positions = supervisor.positions();
  await clock.run(supervisor.close(), seconds(5));
  await clock.advance(minutes(5));
  given = 0;
  const again = await spent(() => {
    supervisor = connect(positions);
  });
  await clock.run(supervisor.close(), seconds(5));
  await clock.run(rig.end(), seconds(5));
  return { node, first, again, fetches: [asked, fetches], given };
}

const sum = (bytes: Bytes): number => bytes.values().reduce((all, one) => all + one, 0);
const partsOf = (bytes: Bytes) =>
  Object.fromEntries([...bytes].filter(([, one]) => one > 0).sort(([, a], [, b]) => b - a));

/** Of `make bench-link`. */
export async function sessionFigures(): Promise<readonly Figure[]> {
  const { node, first, again, fetches } = await countSessions();
  const figure = (name: string, bytes: Bytes, target: number, more: Figure["parts"] = {}): Figure => ({
    name: `begin of a session, ${name}`,
    value: sum(bytes),
    unit: "bytes",
    target,
    parts: { ...more, ...partsOf(bytes) },
  });
  return [
    figure("node", node, NODE_TARGET),
    figure("supervisor, the first", first, SUPERVISOR_TARGET, { fetches: fetches[0] }),
    figure("supervisor, back after five minutes", again, SUPERVISOR_TARGET, { fetches: fetches[1] }),
  ];
}
