/** The wiring of a cabinet: ports to drivers, drivers to the loop, its steps to the lines, its events to the link. No rule. */
import type { Event, Reading } from "../controllers/model.ts";
import { prepare } from "../controllers/prepare.ts";
import { milliseconds, seconds } from "../controllers/units.ts";
import { type CabinetConfig, siteOf } from "./config/read.ts";
import type { DaliLine } from "./dali/line.ts";
import type { Clock } from "./hal/clock.ts";
import type { Log } from "./hal/log.ts";
import type { Ports } from "./hal/ports.ts";
import { busesOf, outputsOf } from "./lines.ts";
import type { CockpitLink } from "./link/link.ts";
import { RSMP4_DRAFT } from "./link/modules.ts";
import { type NodeOptions, startNode } from "./link/node.ts";
import { type Reporter, reporter } from "./link/report.ts";
import { createLoop } from "./loop.ts";
import { modbusLines } from "./modbus/lines.ts";
import { obeyCockpit } from "./operator.ts";
import { sensorsOf } from "./sensors-of.ts";
import { serveTechnician } from "./technician/serve.ts";
import { VERSION } from "./version.ts";

/** Lamps are sent to their fail-safe level within so long at an ordered end; the whole end takes at most 2 s. */
const FAIL_SAFE_WITHIN = milliseconds(700);
const HEALTH_EVERY = seconds(60);

export interface CabinetOptions {
  readonly config: CabinetConfig;
  readonly ports: Ports;
  /** Real time, for what is not simulated: the network, and how long an end may take. */
  readonly wall: Clock;
  readonly log: Log;
  /** MQTT user and password, for brokers that ask. */
  readonly credentials?: Pick<NodeOptions, "username" | "password">;
  /** MQTT URL instead of the configuration's. */
  readonly broker?: string | undefined;
  /** Resident memory in bytes, for the health status. */
  readonly memory?: () => number;
  /** The cockpit link; replaced where there is no network. */
  readonly connect?: (options: NodeOptions) => CockpitLink;
}

/**
 * Runs a cabinet until the signal aborts; then its lamps are left at their fail-safe level and presence says `shutdown`.
 * A defect in a pass ends it the same way, and is thrown after that: nobody is left in the dark by our mistake.
 */
export async function runCabinet(options: CabinetOptions, signal: AbortSignal): Promise<void> {
  const { config, ports, wall, log } = options;
  const { clock } = ports;
  const site = prepare(siteOf(config));
  const parts = { config, ports, log, lines: modbusLines({ bytes: ports.bytes, clock }) };
  const buses = busesOf(parts);
  const lines = [...buses, ...outputsOf(parts)];
  const sensors = sensorsOf(parts);
  const working = new AbortController();
  const link = (options.connect ?? startNode)({
    url: options.broker ?? config.mqtt.url,
    ...options.credentials,
    node: config.node,
    version: VERSION,
    clock,
    wallClock: wall,
    random: ports.random,
    log: log.child({ part: "link" }),
    signal: working.signal,
  });
  const report = reporter(link, assetsOf(options), clock.now());
  const loop = createLoop({ site, clock, lines, tell: (readings, events) => tell(report, log, readings, events) });
  await obeyCockpit({ loop, link, clock, store: ports.store, log: log.child({ part: "operator" }) });

  const running = [
    ...[...lines, ...sensors].map((part) => part.run(loop.reading, working.signal)),
    tellHealth(link, options, buses, working.signal),
  ];
  if (ports.visitors) {
    const visitors = ports.visitors(working.signal);
    running.push(serveTechnician({ visitors, buses, clock: wall, log: log.child({ part: "technician" }) }));
  }
  try {
    await loop.run(signal);
  } finally {
    // No more decisions from here: what the lines are told last is the fail-safe level.
    const late = new AbortController();
    wall.sleep(FAIL_SAFE_WITHIN, "fail-safe", working.signal).then(
      () => late.abort(),
      () => {}, // done in time
    );
    await Promise.all(
      lines.map((line) =>
        line.failSafe(late.signal).catch((error) => log.error({ line: line.id, err: error }, "no fail-safe")),
      ),
    );
    await link.close();
    working.abort();
    await Promise.all(running);
  }
}

const assetsOf = ({ config }: CabinetOptions) => ({
  site: { ...config, timeZone: config.site.timeZone },
  siteName: config.site.name,
  streets: config.streets,
  contacts: config.contacts.map(({ id }) => id),
  meters: config.meters.map(({ id }) => id),
});

function tell(report: Reporter, log: Log, readings: readonly Reading[], events: readonly Event[]): void {
  for (const reading of readings) {
    if (reading.kind === "fault") log.info({ source: reading.source, fault: reading.fault }, "fault");
    report.reading(reading);
  }
  for (const event of events) {
    if (event.kind === "alarm")
      log.warn({ code: event.code, component: event.component, active: event.active }, "alarm");
    else log.debug(event, event.kind);
    report.event(event);
  }
}

async function tellHealth(
  link: CockpitLink,
  options: CabinetOptions,
  buses: readonly DaliLine[],
  signal: AbortSignal,
): Promise<void> {
  const { clock } = options.ports;
  const since = clock.monotonic();
  while (!signal.aborted) {
    const values = {
      version: VERSION,
      draft: RSMP4_DRAFT,
      clockSet: clock.isSet(),
      clock: clock.quality(),
      uptime: Math.round((clock.monotonic() - since) / 1000),
      ...(options.memory ? { rss: Math.round(options.memory() / 1e6) } : {}),
    };
    link.update("cabinet.health", values, clock.now());
    const used = buses.flatMap(({ id, utilisation }): [string, number][] =>
      utilisation === null ? [] : [[id, Math.round(utilisation * 100)]],
    );
    if (used.length > 0) link.update("lighting.buses", { utilisation: Object.fromEntries(used) }, clock.now());
    await clock.sleep(HEALTH_EVERY, "health", signal).catch(() => {});
  }
}
