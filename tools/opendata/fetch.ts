/** Asks a cabinet, through its broker, for what it has kept of what open data is made of. RSMP 4 draft, "Fetch". */
import { join } from "node:path";
import { duration, hours, type Instant, instant } from "../../controllers/units.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { connectSupervisor } from "../../firmware/link/supervisor.ts";
import type { OpenSession } from "../../firmware/link/wire/connection.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { readCredentials } from "../../firmware/linux/credentials.ts";
import { SOURCES, type Told } from "./entries.ts";

export interface FetchOptions {
  readonly config: Pick<CabinetConfig, "node" | "mqtt"> & Partial<Pick<CabinetConfig, "junctions">>;
  readonly span: { readonly from: Instant; readonly to: Instant };
  readonly random: Random;
  readonly broker?: string | undefined;
  /** Of certificate.pem, key.pem and ca.pem. */
  readonly folder?: string | undefined;
  readonly id?: string | undefined;
  readonly clock?: Clock;
  /** Replaced where the broker is simulated. */
  readonly open?: OpenSession;
}

const CONNECTED_WITHIN = duration(20_000);
/** A window is told at its end at the latest a day after its begin, and complete ones once a day. */
const LATER = hours(25);

/** What it told, in the order of time for each channel; or in words why it could not be had. */
export async function fetchEntries(options: FetchOptions): Promise<readonly Told[] | string> {
  const { config, span, random, folder, clock = systemClock, open } = options;
  const { node } = config;
  const files = folder && {
    ca: join(folder, "ca.pem"),
    certificate: join(folder, "certificate.pem"),
    key: join(folder, "key.pem"),
  };
  const supervisor = connectSupervisor({
    url: options.broker ?? config.mqtt.url,
    ...(files ? { credentials: () => readCredentials(files) } : {}),
    ...(open ? { open } : {}),
    id: options.id ?? "opendata",
    nodes: [node],
    clock,
    random,
  });
  const late = new AbortController();
  try {
    const timeOut = clock.sleep(CONNECTED_WITHIN, "open data", late.signal).then(
      () => false,
      () => false,
    );
    if (!(await Promise.race([supervisor.ready.then(() => true), timeOut]))) return "no broker answers";
    const all: Told[] = [];
    const until = instant(span.to + LATER);
    for (const { code, channel } of SOURCES) {
      if (code.startsWith("tlc.") && !config.junctions?.length) continue;
      const answer = await supervisor.fetch(node, code, { from: span.from, to: until }, channel);
      if (!answer.ok) return `${code}${channel === undefined ? "" : `/${channel}`}: ${answer.error.message}`;
      for (const { ts, values } of answer.entries)
        all.push({ node, code, ...(channel === undefined ? {} : { channel }), ts, values });
    }
    return all;
  } finally {
    late.abort();
    await supervisor.close();
  }
}
