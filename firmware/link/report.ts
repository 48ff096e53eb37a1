import { blurred, nothingWithheld, type Release, release, type Zone } from "../../controllers/footfall/privacy.ts";
import type { Junction } from "../../controllers/junction/model.ts";
import { lampPower, powerFull } from "../../controllers/lighting/energy.ts";
import type { ComponentId, Event, Lamp, Reading, Site } from "../../controllers/model.ts";
import { type Instant, type Level, level, type Watts } from "../../controllers/units.ts";
import { addressOf, type Groups } from "./component.ts";
import type { CockpitLink } from "./link.ts";
import { iso } from "./payload.ts";
import { diagnosticsValues, gearValues, luminaireValues, ofLamp, settingsText } from "./report-gear.ts";
import { junctionAssets } from "./report-junctions.ts";

/** What a cabinet serves, beyond what its controllers need to know. */
export interface Assets {
  readonly site: Pick<Site, "lamps" | "counters" | "joins" | "timeZone">;
  readonly siteName: string;
  /** Counters that are told as one; every counter is in exactly one. */
  readonly zones: readonly Zone[];
  readonly streets: readonly { readonly name: string; readonly length: number }[];
  readonly groups?: readonly GroupConfig[];
  readonly contacts: readonly ComponentId[];
  readonly meters: readonly ComponentId[];
  readonly junctions?: readonly Junction[];
  /** Modelled power of a lamp that gives a light; absent: in proportion to it. */
  readonly power?: (lamp: Lamp, light: Level) => Watts;
  /** Who else may know how many people passed a zone. */
  readonly released?: (release: Release) => void;
}

/** Lamps that are commanded together. */
interface GroupConfig {
  readonly name: string;
  readonly lamps: readonly ComponentId[];
}

/** Turns what happens in the cabinet into statuses and alarms. */
export interface Reporter {
  event(event: Event): void;
  reading(reading: Reading): void;
}

const LONGEST_REASON = 80;

/** Tells the link what the cabinet serves, and returns what tells it the rest. */
export function reporter(
  link: Pick<CockpitLink, "update" | "alarm" | "setInventory">,
  assets: Assets,
  at: Instant,
): Reporter {
  const { lamps, counters, joins, timeZone } = assets.site;
  const lampOf = new Map(lamps.map((lamp) => [lamp.id, lamp]));
  const fullPower = tenths(powerFull(lamps));
  /** Modelled power of each lamp. One whose level is unknown counts as full: no saving is claimed. */
  const powers = new Map(lamps.map((lamp) => [lamp.id, lampPower(lamp, level(100))]));
  const { zones } = assets;
  let withheld = nothingWithheld(zones);
  const accumulated = new Map<ComponentId, { readonly people: number; readonly since: Instant }>();

  const groups = new Map((assets.groups ?? []).map(({ name, lamps }) => [`group/${name}`, lamps]));
  link.setInventory(
    [
      ...lampOf.keys(),
      ...counters.map((counter) => counter.id),
      ...assets.contacts,
      ...assets.meters,
      ...(assets.junctions ?? []).map(({ id }) => id),
    ],
    groups,
  );
  link.update(
    "cabinet.inventory",
    {
      site: assets.siteName,
      timeZone,
      streets: assets.streets.map(({ name, length }) => ({ name, length })),
      joins: joins.map(({ a, b }) => ({ a: { ...a }, b: { ...b } })),
      lamps: Object.fromEntries(
        lamps.map(({ id, street, position, power, class: lightingClass, group, line }) => [
          id,
          { street, position, power, class: lightingClass, group, line },
        ]),
      ),
      counters: Object.fromEntries(counters.map(({ id, street, position }) => [id, { street, position }])),
      groups: groupsText(groups),
      zones: Object.fromEntries(assets.zones.map((zone) => [zone.id, [...zone.counters]])),
      junctions: junctionAssets(assets.junctions ?? []),
      contacts: [...assets.contacts],
      meters: [...assets.meters],
    },
    at,
  );

  const lit = (reading: Extract<Reading, { kind: "level" }>) => {
    const { source, level: actual, at } = reading;
    const lamp = lampOf.get(source);
    if (!lamp) return;
    const power = (assets.power ?? lampPower)(lamp, actual);
    powers.set(source, power);
    link.update(
      "lighting.lamps",
      { actualLightState: { [source]: light(actual) }, activePower: { [source]: tenths(power) } },
      at,
    );
    const sum = powers.values().reduce((all, one) => all + one, 0);
    link.update("energy.power", { lampPower: tenths(sum), fullPower }, at);
  };

  return {
    event(event) {
      switch (event.kind) {
        case "target": {
          const { lamp, level: wanted, rank, reason } = event.target;
          const why = (reason === rank ? rank : `${rank}: ${reason}`).slice(0, LONGEST_REASON);
          const values = { targetLightCommand: { [lamp]: light(wanted) }, reason: { [lamp]: why } };
          return link.update("lighting.lamps", values, event.at);
        }
        case "footfall": {
          const { source, people, from, to } = event;
          const before = accumulated.get(source) ?? { people: 0, since: from };
          const now = { people: before.people + people, since: before.since };
          accumulated.set(source, now);
          const values = {
            people: { [source]: people },
            from: { [source]: iso(from) },
            to: { [source]: iso(to) },
            accumulatedRoadUserNumber: { [source]: now.people },
            accumulatedSince: { [source]: iso(now.since) },
          };
          link.update("footfall.counts", values, to);
          const step = release(zones, withheld, event);
          withheld = step.state;
          for (const one of step.released) {
            assets.released?.(one);
            link.update(
              "footfall.counts",
              {
                passed: { [one.zone]: one.people },
                passedMinutes: { [one.zone]: (one.to - one.from) / 60_000 },
                passedTo: { [one.zone]: iso(one.to).replace(".000Z", "Z") },
              },
              one.to,
            );
          }
          return;
        }
        case "alarm":
          return link.alarm(event.code, event.component, event.active, event.message, event.at);
        case "class":
          return; // no channel carries it: the levels that follow from it are told
      }
    },

    reading(reading) {
      const { source, at } = reading;
      switch (reading.kind) {
        case "level":
          return lit(reading);
        case "lamp": {
          // A gear that tells its state answers.
          const values = {
            lampFailure: { [source]: reading.lampFailure },
            controlGearCommFailure: { [source]: false },
          };
          return link.update("lighting.lamps", values, at);
        }
        case "fault":
          if (!lampOf.has(source)) return;
          return link.update(
            "lighting.lamps",
            { controlGearCommFailure: { [source]: reading.fault === "gear-missing" } },
            at,
          );
        case "power":
          if (lampOf.has(source))
            return link.update("lighting.energy", { measuredPower: { [source]: tenths(reading.power) } }, at);
          return link.update("energy.power", { activePower: { [source]: tenths(reading.power) } }, at);
        case "energy":
          if (lampOf.has(source))
            return link.update("lighting.energy", { measuredEnergy: { [source]: Math.round(reading.energy) } }, at);
          return link.update("energy.power", { activeEnergy: { [source]: Math.round(reading.energy) } }, at);
        case "contact":
          return link.update("access.contacts", { open: { [source]: reading.open } }, at);
        case "gear-identity": {
          if (!lampOf.has(source)) return;
          const gear = ofLamp(source, gearValues(reading.gear));
          if (filled(gear)) link.update("lighting.control-gear", gear, at);
          const luminaire = ofLamp(source, luminaireValues(reading.gear.luminaire ?? {}));
          if (filled(luminaire)) link.update("lighting.luminaire", luminaire, at);
          return;
        }
        case "gear-diagnostics": {
          if (!lampOf.has(source)) return;
          const { conditions } = reading.gear;
          if (conditions) link.update("lighting.conditions", { conditions: { [source]: [...conditions] } }, at);
          const values = ofLamp(source, diagnosticsValues(reading.gear));
          if (filled(values)) link.update("lighting.diagnostics", values, at);
          return;
        }
        case "gear-settings":
          if (!lampOf.has(source)) return;
          return link.update("lighting.settings", { differences: { [source]: settingsText(reading.differences) } }, at);
        case "forecast": {
          // Of the hour at hand only: what is expected tomorrow is for the cabinet itself.
          if (reading.from > at || reading.to <= at) return;
          const values = ofLamp(source, {
            low: blurred(reading.low),
            middle: blurred(reading.middle),
            high: blurred(reading.high),
          });
          return link.update(
            "footfall.forecast",
            { ...values, from: { [source]: iso(reading.from) }, to: { [source]: iso(reading.to) } },
            at,
          );
        }
        case "count":
          // People are told as sums over closed windows, never one by one.
          return;
      }
    },
  };
}

const filled = (values: object): boolean => Object.keys(values).length > 0;

/** Whole percent; tenths where the eye, and the lowest levels of a DALI lamp, tell them apart. */
const light = (percent: number): number => (percent < 10 ? tenths(percent) : Math.round(percent));

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** By group the addresses of its lamps: a bus of lamps is one short text. */
const groupsText = (groups: Groups): Record<string, string[]> =>
  Object.fromEntries(
    [...groups].map(([id, lamps]) => {
      const byParent = Map.groupBy(lamps, (lamp) => lamp.slice(0, lamp.lastIndexOf("/")));
      return [id, [...byParent.values()].flatMap((of) => addressOf(of).map(({ address }) => address))];
    }),
  );
