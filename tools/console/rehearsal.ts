/**
 * For tests of the page: a broker, a cabinet's RSMP node with the demonstration's assets but no lamps behind it, and a
 * simulator's WebSocket that says what the test says. The page cannot tell.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { hours, instant } from "../../controllers/units.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { keepJournal } from "../../firmware/hal/journal-keeper.ts";
import { silent } from "../../firmware/hal/log.ts";
import { Authority } from "../../firmware/link/commands/authority.ts";
import { type CommandKey, openKeyRing } from "../../firmware/link/commands/key-ring.ts";
import type { CockpitLink } from "../../firmware/link/link.ts";
import { CABINET_MODULES, type StatusValues } from "../../firmware/link/modules.ts";
import { startNode } from "../../firmware/link/node.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { parseRequest, type SimulatorMessage, type SimulatorRequest } from "../../sim/control.ts";
import { memoryDisk } from "../../sim/journal.ts";
import { memoryStore } from "../../sim/ports.ts";
import { SeededRandom } from "../../sim/random.ts";
import { openWebSocketDoor, startBroker } from "../broker.ts";
import { type Console, serveConsole } from "./server.ts";

export const NODE = "21231/cab-0117";
export const LIBERTE = "rue de la Liberté";
export const MUSETTE = "rue Musette";
const STREETS = [
  { name: LIBERTE, length: 300 },
  { name: MUSETTE, length: 150 },
];
const FULL = 42;

/** 24 lamps on two lines and a pair on an analogue output, as in the demonstration. */
export const LAMPS: Readonly<Record<string, { street: string; position: number; line: string; group: string }>> = {
  ...row("lamp/1", "bus/1", 0, 12, LIBERTE, 12.5, 25, "liberte-north"),
  ...row("lamp/2", "bus/2", 0, 6, MUSETTE, 12.5, 25, "musette"),
  ...row("lamp/2", "bus/2", 6, 6, LIBERTE, 25, 50, "liberte-south"),
  ...row("lamp/dac", "output/1", 0, 2, LIBERTE, 145, 10, "corner"),
};

function row(
  name: string,
  line: string,
  first: number,
  count: number,
  street: string,
  from: number,
  every: number,
  group: string,
) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${name}/${first + i}`,
      { street, position: from + every * i, line, group },
    ]),
  );
}

export const COUNTERS = {
  "counter/1": { street: LIBERTE, position: 5 },
  "counter/2": { street: LIBERTE, position: 140 },
  "counter/3": { street: LIBERTE, position: 295 },
  "counter/4": { street: MUSETTE, position: 145 },
};

export interface Rehearsal {
  readonly page: Console;
  readonly link: CockpitLink;
  /** The wall clock of broker, cabinet and page alike. */
  readonly clock: Clock;
  /** Light of lamps, percent of full, with a reason; and the power that goes with it. */
  light(levels: Readonly<Record<string, number>>, reason: string): void;
  /** What pages asked of the simulator, or why it was refused. */
  readonly asked: (SimulatorRequest | string)[];
  /** Says something to every page. */
  say(message: SimulatorMessage): void;
  /** Ends the simulator, as a crash would. */
  stopSimulator(): Promise<void>;
  /** May be called twice. */
  close(): Promise<void>;
}

/** Starts everything on free ports of loopback. With `keys` the cabinet believes them, and nobody without a signature; without them all. */
export async function rehearse(
  keys?: readonly CommandKey[],
  junctions: StatusValues<"cabinet.inventory">["junctions"] = {},
): Promise<Rehearsal> {
  const clock = systemClock;
  const broker = await startBroker(0);
  const door = await openWebSocketDoor(broker.url, 0);
  const ending = new AbortController();
  const limits = { bytes: 4e6, age: hours(24) };
  const journal = await keepJournal(memoryDisk().open, limits, clock, new SeededRandom(2));
  const ring = keys && (await openKeyRing({ configured: keys, store: memoryStore(), log: silent }));
  const link = startNode({
    url: broker.url,
    node: NODE,
    version: "0.1.0",
    ...(Object.keys(junctions).length > 0 ? { modules: [...CABINET_MODULES, "tlc", "tlc.priority"] } : {}),
    clock,
    wallClock: clock,
    random: new SeededRandom(1),
    log: silent,
    journal,
    live: "anyone",
    // The page that is rehearsed calls itself cockpit/console-...
    authority: new Authority({ clock, ...(ring ? { ring } : { unsigned: "cockpit" }) }),
    signal: ending.signal,
  });
  link.setInventory([...Object.keys(LAMPS), ...Object.keys(COUNTERS), ...Object.keys(junctions)]);
  link.update(
    "cabinet.inventory",
    {
      site: "Dijon, rue de la Liberté",
      timeZone: "Europe/Paris",
      streets: STREETS,
      joins: [{ a: { street: LIBERTE, position: 150 }, b: { street: MUSETTE, position: 0 } }],
      lamps: Object.fromEntries(Object.entries(LAMPS).map(([id, lamp]) => [id, { ...lamp, power: FULL, class: "P3" }])),
      counters: COUNTERS,
      zones: {},
      junctions,
      contacts: ["door/1"],
      meters: ["meter/1"],
    },
    clock.now(),
  );

  const simulator = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(simulator, "listening");
  const asked: (SimulatorRequest | string)[] = [];
  simulator.on("connection", (socket) => {
    socket.on("message", (data) => {
      const parsed = parseRequest(String(data), new Map(STREETS.map(({ name, length }) => [name, length])));
      asked.push(parsed.ok ? parsed.value : parsed.error);
    });
  });

  const page = await serveConsole({
    port: 0,
    brokerUrl: door.url,
    simulatorUrl: `ws://127.0.0.1:${(simulator.address() as AddressInfo).port}`,
    node: NODE,
  });
  const stopSimulator = async () => {
    for (const socket of simulator.clients) socket.terminate();
    await new Promise((done) => simulator.close(done));
  };
  let closing: Promise<void> | undefined;
  const lit = new Map(Object.keys(LAMPS).map((id) => [id, 0]));

  return {
    page,
    link,
    clock,
    asked,
    light(levels, reason) {
      const ids = Object.keys(levels);
      for (const [id, level] of Object.entries(levels)) lit.set(id, level);
      const map = <V>(value: (id: string) => V) => Object.fromEntries(ids.map((id) => [id, value(id)]));
      const at = instant(clock.now());
      link.update(
        "lighting.lamps",
        {
          actualLightState: levels,
          targetLightCommand: levels,
          reason: map(() => reason),
          lampFailure: map(() => false),
          controlGearCommFailure: map(() => false),
        },
        at,
      );
      const lampPower = [...lit.values()].reduce((sum, level) => sum + (FULL * level) / 100, 0);
      const fullPower = lit.size * FULL;
      link.update("energy.power", { lampPower, fullPower, activePower: { "meter/1": lampPower * 1.02 } }, at);
    },
    say(message) {
      for (const socket of simulator.clients) socket.send(JSON.stringify(message));
    },
    stopSimulator,
    close() {
      closing ??= (async () => {
        ending.abort();
        await link.close();
        await journal.close();
        await Promise.all([stopSimulator(), page.close(), door.close(), broker.close()]);
      })();
      return closing;
    },
  };
}
