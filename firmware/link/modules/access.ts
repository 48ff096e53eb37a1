import Type from "typebox";
import { each, type Module } from "../table.ts";

/** Doors and dry contacts. */
export const access = {
  name: "access",
  title: "Access",
  statuses: {
    "access.contacts": {
      title: "State of every contact",
      attributes: { open: each("change", "The contact, or its door, is open", Type.Boolean()) },
      channels: [{ qos: 1, periodic: 21_600_000, minInterval: 200, start: "running", replay: true }],
    },
  },
  alarms: { "access.door": { title: "A door is open" } },
  commands: {},
} as const satisfies Module;
