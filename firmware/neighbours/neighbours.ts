/** The wiring of a cabinet's borders: what is heard of neighbours becomes counts, what is seen is shared. */
import type { Event, Reading, Site } from "../../controllers/model.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { SideTopics } from "../link/beside.ts";
import { arrivalsAt } from "./arrivals.ts";
import type { Border } from "./border.ts";
import { borderCounter } from "./border-counter.ts";
import { neighbourTopic } from "./message.ts";
import { shareAt } from "./share.ts";

export interface NeighboursOptions {
  readonly borders: readonly Border[];
  readonly site: Site;
  readonly topics: SideTopics;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Neighbours {
  /** Those who come from other cabinets, as counters. */
  readonly sensors: readonly Sensor[];
  /** What the cabinet saw and found: told to neighbours as far as it concerns them. */
  tell(readings: readonly Reading[], events: readonly Event[]): void;
  /** Shares until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Ask before the link starts: its sessions subscribe what neighbours say. */
export function neighboursOf({ borders, site, topics, clock, log }: NeighboursOptions): Neighbours {
  const { node, adaptive: law } = site;
  const arrivals = arrivalsAt(borders, site);
  const shares = borders.map((border) => shareAt({ node, border, arrivals, clock, send: topics.send }));
  for (const { id, node: other } of borders)
    if (arrivals.watchersOf(id).size === 0)
      log.warn({ border: id, reach: law.reach }, `no counter within reach: ${other} lights by its schedule there`);
  return {
    sensors: borders.map((border) => {
      const feed = topics.feed(neighbourTopic(border.node, node, border.name));
      return borderCounter({ border, law, feed, clock, log: log.child({ part: border.id }) });
    }),
    tell(readings, events) {
      for (const share of shares) share.tell(readings, events);
    },
    async run(signal) {
      await Promise.all(shares.map((share) => share.run(signal)));
    },
  };
}
