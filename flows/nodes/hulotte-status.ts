import { type Filter, passes } from "../filter.ts";
import type { Red } from "../red.ts";
import type { Report } from "../report.ts";
import type { BrokerNode } from "./hulotte-broker.ts";

export interface StatusConfig {
  readonly broker: string;
  readonly node: string;
  readonly code: string;
  readonly component: string;
  readonly tellPresence: boolean;
  readonly tellStatus: boolean;
  readonly tellAlarm: boolean;
  /** Unknown to flows of older versions. */
  readonly live?: boolean;
}

/** Sends a message for what cabinets say: statuses, alarms, presence. First what is known, then what comes. */
export default function register(red: Red): void {
  red.nodes.registerType<StatusConfig, never>("hulotte-status", function start(config) {
    red.nodes.createNode(this, config);
    const broker = red.nodes.getNode(config.broker) as BrokerNode | null;
    if (!broker?.link) {
      this.status({ fill: "red", shape: "ring", text: "no broker set" });
      return;
    }
    const { link } = broker;
    const filter = filterOf(config);
    let stop = () => {};
    const watch = () => {
      stop = link.watch({
        live: config.live === true,
        connected: (isConnected) => {
          this.status(
            isConnected
              ? { fill: "green", shape: "dot", text: "connected" }
              : { fill: "red", shape: "ring", text: "no connection" },
          );
        },
        report: (report) => {
          if (passes(filter, report)) this.send(messageOf(report));
        },
      });
    };
    // Before that a message would get lost: the nodes that are to take it may not exist yet.
    red.events.once("flows:started", watch);
    this.on("close", (_removed, done) => {
      red.events.off("flows:started", watch);
      stop();
      done();
    });
  });
}

const filterOf = (config: StatusConfig): Filter => ({
  node: config.node.trim(),
  code: config.code.trim(),
  component: config.component.trim(),
  types: [
    ...(config.tellPresence ? (["presence"] as const) : []),
    ...(config.tellStatus ? (["status"] as const) : []),
    ...(config.tellAlarm ? (["alarm"] as const) : []),
  ],
});

const messageOf = (report: Report) => ({
  topic: [report.node, report.type, report.code].filter((part) => part !== "").join("/"),
  ...report,
});
