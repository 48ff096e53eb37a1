/** A whole stage in real time: a street, a real Mosquitto over TLS, a network that can be cut, and a supervisor that writes down. */
import type { webcrypto } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../../controllers/units.ts";
import { type Signer, signerOf } from "../../firmware/link/commands/signer.ts";
import { connectSupervisor, type Supervisor } from "../../firmware/link/supervisor.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { readCredentials } from "../../firmware/linux/credentials.ts";
import { type SecureBroker, startSecureMosquitto } from "../mosquitto.ts";
import { type SlowLink, slowLink } from "../slow-link.ts";
import { type Heard, listen } from "./heard.ts";
import { NODE, type SoakStreet, startStreet } from "./street.ts";

export const COCKPIT = "cockpit";

export interface Stage {
  readonly broker: SecureBroker;
  readonly link: SlowLink;
  readonly street: SoakStreet;
  readonly supervisor: Supervisor;
  readonly heard: Heard;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Where the runtime keeps its state; in the stage's own folder where left out. */
  readonly state?: string;
  /** More lines of cabinet.yaml. */
  readonly more?: string;
}

/** A key of the cockpit's, and how cabinet.yaml names it. */
async function commandKey(): Promise<{ signer: Signer; yaml: string }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const { d = "", x = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const signer = await signerOf({ kty: "OKP", crv: "Ed25519", kid: "soak", issuer: COCKPIT, d, x });
  return { signer, yaml: `commands: { keys: [{ id: soak, issuer: ${COCKPIT}, publicKey: ${x} }] }` };
}

/** Everything but the runtime, which is started and killed by who soaks. */
export async function openStage({ state, more = "" }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-soak-"));
  const broker = await startSecureMosquitto({ supervisors: [COCKPIT] });
  const cabinet = await broker.provision.holder("cabinet", NODE, 2);
  const cockpit = await broker.provision.holder("supervisor", COCKPIT, 2);
  const link = await slowLink(broker.port, { bitsPerSecond: 10e6, delay: 5 });
  const key = await commandKey();
  mkdirSync(join(folder, "state"), { recursive: true });
  const tls = `{ ca: ${cabinet}/ca.pem, certificate: ${cabinet}/certificate.pem, key: ${cabinet}/key.pem }`;
  const lines = [`mqtt: { url: "mqtts://127.0.0.1:${link.port}", tls: ${tls} }`, key.yaml, more];
  const street = await startStreet(folder, lines.join("\n"), state);

  const heard = listen();
  const supervisor = connectSupervisor({
    url: broker.url,
    credentials: () =>
      readCredentials({
        ca: join(cockpit, "ca.pem"),
        certificate: join(cockpit, "certificate.pem"),
        key: join(cockpit, "key.pem"),
      }),
    id: COCKPIT,
    nodes: [NODE],
    clock: systemClock,
    random: { next: Math.random },
    signer: key.signer,
    since: instant(0),
    patienceMs: 5000,
    onEntry: heard.entry,
    onAlarm: heard.alarm,
    onLost: heard.lost,
  });
  return {
    broker,
    link,
    street,
    supervisor,
    heard,
    async close() {
      await supervisor.close();
      street.close();
      await link.close();
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
