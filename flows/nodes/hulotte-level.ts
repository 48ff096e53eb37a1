import { iso } from "../../firmware/link/payload.ts";
import type { CommandOutcome } from "../../firmware/link/supervisor.ts";
import type { FlowLink } from "../connection.ts";
import type { Badge, Msg, Red } from "../red.ts";
import { badgeText, type Failure, failure, refusalOf } from "../refusal.ts";
import { type LevelConfig, type Wish, wishOf } from "../wish.ts";
import type { BrokerNode } from "./hulotte-broker.ts";

type Outcome = CommandOutcome<{
  readonly component: readonly string[];
  readonly level?: number;
  readonly from?: string;
  readonly until?: string;
}>;

/** Asks a cabinet to hold lamps at a level for a while, from now or later on, or withdraws that; sends on what came of it, or an error to catch. */
export default function register(red: Red): void {
  red.nodes.registerType<LevelConfig & { readonly broker: string }, never>("hulotte-level", function start(config) {
    red.nodes.createNode(this, config);
    const broker = red.nodes.getNode(config.broker) as BrokerNode | null;
    if (!broker?.link) this.status({ fill: "red", shape: "ring", text: "no broker set" });

    const work = async (msg: Msg): Promise<Msg> => {
      if (!broker?.link) throw failure("no-broker", "the node has no broker, or its settings were refused");
      const wish = wishOf(config, msg);
      this.status({ fill: "blue", shape: "ring", text: `asking ${wish.node}` });
      const outcome = await ask(broker.link, wish);
      if (!outcome.ok) throw refusalOf(outcome.error);
      this.status(badgeOf(outcome.values));
      return { ...msg, payload: outcome.values };
    };

    this.on("input", (msg, send, done) => {
      work(msg).then(
        (answer) => {
          send(answer);
          done();
        },
        (error: Error & Partial<Failure>) => {
          this.status({ fill: "red", shape: "ring", text: badgeText(error) });
          done(error);
        },
      );
    });
  });
}

function ask(link: FlowLink, { node, component, hold }: Wish): Promise<Outcome> {
  if (hold === null) return link.command(node, "lighting.level.release", { component, values: {} });
  const values = { level: hold.level, ...periodOf(link, node, hold) };
  return link.command(node, "lighting.level.set", { component, values });
}

function periodOf(link: FlowLink, node: string, { start, minutes }: NonNullable<Wish["hold"]>) {
  if (start === null) return { until: link.until(node, minutes) };
  if ("at" in start) return { from: iso(start.at), until: iso(start.at + minutes * 60_000) };
  return { from: link.until(node, start.in), until: link.until(node, start.in + minutes) };
}

const badgeOf = ({ component, level, from, until }: Extract<Outcome, { ok: true }>["values"]): Badge => {
  const lamps = component.length === 1 ? "1 lamp" : `${component.length} lamps`;
  if (level === undefined) return { fill: "grey", shape: "dot", text: `${lamps} released` };
  return {
    fill: "green",
    shape: "dot",
    text: `${lamps} at ${level} %${from === undefined ? "" : ` from ${from}`} until ${until}`,
  };
};
