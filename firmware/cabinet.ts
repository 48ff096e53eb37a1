/** The wiring of a cabinet: ports to drivers, drivers to the loop, its steps to the lines, its events to the link. No rule. */

import { lampPower } from "../controllers/lighting/energy.ts";
import type { Event, Lamp, Reading } from "../controllers/model.ts";
import { prepare } from "../controllers/prepare.ts";
import { type Duration, type Level, milliseconds } from "../controllers/units.ts";
import { type CockpitOptions, startCockpit } from "./cockpit.ts";
import { siteOf } from "./config/read.ts";
import { openBooks } from "./energy/books.ts";
import { tellEnergy } from "./energy/tell.ts";
import type { Forecaster, ForecasterOptions } from "./forecast/forecaster.ts";
import { peopleBook } from "./forecast/people-book.ts";
import type { Log } from "./hal/log.ts";
import type { Machine } from "./hal/machine.ts";
import type { ServiceManager } from "./hal/service.ts";
import { LampCounter } from "./health/lamp-counts.ts";
import { metricsOf } from "./health/metrics.ts";
import { OPENMETRICS, openMetrics } from "./health/openmetrics.ts";
import { type Health, watchHealth } from "./health/tell.ts";
import { keepWatchdog } from "./health/watchdog.ts";
import type { Junctions } from "./junction/junctions.ts";
import { busesOf, outputsOf } from "./lines.ts";
import { type SideTopics, sideTopics } from "./link/beside.ts";
import { RSMP4_DRAFT } from "./link/modules.ts";
import type { NodeOptions } from "./link/node.ts";
import { type Reporter, reporter } from "./link/report.ts";
import { createLoop } from "./loop.ts";
import { modbusLines } from "./modbus/lines.ts";
import { neighboursOf } from "./neighbours/neighbours.ts";
import { obeyCockpit } from "./operator.ts";
import { provenBook } from "./proven.ts";
import { sensorsOf } from "./sensors-of.ts";
import { serveTechnician } from "./technician/serve.ts";
import { VERSION } from "./version.ts";

/** Lamps are sent to their fail-safe level within so long at an ordered end; the whole end takes at most 2 s. */
const FAIL_SAFE_WITHIN = milliseconds(700);

export interface CabinetOptions extends CockpitOptions {
  /** Another way to the brokers of vehicles than the network; for those that are simulated. */
  readonly openOther?: NonNullable<NodeOptions["open"]>;
  /** The machine under us, for its health. */
  readonly machine?: Machine;
  /** Who keeps us running; absent: nobody who wants to be told. */
  readonly service?: ServiceManager;
  /** What computes forecasts, where they are configured; absent: a thread of its own. */
  readonly forecastEngine?: ForecasterOptions["engine"];
  /** Shows the metrics until the signal aborts. Rejects with Fault `port-busy`, `port-denied`. */
  readonly showMetrics?: (exposition: Exposition, signal: AbortSignal) => Promise<void>;
}

/** What is shown at each request: its media type and its text. */
export interface Exposition {
  readonly type: string;
  body(): string;
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
  const topics = sideTopics();
  const around = neighboursOf({ borders: config.neighbours, site: site.site, topics, clock, log });
  const sensors = [...sensorsOf(parts, topics), ...around.sensors];
  const junctions = await junctionsOf(options, topics);
  const working = new AbortController();
  const { link, journal, close } = await startCockpit({ ...options, sideTopics: topics }, working.signal);
  const lamps = new LampCounter(site.site.lamps);
  const forecast = config.forecast && (await forecasterOf(options, config.forecast.budget));
  const upkeep = upkeepsOf(config);
  const books = await openBooks({
    site: { ...config, lamps: site.site.lamps },
    upkeep,
    clock,
    store: ports.store,
    log: log.child({ part: "energy" }),
  });
  const power = (lamp: Lamp, light: Level) => lampPower(lamp, books.gear.toGear(lamp, light));
  const people = forecast && peopleBook(config.privacy.zones, ports.store, log.child({ part: "forecast" }));
  const released = people && { released: people.released };
  const report = reporter(link, { ...assetsOf(options), power, ...released }, clock.now());
  const loop = createLoop({
    site,
    clock,
    lines,
    ...(upkeep.size > 0 && { gear: books.gear }),
    proven: await provenBook(ports.store, log),
    tell(readings, events) {
      for (const reading of readings) lamps.reading(reading);
      tell(report, log, readings, events);
      for (const event of events) if (event.kind === "footfall") forecast?.footfall(event);
      for (const reading of readings) people?.reading(reading);
      people?.pass(clock.now());
      around.tell(readings, events);
    },
  });
  await obeyCockpit({ loop, link, clock, store: ports.store, log: log.child({ part: "operator" }) });
  tellEnergy({ books, link });
  const health = watchHealth({
    version: VERSION,
    draft: RSMP4_DRAFT,
    clock,
    link,
    log,
    buses,
    journal: () => journal.health,
    lamps: () => lamps.counts(),
    ...(options.machine && { machine: options.machine }),
  });

  const heard = (reading: Reading) => {
    books.reading(reading);
    loop.reading(reading);
  };
  const running = [
    ...[...lines, ...sensors].map((part) => part.run(heard, working.signal)),
    health.run(working.signal),
    books.run(working.signal),
    around.run(working.signal),
  ];
  const leaving = new AbortController();
  // A street is not left in the dark for a junction's sake.
  const ofJunctions = (error: unknown) => log.error({ err: error }, "junctions ended by a defect");
  const left = junctions ? junctions.run(link, heard, leaving.signal).catch(ofJunctions) : Promise.resolve();
  running.push(left);
  if (forecast) running.push(forecast.run(loop.reading, working.signal));
  const { service, showMetrics } = options;
  if (showMetrics) {
    const shown = showMetrics({ type: OPENMETRICS, body: () => metricsText(health) }, working.signal);
    // A street is not left in the dark for want of figures.
    running.push(shown.catch((error) => log.error({ err: error }, "no metrics")));
  }
  if (service) {
    const watch = { service, clock: wall, pass: () => loop.cancel([]), status: () => health.summary(), log };
    running.push(keepWatchdog(watch, working.signal));
  }
  if (ports.visitors) {
    const visitors = ports.visitors(working.signal);
    running.push(serveTechnician({ visitors, buses, clock: wall, log: log.child({ part: "technician" }) }));
  }
  try {
    await loop.run(signal);
  } finally {
    void service?.tell("stopping");
    // No more decisions from here: what the lines are told last is the fail-safe level.
    const late = new AbortController();
    wall.sleep(FAIL_SAFE_WITHIN, "fail-safe", working.signal).then(
      () => late.abort(),
      () => {}, // done in time
    );
    leaving.abort();
    await Promise.all([
      ...lines.map((line) =>
        line.failSafe(late.signal).catch((error) => log.error({ line: line.id, err: error }, "no fail-safe")),
      ),
      Promise.race([left, new Promise<void>((resolve) => late.signal.addEventListener("abort", () => resolve()))]),
    ]);
    await close();
    working.abort();
    await Promise.all(running);
  }
}

/** Read in only where it is configured: the networks take memory. */
async function forecasterOf(
  { config, ports, log, forecastEngine }: CabinetOptions,
  budget: Duration,
): Promise<Forecaster> {
  const { forecaster } = await import("./forecast/forecaster.ts");
  const { clock, store } = ports;
  const engine = forecastEngine ?? (async () => (await import("./inference/forecast-thread.ts")).startForecastThread());
  const counters = config.counters.map(({ id }) => id);
  const { timeZone } = config.site;
  return forecaster({ counters, timeZone, clock, store, log: log.child({ part: "forecast" }), engine, budget });
}

/** Read in only where there are junctions or what asks for priority. */
async function junctionsOf(
  { config, ports, wall, log, openOther }: CabinetOptions,
  topics: SideTopics,
): Promise<Junctions | undefined> {
  if (config.junctions.length === 0) return undefined;
  const { junctionsOf: open } = await import("./junction/junctions.ts");
  return open({ config, ports, topics, wall, log, ...(openOther ? { open: openOther } : {}) });
}

const upkeepsOf = ({ lamps }: CabinetOptions["config"]) =>
  new Map(lamps.flatMap(({ id, upkeep }) => (upkeep ? [[id, upkeep] as const] : [])));

const assetsOf = ({ config }: CabinetOptions) => ({
  site: { ...config, timeZone: config.site.timeZone },
  siteName: config.site.name,
  zones: config.privacy.zones,
  streets: config.streets,
  groups: config.groups,
  contacts: config.contacts.map(({ id }) => id),
  meters: config.meters.map(({ id }) => id),
  junctions: config.junctions.map(({ junction }) => junction),
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

function metricsText(health: Health): string {
  const figures = health.latest();
  return openMetrics(figures ? metricsOf(figures) : []);
}
