import { type PriorityConfig, type PriorityValues, priorityOf } from "../priority.ts";
import type { Badge, Msg, Red } from "../red.ts";
import { badgeText, type Failure, failure, refusalOf } from "../refusal.ts";
import type { BrokerNode } from "./hulotte-broker.ts";

/** Asks a junction for green for a vehicle, brings that up to date or withdraws it; sends on what came of it, or an error to catch. */
export default function register(red: Red): void {
  red.nodes.registerType<PriorityConfig & { readonly broker: string }, never>(
    "hulotte-priority",
    function start(config) {
      red.nodes.createNode(this, config);
      const broker = red.nodes.getNode(config.broker) as BrokerNode | null;
      if (!broker?.link) this.status({ fill: "red", shape: "ring", text: "no broker set" });

      const work = async (msg: Msg): Promise<Msg> => {
        if (!broker?.link) throw failure("no-broker", "the node has no broker, or its settings were refused");
        const { node, values } = priorityOf(config, msg);
        this.status({ fill: "blue", shape: "ring", text: `asking ${node}` });
        const outcome = await broker.link.command(node, "tlc.priority.request", { values });
        if (!outcome.ok) throw refusalOf(outcome.error);
        this.status(badgeOf(values));
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
    },
  );
}

function badgeOf(values: PriorityValues): Badge {
  const { requestId } = values;
  switch (values.type) {
    case "new":
      return { fill: "green", shape: "dot", text: `${requestId} asks for ${values.signalGroupId}` };
    case "update":
      return { fill: "green", shape: "dot", text: `${requestId} brought up to date` };
    case "cancel":
      return { fill: "grey", shape: "dot", text: `${requestId} withdrawn` };
  }
}
