import Type from "typebox";
import { LEAST } from "../../../controllers/footfall/privacy.ts";
import { each, type Module, utc } from "../table.ts";

const people = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** People who pass a counter: sums over closed windows, never a person. Names: TALQ 2.7.1, uCIFI 3434. */
export const footfall = {
  name: "footfall",
  title: "Footfall",
  statuses: {
    "footfall.counts": {
      title: "People: of the last minute at every counter, and of windows and zones that many passed",
      attributes: {
        people: each("change", "People who passed in the window", people(), "people", 1),
        from: each("along", "Begin of the window", utc()),
        // Sent on change, so that a window with as many people as the one before is an event too.
        to: each("change", "End of the window, not included", utc()),
        accumulatedRoadUserNumber: each("along", "People since accumulatedSince", people(), "people"),
        accumulatedSince: each("along", "When accumulation began", utc()),
        passed: each(
          "along",
          "People who passed a zone in a window in which at least 11 did; fewer are not told",
          Type.Integer({ minimum: LEAST, maximum: Number.MAX_SAFE_INTEGER }),
          "people",
        ),
        passedMinutes: each("along", "Length of that window", Type.Integer({ minimum: 15, maximum: 1440 }), "min"),
        passedTo: each(
          "change",
          "Its end, not included: of a quarter of an hour, an hour, 6 hours or a day UTC",
          utc(),
        ),
      },
      channels: [
        {
          // Minute by minute at every counter one can follow a person through an empty street: only while somebody looks.
          name: "live",
          qos: 1,
          attributes: ["people", "from", "to", "accumulatedRoadUserNumber", "accumulatedSince"],
          periodic: 900_000,
          minInterval: 1000,
          start: "stopped",
          prune: 120_000,
          personal: true,
        },
        {
          name: "windows",
          qos: 1,
          attributes: ["passed", "passedMinutes", "passedTo"],
          periodic: 86_400_000,
          minInterval: 2000,
          most: 32,
          start: "running",
          replay: true,
        },
      ],
    },
    "footfall.forecast": {
      title: "People expected at every counter in the hour that has begun, where the cabinet foretells them",
      attributes: {
        low: each(
          "along",
          "As many or fewer come in one hour of ten; 1 to 10 are told as 0 or 11",
          people(),
          "people",
          1,
        ),
        middle: each(
          "along",
          "As many or fewer come in one hour of two; 1 to 10 are told as 0 or 11",
          people(),
          "people",
          1,
        ),
        high: each(
          "along",
          "As many or fewer come in nine hours of ten; 1 to 10 are told as 0 or 11",
          people(),
          "people",
          1,
        ),
        from: each("along", "Begin of the hour", utc()),
        // Sent on change, so that an hour with as many people as the one before is an event too.
        to: each("change", "End of the hour, not included", utc()),
      },
      // Kept like the windows of those who came: whoever has both may draw one over the other, also of a time when nobody listened.
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 5000, most: 32, start: "running", replay: true }],
    },
  },
  alarms: { "footfall.sensor": { title: "A footfall counter is silent or does not work" } },
  commands: {},
} as const satisfies Module;
