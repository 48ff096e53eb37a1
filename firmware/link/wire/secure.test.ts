/** The link over TLS with a real Mosquitto, configured as `hulotte provision` does it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { listenFrom } from "../../../tools/broker.ts";
import { hasMosquitto, type SecureBroker, startSecureMosquitto } from "../../../tools/mosquitto.ts";
import type { Log } from "../../hal/log.ts";
import { systemClock } from "../../linux/clock.ts";
import { readCredentials } from "../../linux/credentials.ts";
import { openssl, subjectOf } from "../../linux/openssl.ts";
import {
  type Ack,
  type Connection,
  type ConnectionOptions,
  type Credentials,
  keepConnected,
  type Message,
} from "./connection.ts";

const A = "21231/cab-0117";
const B = "21231/cab-0118";
const bytes = (text: string) => new TextEncoder().encode(text);
const LIVE = { qos: 1, retain: false } as const;

interface Peer {
  readonly connection: Connection;
  readonly got: string[];
  readonly warnings: string[];
  /** Resolves once `test` holds; rejects after 8 s. */
  until(what: string, test: () => boolean): Promise<void>;
}

const open = new Set<Connection>();

function peer(
  clientId: string,
  url: string | readonly string[],
  credentials: ConnectionOptions["credentials"],
  subscriptions: readonly string[] = [],
  more: Partial<ConnectionOptions> = {},
): Peer {
  const got: string[] = [];
  const warnings: string[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn: (fields) => void warnings.push(String((fields as { reason?: unknown }).reason)),
    error() {},
    child: () => log,
  };
  const connection = keepConnected({
    url,
    clientId,
    subscriptions,
    ...(credentials && { credentials }),
    clock: systemClock,
    random: { next: () => 1 },
    log,
    onConnect() {},
    onMessage: ({ topic, payload }: Message) => void got.push(`${topic} ${new TextDecoder().decode(payload)}`),
    onRoom() {},
    ...more,
  });
  open.add(connection);
  return {
    connection,
    got,
    warnings,
    async until(what, holds) {
      for (let waited = 0; waited < 800; waited++) {
        if (holds()) return;
        await systemClock.sleep(milliseconds(10), "test");
      }
      assert.unreachable(`${what}: got ${JSON.stringify(got)}, warnings ${JSON.stringify(warnings)}`);
    },
  };
}

const send = ({ connection }: Peer, topic: string, text: string, retain = false) =>
  new Promise<Ack>((resolve) => {
    assert.ok(connection.publish(topic, bytes(text), { ...LIVE, retain }, resolve), "no room");
  });

/** The files that `provision` made for somebody, as credentials. */
async function issued(
  broker: SecureBroker,
  holder: "cabinet" | "supervisor",
  id: string,
): Promise<() => Promise<Credentials>> {
  const folder = await broker.provision.holder(holder, id, 2);
  const file = (name: string) => join(folder, name);
  return () => readCredentials({ ca: file("ca.pem"), certificate: file("certificate.pem"), key: file("key.pem") });
}

const closeAll = async () => {
  await Promise.all([...open].map((one) => one.close()));
  open.clear();
};

const test = suite("link over TLS");

if (!hasMosquitto()) {
  test.skip("mosquitto is not installed: the link over TLS was not tried");
} else {
  let broker: SecureBroker;
  let cabinetA: () => Promise<Credentials>;
  let cabinetB: () => Promise<Credentials>;
  let cockpit: () => Promise<Credentials>;
  test.before(async () => {
    broker = await startSecureMosquitto();
    [cabinetA, cabinetB, cockpit] = await Promise.all([
      issued(broker, "cabinet", A),
      issued(broker, "cabinet", B),
      issued(broker, "supervisor", "cockpit"),
    ]);
  });
  test.after(() => broker.close());
  test.after.each(closeAll);

  test("a cabinet reaches its own topics and its supervisor, both ways", async () => {
    const watching = peer("cockpit", broker.url, cockpit, ["#"]);
    const cabinet = peer(A, broker.url, cabinetA, [`${A}/command/#`, `${A}/throttle/#`, `${A}/fetch/#`]);
    await watching.until("cockpit", () => watching.connection.connected);
    await cabinet.until("cabinet", () => cabinet.connection.connected);
    const topics = [
      `${A}/presence`,
      `${A}/status/lighting.lamps/live`,
      `${A}/channel/lighting.lamps/live`,
      `${A}/replay/lighting.lamps/live`,
      `${A}/alarm/cabinet.port`,
      "cockpit/result/lighting.level.set",
      "cockpit/history/lighting.lamps/live",
    ];
    for (const topic of topics) assert.equal(await send(cabinet, topic, "x"), { kind: "acknowledged" }, topic);
    await watching.until("all delivered", () => watching.got.length === topics.length);
    assert.equal(
      watching.got,
      topics.map((topic) => `${topic} x`),
    );
    for (const type of ["command", "throttle", "fetch"])
      assert.equal(await send(watching, `${A}/${type}/lighting.lamps`, "y"), { kind: "acknowledged" }, type);
    await cabinet.until("commands", () => cabinet.got.length === 3);
  });

  test("another cabinet's topics are closed: publishing is refused with 0x87, and what is subscribed to never comes", async () => {
    const watching = peer("cockpit", broker.url, cockpit, ["#"]);
    const other = peer(B, broker.url, cabinetB, [
      "#",
      `${A}/command/#`,
      `${A}/status/#`,
      "$share/thieves/#",
      "cockpit/#",
    ]);
    const cabinet = peer(A, broker.url, cabinetA, [`${A}/command/#`]);
    for (const one of [watching, other, cabinet]) await one.until("connected", () => one.connection.connected);
    const refused = { kind: "refused", reason: 0x87 };
    const foreign = [
      `${A}/presence`,
      `${A}/status/x`,
      `${A}/alarm/x`,
      `${A}/command/x`,
      `${B}/command/x`,
      "cockpit/presence",
      "x",
    ];
    for (const topic of foreign) assert.equal(await send(other, topic, "stolen"), refused, topic);
    assert.equal(await send(watching, `${A}/status/x`, "forged"), refused, "a supervisor does not speak for a cabinet");
    assert.equal(await send(cabinet, `${A}/status/x`, "real"), { kind: "acknowledged" });
    assert.equal(await send(cabinet, "cockpit/result/x", "real"), { kind: "acknowledged" });
    assert.equal(await send(watching, `${A}/command/x`, "go"), { kind: "acknowledged" });
    await cabinet.until("the command", () => cabinet.got.length === 1);
    await watching.until("status and result", () => watching.got.length === 2);
    // Its own message comes back last: nothing is on its way to it any more.
    assert.equal(await send(watching, `${B}/command/x`, "own"), { kind: "acknowledged" });
    await other.until("its own command", () => other.got.length > 0);
    assert.equal([...new Set(other.got)], [`${B}/command/x own`]);
    assert.equal(watching.got, [`${A}/status/x real`, "cockpit/result/x real"]);
  });

  test("nobody takes another one's session by its client id", async () => {
    const cabinet = peer(A, broker.url, cabinetA, [`${A}/command/#`]);
    await cabinet.until("connected", () => cabinet.connection.connected);
    const thief = peer(A, broker.url, cabinetB, [`${A}/command/#`]);
    await thief.until("connected", () => thief.connection.connected);
    const watching = peer("cockpit", broker.url, cockpit, []);
    await watching.until("connected", () => watching.connection.connected);
    await send(watching, `${A}/command/x`, "go");
    await cabinet.until("the command", () => cabinet.got.length === 1);
    assert.equal(thief.got, []);
    assert.is(cabinet.connection.sessions, 1);
  });

  test("who is not believed gets no session: no certificate, another authority's, an expired one", async () => {
    const { provision } = broker;
    const foreign = await startAuthority();
    const files = await cabinetA();
    const expired = { ...files, cert: await signed(provision.folder, files.key as string, A, -1) };
    const strange = { ...files, cert: await signed(foreign, files.key as string, A, 2) };
    const { ca } = files;
    const cases: [string, () => Promise<Credentials>][] = [
      ["none", async () => ({ ca: ca as string })],
      ["expired", async () => expired],
      ["strange", async () => strange],
    ];
    const peers = cases.map(([name, credentials]) => ({ name, one: peer(A, broker.url, credentials, []) }));
    for (const { name, one } of peers) {
      await one.until(name, () => one.warnings.length >= 2);
      assert.is(one.connection.sessions, 0, name);
    }
    assert.match(broker.output, "certificate");
  });

  test("the broker speaks TLS 1.3 only, with whoever has a certificate too", async () => {
    const { ca, cert, key } = await cabinetA();
    const port = Number(new URL(broker.url).port);
    const spoken = (maxVersion: "TLSv1.2" | "TLSv1.3") =>
      new Promise<string | null>((resolve) => {
        const socket = connectTls({ port, host: "127.0.0.1", ca, cert, key, maxVersion });
        socket.on("error", ({ message }) => resolve(message));
        socket.on("secureConnect", () => {
          resolve(socket.getProtocol());
          socket.destroy();
        });
      });
    assert.match((await spoken("TLSv1.2")) ?? "", /protocol version/);
    assert.is(await spoken("TLSv1.3"), "TLSv1.3");
  });

  test("a broker that is not believed gets no session: another authority, another name, TLS 1.2", async () => {
    const files = await cabinetA();
    const foreign = await startAuthority();
    const wrongCa = peer(
      A,
      broker.url,
      async () => ({ ...files, ca: await readFile(join(foreign, "ca.pem"), "utf8") }),
      [],
    );
    // A broker whose certificate is good, but for localhost and 127.0.0.1.
    const wrongName = peer(A, broker.url.replace("127.0.0.1", "127.0.0.2"), async () => files, []);
    const key = await readFile(join(broker.provision.brokerFolder, "broker.key"));
    const cert = await readFile(join(broker.provision.brokerFolder, "broker.pem"));
    const clients: (string | null)[] = [];
    const old = createTlsServer({ key, cert, maxVersion: "TLSv1.2" }, (socket) => clients.push(socket.getProtocol()));
    const relay = createTlsServer({ key, cert }, (socket) => socket.destroy());
    const oldPort = await listenFrom(old, 0);
    // 127.0.0.2 answers too, with the same certificate.
    const other = new URL(broker.url).port;
    await new Promise<void>((resolve) => relay.listen(Number(other), "127.0.0.2", resolve));
    const tls12 = peer(A, `mqtts://127.0.0.1:${oldPort}`, async () => files, []);
    for (const one of [wrongCa, wrongName, tls12]) {
      await one.until("two tries", () => one.warnings.length >= 2);
      assert.is(one.connection.sessions, 0);
    }
    assert.match(wrongCa.warnings.join(), /certificate/);
    assert.match(wrongName.warnings.join(), /127\.0\.0\.2/);
    assert.match(tls12.warnings.join(), /version/);
    assert.equal(clients, []);
    await closeAll();
    await Promise.all([old, relay].map((server) => new Promise((resolve) => server.close(resolve))));
  });

  test("what comes for a cabinet between two sessions waits for it, and an ordered end tells no will", async () => {
    const will = { topic: `${A}/presence`, payload: bytes("offline") };
    const keep = seconds(60);
    const watching = peer("cockpit", broker.url, cockpit, [`${A}/presence`]);
    await watching.until("connected", () => watching.connection.connected);
    const first = peer(A, broker.url, cabinetA, [`${A}/command/#`], { keep, will });
    await first.until("connected", () => first.connection.connected);
    await first.connection.close();
    for (const text of ["1", "2", "3"]) await send(watching, `${A}/command/x`, text);
    const order: string[] = [];
    const second = peer(A, broker.url, cabinetA, [`${A}/command/#`], {
      keep,
      will,
      onConnect: () => order.push("connected"),
      onMessage: ({ payload }) => order.push(new TextDecoder().decode(payload)),
    });
    await second.until("the commands", () => order.length >= 4);
    assert.equal(order, ["connected", "1", "2", "3"]);
    assert.equal(watching.got, []);
  });

  test("what is kept on a topic outlives its cabinet's session and the broker's restart", async () => {
    const id = "21231/cab-0555";
    const credentials = await issued(broker, "cabinet", id);
    const cabinet = peer(id, broker.url, credentials, []);
    await cabinet.until("connected", () => cabinet.connection.connected);
    assert.equal(await send(cabinet, `${id}/presence`, "online", true), { kind: "acknowledged" });
    await cabinet.connection.close();
    await broker.stop();
    await broker.start();
    const first = peer("cockpit", broker.url, cockpit, [`${id}/presence`]);
    await first.until("kept", () => first.got.length === 1);
    assert.equal(first.got, [`${id}/presence online`]);
    // An empty one clears it.
    const again = peer(id, broker.url, credentials, []);
    await again.until("connected", () => again.connection.connected);
    assert.equal(await send(again, `${id}/presence`, "", true), { kind: "acknowledged" });
  });

  test("a renewed certificate takes a new session, and no message is lost either way", async () => {
    const keep = seconds(60);
    const asked: number[] = [];
    const results: Ack["kind"][] = [];
    let renew = () => {};
    const watching = peer("cockpit", broker.url, cockpit, [`${A}/status/#`]);
    await watching.until("connected", () => watching.connection.connected);
    const credentials = async () => {
      asked.push(asked.length);
      return cabinetA();
    };
    const cabinet = peer(A, broker.url, credentials, [`${A}/command/#`], {
      keep,
      renewals: (begin) => (renew = begin),
    });
    await cabinet.until("connected", () => cabinet.connection.connected);
    const sent = { up: 0, down: 0 };
    const pending = new Set<number>();
    const up = (n: number) => {
      pending.add(n);
      const taken = cabinet.connection.publish(`${A}/status/x`, bytes(String(n)), LIVE, (ack) => {
        results.push(ack.kind);
        if (ack.kind === "acknowledged") pending.delete(n);
      });
      if (!taken) pending.delete(n);
      return taken;
    };
    for (let round = 0; round < 300 || (cabinet.connection.sessions < 3 && round < 3000); round++) {
      if (up(sent.up)) sent.up++;
      if (watching.connection.publish(`${A}/command/x`, bytes(String(sent.down)), LIVE)) sent.down++;
      const { connected, sessions } = cabinet.connection;
      if (connected && sessions < 3 && round >= 100 * sessions) renew();
      await systemClock.sleep(milliseconds(2), "test");
    }
    await cabinet.until("three sessions", () => cabinet.connection.sessions === 3 && cabinet.connection.inFlight === 0);
    await watching.until("all that was acknowledged", () => watching.got.length >= sent.up - pending.size);
    await cabinet.until("all commands", () => new Set(cabinet.got).size >= sent.down);
    assert.equal([...pending], [], "what was in flight was waited for");
    assert.equal(
      watching.got,
      Array.from({ length: sent.up }, (_, n) => `${A}/status/x ${n}`),
    );
    assert.equal(
      [...new Set(cabinet.got)],
      Array.from({ length: sent.down }, (_, n) => `${A}/command/x ${n}`),
    );
    assert.is(asked.length, 3);
  });

  test("a reload ends no session, however many topics it has, and opens nothing to who has no certificate", async () => {
    // Some bounds are other ones from the first reload on.
    await broker.stop();
    await broker.start();
    const cabinet = peer(A, broker.url, cabinetA, []);
    await cabinet.until("connected", () => cabinet.connection.connected);
    const tellAll = async () => {
      for (let n = 0; n < 30; n++)
        assert.equal(await send(cabinet, `${A}/status/x${n}`, "x"), { kind: "acknowledged" }, String(n));
    };
    await tellAll();
    // Each time that it reads its access list it warns of the supervisors' topics, which name no cabinet.
    const listsRead = () => broker.output.split("'cockpit/history/#' does not contain").length;
    const before = listsRead();
    broker.reload();
    await cabinet.until("the reload", () => listsRead() > before);
    await tellAll();
    assert.is(cabinet.connection.sessions, 1);
    const { ca } = await cabinetA();
    const stranger = peer(A, broker.url, async () => ({ ca: ca as string }), []);
    await stranger.until("two tries", () => stranger.warnings.length >= 2);
    assert.is(stranger.connection.sessions, 0);
    assert.is(cabinet.connection.sessions, 1);
  });

  test("a revoked cabinet has no rights from the next reload on, in the session it has too; nobody else notices", async () => {
    const id = "21231/cab-0666";
    const bad = await issued(broker, "cabinet", id);
    const watching = peer("cockpit", broker.url, cockpit, ["#"]);
    const cabinet = peer(id, broker.url, bad, [`${id}/command/#`]);
    const good = peer(A, broker.url, cabinetA, []);
    for (const one of [watching, cabinet, good]) await one.until("connected", () => one.connection.connected);
    assert.equal(await send(cabinet, `${id}/status/x`, "before"), { kind: "acknowledged" });
    assert.ok(await broker.provision.revoke(id));
    broker.reload();
    const refused = { kind: "refused", reason: 0x87 } as const;
    for (let tries = 0; (await send(cabinet, `${id}/alarm/x`, "after")).kind !== "refused"; tries++)
      assert.ok(tries < 1000, "the reload changed nothing");
    assert.equal(await send(cabinet, `${id}/status/x`, "after"), refused);
    assert.equal(await send(cabinet, "cockpit/result/x", "after"), refused);
    await send(watching, `${id}/command/x`, "go");
    assert.equal(await send(good, `${A}/status/x`, "still"), { kind: "acknowledged" });
    await watching.until("the good one", () => watching.got.includes(`${A}/status/x still`));
    const told = watching.got.filter((one) => !one.includes("/alarm/"));
    assert.equal(told, [`${id}/status/x before`, `${A}/status/x still`]);
    assert.equal(cabinet.got, []);
    assert.is(good.connection.sessions, 1);
  });

  test("a packet larger than the broker takes is never sent: refused with 0x95, and the session goes on", async () => {
    const cabinet = peer(A, broker.url, cabinetA, []);
    await cabinet.until("connected", () => cabinet.connection.connected);
    assert.equal(await send(cabinet, `${A}/status/x`, "x".repeat(65_536)), { kind: "acknowledged" });
    assert.equal(await send(cabinet, `${A}/status/x`, "x".repeat(67_584)), { kind: "refused", reason: 0x95 });
    assert.equal(await send(cabinet, `${A}/status/x`, "x"), { kind: "acknowledged" });
    assert.is(cabinet.connection.sessions, 1);
  });

  test("where the first broker is away the second is used", async () => {
    const second = await startSecureMosquitto({ provision: broker.provision });
    try {
      const cabinet = peer(A, [broker.url, second.url], cabinetA, []);
      await cabinet.until("the first", () => cabinet.connection.connected);
      await broker.stop();
      await cabinet.until("the second", () => cabinet.connection.connected && cabinet.connection.sessions === 2);
      assert.equal(await send(cabinet, `${A}/status/x`, "x"), { kind: "acknowledged" });
      await second.stop();
      await broker.start();
      await cabinet.until("the first again", () => cabinet.connection.connected && cabinet.connection.sessions === 3);
      await closeAll();
    } finally {
      await second.close();
    }
  });
}

/** Another authority, in a folder of its own. */
async function startAuthority(): Promise<string> {
  const { mkdtemp } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const folder = await mkdtemp(join(tmpdir(), "hulotte-ca-"));
  const { Authority } = await import("../../../tools/provision/authority.ts");
  await new Authority(folder).make("another authority", 2);
  return folder;
}

/** A certificate for a key that exists, for any number of days, past ones too. */
async function signed(authority: string, key: string, name: string, days: number): Promise<string> {
  const file = join(authority, `test-${days}.key`);
  await writeFile(file, key, { mode: 0o600 });
  const request = await openssl(["req", "-new", "-batch", "-key", file, "-subj", subjectOf(name)]);
  await writeFile(`${file}.csr`, request);
  const ca = ["-CA", join(authority, "ca.pem"), "-CAkey", join(authority, "ca.key")];
  return openssl(["x509", "-req", "-in", `${file}.csr`, ...ca, "-set_serial", "0x77", "-days", String(days)]);
}

test.run();
