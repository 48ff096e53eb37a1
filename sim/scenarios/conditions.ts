import type { Condition, Facts, Observation, Range } from "./model.ts";
import { pinKey, statusKey, type World } from "./world.ts";

/** How a condition stands. */
export interface Standing {
  /** null: this target cannot tell. */
  readonly holds: boolean | null;
  /** How far it is from holding, 0 where it holds: to name what came closest. */
  readonly far: number;
  /** What is there, in words. */
  readonly seen: () => string;
}

/** What happened since a step began, for conditions that count. */
export interface Since {
  readonly frames: readonly Extract<Observation, { kind: "frame" }>[];
  readonly pins: readonly Extract<Observation, { kind: "pin" }>[];
}

export interface Known {
  readonly world: World;
  readonly since: Since;
  /** Of the runtime's process at the scenario's beginning, and now. */
  readonly first: Facts;
  readonly facts: Facts;
}

/** Conditions that the facts of the runtime's process decide, which have to be asked for. */
export const asksFacts = ({ kind }: Condition): boolean => kind === "process" || kind === "descriptors";

export function standing(condition: Condition, { world, since, first, facts }: Known): Standing {
  switch (condition.kind) {
    case "light": {
      const levels = condition.lamps.map((lamp) => ({ lamp, level: world.light.get(lamp) }));
      const off = levels.map(({ level }) =>
        level === undefined ? Number.POSITIVE_INFINITY : outside(level, condition),
      );
      const far = Math.max(...off);
      const wrong = levels.filter((_, i) => (off[i] as number) > 0);
      return stands(far === 0, far, () => lampsText(wrong.length > 0 ? wrong : levels));
    }
    case "alarm": {
      const { code, component } = condition;
      const here = [...world.alarms.values()];
      const fit = here.filter(
        (alarm) =>
          (code === undefined || alarm.code === code) && (component === undefined || alarm.component === component),
      );
      const text = () => list(here.map((alarm) => `alarm ${alarm.code} at ${alarm.component}`)) || "no alarm";
      return stands(fit.length > 0, 1, text);
    }
    case "status": {
      const { code, attribute, component, is } = condition;
      const value = world.status.get(statusKey(code, attribute, component));
      const text = () => (value === undefined ? "no such value yet" : JSON.stringify(value));
      if (value === undefined) return stands(false, Number.POSITIVE_INFINITY, text);
      if (is !== undefined) return stands(value === is, 1, text);
      if (condition.atLeast === undefined && condition.atMost === undefined) return stands(true, 0, text);
      const far = typeof value === "number" ? outside(value, condition) : Number.POSITIVE_INFINITY;
      return stands(far === 0, far, text);
    }
    case "presence":
      return stands(world.presence === condition.is, 1, () => world.presence ?? "no presence yet");
    case "result": {
      const { result } = world;
      const fits =
        result !== undefined &&
        result.ok === condition.ok &&
        (condition.error === undefined || result.error === condition.error);
      return stands(fits, 1, () =>
        !result ? "no answer yet" : result.ok ? "done" : `refused: ${result.error}, ${result.message}`,
      );
    }
    case "frames": {
      const like = pattern(condition.matching);
      const here = since.frames.filter(({ bus }) => bus === condition.bus);
      const count = here.filter(({ text }) => like.test(text)).length;
      const far = outside(count, condition);
      return stands(far === 0, far, () => `${count} of ${here.length} frames${last(here.map(({ text }) => text))}`);
    }
    case "pin": {
      const high = world.pins.get(pinKey(condition));
      return stands(high === condition.high, 1, () => (high === undefined ? "level unknown" : high ? "high" : "low"));
    }
    case "edges": {
      const here = since.pins.filter((pin) => pinKey(pin) === pinKey(condition));
      const count = here.filter(({ high }) => condition.to === undefined || high === (condition.to === "high")).length;
      const far = outside(count, condition);
      return stands(far === 0, far, () => `${count} edges`);
    }
    case "runtime":
      return stands(world.running === condition.running, 1, () => (world.running ? "it runs" : "it does not run"));
    case "process": {
      if (first.pid === undefined) return cannotTell;
      const text = () =>
        facts.pid === undefined ? "no process" : `process ${facts.pid}, at the beginning ${first.pid}`;
      if (facts.pid === undefined) return stands(false, 1, text);
      return stands((facts.pid === first.pid) === (condition.is === "same"), 1, text);
    }
    case "descriptors": {
      if (first.descriptors === undefined) return cannotTell;
      if (facts.descriptors === undefined) return stands(false, Number.POSITIVE_INFINITY, () => "no process");
      const grown = facts.descriptors - first.descriptors;
      const far = outside(grown, condition);
      return stands(far === 0, far, () => `${grown} more than the ${first.descriptors} at the beginning`);
    }
  }
}

/** A pattern of text in which `*` stands for anything. */
export const pattern = (text: string): RegExp => new RegExp(`^${text.split("*").map(literally).join(".*")}$`);

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const cannotTell: Standing = { holds: null, far: Number.POSITIVE_INFINITY, seen: () => "this target cannot tell" };

const stands = (holds: boolean, far: number, seen: () => string): Standing => ({ holds, far: holds ? 0 : far, seen });

function outside(
  value: number,
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Range,
): number {
  return Math.max(0, atLeast - value, value - atMost);
}

const MOST_NAMED = 4;

function lampsText(lamps: readonly { readonly lamp: string; readonly level: number | undefined }[]): string {
  const text = lamps
    .slice(0, MOST_NAMED)
    .map(({ lamp, level }) => `${lamp} at ${level === undefined ? "no known level" : `${level} %`}`);
  const more = lamps.length - MOST_NAMED;
  return list(text) + (more > 0 ? ` and ${more} more` : "");
}

const list = (words: readonly string[]): string => words.join(", ");
const last = (texts: readonly string[]): string => (texts.length > 0 ? `, the last ${texts.slice(-3).join("; ")}` : "");
