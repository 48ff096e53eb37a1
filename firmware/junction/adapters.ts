/** The catalogue of ways to a junction's signals: one line each. Only what is configured is read in. */
import type { JunctionConfig } from "../config/junctions.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import type { SignalAdapter } from "./adapter.ts";

export interface AdapterParts {
  readonly ports: Ports;
  /** RSMP id of the cabinet. */
  readonly node: string;
  readonly log: Log;
}

export async function adapterOf({ junction, control }: JunctionConfig, parts: AdapterParts): Promise<SignalAdapter> {
  const { ports, node, log } = parts;
  const common = { id: junction.id, ports, clock: ports.clock, random: ports.random, log };
  switch (control.kind) {
    case "contacts":
      return (await import("./contacts.ts")).contactsAdapter({ ...common, ...control });
    case "rsmp3":
      return (await import("./rsmp3.ts")).rsmp3Adapter({
        ...common,
        ...control,
        node,
        groups: junction.groups.map((group) => group.id),
      });
    case "engine":
      return (await import("./heads.ts")).headsAdapter({ ...common, ...control, junction });
  }
}
