import type { SupervisorOptions } from "../../firmware/link/supervisor.ts";
import { type FlowLink, openFlowLink } from "../connection.ts";
import { clock, random } from "../host.ts";
import type { FlowNode, Red } from "../red.ts";

export interface BrokerConfig {
  readonly url: string;
  /** RSMP id of this flow engine; made up at each start where empty. */
  readonly supervisor: string;
  /** Node ids or MQTT filters, one a line; all where empty. */
  readonly nodes: string;
  /** Certificate authority, PEM; the system's where empty. */
  readonly ca: string;
}

export interface BrokerSecrets {
  readonly username: string;
  readonly password: string;
}

/** What the other nodes see of this one. `link` is null where the settings were refused. */
export interface BrokerNode extends FlowNode<BrokerSecrets> {
  link: FlowLink | null;
}

/** The config node that holds one MQTT 5 connection to a city's cabinets. */
export default function register(red: Red): void {
  red.nodes.registerType<BrokerConfig, BrokerSecrets>("hulotte-broker", start, {
    credentials: { username: { type: "text" }, password: { type: "password" } },
  });

  function start(this: FlowNode<BrokerSecrets>, config: BrokerConfig): void {
    red.nodes.createNode(this, config);
    const node = this as BrokerNode;
    node.link = null;
    try {
      node.link = openFlowLink({ ...settings(config, node.credentials), clock, random, log: logOf(node) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      node.error(error.message);
    }
    node.on("close", (_removed, done) => {
      void (node.link?.close() ?? Promise.resolve()).then(done);
    });
  }
}

function settings(config: BrokerConfig, secrets: Partial<BrokerSecrets> = {}) {
  const nodes = config.nodes.split(/\s+/).filter((filter) => filter !== "");
  return {
    url: config.url,
    id:
      config.supervisor ||
      `cockpit/flows-${Array.from({ length: 8 }, () => Math.floor(random.next() * 16).toString(16)).join("")}`,
    ...(nodes.length > 0 ? { nodes } : {}),
    ...(config.ca ? { credentials: async () => ({ ca: config.ca }) } : {}),
    ...(secrets.username ? { username: secrets.username } : {}),
    ...(secrets.password ? { password: secrets.password } : {}),
  };
}

/** A lost connection is retried for ever and shown on the nodes: it belongs in the log, not in everybody's debug sidebar. */
function logOf(node: FlowNode): NonNullable<SupervisorOptions["log"]> {
  const line = (fields: object, message: string) => `${message} ${JSON.stringify(fields)}`;
  return {
    debug: (fields, message) => node.debug(line(fields, message)),
    info: (fields, message) => node.log(line(fields, message)),
    warn: (fields, message) => node.log(line(fields, message)),
    error: (fields, message) => node.error(line(fields, message)),
    child: () => logOf(node),
  };
}
