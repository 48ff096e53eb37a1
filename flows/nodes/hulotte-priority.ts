import { registerAsking } from "../asking.ts";
import type { FlowLink } from "../connection.ts";
import { type PriorityConfig, type PriorityValues, priorityOf } from "../priority.ts";
import type { Badge, Red } from "../red.ts";

/** Asks a junction for green for a vehicle, brings that up to date or withdraws it. */
export default function register(red: Red): void {
  registerAsking<PriorityConfig, unknown>(red, "hulotte-priority", (config, msg) => {
    const { node, values } = priorityOf(config, msg);
    const ask = (link: FlowLink) => link.command(node, "tlc.priority.request", { values });
    return { node, ask, badge: () => badgeOf(values) };
  });
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
