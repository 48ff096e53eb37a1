/** A city that is not there, for tests of forecasts: busy by hour and weekday, with good and bad days that all streets share. */
import { type HourlyCounts, hourOfDay, wallHour, weekday } from "../../controllers/footfall/hourly.ts";
import { seeded } from "./seeded.ts";

export function syntheticCity(sensors: number, hours: number, seed: number, busy = 300): HourlyCounts {
  const chance = seeded(seed);
  const from = wallHour(2026, 1, 5, 0);
  let mood = 0;
  const days = Array.from({ length: Math.ceil(hours / 24) }, () => {
    mood = 0.7 * mood + 0.4 * (chance.next() + chance.next() - 1);
    return Math.exp(mood);
  });
  const people = Array.from({ length: sensors }, (_, s) => {
    const peak = 8 + ((s * 5) % 12);
    return Float32Array.from({ length: hours }, (_, t) => {
      const hour = hourOfDay(from + t);
      const shape = Math.exp(-(((hour - peak) / 4) ** 2)) + 0.05;
      const weekend = weekday(from + t) >= 5 ? 0.6 : 1;
      const mean = busy * (1 + s) * shape * weekend * (days[Math.floor(t / 24)] as number);
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * 2 * (chance.next() - 0.5)));
    });
  });
  return { from, sensors: people.map((_, s) => `counter/${s + 1}`), people };
}
