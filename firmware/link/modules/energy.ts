import Type from "typebox";
import { each, type Module, text, whole } from "../table.ts";

const power = () => Type.Number({ minimum: 0, maximum: 1e6 });
const wattHours = () => Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Power: measured, modelled from the lamps' levels, and what all lamps at full would draw. */
export const energy = {
  name: "energy",
  title: "Energy",
  statuses: {
    "energy.power": {
      title: "Power drawn",
      attributes: {
        activePower: each("change", "Total active power at a meter", power(), "W", 1),
        activeEnergy: each(
          "along",
          "Energy a meter has counted",
          Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          "Wh",
          1,
        ),
        lampPower: whole("change", "Power of all lamps at their actual levels, modelled", power(), "W", 1),
        fullPower: whole("along", "Power of all lamps at full level", power(), "W"),
      },
      channels: [
        // Power moment by moment tells when somebody walks by: only while somebody of the cockpit looks.
        { name: "live", qos: 1, periodic: 60_000, minInterval: 2000, start: "stopped", prune: 120_000, personal: true },
        {
          // In a quarter of an hour's mean, and in any maximum, one sees a single passage along an empty street.
          name: "hourly",
          qos: 1,
          attributes: ["activePower.avg", "activeEnergy.max", "lampPower.avg", "fullPower.max"],
          periodic: 3_600_000,
          minInterval: 2000,
          start: "running",
          replay: true,
        },
      ],
    },
    "energy.day": {
      title: "Energy of a day, from the cabinet's books",
      attributes: {
        // Sent on change, so that a day like the one before is an event too.
        day: whole("change", "The day that is over, UTC, as 2026-11-20", text(10)),
        hours: whole("along", "Hours of it that the books know", Type.Number({ minimum: 0, maximum: 48 }), "h", 0.1),
        metered: whole("along", "Of the lamps: by meters, less what others take", wattHours(), "Wh", 1),
        measured: whole("along", "Of the lamps: told by themselves (DiiA 252)", wattHours(), "Wh", 1),
        modelled: whole("along", "Of the lamps: from their levels", wattHours(), "Wh", 1),
        own: whole("along", "Of the cabinet itself", wattHours(), "Wh", 1),
      },
      // Not replayed: the cabinet keeps its books for a year, and who was away when a day was told needs no fetch at each session.
      channels: [{ qos: 1, periodic: 604_800_000, minInterval: 10_000, start: "running" }],
    },
  },
  alarms: { "energy.meter": { title: "An energy meter is silent or does not work" } },
  commands: {},
} as const satisfies Module;
