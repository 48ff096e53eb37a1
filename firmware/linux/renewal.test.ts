import { chmod, copyFile, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Authority } from "../../tools/provision/authority.ts";
import type { Credentials } from "../hal/credentials.ts";
import { Fault } from "../hal/fault.ts";
import { readCredentials } from "./credentials.ts";
import { openssl, subjectOf } from "./openssl.ts";
import { fileCertificates } from "./renewal.ts";

const NODE = "21231/cab-0117";
const DAY = 86_400_000;
const URLS = ["mqtts://a", "mqtts://b"] as const;

/** A cabinet's folder with a certificate of two days, and its authority. */
async function cabinet() {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-renewal-"));
  const file = (name: string) => join(folder, name);
  const authority = new Authority(file("authority"));
  await authority.make("test authority", 30);
  const wanted = { holder: "cabinet", commonName: NODE, days: 2 } as const;
  await writeFile(file("cert.pem"), await authority.issue(file("key.pem"), wanted));
  await copyFile(authority.certificateFile, file("ca.pem"));
  const files = { ca: file("ca.pem"), certificate: file("cert.pem"), key: file("key.pem"), node: NODE };
  const certificates = fileCertificates(files);
  const outcomes: boolean[] = [];
  certificates.onOutcome((kept) => outcomes.push(kept));
  const ask = async () => {
    await certificates.prepare();
    return (await certificates.state()).request;
  };
  /** Asks for a certificate, gets it, and takes it: it is not proven yet. */
  const takeNew = async (days = 10) => {
    const chain = await authority.sign(await ask(), { ...wanted, days });
    assert.is((await certificates.take(chain, Date.now())).ok, true);
    return chain;
  };
  const names = async () => (await readdir(folder)).filter((name) => name !== "authority").sort();
  return { file, files, authority, wanted, certificates, outcomes, ask, takeNew, names };
}

const text = (path: string) => readFile(path, "utf8");

test("asks, takes the answer, proves it in a session, and then only the new pair is left, the key 0600", async () => {
  const { file, certificates, outcomes, takeNew, names, ask } = await cabinet();
  const before = await text(file("key.pem"));
  assert.match(await ask(), "BEGIN CERTIFICATE REQUEST");
  assert.is(await ask(), await ask(), "one request until it is answered");
  assert.is((await stat(file("key.pem.next"))).mode & 0o777, 0o600);
  const chain = await takeNew();
  assert.is((await certificates.state()).request, "");
  const credentials = await certificates.credentials(URLS[0]);
  assert.is(credentials.cert, chain);
  assert.is(await text(file("key.pem")), before, "not before it is proven");
  credentials.outcome?.(true);
  const state = await certificates.state();
  assert.ok(Math.abs(state.notAfter - Date.now() - 10 * DAY) < DAY);
  assert.equal(await names(), ["ca.pem", "cert.pem", "key.pem"]);
  assert.is(await text(file("key.pem")), credentials.key);
  assert.is(await text(file("cert.pem")), chain);
  assert.is((await stat(file("key.pem"))).mode & 0o777, 0o600);
  assert.equal(outcomes, [true]);
});

test("one that the brokers do not take is given up once the one before works where it failed", async () => {
  const { file, certificates, outcomes, takeNew, names, ask } = await cabinet();
  const old = await text(file("cert.pem"));
  const chain = await takeNew();
  const offer = async (url: string, began: boolean) => {
    const { cert, outcome } = await certificates.credentials(url);
    outcome?.(began);
    return cert === chain ? "new" : "old";
  };
  // Both brokers are away: it goes on with each in turn, at each broker, and nothing is given up.
  const tried: string[] = [];
  for (let n = 0; n < 8; n++) tried.push(await offer(URLS[n % 2] as string, false));
  assert.equal(tried, ["new", "new", "old", "old", "new", "new", "old", "old"]);
  await certificates.state();
  assert.ok((await names()).includes("cert.pem.next"));
  assert.is(await offer(URLS[0], false), "new");
  assert.is(await offer(URLS[0], true), "old");
  await certificates.state();
  assert.equal(outcomes, [false]);
  assert.equal(await names(), ["ca.pem", "cert.pem", "cert.pem.request", "key.pem", "key.pem.next"]);
  assert.is(await text(file("cert.pem")), old);
  assert.match(await ask(), "REQUEST", "the cockpit may answer again");
});

test("an authority's renewal away from the first broker does not decide for the second", async () => {
  const { certificates, outcomes, takeNew } = await cabinet();
  const chain = await takeNew();
  (await certificates.credentials(URLS[0])).outcome?.(false);
  const second = await certificates.credentials(URLS[1]);
  assert.is(second.cert, chain, "the new one was never tried there");
  second.outcome?.(true);
  await certificates.state();
  assert.equal(outcomes, [true]);
});

test("takes nothing but the answer: the message says what is wrong", async () => {
  const { file, authority, wanted, certificates, ask } = await cabinet();
  const request = await ask();
  const refused = async (chain: string, why: RegExp, now = Date.now()) => {
    const taken = await certificates.take(chain, now);
    assert.is(taken.ok, false, String(why));
    if (!taken.ok) assert.match(taken.message, why);
  };
  const good = await authority.sign(request, wanted);
  await refused("", /no certificate/);
  await refused(good.replace(/\n[A-Za-z0-9+/]{8}/, "\nAAAAAAAA"), /broken|signed by no/);
  await refused(good, /ended/, Date.now() + 3 * DAY);
  await refused(good, /begins/, Date.now() - 3 * DAY);
  await refused(await authority.sign(request, { ...wanted, holder: "broker", hosts: ["localhost"] }), /TLS clients/);
  await refused(await text(file("ca.pem")), /common name is "test authority"/);
  const other = await authority.issue(file("other.key"), { ...wanted, commonName: "21231/cab-0118" });
  await refused(other, /common name is "21231\/cab-0118"/);
  await refused(await authority.issue(file("mine.key"), wanted), /another/);
  const stranger = new Authority(file("stranger"));
  await stranger.make("test authority", 30);
  await refused(await stranger.sign(request, wanted), /no authority that is believed/);
  await refused(
    [await stranger.sign(request, wanted), await text(stranger.certificateFile)].join(""),
    /no authority that is believed/,
  );
  await refused(Array(8).fill(good).join(""), /8 certificates: allowed up to 6/);
  assert.is((await certificates.take(good, Date.now())).ok, true);
});

test("an authority in between is fine where its chain comes along", async () => {
  const { file, wanted, certificates, ask, authority } = await cabinet();
  const request = await ask();
  const root = join(file("authority"), "ca");
  const between = new Authority(file("between"));
  await between.make("between", 30);
  // The root lets nobody sign below it (pathlen:0): a root that does.
  const subject = ["-subj", "/CN=root"];
  await openssl(["req", "-x509", "-new", "-batch", "-key", `${root}.key`, ...subject, "-out", file("ca.pem")]);
  const csr = await openssl(["req", "-new", "-batch", "-key", join(file("between"), "ca.key"), "-subj", "/CN=between"]);
  await writeFile(file("csr"), csr);
  await writeFile(file("ext"), "basicConstraints=critical,CA:TRUE");
  const ca = ["-CA", file("ca.pem"), "-CAkey", `${root}.key`, "-set_serial", "0x5", "-extfile", file("ext")];
  const middle = await openssl(["x509", "-req", "-in", file("csr"), ...ca]);
  const leaf = await between.sign(request, wanted);
  assert.is((await certificates.take(leaf, Date.now())).ok, false);
  assert.is((await certificates.take(leaf + middle, Date.now())).ok, true);
  assert.ok(await authority.knows("cabinet", NODE));
});

test("the name of an authority is not its signature, and a client's certificate is no authority", async () => {
  const { file, authority, certificates, ask, wanted } = await cabinet();
  await writeFile(file("request"), await ask());
  const signedBy = async (ca: string, key: string, request: string, extensions: string) => {
    await writeFile(file("ext"), extensions);
    const by = ["-CA", ca, "-CAkey", key, "-set_serial", "0x9", "-extfile", file("ext")];
    return openssl(["x509", "-req", "-in", request, ...by]);
  };
  const stranger = new Authority(file("stranger"));
  await stranger.make("test authority", 30);
  const bare = "extendedKeyUsage=clientAuth\nauthorityKeyIdentifier=none\nsubjectKeyIdentifier=none";
  const forged = await signedBy(stranger.certificateFile, join(file("stranger"), "ca.key"), file("request"), bare);
  assert.is((await certificates.take(forged, Date.now())).ok, false, "same name, other key");

  // A client's certificate without key usage, which only its basic constraints keep from signing.
  await authority.issue(file("client.key"), { ...wanted, commonName: "client" });
  const csr = await openssl(["req", "-new", "-batch", "-key", file("client.key"), "-subj", "/CN=client"]);
  await writeFile(file("client.csr"), csr);
  const root = [authority.certificateFile, join(file("authority"), "ca.key")] as const;
  const client = await signedBy(...root, file("client.csr"), "basicConstraints=critical,CA:FALSE");
  await writeFile(file("client.pem"), client);
  const below = await signedBy(file("client.pem"), file("client.key"), file("request"), bare);
  assert.is((await certificates.take(below + client, Date.now())).ok, false, "signed by a client");
  const good = await signedBy(...root, file("request"), bare);
  assert.is((await certificates.take(good, Date.now())).ok, true);
});

test("whenever the power goes, the next start has a certificate with its own key", async () => {
  const { file, files, takeNew, certificates } = await cabinet();
  const oldCert = await text(file("cert.pem"));
  const chain = await takeNew();
  const save = { key: await text(file("key.pem")), next: await text(file("key.pem.next")) };
  const restore = async (present: Readonly<Record<string, string>>) => {
    for (const name of ["key.pem", "key.pem.next", "cert.pem", "cert.pem.next", "cert.pem.request"])
      await rm(file(name), { force: true });
    for (const [name, content] of Object.entries(present)) await writeFile(file(name), content, { mode: 0o600 });
  };
  const old = { "key.pem": save.key, "cert.pem": oldCert };
  const moments: [string, Readonly<Record<string, string>>, string][] = [
    ["the key was made", { ...old, "key.pem.next": save.next }, oldCert],
    ["the request was made", { ...old, "key.pem.next": save.next, "cert.pem.request": "x" }, oldCert],
    ["the certificate came", { ...old, "key.pem.next": save.next, "cert.pem.next": chain }, chain],
    ["the key has its name", { "key.pem": save.next, "cert.pem": oldCert, "cert.pem.next": chain }, chain],
    ["all is done", { "key.pem": save.next, "cert.pem": chain }, chain],
    ["a certificate without its key", { ...old, "cert.pem.next": chain }, oldCert],
  ];
  for (const [moment, present, expected] of moments) {
    await restore(present);
    const again = fileCertificates(files);
    const { cert }: Credentials = await again.credentials(URLS[0]);
    assert.is(cert, expected, moment);
    await again.prepare();
    await again.state();
  }
  await restore({ ...old, "key.pem.next": save.next });
  await certificates.prepare();
  assert.match((await certificates.state()).request, "REQUEST", "a key without its request gets one");
});

test("a key that others can read is refused, with the file and the mode that is wanted; so is one that is missing or foreign", async () => {
  const { file, files, authority, wanted } = await cabinet();
  const fails = async (kind: string, why: RegExp) => {
    try {
      await readCredentials(files);
      assert.unreachable(String(why));
    } catch (error) {
      assert.instance(error, Fault);
      assert.is((error as Fault).kind, kind);
      assert.match((error as Fault).message, why);
    }
  };
  for (const mode of [0o644, 0o640, 0o604, 0o620]) {
    await chmod(file("key.pem"), mode);
    await fails("port-denied", /key\.pem.*mode is 06[024][04].*0600/);
  }
  await chmod(file("key.pem"), 0o400);
  assert.match((await readCredentials(files)).key as string, "PRIVATE KEY");
  await rename(file("key.pem"), file("away"));
  await fails("port-missing", /key\.pem.*ENOENT/);
  await authority.issue(file("key.pem"), wanted);
  await fails("protocol", /is not the key of .*cert\.pem/);
  await writeFile(file("cert.pem"), "no certificate");
  await fails("protocol", /cert\.pem.*no certificate/);
});

test("names with signs that openssl's subjects use are names", async () => {
  const { file, authority, wanted } = await cabinet();
  for (const commonName of ["21231/a/b", "été/ö-1", "a:b.c_d"]) {
    const key = file(`${encodeURIComponent(commonName)}.key`);
    assert.match(await authority.issue(key, { ...wanted, commonName }), "BEGIN CERTIFICATE", commonName);
  }
  assert.is(subjectOf("a/b"), "/CN=a\\/b");
});

test.run();
