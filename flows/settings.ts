import type { SupervisorOptions } from "../firmware/link/supervisor.ts";

/** What the editor set of a connection. */
export interface BrokerConfig {
  /** One address or several, a line each, in the order of preference. */
  readonly url: string;
  /** RSMP id of this flow engine; made up at each start where empty. */
  readonly supervisor: string;
  /** Node ids or MQTT filters, one a line; all where empty. */
  readonly nodes: string;
  /** Id of a tls-config node. Unknown to flows of older versions. */
  readonly tls?: string;
  /** Certificate authority, PEM, where the tls-config node has none; the system's where empty, too. */
  readonly ca: string;
}

/** Kept with Node-RED's credentials, never in the flow. */
export interface BrokerSecrets {
  readonly username: string;
  readonly password: string;
  /** The text of a private key's file. */
  readonly signingKey: string;
}

/** Node-RED's own `tls-config` node, as far as it is used. */
export interface TlsNode {
  /** False where its files could not be read, or one of a pair is missing. */
  readonly valid?: boolean;
  addTLSOptions(options: object): TlsOptions;
}

interface TlsOptions {
  readonly ca?: PemFile;
  readonly cert?: PemFile;
  readonly key?: PemFile;
  readonly pfx?: unknown;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly ALPNProtocols?: readonly string[];
  readonly rejectUnauthorized?: boolean;
}

type PemFile = string | Uint8Array;
type Credentials = Awaited<ReturnType<NonNullable<SupervisorOptions["credentials"]>>>;

/** Where to connect to, and as whom; `tls`: the node that `config.tls` names. What cannot be is a TypeError that names the field. */
export function settingsOf(config: BrokerConfig, secrets: Partial<BrokerSecrets>, tls: TlsNode | null, id: string) {
  const urls = words(config.url);
  const nodes = words(config.nodes);
  if (config.tls && !tls)
    throw new TypeError("TLS names a configuration that is not there: allowed is a tls-config node");
  const plain = urls.find((url) => !/^(mqtts|wss):/.test(url));
  if (tls && plain !== undefined)
    throw new TypeError(`url is "${plain}": allowed with a TLS configuration is mqtts:// or wss://`);
  const credentials = credentialsOf(tls, config.ca);
  return {
    url: urls.length > 0 ? urls : "",
    id: config.supervisor || id,
    ...(nodes.length > 0 ? { nodes } : {}),
    ...(credentials ? { credentials: async () => credentials } : {}),
    ...(secrets.username ? { username: secrets.username } : {}),
    ...(secrets.password ? { password: secrets.password } : {}),
  };
}

/** What the link can do of a TLS configuration; the rest is refused, not left out: somebody relies on it. */
function credentialsOf(tls: TlsNode | null, authority: string): Credentials | null {
  if (!tls) return authority ? { ca: authority } : null;
  if (tls.valid === false)
    throw new TypeError("TLS: its files cannot be read: allowed are a certificate with its key, PEM");
  const { ca, cert, key, pfx, passphrase, servername, ALPNProtocols, rejectUnauthorized } = tls.addTLSOptions({});
  if (pfx !== undefined) throw new TypeError("TLS is a PFX file: allowed are a certificate and its key, PEM");
  if (passphrase)
    throw new TypeError("TLS: the key has a passphrase: allowed is one without, in a file for Node-RED only");
  if (rejectUnauthorized === false)
    throw new TypeError("TLS does not verify the server's certificate: allowed is to verify it");
  if (servername) throw new TypeError(`TLS: server name is "${servername}": allowed is none, the url's is verified`);
  if (ALPNProtocols) throw new TypeError("TLS: an ALPN protocol is set: allowed is none");
  const believed = ca ?? (authority || undefined);
  return {
    ...(believed === undefined ? {} : { ca: text(believed) }),
    ...(cert === undefined ? {} : { cert: text(cert) }),
    ...(key === undefined ? {} : { key: text(key) }),
  };
}

const words = (lines: string): string[] => lines.split(/\s+/).filter((word) => word !== "");
const text = (pem: PemFile): string => (typeof pem === "string" ? pem : new TextDecoder().decode(pem));
