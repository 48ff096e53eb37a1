/** A private key that stays in its PKCS#11 token, here SoftHSM: the session, and the renewal of its certificate. */
import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hasMosquitto, type SecureBroker, startSecureMosquitto } from "../../tools/mosquitto.ts";
import { silent } from "../hal/log.ts";
import { keepConnected } from "../link/wire/connection.ts";
import { systemClock } from "./clock.ts";
import { readCredentials } from "./credentials.ts";
import { openssl } from "./openssl.ts";
import { fileCertificates, newKey } from "./renewal.ts";

const NODE = "21231/cab-0117";
const MODULE = "/usr/lib/softhsm/libsofthsm2.so";
const test = suite("a key in a token");

const [engine] = globSync("/usr/lib/*-linux-gnu/engines-3/pkcs11.so");
if (!engine || !existsSync(MODULE) || !hasMosquitto()) {
  test.skip("libengine-pkcs11-openssl, softhsm2 or mosquitto is not installed: keys in tokens were not tried");
} else {
  test("begins sessions with the token's key, has its certificate renewed, and no file ever holds the key", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hulotte-token-"));
    const file = (name: string) => join(folder, name);
    await mkdir(file("tokens"));
    await writeFile(file("softhsm2.conf"), `directories.tokendir = ${file("tokens")}\nlog.level = ERROR\n`);
    await writeFile(file("pin"), "123456");
    Object.assign(process.env, { SOFTHSM2_CONF: file("softhsm2.conf"), PKCS11_MODULE_PATH: MODULE });
    const util = (...args: string[]) => execFileSync("softhsm2-util", args, { stdio: "ignore" });
    util("--init-token", "--free", "--label", "cabinet", "--pin", "123456", "--so-pin", "654321");
    await writeFile(file("key"), await newKey());
    util("--import", file("key"), "--token", "cabinet", "--label", "mqtt", "--id", "01", "--pin", "123456");
    await rm(file("key"));

    const broker = await startSecureMosquitto();
    const stop = async () => {
      await broker.close();
      await rm(folder, { recursive: true });
    };
    try {
      await renewed(broker, file, engine);
    } finally {
      await stop();
    }
  });
}

/** A first certificate for the token's key, a session with it, another certificate, a session with that. */
async function renewed(broker: SecureBroker, file: (name: string) => string, engine: string): Promise<void> {
  const id = `pkcs11:token=cabinet;object=mqtt;type=private;pin-source=file:${file("pin")}`;
  const token = { engine: "pkcs11", id };
  const request = await openssl(
    ["req", "-new", "-batch", "-engine", "pkcs11", "-keyform", "engine", "-key", id, "-subj", "/CN=21231\\/cab-0117"],
    "",
    { OPENSSL_ENGINES: dirname(engine) },
  );
  await writeFile(file("cert.pem"), await broker.provision.answer("cabinet", NODE, request, 2, true));
  await copyFile(broker.provision.authority.certificateFile, file("ca.pem"));
  const files = { ca: file("ca.pem"), certificate: file("cert.pem"), token };
  const certificates = fileCertificates({ ...files, node: NODE });
  const outcomes: boolean[] = [];
  certificates.onOutcome((kept) => outcomes.push(kept));

  const started: (() => void)[] = [];
  const sessions = () => new Promise<void>((resolve) => started.push(resolve));
  const first = sessions();
  const connection = keepConnected({
    url: broker.url,
    clientId: NODE,
    credentials: certificates.credentials,
    subscriptions: [`${NODE}/command/#`],
    clock: systemClock,
    random: { next: () => 0 },
    log: silent,
    onConnect: () => started.shift()?.(),
    onMessage() {},
    onRoom() {},
  });
  try {
    await first;
    const before = (await certificates.state()).notAfter;
    await certificates.prepare();
    const { request: again } = await certificates.state();
    const chain = await broker.provision.answer("cabinet", NODE, again, 20, false);
    assert.is((await certificates.take(chain, Date.now())).ok, true);
    const second = sessions();
    connection.renew();
    await second;
    const { notAfter, request: none } = await certificates.state();
    assert.ok(notAfter > before);
    assert.is(none, "");
    assert.equal(outcomes, [true]);
    assert.is((await readCredentials(files)).key, undefined);
    assert.equal(globSync(file("*key*")), []);
  } finally {
    await connection.close();
  }
}

test.run();
