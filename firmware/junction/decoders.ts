/** What decodes each feed of the configuration, with what the cabinet knows of its vehicles and its streets. */
import type { Junction, Place } from "../../controllers/junction/model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { VehicleFeedConfig } from "../config/junctions-feeds.ts";
import type { FeedOptions } from "../vehicles/feed.ts";
import type { HfpFeed } from "../vehicles/hfp.ts";
import { FEEDS } from "../vehicles/list.ts";
import { dailyPseudonyms } from "../vehicles/pseudonym.ts";
import type { Decoder } from "./feeds.ts";

/** So far beside the ways of priority vehicles a place still matters, degrees of latitude: some 300 m, for bad fixes. */
const MARGIN = 0.003;
/** Bytes of the day's secret of pseudonyms. */
const SECRET = 32;

export interface VehicleDecoder {
  readonly config: VehicleFeedConfig;
  readonly decoder: Decoder;
  /** Where the feed's requests are answered. */
  readonly answers?: HfpFeed;
}

/** All feeds share the pseudonyms of a day, whose secret is in memory only: after a restart vehicles have other names. */
export function decodersOf(
  vehicles: readonly VehicleFeedConfig[],
  junctions: readonly Junction[],
  day: (at: Instant) => number,
): VehicleDecoder[] {
  const pseudonyms = dailyPseudonyms({ key: () => globalThis.crypto.getRandomValues(new Uint8Array(SECRET)), day });
  const near = nearAny(junctions);
  return vehicles.map((config) => decoderOf(config, { source: config.id, pseudonyms, near }));
}

function decoderOf(config: VehicleFeedConfig, options: FeedOptions): VehicleDecoder {
  switch (config.kind) {
    case "hfp": {
      const feed = FEEDS.hfp.create(options);
      return { config, decoder: { by: "message", feed }, answers: feed };
    }
    case "gtfs-rt":
      return { config, decoder: { by: "bytes", feed: FEEDS["gtfs-rt"].create(options) } };
    case "r09":
      return { config, decoder: { by: "bytes", feed: FEEDS.r09.create(options) } };
  }
}

/** Whether a place is about where some approach is. */
function nearAny(junctions: readonly Junction[]): (place: Place) => boolean {
  const boxes = junctions.flatMap(({ approaches }) =>
    approaches
      .filter(({ line }) => line.length > 0)
      .map(({ line }) => {
        const latitudes = line.map(({ latitude }) => latitude);
        const longitudes = line.map(({ longitude }) => longitude);
        const wider = MARGIN / Math.max(0.1, Math.cos((Math.max(...latitudes.map(Math.abs)) * Math.PI) / 180));
        return {
          south: Math.min(...latitudes) - MARGIN,
          north: Math.max(...latitudes) + MARGIN,
          west: Math.min(...longitudes) - wider,
          east: Math.max(...longitudes) + wider,
        };
      }),
  );
  return ({ latitude, longitude }) =>
    boxes.some(
      ({ south, north, west, east }) =>
        latitude >= south && latitude <= north && longitude >= west && longitude <= east,
    );
}
