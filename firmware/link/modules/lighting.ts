import Type from "typebox";
import { GEAR_CONDITIONS, type GearCondition } from "../../../controllers/gear.ts";
import { RANKS, type Rank } from "../../../controllers/model.ts";
import { closed, componentId, each, type Module, percent, text, utc } from "../table.ts";

const deviceType = () => Type.Integer({ minimum: 0, maximum: 254 });
const count = () => Type.Integer({ minimum: 0, maximum: 0xffffffff });
const condition = () => Type.Unsafe<GearCondition>(Type.Union(GEAR_CONDITIONS.map((one) => Type.Literal(one))));
const burnHours = () => Type.Number({ minimum: 0, maximum: 1_000_000 });
const lamps = () => Type.Array(componentId(), { maxItems: 1024 });
const rank = () => Type.Unsafe<Rank>(Type.Union(RANKS.map((one) => Type.Literal(one))));
/** Causes that a result names, those of most lamps first; `lamps` counts the others too. */
const MOST_CAUSES = 32;
const celsius = () => Type.Integer({ minimum: -60, maximum: 195 });

/** Lamps: what they give, what they were told, what is wrong with them, and the operator's wish. Names: TALQ 2.7.1. */
export const lighting = {
  name: "lighting",
  title: "Street lamps",
  statuses: {
    "lighting.lamps": {
      title: "State of every lamp",
      attributes: {
        // Means in steps that a single passage seldom moves.
        actualLightState: each("change", "Light given now", percent(), "percent of full light", 5),
        lampFailure: each("change", "The light source has failed", Type.Boolean()),
        controlGearCommFailure: each("change", "The control gear does not answer", Type.Boolean()),
        targetLightCommand: each("along", "Light the lamp should give", percent(), "percent of full light"),
        reason: each("along", "Why: rank and cause of the target", text(80)),
        activePower: each("along", "Power drawn at this light", Type.Number({ minimum: 0, maximum: 10_000 }), "W", 1),
      },
      channels: [
        // Levels as they change tell where people walk: only while somebody of the cockpit looks.
        { name: "live", qos: 1, periodic: 60_000, minInterval: 200, start: "stopped", prune: 120_000, personal: true },
        {
          name: "hourly",
          qos: 1,
          // Power follows from it: a lamp's model is in the inventory, what it measures in `lighting.energy`.
          attributes: ["actualLightState.avg"],
          periodic: 3_600_000,
          minInterval: 2000,
          most: 16,
          start: "running",
          replay: true,
        },
        {
          name: "failures",
          qos: 1,
          attributes: ["lampFailure", "controlGearCommFailure"],
          periodic: 86_400_000,
          minInterval: 1000,
          most: 16,
          start: "running",
          replay: true,
        },
      ],
    },
    "lighting.buses": {
      title: "How much of its time a DALI bus is in use",
      attributes: {
        utilisation: each("change", "Of the last minute, all masters together", percent(), "percent", 1),
      },
      channels: [
        {
          name: "live",
          qos: 1,
          periodic: 900_000,
          minInterval: 60_000,
          start: "stopped",
          prune: 600_000,
          personal: true,
        },
        {
          name: "hourly",
          qos: 1,
          // Levels go over the bus: its maximum tells of a single passage.
          attributes: ["utilisation.avg"],
          periodic: 3_600_000,
          minInterval: 2000,
          start: "running",
        },
      ],
    },
    // What intelligent lamps say of themselves is cut into statuses that seldom change together, each so small that 512
    // lamps fit into one message of 64 KiB.
    "lighting.energy": {
      title: "Power and energy that lamps measure themselves (DiiA 252)",
      attributes: {
        measuredPower: each(
          "change",
          "Active power measured by the lamp",
          Type.Number({ minimum: 0, maximum: 1e6 }),
          "W",
        ),
        measuredEnergy: each(
          "change",
          "Active energy the lamp has counted",
          Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          "Wh",
          1,
        ),
      },
      channels: [
        {
          name: "live",
          qos: 1,
          periodic: 900_000,
          minInterval: 10_000,
          start: "stopped",
          prune: 600_000,
          personal: true,
        },
        {
          name: "6h",
          qos: 1,
          // A window's, so that nobody has it told more often by starting it again and again.
          attributes: ["measuredEnergy.max"],
          periodic: 21_600_000,
          minInterval: 10_000,
          most: 16,
          start: "running",
          replay: true,
        },
      ],
    },
    "lighting.control-gear": {
      title: "Which control gear lamps have (IEC 62386-102, memory bank 0)",
      attributes: {
        gtin: each("change", "Trade item number", text(14)),
        serial: each("change", "Identification number, hex", text(16)),
        version: each("change", "Firmware/hardware", text(16)),
        deviceTypes: each("change", "Device types of IEC 62386", Type.Array(deviceType(), { maxItems: 16 })),
      },
      channels: [{ qos: 1, periodic: 604_800_000, minInterval: 10_000, most: 16, start: "running" }],
    },
    "lighting.luminaire": {
      title: "Which luminaires there are (DiiA 251, memory bank 1)",
      attributes: {
        gtin: each("change", "Trade item number", text(14)),
        serial: each("change", "Identification number, hex", text(16)),
        made: each("change", "Year and week of manufacture, as 2026-W09", text(8)),
        text: each("change", "The maker's identification, its beginning", text(24)),
      },
      channels: [{ qos: 1, periodic: 604_800_000, minInterval: 10_000, most: 16, start: "running" }],
    },
    "lighting.settings": {
      title: "What control gear keeps otherwise than the cabinet's configuration wants (IEC 62386-102 9)",
      attributes: {
        differences: each(
          "change",
          "As `powerOnLevel 0, wanted 254`; empty: all as wanted",
          Type.Array(text(40), { maxItems: 3 }),
        ),
      },
      channels: [{ qos: 1, periodic: 604_800_000, minInterval: 10_000, most: 16, start: "running" }],
    },
    "lighting.conditions": {
      title: "What intelligent lamps say is wrong with them (DiiA 253)",
      attributes: {
        conditions: each(
          "change",
          "What is wrong now; empty: nothing",
          Type.Array(condition(), { maxItems: GEAR_CONDITIONS.length }),
        ),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 1000, most: 16, start: "running", replay: true }],
    },
    "lighting.diagnostics": {
      title: "How intelligent lamps fare (DiiA 253)",
      attributes: {
        operatingHours: each("change", "Time the gear has had mains", count(), "h"),
        starts: each("change", "How often its mains came", count()),
        lampOnHours: each("change", "Time the light source has burnt", count(), "h"),
        gearTemperature: each("change", "Inside the gear", celsius(), "degrees Celsius"),
        lampTemperature: each("change", "At the light source", celsius(), "degrees Celsius"),
        supplyVolts: each("change", "Mains voltage at the lamp", Type.Integer({ minimum: 0, maximum: 6553 }), "V"),
        outputCurrent: each("change", "Of the most it can give", Type.Integer({ minimum: 0, maximum: 255 }), "percent"),
      },
      channels: [
        {
          name: "live",
          qos: 1,
          periodic: 3_600_000,
          minInterval: 10_000,
          start: "stopped",
          prune: 600_000,
          personal: true,
        },
        {
          name: "daily",
          qos: 1,
          // Without the output current, which is the level at that moment.
          attributes: ["operatingHours", "starts", "lampOnHours", "gearTemperature", "lampTemperature", "supplyVolts"],
          periodic: 86_400_000,
          event: "none",
          minInterval: 10_000,
          start: "running",
        },
      ],
    },
  },
  alarms: {
    "lighting.bus": { title: "A line of lamps does not work" },
    "lighting.lamp": { title: "A light source has failed" },
    "lighting.gear": { title: "A control gear has failed or does not answer" },
    "lighting.day-burner": { title: "A lamp burns that should be dark" },
    "lighting.cycling": { title: "A lamp goes on and off by itself" },
    "lighting.dimming": { title: "A lamp does not follow its level" },
    "lighting.power": { title: "A lamp draws more or less than it should at its level" },
    "lighting.address": { title: "Two control gear seem to share an address" },
    "lighting.thermal": { title: "A lamp or its gear is too hot and dims itself" },
    "lighting.output": { title: "An analogue output does not work" },
  },
  commands: {
    "lighting.hours.set": {
      title: "Set the burn hours of lamps, whose light source is another: constant light output goes by them",
      component: "lamp",
      signed: true,
      values: closed({ hours: burnHours() }),
      result: closed({ component: lamps(), hours: burnHours() }),
    },
    "lighting.level.set": {
      title: "Hold lamps at a level until an instant, at once or from another on",
      component: "lamp",
      signed: true,
      values: closed({ level: percent(), from: Type.Optional(utc()), until: utc() }),
      result: closed({
        component: lamps(),
        level: percent(),
        from: Type.Optional(utc()),
        until: utc(),
        // Absent: it won at every lamp, or its time has not come.
        overruled: Type.Optional(
          closed({
            lamps: count(),
            by: Type.Array(closed({ component: lamps(), level: percent(), rank: rank(), reason: text(80) }), {
              maxItems: MOST_CAUSES,
            }),
          }),
        ),
        // Absent: nobody else's wish stood. Of two operators the later one wins.
        replaced: Type.Optional(
          closed({
            lamps: count(),
            of: Type.Array(closed({ component: lamps(), issuer: text(128), until: utc() }), { maxItems: MOST_CAUSES }),
          }),
        ),
      }),
    },
    "lighting.level.release": {
      title: "Withdraw the operator's wish",
      component: "lamp",
      signed: true,
      values: closed({}),
      result: closed({ component: lamps() }),
    },
  },
} as const satisfies Module;
