/** The wiring of a cabinet's junctions: feeds and detectors to their loops, orders to their signals, what comes of it to the link. */

import type { RequestState, VehicleWord } from "../../controllers/junction/request-model.ts";
import { wayOf } from "../../controllers/junction/request-movement.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import type { ComponentId, Reading } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { JunctionConfig } from "../config/junctions.ts";
import type { CabinetConfig } from "../config/read.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import type { SideTopics } from "../link/beside.ts";
import type { CockpitLink } from "../link/link.ts";
import type { Broker } from "../link/wire/connection.ts";
import type { SignalAdapter } from "./adapter.ts";
import { adapterOf } from "./adapters.ts";
import { decodersOf } from "./decoders.ts";
import { runDetector } from "./detectors.ts";
import { runningFeed } from "./feeds.ts";
import { openLessons } from "./lessons.ts";
import { obeyJunctions } from "./obey.ts";
import { openPlans } from "./plans.ts";
import { type JunctionRunner, junctionRunner, type Passed } from "./runner.ts";
import { junctionTeller } from "./tell.ts";

/** What a vehicle that can hear is told of its request. */
const ANSWERS: Partial<Record<RequestState, "ACK" | "NAK">> = {
  activated: "ACK",
  rejected: "NAK",
  cooldown: "NAK",
  timeout: "NAK",
};

export interface JunctionsOptions {
  readonly config: CabinetConfig;
  readonly ports: Ports;
  readonly topics: Pick<SideTopics, "feed" | "send">;
  /** Real time, for other brokers. */
  readonly wall: Clock;
  readonly log: Log;
  /** Another way to other brokers than the network; for those that are simulated. */
  readonly open?: Broker["open"];
}

export interface Junctions {
  /** Tells the cockpit, obeys it, and works the junctions until the signal aborts; then the signals are let go. */
  run(link: CockpitLink, report: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  /** By component, what happened since the start; for a technician. */
  tally(): Readonly<Record<ComponentId, Readonly<Record<string, number>>>>;
}

/** Ask before the link starts: its sessions subscribe the topics of feeds. */
export async function junctionsOf({ config, ports, topics, wall, log, open }: JunctionsOptions): Promise<Junctions> {
  const { clock, random, store } = ports;
  const { day, minutes } = localClock(config.site.timeZone);
  const hourOfWeek = (at: Instant) => hourOfDays(day(at), minutes(at));
  const others = { wall, clientId: `${config.node}/vehicles`, ...(open ? { open } : {}) };
  const all = config.junctions.map(({ junction }) => junction);
  const sources = decodersOf(config.vehicles, all, day).map(({ config: feed, decoder, answers }) => ({
    running: runningFeed(feed, decoder, { ports, topics, others, log }),
    answers,
  }));
  const plans = await openPlans(store, log);
  const lessons = await openLessons(store, log, all);
  let tell: (passed: Passed) => void = () => {};
  const junctions = await Promise.all(
    config.junctions.map(
      async (own): Promise<{ config: JunctionConfig; adapter: SignalAdapter; runner: JunctionRunner }> => {
        const { junction } = own;
        const part = log.child({ part: junction.id });
        const adapter = await adapterOf(own, { ports, node: config.node, log: part });
        const plan = plans.chosen.get(junction.id);
        const taught = lessons.taught.get(junction.id);
        const runner = junctionRunner({
          junction,
          isOurs: own.control.kind === "engine",
          adapter,
          clock,
          log: part,
          tell: (passed) => tell(passed),
          hourOfWeek,
          ...(plan === undefined ? {} : { plan }),
          ...(taught === undefined ? {} : { taught }),
        });
        return { config: own, adapter, runner };
      },
    ),
  );
  const runners = junctions.map(({ runner }) => runner);
  const learnt = () => Object.fromEntries(runners.map((runner) => [runner.junction.id, runner.learnt]));

  /** A request goes to the junction that has its movement; what follows it to all, of whom one knows it. */
  const hear = (words: readonly VehicleWord[]) => {
    for (const runner of runners) {
      const own = words.filter((word) => word.kind !== "request" || wayOf(runner.junction, word.movement) !== null);
      if (own.length > 0) runner.hear(own);
    }
  };

  return {
    async run(link, report, signal) {
      const teller = junctionTeller({
        junctions: junctions.map(({ config: { junction, control } }) => ({
          junction,
          isOurs: control.kind === "engine",
        })),
        link,
        clock,
      });
      tell = (passed) => {
        teller.passed(passed);
        for (const event of passed.decision.events) {
          if (event.kind !== "request") continue;
          const decision = ANSWERS[event.request.state];
          const source = decision && sources.find(({ running }) => running.id === event.request.source);
          const said = source?.answers?.answer(event.request.id, decision as "ACK" | "NAK", clock.now());
          if (said) source?.running.send(said);
        }
      };
      obeyJunctions({ runners, plans, link, clock });
      const watching = junctions.flatMap(({ config: { junction, detectors }, runner }) =>
        detectors.map(({ id, line }) => {
          const use = junction.detectors.find((one) => one.id === id)?.use ?? "call";
          const options = { id, use, line, ports, clock, random, log: log.child({ part: id }) };
          return runDetector(options, (occupied) => runner.detector(id, occupied), report, signal);
        }),
      );
      await Promise.all([
        ...watching,
        ...sources.map(({ running }) => running.run(hear, report, signal)),
        ...runners.map((runner) => runner.run(signal)),
        lessons.keep(learnt, clock, signal),
      ]);
      teller.close();
    },
    tally: () =>
      Object.fromEntries([
        ...runners.map((runner) => [runner.junction.id, runner.tally()] as const),
        ...sources.map(({ running }) => [running.id, running.tally()] as const),
      ]),
  };
}

/** Days since 1970-01-01, a Thursday, and minutes of the day: 0 is Monday's first hour. */
const hourOfDays = (day: number, minutes: number): number => ((day + 3) % 7) * 24 + Math.floor(minutes / 60);
