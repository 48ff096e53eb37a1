/** What every sensor on a byte stream must do, run over the catalogue with each kind's twin. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type PipeEnd, SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { COUNTER_TWINS, METER_TWINS } from "../../sim/sensors/list.ts";
import type { StreamTwin } from "../../sim/sensors/twin.ts";
import { silent } from "../hal/log.ts";
import type { Sensor } from "../hal/sensor.ts";
import { COUNTERS, type KindOn, METERS, type Wire } from "./list.ts";
import type { CounterOptions } from "./options.ts";

interface Subject {
  readonly kind: string;
  readonly create: (options: CounterOptions) => Sensor;
  readonly twin: (clock: VirtualClock) => StreamTwin;
}

/** The kinds that are on a byte stream: the others have suites of their own. */
function onBytes<C extends Readonly<Record<string, { readonly wire: Wire }>>>(catalogue: C): KindOn<C, "bytes">[] {
  return (Object.keys(catalogue) as KindOn<C, "bytes">[]).filter((kind) => catalogue[kind]?.wire === "bytes");
}

const SUBJECTS: readonly Subject[] = [
  ...onBytes(COUNTERS).map((kind) => ({
    kind,
    create: COUNTERS[kind].create,
    twin: COUNTER_TWINS[kind],
  })),
  ...onBytes(METERS).map((kind) => ({
    kind,
    create: (options: CounterOptions) => METERS[kind].create({ ...options, address: 1, phases: 3 }),
    twin: (clock: VirtualClock) => METER_TWINS[kind](clock, 1),
  })),
];

function setUp(subject: Subject, present = true) {
  const clock = new VirtualClock(instant(1e12));
  const twin = subject.twin(clock);
  const ends: PipeEnd[] = [];
  const port = new SimulatedPort("p", (far) => {
    ends.push(far);
    twin.attach(far);
  });
  port.present = present;
  const sensor = subject.create({ id: "s/1", port, clock, random: new SeededRandom(1), log: silent });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    twin,
    ends,
    port,
    sensor,
    /** What was reported while so many seconds passed. */
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      return {
        faults: readings.filter((reading) => reading.kind === "fault").map(({ fault }) => fault),
        seen: readings.filter((reading) => reading.kind !== "fault"),
      };
    },
    async end() {
      stop.abort();
      await clock.run(run, milliseconds(0));
    },
  };
}

const ownTimers = (clock: VirtualClock) => clock.waiting().filter((name) => !name.startsWith("simulated"));

const NOISE = Uint8Array.from({ length: 40 }, (_, i) => (i * 37 + 200) % 256);

for (const subject of SUBJECTS) {
  const name = (what: string) => `${subject.kind}: ${what}`;

  test(name("reads, and has nothing to complain of"), async () => {
    const { during, sensor, end } = setUp(subject);
    const { faults, seen } = await during(10);
    assert.equal(faults, []);
    assert.ok(seen.length > 0);
    for (const reading of seen) assert.is(reading.source, "s/1");
    assert.is(sensor.tally()["discarded"], 0);
    await end();
  });

  test(name("silence is a fault, said once, and ends when it speaks again"), async () => {
    const { during, twin, end } = setUp(subject);
    await during(5);
    twin.silence(true);
    const quiet = await during(60);
    assert.equal(quiet.faults, ["sensor-silent"]);
    assert.equal(
      quiet.seen.filter(({ at }) => at > 1e12 + 8000),
      [],
    );
    twin.silence(false);
    const again = await during(12);
    assert.equal(again.faults, [null]);
    assert.ok(again.seen.length > 0);
    await end();
  });

  test(name("noise between its words is counted and harms nothing"), async () => {
    const { during, twin, sensor, end } = setUp(subject);
    await during(3.5);
    twin.say(NOISE);
    const { faults, seen } = await during(10);
    assert.equal(faults, []);
    assert.ok(seen.length > 0);
    assert.is(sensor.tally()["discarded"], NOISE.length);
    await end();
  });

  test(name("noise alone is a fault, and is counted"), async () => {
    const { during, twin, sensor, end } = setUp(subject);
    await during(3);
    twin.silence(true);
    let noise = 0;
    const faults: unknown[] = [];
    for (let s = 0; s < 30; s++) {
      twin.say(NOISE);
      noise += NOISE.length;
      faults.push(...(await during(1)).faults);
    }
    assert.is(faults.length, 1);
    assert.ok(faults[0] === "protocol" || faults[0] === "sensor-silent");
    const counted = sensor.tally()["discarded"] as number;
    // What comes while the port is being opened again is nobody's.
    assert.ok(counted > noise / 4 && counted <= noise, `${counted} of ${noise}`);
    twin.silence(false);
    assert.equal((await during(12)).faults, [null]);
    await end();
  });

  test(name("a pulled plug is a fault at once, and is found again"), async () => {
    const { during, clock, port, end } = setUp(subject);
    await during(3.5);
    port.unplug();
    assert.equal((await during(0.1)).faults, ["port-lost"]);
    assert.equal(ownTimers(clock), ["reopen s/1"]);
    assert.equal((await during(60)).faults, ["port-missing"]);
    port.replug();
    const again = await during(12);
    assert.equal(again.faults, [null]);
    assert.ok(again.seen.length > 0);
    await end();
  });

  test(name("a port that is missing at the start is a fault, and works once it is there"), async () => {
    const { during, port, end } = setUp(subject, false);
    assert.equal((await during(30)).faults, ["port-missing"]);
    port.replug();
    const again = await during(12);
    assert.equal(again.faults, [null]);
    assert.ok(again.seen.length > 0);
    await end();
  });

  test(name("ends at once, closes its stream and leaves nothing waiting"), async () => {
    for (const after of [0, 1, 2.02, 3]) {
      const { during, clock, ends, end } = setUp(subject);
      await during(after);
      await end();
      const far = ends[0] as PipeEnd;
      assert.equal(
        await far.write(Uint8Array.of(1)).then(
          () => "open",
          ({ kind }) => kind,
        ),
        "port-lost",
        `after ${after}`,
      );
      assert.equal(ownTimers(clock), []);
    }
  });
}

test.run();
