import type { Operation } from "../../controllers/model.ts";
import type { Problems, Step } from "./problem.ts";
import type { DynamicEntry } from "./programme-schema.ts";
import { isLightSensor } from "./programmes.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { anyOf, nearest, shown } from "./words.ts";

type File = Draft<ConfigFile>;

const LEVELS: Readonly<Record<Operation, readonly [number, number]>> = {
  set: [0, 100],
  max: [0, 100],
  min: [0, 100],
  add: [-100, 100],
  multiply: [0, 1000],
};

/** Dynamic controls have a source that is there, and a level that their operation can use. */
export function checkDynamic(file: File, problems: Problems): void {
  const { schedules = [] } = file;
  const toSource = refersToSource(file, problems);
  for (const [i, schedule] of schedules.entries()) {
    for (const [j, control] of (schedule?.dynamic ?? []).entries()) {
      if (!control) continue;
      const at = (key: keyof DynamicEntry): readonly Step[] => ["schedules", i, "dynamic", j, key];
      toSource(control.source, at("source"));
      checkLevel(control, (found, allowed) => problems.add(at("level"), found, allowed));
      checkLight(control, (key, found, allowed) => problems.add(at(key), found, allowed));
    }
  }
}

/** A counter, an occupancy or a light sensor, or a street on which one of the first two stands. */
function refersToSource({ streets = [], counters = [], inputs = [] }: File, problems: Problems) {
  const whole = ![...streets, ...counters, ...inputs].includes(undefined);
  const names = [...counters, ...inputs].map((sensor) => sensor?.id).filter((id) => id !== undefined);
  const sensing = [...counters, ...inputs.filter((input) => input?.kind === "occupancy")];
  const counted = streets
    .map((street) => street?.name)
    .filter((name) => name !== undefined)
    .filter((name) => sensing.some((sensor) => sensor?.street === name));
  const known = [...names, ...counted];
  return (source: string | undefined, steps: readonly Step[]) => {
    if (source === undefined || !whole || known.includes(source)) return;
    const meant = nearest(source, known);
    const allowed =
      known.length > 0 ? anyOf(known) : "a counter, a light sensor or a street with counters: there is none";
    problems.add(steps, shown(source), allowed, meant ? `did you mean "${meant}"?` : "");
  };
}

function checkLevel({ operation, level }: Draft<DynamicEntry>, say: (found: string, allowed: string) => void): void {
  if (operation === undefined || level === undefined) return;
  const [low, high] = LEVELS[operation];
  if (level < low || level > high) say(String(level), `${low} to ${high} to ${operation}`);
}

type Say = (key: "below" | "above", found: string, allowed: string) => void;

function checkLight({ source, below, above }: Draft<DynamicEntry>, say: Say): void {
  if (source === undefined) return;
  if (isLightSensor(source)) {
    if (below === undefined) say("below", "nothing", "lux under which it is active: the source is a light sensor");
    else if (above !== undefined && above < below) say("above", String(above), `${below} (below) or more`);
    return;
  }
  if (below !== undefined) say("below", String(below), "nothing: the source counts people");
  if (above !== undefined) say("above", String(above), "nothing: the source counts people");
}
