import type { Direction, Reading } from "../../controllers/model.ts";
import type { Sensor } from "../hal/sensor.ts";

const OTHER: Readonly<Record<Direction, Direction>> = { up: "down", down: "up", both: "both" };

const turned = (reading: Reading): Reading =>
  reading.kind === "count" ? { ...reading, direction: OTHER[reading.direction] } : reading;

/** A counter that is mounted the other way round: its `up` runs against the street's metres. */
export const reversed = (sensor: Sensor): Sensor => ({
  ...sensor,
  run: (report, signal) => sensor.run((reading) => report(turned(reading)), signal),
});
