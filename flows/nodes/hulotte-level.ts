import { iso } from "../../firmware/link/payload.ts";
import type { CommandOutcome } from "../../firmware/link/supervisor.ts";
import { registerAsking } from "../asking.ts";
import type { FlowLink } from "../connection.ts";
import type { Badge, Red } from "../red.ts";
import { type LevelConfig, type Wish, wishOf } from "../wish.ts";

interface Held {
  readonly component: readonly string[];
  readonly level?: number;
  readonly from?: string;
  readonly until?: string;
}

/** Asks a cabinet to hold lamps at a level for a while, from now or later on, or withdraws that. */
export default function register(red: Red): void {
  registerAsking<LevelConfig, Held>(red, "hulotte-level", (config, msg) => {
    const wish = wishOf(config, msg);
    return { node: wish.node, ask: (link) => ask(link, wish), badge: badgeOf };
  });
}

function ask(link: FlowLink, { node, component, hold }: Wish): Promise<CommandOutcome<Held>> {
  if (hold === null) return link.command(node, "lighting.level.release", { component, values: {} });
  const values = { level: hold.level, ...periodOf(link, node, hold) };
  return link.command(node, "lighting.level.set", { component, values });
}

function periodOf(link: FlowLink, node: string, { start, minutes }: NonNullable<Wish["hold"]>) {
  if (start === null) return { until: link.until(node, minutes) };
  if ("at" in start) return { from: iso(start.at), until: iso(start.at + minutes * 60_000) };
  return { from: link.until(node, start.in), until: link.until(node, start.in + minutes) };
}

const badgeOf = ({ component, level, from, until }: Held): Badge => {
  const lamps = component.length === 1 ? "1 lamp" : `${component.length} lamps`;
  if (level === undefined) return { fill: "grey", shape: "dot", text: `${lamps} released` };
  return {
    fill: "green",
    shape: "dot",
    text: `${lamps} at ${level} %${from === undefined ? "" : ` from ${from}`} until ${until}`,
  };
};
