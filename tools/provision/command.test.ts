import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runProvision } from "./command.ts";

const ROOT = join(import.meta.dirname, "../..");
const A = "21231/cab-0117";

/** As a process of its own, as people call it. */
const spawned = (args: readonly string[], input = "") => {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "tools/hulotte"), ["provision", ...args], {
    encoding: "utf8",
    input,
    timeout: 20_000,
  });
  return { status, stdout, stderr };
};

/** The same in this process, which is faster. */
const provision = async (args: readonly string[]) => {
  const { log, error } = console;
  let stdout = "";
  let stderr = "";
  console.log = (line: string) => {
    stdout += `${line}\n`;
  };
  console.error = (line: string) => {
    stderr += `${line}\n`;
  };
  try {
    const status = await runProvision(args);
    return { status, stdout, stderr };
  } finally {
    Object.assign(console, { log, error });
  }
};

const folder = () => join(mkdtempSync(join(tmpdir(), "hulotte-provision-")), "pki");
const certificate = (path: string) => new X509Certificate(readFileSync(path));
const modeOf = (path: string) => statSync(path).mode & 0o777;
const daysLeft = (one: X509Certificate) => Math.round((Date.parse(one.validTo) - Date.now()) / 86_400_000);

const dir = folder();
const at = (...names: string[]) => join(dir, ...names);
const ok = async (verb: string, ...args: string[]) => {
  const { status, stdout, stderr } = await provision([verb, "--dir", dir, ...args]);
  assert.is(status, 0, stderr);
  return stdout;
};

test("one command makes an authority, and never another one in its place", async () => {
  await ok("ca");
  const ca = certificate(at("ca.pem"));
  assert.ok(ca.ca);
  assert.ok(ca.verify(ca.publicKey));
  assert.is(daysLeft(ca), 3650);
  assert.is(modeOf(at("ca.key")), 0o600);
  const before = readFileSync(at("ca.key"), "utf8");
  const again = await provision(["ca", "--dir", dir]);
  assert.is(again.status, 1);
  assert.match(again.stderr, /ca\.key.*never overwritten/);
  assert.is(readFileSync(at("ca.key"), "utf8"), before);
});

test("a cabinet and a supervisor get keys of their own and short-lived certificates for clients, in their names", async () => {
  const ca = certificate(at("ca.pem"));
  for (const [holder, id, days] of [
    ["cabinet", A, 30],
    ["supervisor", "cockpit", 90],
  ] as const) {
    await ok(holder, id);
    const own = certificate(at(`${holder}s`, id, "certificate.pem"));
    assert.is(own.subject, `CN=${id}`);
    assert.is(daysLeft(own), days);
    assert.equal(own.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    assert.ok(own.verify(ca.publicKey));
    assert.not(own.ca);
    assert.is(modeOf(at(`${holder}s`, id, "key.pem")), 0o600);
    assert.is(readFileSync(at(`${holder}s`, id, "ca.pem"), "utf8"), readFileSync(at("ca.pem"), "utf8"));
    assert.match((await provision([holder, "--dir", dir, id])).stderr, /key\.pem.*never overwritten/);
  }
});

test("a broker's files say who may what; its key stays when it is made again", async () => {
  await ok(
    "broker",
    "--supervisor",
    "cockpit",
    "--supervisor",
    "night",
    "--host",
    "mqtt.example",
    "--host",
    "192.0.2.7",
  );
  const own = certificate(at("broker", "broker.pem"));
  assert.equal(own.subjectAltName, "DNS:mqtt.example, IP Address:192.0.2.7");
  assert.equal(own.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  assert.is(modeOf(at("broker", "broker.key")), 0o600);
  const conf = readFileSync(at("broker", "mosquitto.conf"), "utf8");
  for (const line of [
    "allow_anonymous false",
    "require_certificate true",
    "use_identity_as_username true",
    "use_username_as_clientid true",
    "tls_version tlsv1.3",
    `acl_file ${at("broker", "acl")}`,
    "listener 8883",
    "max_packet_size 67584",
    "max_topic_alias 10",
  ])
    assert.ok(conf.split("\n").includes(line), line);
  const acl = readFileSync(at("broker", "acl"), "utf8");
  assert.match(acl, "user night\ntopic read +/+/presence\n");
  assert.match(acl, "pattern write night/result/#\n");
  assert.match(acl, "pattern write %u/neighbour/#\npattern read +/+/neighbour/%u/+\n");
  assert.not.match(acl, /topic read .*neighbour/);
  const key = readFileSync(at("broker", "broker.key"), "utf8");
  await ok("broker", "--supervisor", "cockpit", "--port", "18883", "--levels", "3", "--reads", `${A}=city/people/7`);
  assert.match(readFileSync(at("broker", "acl"), "utf8"), `\nuser ${A}\ntopic read city/people/7\n\n`);
  for (const wrong of ["city/people", `${A}=`, `${A}=city/#`, `${A}=$SYS/load`, `a/+=city`])
    assert.is(
      (await provision(["broker", "--dir", dir, "--supervisor", "cockpit", "--reads", wrong])).status,
      2,
      wrong,
    );
  assert.is(readFileSync(at("broker", "broker.key"), "utf8"), key);
  assert.match(readFileSync(at("broker", "acl"), "utf8"), "topic read +/+/+/presence\n");
  assert.not.match(readFileSync(at("broker", "acl"), "utf8"), "night");
  assert.equal(certificate(at("broker", "broker.pem")).subjectAltName, "DNS:localhost, IP Address:127.0.0.1");
});

test("renew answers a request in the same name only, and only for who had a certificate before", async () => {
  const requestFor = (name: string, ...more: string[]) => {
    const file = at("request.pem");
    const subject = `/CN=${name.replaceAll("/", "\\/")}${more.join("")}`;
    const key = at("cabinets", A, "key.pem");
    spawnSync("openssl", ["req", "-new", "-batch", "-key", key, "-subj", subject, "-out", file]);
    return file;
  };
  const good = requestFor(A);
  const { status, stdout } = await provision(["renew", "--dir", dir, A, "--request", good, "--days", "7"]);
  assert.is(status, 0);
  assert.is(new X509Certificate(stdout).subject, `CN=${A}`);
  assert.is(daysLeft(new X509Certificate(stdout)), 7);
  assert.is(spawned(["renew", "--dir", dir, A, "--request", "-"], readFileSync(good, "utf8")).status, 0);
  const unknown = await provision(["renew", "--dir", dir, "21231/cab-0999", "--request", good]);
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /never had a certificate/);
  const first = await provision(["cabinet", "--dir", dir, "21231/cab-0999", "--request", requestFor("21231/cab-0999")]);
  assert.is(first.status, 0);
  for (const file of [requestFor("21231/cab-0118"), requestFor(A, "/O=City")]) {
    const other = await provision(["renew", "--dir", dir, A, "--request", file]);
    assert.is(other.status, 1);
    assert.match(other.stderr, /allowed is CN=21231\/cab-0117 alone/);
    assert.is(other.stdout, "");
  }
  writeFileSync(at("request.pem"), "x");
  assert.is((await provision(["renew", "--dir", dir, A, "--request", at("request.pem")])).status, 1);
});

test("who is revoked has no rights at the broker, and gets no certificate", async () => {
  assert.match(await ok("revoke", A), /reload/);
  assert.match(readFileSync(at("broker", "acl"), "utf8"), `user ${A}\ntopic deny #\n`);
  await ok("revoke", A);
  assert.is(readFileSync(at("revoked"), "utf8"), `${A}\n`);
  await ok("revoke", "cockpit");
  const acl = readFileSync(at("broker", "acl"), "utf8");
  assert.match(acl, "user cockpit\ntopic deny #\n");
  assert.not.match(acl, "topic read cockpit/result/#");
  for (const args of [
    ["cabinet", A],
    ["renew", A, "--request", at("request.pem")],
    ["supervisor", "cockpit"],
  ]) {
    const { status, stderr } = await provision([...args, "--dir", dir]);
    assert.is(status, 2);
    assert.match(stderr, /is revoked.*remove its line/);
  }
});

test("a call that is wrong ends with 2 and says what is allowed", async () => {
  const wrong: [string[], RegExp][] = [
    [["certificates"], /allowed ca, broker, cabinet/],
    [["ca"], /wants --dir/],
    [["ca", "--dir", dir, "x"], /takes no ID/],
    [["cabinet", "--dir", dir], /wants one ID/],
    [["cabinet", "--dir", dir, "../x"], /level "\.\."/],
    [["cabinet", "--dir", dir, "a/status"], /message type/],
    [["cabinet", "--dir", dir, "a/+"], /level "\+"/],
    [["cabinet", "--dir", dir, "a".repeat(65)], /64 at most/],
    [["cabinet", "--dir", dir, "a/b", "--port", "1"], /takes no --port/],
    [["cabinet", "--dir", dir, "a/b", "--days", "0"], /--days 0: allowed 1 to 36500/],
    [["broker", "--dir", dir], /--supervisor ID/],
    [["broker", "--dir", dir, "--supervisor", "c", "--port", "99999"], /--port 99999: allowed/],
    [["broker", "--dir", dir, "--supervisor", "c", "--host", "a b"], /"a b" is no host/],
    [["broker", "--dir", dir, "--supervisor", "c", "--user", "nobody-here"], /no such user/],
    [["renew", "--dir", dir, "a/b"], /--request FILE/],
    [["ca", "--dirr", dir], /--dirr/],
  ];
  for (const [args, why] of wrong) {
    const { status, stderr } = await provision(args);
    assert.is(status, 2, args.join(" "));
    assert.match(stderr, why);
  }
  const none = await provision(["cabinet", "--dir", folder(), "a/b"]);
  assert.is(none.status, 1);
  assert.match(none.stderr, /ca\.pem.*ENOENT/);
  assert.match(spawned(["--help"]).stdout, "hulotte provision revoke");
});

test.run();
