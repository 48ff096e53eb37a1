import type { Clock } from "../../firmware/hal/clock.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { keepLive } from "../../firmware/link/live.ts";
import { connectSupervisor, type SupervisorMessage } from "../../firmware/link/supervisor.ts";
import type { Broker } from "../../firmware/link/wire/connection.ts";
import type { CockpitAction, Observation } from "./model.ts";

export interface CockpitOptions {
  /** RSMP id of the cabinet. */
  readonly node: string;
  readonly broker: Broker;
  /** Of the network: virtual where the broker is simulated, else real. */
  readonly clock: Clock;
  readonly random: Random;
  /** The cockpit's own wall time, ms since 1970 UTC: right, whatever the cabinet believes. */
  readonly wall: () => number;
  /** When something is observed, on the clock that the stage's other observations have. */
  readonly at: () => number;
  readonly tell: (observation: Observation) => void;
  /** How much longer than a cockpit of a real city it waits for the answer to a command; default 1. A target that is slow needs it. */
  readonly patience?: number;
}

/** An answer is waited for so long, ms, times the patience. */
const ANSWER_WITHIN = 5000;

type Command = Extract<CockpitAction, { kind: "command" }>;

/** The cockpit of a stage: a real supervisor that looks at all live data, and tells what it receives, change by change. */
export interface ScenarioCockpit {
  /** Resolves when the cabinet was heard to be online. */
  readonly online: Promise<void>;
  /** Sends a command; resolves when it is answered or its time is over. The answer is an observation. */
  command(command: Command): Promise<void>;
  close(): Promise<void>;
}

export const COCKPIT_ID = "hil/cockpit";

export function scenarioCockpit(options: CockpitOptions): ScenarioCockpit {
  const { node, clock, random, wall, at, tell } = options;
  const timeout = ANSWER_WITHIN * (options.patience ?? 1);
  const { promise: online, resolve: isOnline } = Promise.withResolvers<void>();
  const values = new Map<string, string>();
  const alarms = new Map<string, Map<string, string>>();
  let presence: string | undefined;

  const status = (code: string, attribute: string, value: unknown, component?: string) => {
    const key = `${code} ${attribute} ${component ?? ""}`;
    const text = JSON.stringify(value);
    if (values.get(key) === text) return;
    values.set(key, text);
    tell({ at: at(), kind: "status", code, attribute, ...(component === undefined ? {} : { component }), value });
  };

  const take = (message: SupervisorMessage) => {
    switch (message.type) {
      case "presence":
        if (message.payload === presence) return;
        presence = message.payload;
        tell({ at: at(), kind: "presence", presence: message.payload });
        if (message.payload === "online") isOnline();
        return;
      case "alarm": {
        const { code, payload } = message;
        const known = alarms.get(code) ?? new Map<string, string>();
        alarms.set(code, known);
        const say = (component: string, active: boolean, text: string) => {
          if (known.has(component) === active) return;
          if (active) known.set(component, text);
          else known.delete(component);
          tell({ at: at(), kind: "alarm", code, component, active, message: text });
        };
        const standing = new Set(payload.entries.map(({ component = "" }) => component));
        if (payload.full)
          for (const [component, text] of [...known]) if (!standing.has(component)) say(component, false, text);
        for (const { component = "", active, values } of payload.entries) say(component, active, values.message);
        return;
      }
      case "status":
        for (const entry of message.payload?.entries ?? [])
          for (const [attribute, value] of Object.entries(entry.values)) {
            if (typeof value !== "object" || value === null || Array.isArray(value))
              status(message.code, attribute, value);
            else for (const [component, one] of Object.entries(value)) status(message.code, attribute, one, component);
          }
        return;
      case "channel":
        return;
    }
  };

  const supervisor = connectSupervisor({
    ...options.broker,
    id: COCKPIT_ID,
    nodes: [node],
    clock,
    random,
    onMessage: (message) => {
      if (message.node !== node) return;
      live.take(message);
      take(message);
    },
  });
  const looking = new AbortController();
  const live = keepLive({ supervisor, clock, signal: looking.signal });

  return {
    online,
    async command(command) {
      const { code, component } = command;
      const outcome =
        command.code === "lighting.level.set"
          ? await supervisor.command(
              node,
              command.code,
              { component, values: { level: command.level, until: new Date(wall() + command.lasts).toISOString() } },
              timeout,
            )
          : await supervisor.command(node, command.code, { component, values: {} }, timeout);
      const answer = outcome.ok ? {} : { error: outcome.error.kind, message: outcome.error.message };
      tell({ at: at(), kind: "result", code, ok: outcome.ok, ...answer });
    },
    async close() {
      looking.abort();
      await supervisor.close();
    },
  };
}
