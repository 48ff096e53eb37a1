import type { ComponentId } from "../../controllers/model.ts";
import type { Observation } from "./model.ts";

/** What is known of the cabinet from what was observed so far. */
export interface World {
  readonly light: Map<ComponentId, number>;
  /** Alarms that stand at the cockpit, by `code component`. */
  readonly alarms: Map<string, { readonly code: string; readonly component: ComponentId; readonly message: string }>;
  /** By `code attribute component`. */
  readonly status: Map<string, unknown>;
  /** By `chip:offset`. */
  readonly pins: Map<string, boolean>;
  presence: string | undefined;
  running: boolean | undefined;
  /** The last answer to a command. */
  result: Extract<Observation, { kind: "result" }> | undefined;
}

export const emptyWorld = (): World => ({
  light: new Map(),
  alarms: new Map(),
  status: new Map(),
  pins: new Map(),
  presence: undefined,
  running: undefined,
  result: undefined,
});

export const statusKey = (code: string, attribute: string, component = ""): string =>
  `${code} ${attribute} ${component}`;
export const pinKey = ({ chip, offset }: { readonly chip: string; readonly offset: number }): string =>
  `${chip}:${offset}`;

/** Takes one observation in. */
export function learn(world: World, seen: Observation): void {
  switch (seen.kind) {
    case "light":
      world.light.set(seen.lamp, seen.level);
      return;
    case "alarm": {
      const { code, component, message } = seen;
      if (seen.active) world.alarms.set(`${code} ${component}`, { code, component, message });
      else world.alarms.delete(`${code} ${component}`);
      return;
    }
    case "status":
      world.status.set(statusKey(seen.code, seen.attribute, seen.component), seen.value);
      return;
    case "pin":
      world.pins.set(pinKey(seen), seen.high);
      return;
    case "presence":
      world.presence = seen.presence;
      return;
    case "runtime":
      world.running = seen.running;
      return;
    case "result":
      world.result = seen;
      return;
    case "frame":
    case "action":
      return;
  }
}
