import { MOST_BYTES } from "../../firmware/link/wire/guard.ts";

/** What the broker is told about itself. Kept beside its configuration, which is made from it again and again. */
export interface BrokerSettings {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly port: number;
  /** The one address it listens on; all where left out. */
  readonly address?: string;
  /** RSMP ids. */
  readonly supervisors: readonly string[];
  /** How many levels the cabinets' RSMP ids have: `21231/cab-0117` has 2. */
  readonly levels: number;
  /** Topics of other systems that a cabinet may read besides: its footfall counters. */
  readonly reads?: readonly { readonly node: string; readonly topic: string }[];
}

/** Topics of a node that it says things on, and where it listens. */
const SAYS = ["presence", "status/#", "channel/#", "replay/#", "alarm/#"];
const HEARS = ["command/#", "throttle/#", "fetch/#"];

/** `mosquitto.conf`, for Mosquitto 2.0.11 and later. */
export const mosquittoConf = ({
  folder,
  port,
  address,
}: BrokerSettings): string => `# Made by \`hulotte provision broker\`: changes are lost when it runs again.

# Nobody without a certificate; what each may do is in the list.
allow_anonymous false
acl_file ${folder}/acl

# Sessions, queued messages and retained messages outlive a restart; a kill costs at most a minute of them, which
# hulotte's supervisors then fetch from the cabinets' journals.
persistence true
persistence_location ${folder}/data/
autosave_interval 60
persistent_client_expiration 1d

# Bounds, each a client's: a packet is one payload of ${MOST_BYTES} bytes with its topic and properties.
max_packet_size ${MOST_BYTES + 2048}
max_inflight_messages 64
max_queued_messages 100000
max_queued_bytes 67108864
max_keepalive 120
queue_qos0_messages false

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true

listener ${port}${address === undefined ? "" : ` ${address}`}
tls_version tlsv1.3
cafile ${folder}/ca.pem
certfile ${folder}/broker.pem
keyfile ${folder}/broker.key
require_certificate true
# The common name is the user, whatever it says of itself, and the client id: nobody can take another one's session.
use_identity_as_username true
use_username_as_clientid true
# Mosquitto 2.0.11 forgets more than its default at a reload, and ends the sessions that use more (reason 0x94).
max_topic_alias 10
`;

/** The access list: a pattern for cabinets, a part for each supervisor, nothing for those who are revoked. */
export function accessList({ supervisors, levels, reads = [] }: BrokerSettings, revoked: readonly string[]): string {
  const node = Array.from({ length: levels }, () => "+").join("/");
  return [
    "# Made by `hulotte provision broker` and `revoke`: changes are lost when they run again.",
    ...revoked.flatMap((name) => ["", `user ${name}`, "topic deny #"]),
    ...supervisors
      .filter((id) => !revoked.includes(id))
      .flatMap((id) => [
        "",
        `user ${id}`,
        ...SAYS.map((rest) => `topic read ${node}/${rest}`),
        ...HEARS.map((rest) => `topic write ${node}/${rest}`),
        `topic read ${id}/result/#`,
        `topic read ${id}/history/#`,
      ]),
    ...[...Map.groupBy(reads, ({ node: id }) => id)]
      .filter(([id]) => !revoked.includes(id))
      .flatMap(([id, topics]) => ["", `user ${id}`, ...topics.map(({ topic }) => `topic read ${topic}`)]),
    "",
    "# Everybody with a certificate: %u is its common name.",
    ...SAYS.map((rest) => `pattern write %u/${rest}`),
    ...HEARS.map((rest) => `pattern read %u/${rest}`),
    "# What neighbours tell each other: from whom, to whom, and at which border.",
    "pattern write %u/neighbour/#",
    `pattern read ${node}/neighbour/%u/+`,
    ...supervisors.flatMap((id) => [`pattern write ${id}/result/#`, `pattern write ${id}/history/#`]),
    "",
  ].join("\n");
}
