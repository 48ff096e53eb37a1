import { readSigner } from "../../firmware/link/commands/signer.ts";
import type { SupervisorOptions } from "../../firmware/link/supervisor.ts";
import { type FlowLink, openFlowLink } from "../connection.ts";
import { clock, random } from "../host.ts";
import type { FlowNode, Red } from "../red.ts";
import { failure } from "../refusal.ts";
import { type BrokerConfig, type BrokerSecrets, settingsOf, type TlsNode } from "../settings.ts";

/** What the other nodes see of this one. `link` is null where the settings were refused. */
export interface BrokerNode extends FlowNode<BrokerSecrets> {
  link: FlowLink | null;
}

/** The config node that holds one MQTT 5 connection to a city's cabinets, and the key that signs commands. */
export default function register(red: Red): void {
  red.nodes.registerType<BrokerConfig, BrokerSecrets>("hulotte-broker", start, {
    credentials: { username: { type: "text" }, password: { type: "password" }, signingKey: { type: "password" } },
  });

  function start(this: FlowNode<BrokerSecrets>, config: BrokerConfig): void {
    red.nodes.createNode(this, config);
    const node = this as BrokerNode;
    node.link = null;
    const { credentials = {} } = node;
    try {
      const tls = config.tls ? (red.nodes.getNode(config.tls) as TlsNode | null) : null;
      const settings = settingsOf(config, credentials, tls, madeUp());
      const signer = signerOf(credentials.signingKey);
      // Commands fail with it, each; what cabinets tell still comes.
      signer?.catch((error: Error) => node.error(error.message));
      node.link = openFlowLink({ ...settings, ...(signer && { signer }), clock, random, log: logOf(node) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      node.error(error.message);
    }
    node.on("close", (_removed, done) => {
      void (node.link?.close() ?? Promise.resolve()).then(done);
    });
  }
}

const signerOf = (keyFile = "") =>
  keyFile.trim() === ""
    ? undefined
    : readSigner(keyFile).catch((error: Error) => {
        throw failure("signing-key", error.message);
      });

const madeUp = () =>
  `cockpit/flows-${Array.from({ length: 8 }, () => Math.floor(random.next() * 16).toString(16)).join("")}`;

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
