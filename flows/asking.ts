/** Nodes that ask a cabinet for something with each message: they send on what it took on, or end with an error to catch. */
import type { CommandOutcome } from "../firmware/link/supervisor.ts";
import type { FlowLink } from "./connection.ts";
import type { BrokerNode } from "./nodes/hulotte-broker.ts";
import type { Badge, Msg, Red } from "./red.ts";
import { badgeText, type Failure, failure, refusalOf } from "./refusal.ts";

/** What a message asks for. */
export interface Asking<V> {
  /** Id of the cabinet. */
  readonly node: string;
  readonly ask: (link: FlowLink) => Promise<CommandOutcome<V>>;
  /** What the node's badge says when it is done. */
  readonly badge: (values: V) => Badge;
}

/** Registers a node type. `askingOf` throws for a message, or a configuration, that asks for nothing that can be done. */
export function registerAsking<C extends object, V>(
  red: Red,
  type: string,
  askingOf: (config: C, msg: Msg) => Asking<V>,
): void {
  red.nodes.registerType<C & { readonly broker: string }, never>(type, function start(config) {
    red.nodes.createNode(this, config);
    const broker = red.nodes.getNode(config.broker) as BrokerNode | null;
    if (!broker?.link) this.status({ fill: "red", shape: "ring", text: "no broker set" });

    const work = async (msg: Msg): Promise<Msg> => {
      if (!broker?.link) throw failure("no-broker", "the node has no broker, or its settings were refused");
      const { node, ask, badge } = askingOf(config, msg);
      this.status({ fill: "blue", shape: "ring", text: `asking ${node}` });
      const outcome = await ask(broker.link);
      if (!outcome.ok) throw refusalOf(outcome.error);
      this.status(badge(outcome.values));
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
