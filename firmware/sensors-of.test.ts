/** Counters of another system, from a message at the broker to light. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../controllers/units.ts";
import { MemoryBroker } from "../sim/broker.ts";
import { VirtualClock } from "../sim/clock.ts";
import { cabinetOf, EMPTY, lamps, NEAR, NIGHT, SCHEDULED } from "../sim/pair.ts";
import { SeededRandom } from "../sim/random.ts";
import { startRig } from "../sim/rig.ts";
import { silent } from "./hal/log.ts";
import { startNode } from "./link/node.ts";
import { encode } from "./link/wire/cbor.ts";
import { keepConnected } from "./link/wire/connection.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

for (const [format, write] of [
  ["json", json],
  ["cbor", encode],
] as const)
  test(`people told by another system as ${format}: light, its schedule when that falls silent, and a fault for nonsense`, async () => {
    const config = cabinetOf(
      "21231/lone",
      `
streets: [{ name: rue du Lac, length: 300 }]
counters:
  - id: counter/1
    kind: mqtt
    street: rue du Lac
    position: 60
    staleAfter: 30
    feed: { topic: city/people/7, format: ${format}, people: accumulated.value, cumulated: true }
${lamps("0-3")}`,
    );
    const clock = new VirtualClock(NIGHT);
    const broker = new MemoryBroker(clock);
    const rig = startRig({
      config,
      start: NIGHT,
      clock,
      connect: (options, process) => startNode({ ...options, open: process.session(broker.open) }),
    });
    const alarms: string[] = [];
    broker.watch = (client, topic, _, { retain }) => {
      if (client === "21231/lone" && topic.includes("/alarm/") && !retain) alarms.push(topic);
    };
    const city = keepConnected({
      url: "mqtt://simulated",
      open: broker.open,
      clientId: "city",
      subscriptions: [],
      clock,
      random: new SeededRandom(1),
      log: silent,
      onConnect() {},
      onMessage() {},
      onRoom() {},
    });
    const tell = async (payload: Uint8Array) => {
      city.publish("city/people/7", payload, { qos: 0, retain: false });
      await clock.advance(seconds(10));
    };
    const lit = (level: number, when: string) => {
      const found = config.lamps.map(({ id }) => Math.round(rig.cabinet.light(id)));
      assert.ok(
        found.every((one) => Math.abs(one - level) <= 1),
        `${when}: ${found}`,
      );
    };
    await clock.advance(seconds(5));
    for (let i = 0; i < 5; i++) await tell(write({ accumulated: { value: 41 } }));
    lit(EMPTY, "nobody");
    await tell(write({ accumulated: { value: 42 } }));
    lit(NEAR, "somebody");
    assert.equal(alarms.length, 0);
    await tell(new TextEncoder().encode("42 people"));
    assert.equal(alarms, ["21231/lone/alarm/footfall.sensor"]);
    await tell(write({ accumulated: { value: 42 } }));
    assert.is(alarms.length, 2, "its end");
    await clock.advance(seconds(190));
    lit(SCHEDULED, "silent");
    await clock.run(rig.end(), seconds(3));
  });

test.run();
