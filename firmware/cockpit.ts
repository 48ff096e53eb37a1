/** The wiring of the cockpit link: journal, who may command, certificate. */
import type { CabinetConfig } from "./config/read.ts";
import type { Clock } from "./hal/clock.ts";
import type { Certificates } from "./hal/credentials.ts";
import type { Journal } from "./hal/journal.ts";
import type { Log } from "./hal/log.ts";
import type { Ports } from "./hal/ports.ts";
import { Authority } from "./link/commands/authority.ts";
import { openKeyRing } from "./link/commands/key-ring.ts";
import type { CockpitLink } from "./link/link.ts";
import { CABINET_MODULES } from "./link/modules.ts";
import { type NodeOptions, startNode } from "./link/node.ts";
import { careForCertificate } from "./link/service/certificate-care.ts";
import { VERSION } from "./version.ts";

export interface CockpitOptions {
  readonly config: CabinetConfig;
  readonly ports: Ports;
  /** Real time, for the network. */
  readonly wall: Clock;
  readonly log: Log;
  /** MQTT user and password, for brokers that ask. */
  readonly credentials?: Pick<NodeOptions, "username" | "password" | "credentials">;
  /** Our certificate, where we have one that can be renewed. */
  readonly certificates?: Certificates;
  /** MQTT URL instead of the configuration's. */
  readonly broker?: string | undefined;
  /** The cockpit link; replaced where there is no network. */
  readonly connect?: (options: NodeOptions) => CockpitLink;
}

export interface Cockpit {
  readonly link: CockpitLink;
  readonly journal: Journal;
  /** Says `shutdown` and leaves the broker; then the journal goes. */
  close(): Promise<void>;
}

/** Throws Fault `port-busy` where another runtime has the journal. `signal` ends the link without its farewell. */
export async function startCockpit(
  options: CockpitOptions & Pick<NodeOptions, "sideTopics">,
  signal: AbortSignal,
): Promise<Cockpit> {
  const { config, ports, wall, certificates } = options;
  const { mqtt, commands } = config;
  const { clock, store } = ports;
  const log = options.log.child({ part: "link" });
  const journal = await ports.journal(config.journal);
  const ring = await openKeyRing({ configured: commands.keys, store, log });
  let renew = () => {};
  const link = (options.connect ?? startNode)({
    url: options.broker ?? [mqtt.url, ...mqtt.alternatives],
    ...(certificates && { credentials: (url) => certificates.credentials(url) }),
    ...options.credentials,
    ...(options.sideTopics ? { sideTopics: options.sideTopics } : {}),
    renewals: (begin) => {
      renew = begin;
    },
    node: config.node,
    ...(config.junctions.length > 0 ? { modules: [...CABINET_MODULES, "tlc", "tlc.priority"] } : {}),
    version: VERSION,
    clock,
    wallClock: wall,
    random: ports.random,
    log,
    journal,
    authority: new Authority({ clock, ring, ...(commands.unsigned && { unsigned: commands.unsigned }) }),
    live: config.privacy.live,
    signal,
  });
  if (certificates) void careForCertificate({ certificates, link, renew: () => renew(), clock, log, signal });
  return {
    link,
    journal,
    async close() {
      await link.close();
      await journal.close();
    },
  };
}
