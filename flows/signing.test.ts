/** Cabinets that want signatures, and a broker that wants a certificate: the package in a real Node-RED. */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours } from "../controllers/units.ts";
import { keepJournal } from "../firmware/hal/journal-keeper.ts";
import { silent } from "../firmware/hal/log.ts";
import { openKeyRing } from "../firmware/link/commands/key-ring.ts";
import { memoryDisk } from "../sim/journal.ts";
import { memoryStore } from "../sim/ports.ts";
import { clock, random } from "./host.ts";
import type { Msg } from "./red.ts";
import { NODE, PASSWORD, SUPERVISOR, startCity } from "./test-city.ts";
import { startEngine } from "./test-engine.ts";

/** A key file as `hulotte keys new` writes it, of somebody who is not the flow engine. */
function keyFile(kid: string, issuer = "cockpit/dijon") {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as { d: string; x: string };
  return { d, text: `${JSON.stringify({ kty: "OKP", crv: "Ed25519", kid, issuer, d, x }, null, 2)}\n`, publicKey: x };
}
const [known, lesser, stranger] = [keyFile("ops-1"), keyFile("count-1"), keyFile("ops-1")];
const ring = await openKeyRing({
  configured: [
    { id: "ops-1", issuer: "cockpit/dijon", publicKey: known.publicKey },
    { id: "count-1", issuer: "cockpit/dijon", publicKey: lesser.publicKey, codes: ["footfall"] },
  ],
  store: memoryStore(),
  log: silent,
});
const { broker, asked, end } = await startCity({
  log: silent,
  journal: await keepJournal(memoryDisk().open, { bytes: 4 << 20, age: hours(24) }, clock, random),
  ring,
});
const engine = await startEngine();

const tell = (id: string) => ({
  id: `tell-${id}`,
  z: "tab",
  type: "function",
  func: `global.get("tell")({ ...msg, from: ${JSON.stringify(id)} });`,
  outputs: 0,
  wires: [],
});
const flow = (credentials: object, more: object = {}) => [
  { id: "tab", type: "tab", label: "test" },
  {
    id: "broker",
    type: "hulotte-broker",
    url: broker.url,
    supervisor: SUPERVISOR,
    nodes: "",
    ca: "",
    credentials: { username: "integrator", password: PASSWORD, ...credentials },
    ...more,
  },
  {
    id: "set",
    z: "tab",
    type: "hulotte-level",
    broker: "broker",
    node: NODE,
    component: "lamp/1",
    minutes: "10",
    wires: [["tell-set"]],
  },
  {
    id: "green",
    z: "tab",
    type: "hulotte-priority",
    broker: "broker",
    node: NODE,
    junction: "",
    group: "A",
    wires: [["tell-green"]],
  },
  {
    id: "see",
    z: "tab",
    type: "hulotte-status",
    broker: "broker",
    node: "",
    code: "",
    component: "",
    wires: [],
  },
  { id: "catch", z: "tab", type: "catch", scope: null, uncaught: false, wires: [["tell-catch"]] },
  { id: "badge", z: "tab", type: "status", scope: ["set", "see"], wires: [["tell-badge"]] },
  ...["set", "green", "catch", "badge"].map(tell),
];
const from = (id: string) => (msg: Msg) => msg["from"] === id;
const badge = (text: string) => (msg: Msg) => from("badge")(msg) && (msg["status"] as { text?: string }).text === text;
const connected = () => engine.next(badge("connected"));

test("a cabinet that wants signatures does what is signed by a key it knows, whoever sends it", async () => {
  // As it is pasted into a field of one line.
  await engine.deploy(flow({ signingKey: known.text.replaceAll("\n", "") }));
  await connected();
  engine.send("set", { payload: 40 });
  const answer = await engine.next(from("set"));
  assert.is((answer["payload"] as { level: number }).level, 40);
  engine.send("green", { payload: "new", requestId: "r-1" });
  assert.equal((await engine.next(from("green")))["payload"], { requestId: "r-1" });
  assert.is(asked.splice(0).length, 2);
});

test("the key is in no flow that could be exported, in no log, and on the disk only encrypted", async () => {
  const flows = await engine.file("flows.json");
  assert.match(flows, /hulotte-broker/);
  for (const held of [flows, await engine.file("flows_cred.json"), engine.complaints.join("\n")])
    assert.not.ok([known, lesser, stranger].some(({ d }) => held.includes(d)) || /Ed25519/.test(held), held);
});

const refused: [string, object, string, RegExp, string][] = [
  ["no key", { signingKey: "" }, "unsigned", /needs one\. Set a signing key/, "refused: no signing key is set"],
  [
    "another key of the same name",
    { signingKey: stranger.text },
    "signature",
    /does not list the broker node's signing key under commands.keys, or/,
    "refused: cabinet does not accept the key",
  ],
  [
    "a key for something else",
    { signingKey: lesser.text },
    "forbidden",
    /is lighting.level.set: the key may not\. The codes/,
    "refused: the key may not do this",
  ],
];
for (const [name, credentials, code, message, shown] of refused) {
  test(`${name}: nothing moves, and the refusal is shown in words`, async () => {
    await engine.deploy(flow(credentials));
    await connected();
    engine.send("set", { payload: 41 });
    const { error } = (await engine.next(from("catch"))) as unknown as { error: { code: string; message: string } };
    assert.is(error.code, code);
    assert.match(error.message, message);
    await engine.next(badge(shown));
    engine.send("green", { payload: "new", requestId: "r-2" });
    assert.is(((await engine.next(from("catch"))) as unknown as { error: { code: string } }).error.code, code);
    assert.equal(asked, []);
    assert.not.ok(engine.came(from("set")));
  });
}

test("what is no key is said at once without a word of it; nothing goes out unsigned, and the rest goes on", async () => {
  const before = engine.complaints.length;
  await engine.deploy(flow({ signingKey: known.text.replace("}", "") }));
  await connected();
  const complaint = engine.complaints.slice(before).join("\n");
  assert.match(complaint, /^signing key: allowed is the text of a private key's file, as `hulotte keys new` writes it/);
  assert.not.ok(complaint.includes(known.d.slice(0, 8)) || complaint.includes("ops-1"), complaint);
  engine.send("set", { payload: 42 });
  const { error } = (await engine.next(from("catch"))) as unknown as { error: { code: string; message: string } };
  assert.is(error.code, "signing-key");
  await engine.next(badge("the signing key is none"));
  assert.equal(asked, []);
});

test("with a TLS configuration of Node-RED the broker sees our certificate; a broker that is away is passed over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-flows-tls-"));
  const [certFile, keyPath] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", "-subj", "/CN=flows"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyPath, "-out", certFile],
  ]);
  assert.is(made.status, 0, "openssl makes the certificate");
  const [cert, key] = [await readFile(certFile, "utf8"), await readFile(keyPath, "utf8")];
  const seen: string[] = [];
  const guard = createTlsServer(
    { cert, key, ca: cert, requestCert: true, minVersion: "TLSv1.3" },
    (socket: TLSSocket) => {
      seen.push(String(socket.getPeerCertificate().subject?.CN));
      const inside = connect(Number(new URL(broker.url).port), "127.0.0.1");
      socket.on("error", () => inside.destroy()).on("close", () => inside.destroy());
      inside.on("error", () => socket.destroy()).on("close", () => socket.destroy());
      socket.pipe(inside).pipe(socket);
    },
  );
  guard.listen(0, "127.0.0.1");
  await once(guard, "listening");
  const tls = {
    id: "tls",
    type: "tls-config",
    certType: "files",
    cert: certFile,
    key: keyPath,
    ca: certFile,
    verifyservercert: true,
  };
  const url = `mqtts://127.0.0.1:9\nmqtts://127.0.0.1:${(guard.address() as AddressInfo).port}`;
  await engine.deploy([...flow({ signingKey: known.text }, { url, tls: "tls" }), tls]);
  await connected();
  assert.equal(seen, ["flows"]);
  engine.send("set", { payload: 43 });
  assert.is(((await engine.next(from("set")))["payload"] as { level: number }).level, 43);

  await engine.deploy([...flow({}, { url, tls: "tls" }), { ...tls, verifyservercert: false }]);
  assert.match(engine.complaints.at(-1) ?? "", /TLS does not verify the server's certificate: allowed/);
  engine.send("set", { payload: 44 });
  await engine.next(badge("no broker set"));
  guard.close();
  await rm(folder, { recursive: true });
});

test("everything ends", async () => {
  await engine.stop();
  await end();
  await broker.close();
});

test.run();
