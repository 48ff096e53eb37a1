import Type from "typebox";
import { each, type Module, utc } from "../table.ts";

const people = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** People who pass a counter: sums over closed windows, never a person. Names: TALQ 2.7.1, uCIFI 3434. */
export const footfall = {
  name: "footfall",
  title: "Footfall",
  statuses: {
    "footfall.counts": {
      title: "People in the last closed window of every counter",
      attributes: {
        people: each("change", "People who passed in the window", people(), "people", 1),
        from: each("along", "Begin of the window", utc()),
        // Sent on change, so that a window with as many people as the one before is an event too.
        to: each("change", "End of the window, not included", utc()),
        accumulatedRoadUserNumber: each("along", "People since accumulatedSince", people(), "people"),
        accumulatedSince: each("along", "When accumulation began", utc()),
      },
      channels: [
        // Minute by minute at every counter one can follow a person through an empty street: only while somebody looks.
        { name: "live", qos: 1, periodic: 900_000, minInterval: 1000, start: "stopped", prune: 120_000 },
        {
          name: "15min",
          qos: 1,
          attributes: ["people.sum"],
          periodic: 900_000,
          minInterval: 2000,
          most: 32,
          start: "running",
          replay: true,
        },
      ],
    },
  },
  alarms: { "footfall.sensor": { title: "A footfall counter is silent or does not work" } },
  commands: {},
} as const satisfies Module;
