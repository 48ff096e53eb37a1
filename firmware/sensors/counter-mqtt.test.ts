import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { silent } from "../hal/log.ts";
import { counterMqtt } from "./counter-mqtt.ts";
import type { TopicOptions } from "./options.ts";

const NOW = instant(Date.UTC(2026, 10, 18, 22));

function started(more: Partial<TopicOptions> = {}) {
  const clock = new VirtualClock(NOW);
  const stop = new AbortController();
  const readings: Reading[] = [];
  let take: (payload: Uint8Array) => void = () => {};
  const sensor = counterMqtt({
    id: "counter/7",
    clock,
    random: new SeededRandom(1),
    log: silent,
    feed: { topic: "city/people/7", listen: (taker) => (take = taker) },
    decode(payload) {
      try {
        return JSON.parse(new TextDecoder().decode(payload));
      } catch {
        return undefined;
      }
    },
    people: "people",
    direction: "direction",
    cumulated: false,
    ...more,
  });
  const over = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    sensor,
    say: (...messages: unknown[]) => {
      for (const one of messages) take(new TextEncoder().encode(typeof one === "string" ? one : JSON.stringify(one)));
    },
    /** `people direction`, or the fault. */
    told: () =>
      readings
        .splice(0)
        .map((one) =>
          one.kind === "count"
            ? `${one.people} ${one.direction}`
            : one.kind === "fault"
              ? `fault ${one.fault}`
              : one.kind,
        ),
    async end() {
      stop.abort();
      await over;
    },
  };
}

test("people since the last message, which way if it says so", async () => {
  const { say, told, end } = started();
  say(
    { people: 3 },
    { people: 0, direction: "both" },
    { people: 1, direction: "up" },
    { people: 2, direction: "north" },
  );
  assert.equal(told(), ["3 both", "0 both", "1 up", "2 both"]);
  await end();
});

test("totals that grow: the first sets the base, and so does one that began anew", async () => {
  const { say, told, sensor, end } = started({ cumulated: true, people: "accumulatedRoadUserNumber.value" });
  const total = (value: number) => ({ accumulatedRoadUserNumber: { type: "Number", value } });
  say(...[1000, 1000, 1004, 1104, 3, 5, 900_000, 900_001].map(total));
  assert.equal(told(), ["0 both", "0 both", "4 both", "100 both", "0 both", "2 both", "0 both", "1 both"]);
  assert.is(sensor.tally()["restarts"], 2);
  await end();
});

test("a message that is the number itself", async () => {
  const { say, told, end } = started({ people: "." });
  say("4", "0");
  assert.equal(told(), ["4 both", "0 both"]);
  await end();
});

test("what is no number of people is a fault until the next that is one", async () => {
  const { say, told, sensor, end } = started();
  const wrong = ["", "{", "null", "[]", { people: -1 }, { people: 1.5 }, { people: "3" }, { people: 1001 }, { n: 3 }];
  say(...wrong, { people: 1e300 }, { people: { value: 3 } }, JSON.stringify({ people: 1, pad: "x".repeat(5000) }));
  assert.equal(told(), ["fault protocol"]);
  assert.is(sensor.tally()["discarded"], wrong.length + 3);
  say({ people: 2 });
  assert.equal(told(), ["fault null", "2 both"]);
  await end();
});

test("twenty a second are worked on, of totals nobody is lost", async () => {
  const { clock, say, told, sensor, end } = started({ cumulated: true });
  for (let i = 0; i < 100; i++) say({ people: i });
  assert.is(told().length, 20);
  assert.is(sensor.tally()["flooded"], 80);
  await clock.advance(seconds(1));
  say({ people: 100 });
  assert.equal(told(), ["81 both"]);
  await end();
});

test.run();
