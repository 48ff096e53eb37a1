/** The wiring of a cabinet: ports to drivers, drivers to the loop, its steps to the lines, its events to the link. No rule. */
import type { ComponentId, Event, Reading } from "../controllers/model.ts";
import { prepare } from "../controllers/prepare.ts";
import { milliseconds, seconds } from "../controllers/units.ts";
import { type CabinetConfig, siteOf } from "./config/read.ts";
import { type DaliLine, daliLine } from "./dali/line.ts";
import { connection } from "./gateways/connect.ts";
import { gateways } from "./gateways/list.ts";
import type { Clock } from "./hal/clock.ts";
import type { LampLine } from "./hal/lamp-line.ts";
import type { Log } from "./hal/log.ts";
import type { Ports } from "./hal/ports.ts";
import type { Sensor } from "./hal/sensor.ts";
import type { CockpitLink } from "./link/link.ts";
import { RSMP4_DRAFT } from "./link/modules.ts";
import { type NodeOptions, startNode } from "./link/node.ts";
import { type Reporter, reporter } from "./link/report.ts";
import { createLoop } from "./loop.ts";
import { obeyCockpit } from "./operator.ts";
import { OUTPUTS } from "./outputs/list.ts";
import { contact } from "./sensors/contact.ts";
import { COUNTERS, METERS } from "./sensors/list.ts";
import { serveTechnician } from "./technician/serve.ts";
import { VERSION } from "./version.ts";

/** Lamps are sent to their fail-safe level within so long at an ordered end; the whole end takes at most 2 s. */
const FAIL_SAFE_WITHIN = milliseconds(700);
const HEALTH_EVERY = seconds(60);
/** 0-10 V lamps fade as DALI lamps do by default. */
const FADE_TIME = seconds(2);

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
  const buses = busesOf(options);
  const lines = [...buses, ...outputsOf(options)];
  const sensors = sensorsOf(options);
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
    tellHealth(link, options, working.signal),
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

const lineOptions = ({ config, ports, log }: CabinetOptions, id: ComponentId) => ({
  id,
  clock: ports.clock,
  random: ports.random,
  log: log.child({ part: id }),
  failSafe: config.failSafe,
});

const lampsOf = ({ config }: CabinetOptions, line: ComponentId) => config.lamps.filter((lamp) => lamp.line === line);

const busesOf = (options: CabinetOptions): DaliLine[] =>
  options.config.buses.map((bus) => {
    const gateway = gateways.find(({ name }) => name === bus.gateway);
    if (!gateway) throw new TypeError(`gateway ${bus.gateway}: allowed ${gateways.map(({ name }) => name).join(", ")}`);
    return daliLine({
      ...lineOptions(options, bus.id),
      open: connection(gateway, bus, options.ports, options.log.child({ part: bus.id })),
      lamps: lampsOf(options, bus.id),
      fadeTime: bus.fadeTime,
      pollEvery: bus.pollEvery,
    });
  });

const outputsOf = (options: CabinetOptions): LampLine[] =>
  options.config.outputs.map((output) =>
    OUTPUTS[output.kind].create({
      ...lineOptions(options, output.id),
      i2c: () => options.ports.i2c(output.i2c.adapter),
      address: output.i2c.address,
      lamps: lampsOf(options, output.id).map(({ id, address }) => ({ id, channel: address })),
      fadeTime: FADE_TIME,
    }),
  );

function sensorsOf({ config, ports, log }: CabinetOptions): Sensor[] {
  const { clock, random } = ports;
  const common = ({ id }: { id: string }) => ({ id, clock, random, log: log.child({ part: id }) });
  return [
    ...config.counters.map((counter) => {
      if ("pin" in counter) {
        const { pin, activeWhen } = counter;
        return COUNTERS[counter.kind].create({ ...common(counter), edges: () => ports.edges(pin), activeWhen });
      }
      const { line, create } = COUNTERS[counter.kind];
      return create({ ...common(counter), port: ports.bytes(counter.port, line) });
    }),
    ...config.meters.map((meter) => {
      if ("i2c" in meter) {
        const { i2c, shunt } = meter;
        const bus = () => ports.i2c(i2c.adapter);
        return METERS[meter.kind].create({ ...common(meter), i2c: bus, address: i2c.address, shunt });
      }
      const { line, create } = METERS[meter.kind];
      const { address, phases, baud } = meter;
      return create({ ...common(meter), port: ports.bytes(meter.port, { ...line, baud }), address, phases });
    }),
    ...config.contacts.map((door) =>
      contact({ ...common(door), input: () => ports.input(door.pin), openWhen: door.openWhen }),
    ),
  ];
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

async function tellHealth(link: CockpitLink, options: CabinetOptions, signal: AbortSignal): Promise<void> {
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
    await clock.sleep(HEALTH_EVERY, "health", signal).catch(() => {});
  }
}
