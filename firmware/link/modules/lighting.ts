import Type from "typebox";
import { closed, componentId, each, type Module, percent, text, utc } from "../table.ts";

/** Lamps: what they give, what they were told, what is wrong with them, and the operator's wish. Names: TALQ 2.7.1. */
export const lighting = {
  name: "lighting",
  title: "Street lamps",
  statuses: {
    "lighting.lamps": {
      title: "State of every lamp",
      attributes: {
        actualLightState: each("change", "Light given now", percent(), "percent of full light"),
        lampFailure: each("change", "The light source has failed", Type.Boolean()),
        controlGearCommFailure: each("change", "The control gear does not answer", Type.Boolean()),
        targetLightCommand: each("along", "Light the lamp should give", percent(), "percent of full light"),
        reason: each("along", "Why: rank and cause of the target", text(80)),
        activePower: each("along", "Power drawn at this light", Type.Number({ minimum: 0, maximum: 10_000 }), "W"),
      },
      channels: [{ qos: 1, periodic: 60_000, minInterval: 200, start: "running" }],
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
    "lighting.level.set": {
      title: "Hold lamps at a level until an instant",
      component: "lamp",
      values: closed({ level: percent(), until: utc() }),
      result: closed({ component: Type.Array(componentId(), { maxItems: 1024 }), level: percent(), until: utc() }),
    },
    "lighting.level.release": {
      title: "Withdraw the operator's wish",
      component: "lamp",
      values: closed({}),
      result: closed({ component: Type.Array(componentId(), { maxItems: 1024 }) }),
    },
  },
} as const satisfies Module;
