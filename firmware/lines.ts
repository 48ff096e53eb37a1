/** The lamp lines of a cabinet, each with what the configuration says of it. */
import type { ComponentId, Site } from "../controllers/model.ts";
import { seconds } from "../controllers/units.ts";
import { daliGroups, daliScenes, wantedSettings } from "./config/gear-settings.ts";
import type { BusConfig, LampConfig } from "./config/model.ts";
import type { OutputConfig } from "./config/outputs.ts";
import type { CabinetConfig } from "./config/read.ts";
import type { WantedSettings } from "./dali/audit/settings.ts";
import { type DaliLine, daliLine } from "./dali/line.ts";
import { connection } from "./gateways/connect.ts";
import { gateways } from "./gateways/list.ts";
import type { LampLine } from "./hal/lamp-line.ts";
import type { Log } from "./hal/log.ts";
import type { Ports } from "./hal/ports.ts";
import type { ModbusLines } from "./modbus/lines.ts";
import { MODBUS_OUTPUTS, OUTPUTS } from "./outputs/list.ts";
import type { OutputOptions } from "./outputs/options.ts";

/** 0-10 V lamps fade as DALI lamps do by default. */
const FADE_TIME = seconds(2);

/** What the parts of a cabinet are made of. */
export interface Parts {
  readonly config: CabinetConfig;
  readonly ports: Ports;
  /** The Modbus lines, shared by all that are on one. */
  readonly lines: ModbusLines;
  readonly log: Log;
}

/** The DALI buses. Throws TypeError for a gateway that is in no list. */
export const busesOf = (parts: Parts): DaliLine[] =>
  parts.config.buses.map((bus) => {
    const { ports, lines } = parts;
    const gateway = gateways.find(({ name }) => name === bus.gateway);
    if (!gateway) throw new TypeError(`gateway ${bus.gateway}: allowed ${gateways.map(({ name }) => name).join(", ")}`);
    const common = lineOptions(parts, bus.id);
    const lamps = lampsOf(parts, bus.id);
    return daliLine({
      ...common,
      open: connection(gateway, bus, { ...ports, lines }, common.log),
      lamps,
      fadeTime: bus.fadeTime,
      pollEvery: bus.pollEvery,
      pollShare: bus.pollShare,
      settings: settingsOf(bus, lamps, parts.config),
      mend: bus.audit === "repair",
      inputs: parts.config.inputs.filter((input) => input.bus === bus.id),
    });
  });

/** What is compared, by short address. Groups and scenes are the cabinet's to give only where it may write them. */
function settingsOf(
  bus: BusConfig,
  lamps: readonly LampConfig[],
  { schedules, calendars }: Pick<Site, "schedules" | "calendars">,
): ReadonlyMap<number, WantedSettings> {
  if (bus.audit === "off") return new Map();
  if (bus.audit === "check") return new Map(lamps.map((lamp) => [lamp.address, wantedSettings(bus, lamp)]));
  const groups = daliGroups(lamps);
  const scenes = daliScenes(lamps, schedules, groups, calendars);
  return new Map(lamps.map((lamp) => [lamp.address, wantedSettings(bus, lamp, groups, scenes)]));
}

/** The 0-10 V outputs. */
export const outputsOf = (parts: Parts): LampLine[] =>
  parts.config.outputs.map((output) => {
    const { ports, lines } = parts;
    const options = outputOptions(parts, output);
    if ("i2c" in output) {
      const { kind, i2c } = output;
      return OUTPUTS[kind].create({ ...options, i2c: () => ports.i2c(i2c.adapter), address: i2c.address });
    }
    const { kind, port, address, baud, safety } = output;
    const { create, settings } = MODBUS_OUTPUTS[kind];
    return create({
      ...options,
      lines,
      port,
      settings: { ...settings, baud },
      address,
      ...(safety === undefined ? {} : { safety }),
    });
  });

function outputOptions(parts: Parts, { id, relays, readBack }: OutputConfig): OutputOptions {
  const { ports } = parts;
  return {
    ...lineOptions(parts, id),
    lamps: lampsOf(parts, id).map(({ id: lamp, address, calibration }) => ({
      id: lamp,
      channel: address,
      ...(calibration ? { calibration } : {}),
    })),
    relays: relays.map(({ pin, ...relay }) => ({ ...relay, pin: (initial) => ports.output(pin, initial) })),
    ...(readBack
      ? { readBack: { ...readBack, i2c: () => ports.i2c(readBack.i2c.adapter), address: readBack.i2c.address } }
      : {}),
    fadeTime: FADE_TIME,
  };
}

const lineOptions = ({ config, ports, log }: Parts, id: ComponentId) => ({
  id,
  clock: ports.clock,
  random: ports.random,
  log: log.child({ part: id }),
  failSafe: config.failSafe,
});

const lampsOf = ({ config }: Parts, line: ComponentId): readonly LampConfig[] =>
  config.lamps.filter((lamp) => lamp.line === line);
