/** What neighbours tell each other, over TLS with a real Mosquitto, configured as `hulotte provision` does it. */
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { hasMosquitto, type SecureBroker, startSecureMosquitto } from "../../tools/mosquitto.ts";
import { silent } from "../hal/log.ts";
import { type Connection, keepConnected } from "../link/wire/connection.ts";
import { systemClock } from "../linux/clock.ts";
import { readCredentials } from "../linux/credentials.ts";
import { neighbourTopic } from "./message.ts";

const [WEST, EAST, OTHER] = ["21231/cab-0117", "21231/cab-0118", "21231/cab-0119"] as const;
const SAID = neighbourTopic(WEST, EAST, "lac");

const test = suite("neighbours over TLS");

if (!hasMosquitto()) {
  test.skip("mosquitto is not installed: neighbours were not tried");
} else {
  let broker: SecureBroker;
  const open = new Set<Connection>();
  const folders = new Map<string, string>();
  test.before(async () => {
    broker = await startSecureMosquitto();
  });
  test.after(() => broker.close());
  test.after.each(async () => {
    await Promise.all([...open].map((one) => one.close()));
    open.clear();
  });

  const joins = async (
    holder: "cabinet" | "supervisor",
    id: string,
    beside: readonly string[],
    filters: readonly string[] = [],
  ) => {
    const folder = folders.get(id) ?? (await broker.provision.holder(holder, id, 2));
    folders.set(id, folder);
    const file = (name: string) => join(folder, name);
    const files = { ca: file("ca.pem"), certificate: file("certificate.pem"), key: file("key.pem") };
    const got: string[] = [];
    const connection = keepConnected({
      url: broker.url,
      clientId: id,
      subscriptions: filters,
      beside,
      credentials: () => readCredentials(files),
      clock: systemClock,
      random: { next: () => 1 },
      log: silent,
      onConnect() {},
      onMessage: ({ topic, payload, retain }) =>
        void got.push(`${topic} ${new TextDecoder().decode(payload)}${retain ? " retained" : ""}`),
      onRoom() {},
    });
    open.add(connection);
    for (let waited = 0; waited < 800 && !connection.connected; waited++) await pause();
    assert.ok(connection.connected, id);
    return { connection, got };
  };
  const pause = (ms = 10) => systemClock.sleep(milliseconds(ms), "test");
  const say = ({ connection }: { connection: Connection }, topic: string, text: string, retain = false) =>
    connection.publish(topic, new TextEncoder().encode(text), { qos: 0, retain, expiry: seconds(60) });

  test("a cabinet hears what is said to it, nobody else does, and nobody says it in another's name", async () => {
    const west = await joins("cabinet", WEST, []);
    const east = await joins("cabinet", EAST, [SAID]);
    const other = await joins("cabinet", OTHER, [SAID]);
    const cockpit = await joins("supervisor", "cockpit", [], ["#"]);
    assert.ok(say(other, SAID, "forged"));
    assert.ok(say(east, SAID, "forged too"));
    await pause(200);
    assert.ok(say(west, SAID, "somebody comes"));
    for (let waited = 0; waited < 300 && east.got.length === 0; waited++) await pause();
    await pause(200);
    assert.equal(east.got, [`${SAID} somebody comes`]);
    assert.equal([...other.got, ...cockpit.got], []);
  });

  test("what somebody retained is no news", async () => {
    const west = await joins("cabinet", WEST, []);
    assert.ok(say(west, SAID, "old", true));
    await pause(200);
    const east = await joins("cabinet", EAST, [SAID]);
    await pause(300);
    assert.equal(east.got, []);
    assert.ok(say(west, SAID, "new", true));
    for (let waited = 0; waited < 300 && east.got.length === 0; waited++) await pause();
    assert.equal(east.got, [`${SAID} new`]);
  });
}

test.run();
