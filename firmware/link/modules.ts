/** The catalogue: what hulotte's nodes say and understand. A module is one file of `modules/` and a line here. */
import type { Static } from "typebox";
import type { AlarmCode as AlarmCodes } from "../../controllers/model.ts";
import { access } from "./modules/access.ts";
import { cabinet } from "./modules/cabinet.ts";
import { energy } from "./modules/energy.ts";
import { footfall } from "./modules/footfall.ts";
import { lighting } from "./modules/lighting.ts";
import { tlc } from "./modules/tlc.ts";
import { tlcPriority } from "./modules/tlc-priority.ts";
import type { Alarm, Command, Module, Status, ValuesOf } from "./table.ts";

/** The draft of RSMP 4 that the link follows; nodes publish it with their presence. */
export const RSMP4_DRAFT = "2026-02-26";

export const MODULES: readonly Module[] = [lighting, footfall, energy, access, cabinet, tlc, tlcPriority];

/** What a cabinet offers unless it is told otherwise: it may have lamps, counters, meters and contacts, but no junction. */
export const CABINET_MODULES: readonly string[] = [lighting, footfall, energy, access, cabinet].map(({ name }) => name);

export const STATUSES = {
  ...lighting.statuses,
  ...footfall.statuses,
  ...energy.statuses,
  ...access.statuses,
  ...cabinet.statuses,
  ...tlc.statuses,
  ...tlcPriority.statuses,
} as const;

export const ALARMS: Readonly<Record<AlarmCodes, Alarm>> = {
  ...lighting.alarms,
  ...footfall.alarms,
  ...energy.alarms,
  ...access.alarms,
  ...cabinet.alarms,
  ...tlc.alarms,
};

export const COMMANDS = {
  ...lighting.commands,
  ...cabinet.commands,
  ...tlc.commands,
  ...tlcPriority.commands,
} as const;

export type StatusCode = keyof typeof STATUSES;
export type StatusValues<C extends StatusCode> = ValuesOf<(typeof STATUSES)[C]>;
export type CommandCode = keyof typeof COMMANDS;
export type CommandValues<C extends CommandCode> = Static<(typeof COMMANDS)[C]["values"]>;
export type CommandResultValues<C extends CommandCode> = Static<(typeof COMMANDS)[C]["result"]>;
export type { AlarmCode } from "../../controllers/model.ts";

/** The table of a code that came over the wire; undefined for a code that no module has. */
export const statusOf = (code: string): Status | undefined =>
  Object.hasOwn(STATUSES, code) ? STATUSES[code as StatusCode] : undefined;
export const commandOf = (code: string): Command | undefined =>
  Object.hasOwn(COMMANDS, code) ? COMMANDS[code as CommandCode] : undefined;
export const alarmOf = (code: string): Alarm | undefined =>
  Object.hasOwn(ALARMS, code) ? ALARMS[code as AlarmCodes] : undefined;

/** The tables of some modules together, by code. */
export interface Offer {
  readonly statuses: Readonly<Record<string, Status>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
  readonly commands: Readonly<Record<string, Command>>;
}

/**
 * What a node serves that offers these modules: it has these channels and alarms, takes these commands, and no others. A
 * name that no module has is a TypeError. RSMP 4 draft, "Modules": services.
 */
export function offered(names: readonly string[] = CABINET_MODULES): Offer {
  const modules = names.map((name) => {
    const module = MODULES.find((one) => one.name === name);
    if (module) return module;
    throw new TypeError(`module is "${name}": allowed ${MODULES.map((one) => one.name).join(", ")}`);
  });
  return {
    statuses: Object.assign({}, ...modules.map(({ statuses }) => statuses)),
    alarms: Object.assign({}, ...modules.map(({ alarms }) => alarms)),
    commands: Object.assign({}, ...modules.map(({ commands }) => commands)),
  };
}
