/** A controller that speaks RSMP 3 over real TLS on this machine: who proves who it is is heard, nobody else. */
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, connect as plainConnect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { Authority, type Wanted } from "../../tools/provision/authority.ts";
import { type Log, silent } from "../hal/log.ts";
import { listenTcp } from "../linux/bytes-listen.ts";
import { systemClock } from "../linux/clock.ts";
import { readCredentials, readPem } from "../linux/credentials.ts";
import { frame } from "../rsmp3/frame.ts";
import { wire } from "../rsmp3/messages.ts";
import { rsmp3Adapter } from "./rsmp3.ts";

interface Files {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

let folder: string;
let city: (commonName: string, holder: Wanted["holder"], name?: string) => Promise<Files>;
let [ours, site, other, stranger]: Files[] = [];

/** Issues certificates, each into files of its own. */
async function authority(name: string): Promise<typeof city> {
  const made = new Authority(join(folder, name));
  await made.make(name, 2);
  return async (commonName, holder, as = commonName) => {
    const [certificate, key] = [join(folder, name, `${as}.pem`), join(folder, name, `${as}.key`)];
    const hosts = holder === "broker" ? ["127.0.0.1"] : [];
    await writeFile(certificate, await made.issue(key, { holder, commonName, days: 1, hosts }));
    return { ca: made.certificateFile, certificate, key };
  };
}

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "hulotte-rsmp3-"));
  city = await authority("city");
  const foreign = await authority("foreign");
  ours = await city("cabinet", "broker");
  site = await city("RN+SI0001", "cabinet");
  other = await city("21231/cab-0118", "cabinet", "other");
  stranger = await foreign("RN+SI0001", "cabinet");
});
test.after(() => rm(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until it holds; 5 s at most. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500 && !holds(); waited++) await systemClock.sleep(milliseconds(10), "test");
  assert.ok(holds(), what);
}

const working = new Set<() => Promise<void>>();
const sockets = new Set<Socket>();
test.after.each(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all([...working].map((end) => end()));
  working.clear();
  sockets.clear();
});

/** The supervisor's side, working until the end of its test. */
async function supervisor(files: Files, name?: string) {
  const port = await freePort();
  const stop = new AbortController();
  const [refused, faults]: [string[], (string | null)[]] = [[], []];
  const log: Log = { ...silent, warn: (fields) => void refused.push(String((fields as { why?: unknown }).why)) };
  const adapter = rsmp3Adapter({
    id: "tlc/1",
    address: "127.0.0.1",
    port,
    tls: { ...files, ...(name === undefined ? {} : { name }) },
    ackWithin: seconds(5),
    watchdog: seconds(60),
    node: "21231/cab-0117",
    groups: ["A"],
    ports: { listen: listenTcp },
    clock: systemClock,
    random: { next: () => 0.5 },
    log,
  });
  const over = adapter.run((news) => void (news.kind === "fault" && faults.push(news.fault)), stop.signal);
  working.add(() => {
    stop.abort();
    return over;
  });
  const listens = async () => {
    const probe = plainConnect(port, "127.0.0.1").on("error", () => {});
    const open = await once(probe, "connect").then(
      () => true,
      () => false,
    );
    probe.destroy();
    return open;
  };
  return {
    port,
    refused,
    faults,
    tally: () => adapter.tally(),
    async open() {
      while (!(await listens())) await systemClock.sleep(milliseconds(10), "test");
      // The probe that left without a word was refused, too.
      await until("the probe is gone", () => refused.length === 1);
      refused.length = 0;
    },
  };
}

const VERSION = frame(
  wire("Version", {
    mId: "6f968141-4de5-42ff-8032-45f8093762c5",
    RSMP: [{ vers: "3.2" }],
    siteId: [{ sId: "RN+SI0001" }],
    SXL: "1.1",
  }),
);

/** A site that says Version as soon as it may; what it heard. */
async function comes(port: number, files: Files | null, more: ConnectionOptions = {}) {
  const proof = files === null ? {} : await readCredentials(files);
  const { cert, key } = { cert: undefined, key: undefined, ...proof };
  const socket = connect({
    host: "127.0.0.1",
    port,
    ca: await readPem((ours as Files).ca),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...more,
  });
  return talking(socket, "secureConnect");
}
function talking(socket: Socket | TLSSocket, ready: string) {
  const heard: string[] = [];
  sockets.add(socket);
  socket.on("data", (bytes: Uint8Array) => void heard.push(new TextDecoder().decode(bytes)));
  socket.on("error", () => {});
  socket.once(ready, () => socket.write(VERSION));
  return { heard: () => heard.join(""), socket };
}

test("a controller that the authority knows is heard; our certificate is of the authority, too", async () => {
  const all = await supervisor(ours as Files);
  await all.open();
  const { heard, socket } = await comes(all.port, site as Files);
  await until("a Version of ours", () => heard().includes('"type":"Version"'));
  assert.ok((socket as TLSSocket).authorized);
  assert.is((socket as TLSSocket).getProtocol(), "TLSv1.3");
  assert.equal(all.refused, []);
});

test("without a certificate, with a foreign one, in plain text or by an older TLS nobody is heard, and each is counted", async () => {
  const all = await supervisor(ours as Files);
  await all.open();
  const before = all.tally()["refused"] ?? 0;
  const comers = [
    () => comes(all.port, null),
    () => comes(all.port, stranger as Files),
    // For servers, not for clients.
    () => comes(all.port, ours as Files),
    () => comes(all.port, site as Files, { maxVersion: "TLSv1.2" }),
    async () => talking(plainConnect(all.port, "127.0.0.1"), "connect"),
  ];
  for (const [i, come] of comers.entries()) {
    const { heard, socket } = await come();
    await until(`refusal ${i}`, () => all.refused.length === i + 1);
    await until("its connection is closed", () => socket.destroyed);
    assert.is(heard(), "");
  }
  assert.is(all.tally()["refused"], before + comers.length);
  assert.is(all.tally()["connections"], 0);
  const { heard } = await comes(all.port, site as Files);
  await until("the right one is heard after all", () => heard().includes('"type":"Version"'));
});

test("where a name is asked for, another holder of the same authority is refused", async () => {
  const all = await supervisor(ours as Files, "RN+SI0001");
  await all.open();
  const wrong = await comes(all.port, other as Files);
  await until("a refusal", () => all.refused.length === 1);
  assert.match(all.refused[0] ?? "", /certificate is of "21231\/cab-0118": allowed is "RN\+SI0001"/);
  assert.is(wrong.heard(), "");
  const right = await comes(all.port, site as Files);
  await until("a Version of ours", () => right.heard().includes('"type":"Version"'));
});

test("a certificate that was renewed in its file counts from the next connection on", async () => {
  const own = await city("cabinet", "broker", "renewed");
  const all = await supervisor(own);
  await all.open();
  const serialOf = async () => {
    const { heard, socket } = await comes(all.port, site as Files);
    await until("a Version of ours", () => heard().includes('"type":"Version"'));
    const { serialNumber } = (socket as TLSSocket).getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const first = await serialOf();
  const next = await city("cabinet", "broker", "next");
  await copyFile(next.key, own.key);
  await copyFile(next.certificate, own.certificate);
  assert.is.not(await serialOf(), first);
});

test("files that are not there are a fault of the controller's connection, told at once", async () => {
  const all = await supervisor({ ...(ours as Files), key: join(folder, "nowhere.key") });
  await until("a fault", () => all.faults.includes("port-missing"));
});

test.run();
