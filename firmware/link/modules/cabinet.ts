import Type from "typebox";
import { CLOCK_QUALITIES } from "../../hal/clock.ts";
import { closed, componentId, each, type Module, text, whole } from "../table.ts";

const metres = () => Type.Number({ minimum: -1e6, maximum: 1e6 });
const place = () => closed({ street: text(80), position: metres() });

/** The cabinet itself: what it serves, so that a cockpit can draw the street, and how it fares. */
export const cabinet = {
  name: "cabinet",
  title: "Cabinet",
  statuses: {
    "cabinet.inventory": {
      title: "Assets of the cabinet",
      attributes: {
        site: whole("change", "Name of the site", text(120)),
        timeZone: whole("change", "Time zone of the site (IANA)", text(64)),
        streets: whole(
          "change",
          "Streets, with their length in m",
          Type.Array(closed({ name: text(80), length: Type.Number({ minimum: 0, maximum: 1e6 }) }), { maxItems: 64 }),
        ),
        joins: whole(
          "change",
          "Pairs of points that are one place; positions in m",
          Type.Array(closed({ a: place(), b: place() }), { maxItems: 256 }),
        ),
        lamps: each(
          "change",
          "Lamps: street, position in m, power at full level in W, lighting class EN 13201-2",
          closed({
            street: text(80),
            position: metres(),
            power: Type.Number({ minimum: 0, maximum: 10_000 }),
            class: text(2),
            group: text(80),
            line: componentId(),
          }),
        ),
        counters: each("change", "Footfall counters: street, position in m", place()),
        contacts: whole("change", "Contacts", Type.Array(componentId(), { maxItems: 64 })),
        meters: whole("change", "Energy meters", Type.Array(componentId(), { maxItems: 64 })),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 1000, start: "running" }],
    },
    "cabinet.health": {
      title: "How the cabinet fares",
      attributes: {
        version: whole("change", "Version of the runtime", text(40)),
        draft: whole("change", "Date of the RSMP 4 draft it speaks", text(10)),
        clockSet: whole("change", "Wall time can be believed", Type.Boolean()),
        clock: whole(
          "change",
          "Wall time is kept by a time server, was set once and is held, or is surely wrong",
          Type.Enum([...CLOCK_QUALITIES]),
        ),
        uptime: whole("along", "Time since the runtime began", Type.Number({ minimum: 0 }), "s"),
        rss: whole("along", "Resident memory", Type.Number({ minimum: 0 }), "MB"),
      },
      channels: [{ qos: 1, periodic: 60_000, minInterval: 1000, start: "running" }],
    },
  },
  alarms: {
    "cabinet.clock": { title: "The wall clock is not set" },
    "cabinet.port": { title: "A port of the cabinet does not work" },
  },
  commands: {},
} as const satisfies Module;
