/** Two cabinets along one street, each with the real link, on one broker in memory and one virtual clock: for tests. */
import { instant, seconds } from "../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../firmware/config/read.ts";
import { startNode } from "../firmware/link/node.ts";
import { MemoryBroker } from "./broker.ts";
import { VirtualClock } from "./clock.ts";
import { type Rig, startRig } from "./rig.ts";

export const WEST = "21231/west";
export const EAST = "21231/east";
/** 23:00 in Dijon: an adaptive period. */
export const NIGHT = instant(Date.UTC(2026, 10, 18, 22));
/** What its file says: full for people, 40 % for nobody (P5 of P3), 60 % where nobody knows. */
export const [NEAR, EMPTY, SCHEDULED] = [100, 40, 60];

/** A cabinet of these parts, with one bus and an adaptive night. */
export const cabinetOf = (node: string, rest: string): CabinetConfig => {
  const read = readConfig(`
node: ${node}
site: { name: Rue du Lac, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://simulated" }
buses: [{ id: bus/1, gateway: luba, port: /dev/bus-1, fadeTime: 0.7, pollEvery: 4 }]
schedules:
  - name: night
    periods: [{ from: sunset, level: 80 }, { from: "22:00", level: 60, adaptive: true }]
${rest}`);
  if (!read.ok) throw new Error(read.problems.map(String).join("\n"));
  return read.config;
};
/** Every 30 m from 10 on. */
export const lamps = (addresses: string) => `
lamps:
  - { bus: bus/1, addresses: ${addresses}, street: rue du Lac, position: 10, every: 30, power: 42, class: P3, reducedClass: P5 }`;

/** The street runs 300 m in the west and goes on for 400 m in the east. */
export const west = cabinetOf(
  WEST,
  `
streets: [{ name: rue du Lac, length: 300 }]
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 200 }]
neighbours: [{ node: ${EAST}, border: lac, street: rue du Lac, position: 300, validity: 60 }]
${lamps("0-9")}`,
);
export const east = cabinetOf(
  EAST,
  `
streets: [{ name: rue du Lac, length: 400 }]
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 390 }]
neighbours: [{ node: ${WEST}, border: lac, street: rue du Lac, position: 0, validity: 60 }]
${lamps("0-12")}`,
);

export interface Pair {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly west: Rig;
  readonly east: Rig;
  /** Light of the eastern lamps, whole percent: that number stands at 10 + 30 n metres. */
  light(lamp: number): number;
  end(): Promise<void>;
}

/** Both run and have dimmed their empty street. */
export async function startPair(): Promise<Pair> {
  const clock = new VirtualClock(NIGHT);
  const broker = new MemoryBroker(clock);
  const start = (config: CabinetConfig) =>
    startRig({
      config,
      start: NIGHT,
      clock,
      connect: (options, process) => startNode({ ...options, open: process.session(broker.open) }),
    });
  const rigs = { west: start(west), east: start(east) };
  await clock.advance(seconds(55));
  return {
    clock,
    broker,
    ...rigs,
    light: (lamp) => Math.round(rigs.east.cabinet.light(`lamp/1/${lamp}`)),
    async end() {
      await clock.run(Promise.all([rigs.west.end(), rigs.east.end()]), seconds(3));
    },
  };
}
