import Type from "typebox";
import { each, type Module, whole } from "../table.ts";

const power = () => Type.Number({ minimum: 0, maximum: 1e6 });

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
        { name: "live", qos: 1, periodic: 60_000, minInterval: 2000, start: "stopped", prune: 120_000 },
        {
          name: "15min",
          qos: 1,
          attributes: ["activePower.avg", "activePower.max", "activeEnergy.max", "lampPower.avg", "fullPower.max"],
          periodic: 900_000,
          minInterval: 2000,
          start: "running",
          replay: true,
        },
      ],
    },
  },
  alarms: { "energy.meter": { title: "An energy meter is silent or does not work" } },
  commands: {},
} as const satisfies Module;
