import type { Remote } from "../firmware/link/manager/remote.ts";
import { statusOf } from "../firmware/link/modules.ts";
import type { SupervisorMessage } from "../firmware/link/supervisor.ts";
import { sourceOf } from "../firmware/link/table.ts";

/** One thing that a node said about itself (`component` "") or one of its components. */
export interface Report {
  readonly node: string;
  readonly type: "presence" | "status" | "alarm";
  /** "" for presence. */
  readonly code: string;
  readonly component: string;
  /** ISO 8601 UTC by the node's clock; null where the node did not say. */
  readonly at: string | null;
  /** Presence: the word. Status: attributes by name. Alarm: `{active, message}`. */
  readonly payload: unknown;
  /** Whether the payload holds all there is to know, not only what changed. */
  readonly complete: boolean;
}

/** Turns a link's messages into reports, one a component. Alarms are told when they change, however often a node repeats them. */
export class Reports {
  /** By node and code: the message of each component whose alarm is active. */
  readonly #alarms = new Map<string, Map<string, string>>();

  take(message: SupervisorMessage): Report[] {
    const { node, type } = message;
    switch (type) {
      case "presence":
        return [presence(node, message.payload)];
      case "status":
        return (message.payload?.entries ?? []).flatMap((entry) =>
          statuses(node, message.code, entry.ts, entry.values, message.complete),
        );
      case "alarm":
        return this.#changes(node, message.code, message.payload);
      case "channel":
        return [];
    }
  }

  #changes(node: string, code: string, payload: Extract<SupervisorMessage, { type: "alarm" }>["payload"]): Report[] {
    const key = `${node}/${code}`;
    const active = this.#alarms.get(key) ?? new Map<string, string>();
    this.#alarms.set(key, active);
    const changes: Report[] = [];
    for (const { component = "", active: isActive, ts, values } of payload.entries) {
      if (isActive ? active.get(component) === values.message : !active.has(component)) continue;
      if (isActive) active.set(component, values.message);
      else active.delete(component);
      changes.push(alarm(node, code, component, ts, isActive, values.message));
    }
    if (!payload.full) return changes;
    // A full update names who is active; who is not named ended while nobody listened.
    const named = new Set(payload.entries.map(({ component = "" }) => component));
    for (const component of [...active.keys()].filter((one) => !named.has(one))) {
      active.delete(component);
      changes.push(alarm(node, code, component, null, false, ""));
    }
    return changes;
  }
}

/** All that is known of a node, as if it had just been said. */
export function known(remote: Remote): Report[] {
  const { node } = remote;
  const reports: Report[] = remote.presence === null ? [] : [presence(node, remote.presence)];
  for (const [key, { ts, values }] of remote.statuses) {
    const [code = ""] = key.split("/");
    reports.push(...statuses(node, code, ts, values, true));
  }
  for (const [code, active] of remote.alarms) {
    for (const [component, { ts, values }] of active)
      reports.push(alarm(node, code, component, ts, true, values.message));
  }
  return reports;
}

const presence = (node: string, payload: string): Report => ({
  node,
  type: "presence",
  code: "",
  component: "",
  at: null,
  payload,
  complete: true,
});

const alarm = (
  node: string,
  code: string,
  component: string,
  at: string | null,
  active: boolean,
  message: string,
): Report => ({
  node,
  type: "alarm",
  code,
  component,
  at,
  payload: { active, message },
  complete: true,
});

/** Turns attributes that map components to values into one set of attributes a component; those of the node come first. */
function statuses(
  node: string,
  code: string,
  at: string,
  values: Readonly<Record<string, unknown>>,
  complete: boolean,
): Report[] {
  const status = statusOf(code);
  const isEach = (name: string) => status !== undefined && sourceOf(status, name)?.attribute.each === true;
  const sets = new Map<string, Record<string, unknown>>();
  const set = (component: string, attribute: string, value: unknown) => {
    const known = sets.get(component) ?? {};
    known[attribute] = value;
    sets.set(component, known);
  };
  for (const [attribute, value] of Object.entries(values)) {
    if (!isEach(attribute)) set("", attribute, value);
  }
  for (const [attribute, value] of Object.entries(values)) {
    if (!isEach(attribute)) continue;
    for (const [component, one] of Object.entries(value as object)) set(component, attribute, one);
  }
  return [...sets].map(([component, payload]) => ({ node, type: "status", code, component, at, payload, complete }));
}
