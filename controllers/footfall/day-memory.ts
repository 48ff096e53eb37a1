import { DAY_KEYS, dayKeys } from "./day-keys.ts";
import { at, type History } from "./history.ts";

/** How days of the same name were in other years, hour by hour. */
export interface DayMemory {
  /** Into `out` from `offset`: what each kind of name remembers of the hour `t` at a sensor, `MEMORIES` numbers. */
  recall(sensor: number, t: number, out: Float32Array, offset: number): void;
}

/** Numbers a recall writes: three for each kind of name. */
export const MEMORIES = 3 * DAY_KEYS;

/** Remembers nothing: what a cabinet has that never saw another year. */
export const FORGETFUL: DayMemory = {
  recall: (_sensor, _t, out, offset) => void out.fill(0, offset, offset + MEMORIES),
};

/** Nearer days are the same year's. */
const OTHER_YEAR = 180;
const WARM_UP = 28;

/**
 * Remembers the days of the grid before the hour `until`. Per kind of name: the city's deviation of that hour, the
 * sensor's own, and the least that all those days agree on (0 where they disagree in sign).
 */
export function dayMemory(history: History, until: number): DayMemory {
  const first = Math.floor(history.counts.from / 24);
  const days = Math.min(Math.floor(until / 24), Math.ceil(history.hours / 24));
  const named = new Map<number, number[]>();
  for (let day = WARM_UP; day < days; day++) {
    for (const key of dayKeys(first + day)) {
      if (key < 0) continue;
      const known = named.get(key);
      if (known) known.push(day);
      else named.set(key, [day]);
    }
  }
  /** By day of the grid, per kind of name: the days of other years. */
  const others = Array.from({ length: Math.ceil(history.hours / 24) }, (_, day) =>
    dayKeys(first + day).map((key) => (named.get(key) ?? []).filter((other) => Math.abs(other - day) >= OTHER_YEAR)),
  );
  const { city, deviation } = history;
  return {
    recall(sensor, t, out, offset) {
      const day = Math.floor(t / 24);
      const hour = t - day * 24;
      const kinds = others[day] ?? [];
      for (let kind = 0; kind < DAY_KEYS; kind++) {
        let [all, own, least, n] = [0, 0, 0, 0];
        for (const other of kinds[kind] ?? []) {
          const then = at(city, other * 24 + hour);
          if (Number.isNaN(then)) continue;
          const mine = at(deviation[sensor], other * 24 + hour);
          all += then;
          own += Number.isNaN(mine) ? then : Math.max(-3, Math.min(3, mine));
          if (n === 0) least = then;
          else if (least * then <= 0) least = 0;
          else if (Math.abs(then) < Math.abs(least)) least = then;
          n++;
        }
        const place = offset + kind * 3;
        out[place] = n > 0 ? all / n : 0;
        out[place + 1] = n > 0 ? own / n : 0;
        out[place + 2] = least;
      }
    },
  };
}
