/** The catalogue: one line per feed. `by` is how it comes; `line` how its serial line is set where the configuration does not say. */
import type { LineSettings } from "../hal/bytes.ts";
import type { Feed } from "./feed.ts";
import { gtfsRealtimeFeed } from "./gtfs-realtime.ts";
import { hfpFeed } from "./hfp.ts";
import { loopFeed } from "./loops.ts";
import { r09Feed } from "./r09.ts";
import { requestFeed } from "./rsmp-request.ts";

/** Messages with their topic; pages, of an address or a topic; a serial line; detectors; commands on the cockpit's link. */
export type Way = "messages" | "pages" | "bytes" | "detectors" | "commands";

interface Kind {
  readonly by: Way;
  readonly line?: LineSettings;
  // Each kind has its own options, and its own of what it is given: `by` tells which.
  readonly create: (options: never) => Feed<never>;
}

export const FEEDS = {
  hfp: { by: "messages", create: hfpFeed },
  "gtfs-rt": { by: "pages", create: gtfsRealtimeFeed },
  r09: { by: "bytes", line: { baud: 9600 }, create: r09Feed },
  loops: { by: "detectors", create: loopFeed },
  m0022: { by: "commands", create: requestFeed },
} as const satisfies Record<string, Kind>;

export type FeedName = keyof typeof FEEDS;
