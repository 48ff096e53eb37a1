import { createServer } from "node:net";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, seconds } from "../../../controllers/units.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { listenFrom, startBroker } from "../../../tools/broker.ts";
import { silent } from "../../hal/log.ts";
import { systemClock } from "../../linux/clock.ts";
import { brokerProblem, type Connection, keepConnected } from "./connection.ts";

/** Tries a broker until it has waited `tries` times; returns the waits. Real time stands in for none of them. */
async function waits(url: string, tries: number, next: () => number): Promise<number[]> {
  const seen: number[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const connection: Connection = keepConnected({
    url,
    clientId: "tester",
    subscriptions: ["a/#"],
    clock: {
      ...systemClock,
      sleep: async (d: Duration, name: string, signal?: AbortSignal) => {
        if (name !== "link reconnect") return systemClock.sleep(d, name, signal);
        seen.push(d);
        if (seen.length < tries) return;
        resolve();
        await systemClock.sleep(seconds(30), name, signal);
      },
    },
    random: { next },
    log: silent,
    onConnect: () => assert.unreachable("connected"),
    onMessage: () => {},
    onRoom: () => {},
  });
  await enough;
  assert.not(connection.connected);
  assert.not(connection.publish("a", new Uint8Array(1), { qos: 1, retain: false }));
  await connection.close();
  return seen;
}

test("waits longer after each failure, up to a cap, with chance in it so that a city does not come back in one moment", async () => {
  const broker = await startBroker(0);
  await broker.close();
  assert.equal(await waits(broker.url, 8, () => 0), [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  const random = new SeededRandom(7);
  const jittered = await waits(broker.url, 8, () => random.next());
  for (const [index, most] of [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000].entries()) {
    const wait = jittered[index]!;
    assert.ok(wait > most / 2 && wait < most, `wait ${index} is ${wait}`);
  }
});

test("an address that the transport itself refuses is tried for ever like any other", async () => {
  assert.is((await waits("ws://127.0.0.1:1/#fragment", 3, () => 0)).length, 3);
});

test("a broker that knows only MQTT 3.1.1 is refused: no session is held with it", async () => {
  const versions: number[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const name = bytes.indexOf("MQTT");
      if (name > 0) versions.push(bytes[name + 4]!);
      // CONNACK of 3.1.1: unacceptable protocol version.
      socket.end(new Uint8Array([0x20, 2, 0, 1]));
    });
  });
  const port = await listenFrom(server, 0);
  assert.is((await waits(`mqtt://127.0.0.1:${port}`, 3, () => 0)).length, 3);
  assert.equal([...new Set(versions)], [5]);
  await new Promise((resolve) => server.close(resolve));
});

test("a broker that takes the connection and refuses the subscription is left and tried again", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const type = bytes[0]! >> 4;
      if (type === 1) socket.write(new Uint8Array([0x20, 3, 0, 0, 0]));
      // SUBACK with reason 0x87, not authorized.
      if (type === 8) socket.write(new Uint8Array([0x90, 4, bytes[2]!, bytes[3]!, 0, 0x87]));
    });
  });
  const port = await listenFrom(server, 0);
  assert.is((await waits(`mqtt://127.0.0.1:${port}`, 2, () => 0)).length, 2);
  await new Promise((resolve) => server.close(resolve));
});

test("keeps within the broker's receive maximum, and tells when there is room", async () => {
  let unacknowledged = 0;
  let most = 0;
  const ids: [number, number][] = [];
  let acknowledge = () => {};
  const server = createServer((socket) => {
    socket.on("error", () => {});
    acknowledge = () => {
      for (const [high, low] of ids.splice(0)) {
        unacknowledged--;
        socket.write(new Uint8Array([0x40, 2, high, low]));
      }
    };
    socket.on("data", (chunk) => {
      for (let at = 0; at < chunk.length; at += 2 + chunk[at + 1]!) {
        const type = chunk[at]! >> 4;
        // CONNACK with Receive Maximum 4.
        if (type === 1) socket.write(new Uint8Array([0x20, 6, 0, 0, 3, 0x21, 0, 4]));
        if (type === 8) socket.write(new Uint8Array([0x90, 4, chunk[at + 2]!, chunk[at + 3]!, 0, 1]));
        if (type === 3) {
          most = Math.max(most, ++unacknowledged);
          ids.push([chunk[at + 5]!, chunk[at + 6]!]);
          if (ids.length === 4) filled();
        }
      }
    });
  });
  let filled = () => {};
  const { promise: full, resolve } = Promise.withResolvers<void>();
  filled = resolve;
  const port = await listenFrom(server, 0);
  const connected = Promise.withResolvers<void>();
  const room = Promise.withResolvers<void>();
  const connection = keepConnected({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: "tester",
    subscriptions: ["a/#"],
    clock: systemClock,
    random: { next: () => 0 },
    log: silent,
    onConnect: () => connected.resolve(),
    onMessage: () => {},
    onRoom: room.resolve,
  });
  await connected.promise;
  const sent = Array.from({ length: 10 }, () => connection.publish("a", new Uint8Array(1), { qos: 1, retain: false }));
  assert.equal(sent, [true, true, true, true, false, false, false, false, false, false]);
  assert.not(connection.hasRoom());
  await full;
  acknowledge();
  await room.promise;
  assert.ok(connection.publish("a", new Uint8Array(1), { qos: 1, retain: false }));
  assert.is(most, 4);
  await connection.close();
  await new Promise((done) => server.close(done));
});

test("says what is wrong with a broker's address", () => {
  for (const good of ["mqtt://a", "mqtts://a:8883", "ws://a/mqtt", "wss://a"]) assert.is(brokerProblem(good), null);
  for (const bad of ["", "a", "http://a", "mqtt:", "tcp://a"]) assert.type(brokerProblem(bad), "string", bad);
});

test.run();
