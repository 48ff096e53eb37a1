import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { readConfig } from "../../firmware/config/read.ts";
import { VirtualClock } from "../clock.ts";
import { simulateCabinet } from "../hardware.ts";
import { pipe } from "../pipe.ts";
import { SeededRandom } from "../random.ts";
import { type Plug, scenarioHardware } from "./hardware.ts";
import type { HardwareAction, Observation } from "./model.ts";
import { watchHardware } from "./watch.ts";

const read = readConfig(readFileSync(new URL("./suite/street.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the street of the scenarios is not valid");
const { config } = read;
const COUNTER = "/dev/serial/by-id/usb-hulotte_counter-1-if00-port0";

function setUp() {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 18, 19)));
  const cabinet = simulateCabinet(config, clock, new SeededRandom(1), 0);
  const plugs: [Plug, boolean][] = [];
  const plug = (one: Plug, present: boolean) => void plugs.push([one, present]);
  const hardware = scenarioHardware({ cabinet, config, random: new SeededRandom(2), plug });
  const [near, far] = pipe();
  hardware.attach(COUNTER, far);
  const heard: Uint8Array[] = [];
  const listening = (async () => {
    for await (const chunk of near.chunks) heard.push(chunk);
  })();
  listening.catch(() => {});
  const seen: Observation[] = [];
  watchHardware(cabinet, config, (observation) => seen.push(observation));
  return { clock, cabinet, hardware, plugs, heard, seen };
}

test("the plug of a component is its port, its adapter or its chip", () => {
  const { hardware, plugs } = setUp();
  for (const component of ["bus/1", "output/2", "meter/2", "door/1"])
    hardware.perform({ kind: "plug", component, present: false });
  hardware.perform({ kind: "plug", component: "bus/1", present: true });
  const port = { kind: "port", address: "/dev/serial/by-id/usb-hulotte_dali-1-if00-port0" };
  assert.equal(plugs, [
    [port, false],
    [{ kind: "adapter", name: "i2c1" }, false],
    [{ kind: "adapter", name: "i2c1" }, false],
    [{ kind: "chip", label: "pinctrl-bcm2711" }, false],
    [port, true],
  ]);
});

test("garbage comes as often as it should, and no more once all is called off", async () => {
  const { clock, hardware, heard } = setUp();
  hardware.perform({ kind: "silence", component: "counter/1", silent: true });
  const garbage = { kind: "garbage", component: "counter/1", bytes: 50, every: 300, lasts: 1000 } as const;
  hardware.perform(garbage);
  await clock.advance(seconds(5));
  assert.equal(
    heard.map(({ length }) => length),
    [50, 50, 50, 50],
  );
  assert.is.not(heard[0]?.join(), heard[1]?.join());
  hardware.perform(garbage);
  hardware.end();
  await clock.advance(seconds(5));
  assert.is(heard.length, 5);
});

test("people pass one after the other, and walk at the place", async () => {
  const { clock, cabinet, hardware, seen } = setUp();
  hardware.perform({ kind: "pass", counter: "counter/3", direction: 1, people: 3, every: 1000 });
  await clock.advance(milliseconds(2500));
  const low = seen.filter((one) => one.kind === "pin" && one.offset === 27 && !one.high);
  assert.equal(
    low.map(({ at }) => at),
    [0, 1000, 2000],
  );
  hardware.perform({
    kind: "walk",
    street: "rue des Essais",
    position: 40,
    direction: -1,
    people: 2,
    every: 100,
  });
  await clock.advance(milliseconds(500));
  const walkers = cabinet.street.walkers();
  assert.is(walkers.length, 2);
  assert.ok(
    walkers.every(
      ({ street, position, direction }) => street === "rue des Essais" && position < 40 && direction === -1,
    ),
  );
});

test("a chip that is gone comes back as it was, and what was to go wrong is taken back", () => {
  const { cabinet, hardware } = setUp();
  const adapter = cabinet.i2c("i2c1");
  if (!adapter) throw new Error("no adapter");
  const chip = adapter.devices.get(0x60);
  const i2c = (fault: Extract<HardwareAction, { kind: "i2c" }>["fault"], component = "output/2") =>
    hardware.perform({ kind: "i2c", component, fault, count: 5, amount: 60 });
  const outcome = (address: number) => adapter.exchange(address, new Uint8Array(), 1);
  i2c("gone");
  i2c("gone");
  assert.is(outcome(0x60).outcome, "nack");
  assert.is(outcome(0x58).outcome, "done");
  i2c("none");
  assert.is(adapter.devices.get(0x60), chip);
  for (const fault of ["nack", "nack-data"] as const) {
    i2c(fault);
    assert.is(outcome(0x60).outcome, fault);
    assert.is(outcome(0x58).outcome, "done", "another address");
    i2c("none");
    assert.is(outcome(0x60).outcome, "done");
  }
  i2c("late");
  assert.equal(outcome(0x60), { outcome: "done", data: Uint8Array.of(0xc0), late: 60, busy: 0 });
  i2c("none");
  i2c("busy");
  assert.is((outcome(0x60) as { busy: number }).busy, 60);
  i2c("stuck");
  assert.is(outcome(0x58).outcome, "stuck");
  i2c("none");
  assert.is(outcome(0x58).outcome, "done");
});

test("mains of the cabinet darken every lamp, and only its own return brings light", async () => {
  const { clock, cabinet, hardware } = setUp();
  const lit = () => config.lamps.filter(({ id }) => cabinet.light(id) > 0).length;
  await clock.advance(seconds(1));
  assert.ok(lit() >= 24);
  hardware.setMains(false);
  assert.is(lit(), 0);
  hardware.perform({ kind: "dali", bus: "bus/1", fault: "none" });
  assert.is(lit(), 0);
  hardware.setMains(true);
  await clock.advance(seconds(1));
  assert.ok(lit() >= 24);
});

test("what the cabinet does not have is the caller's mistake", () => {
  const { hardware } = setUp();
  const wrong: HardwareAction[] = [
    { kind: "plug", component: "bus/7", present: false },
    { kind: "silence", component: "output/1", silent: true },
    { kind: "garbage", component: "counter/3", bytes: 1, every: 1, lasts: 0 },
    { kind: "i2c", component: "bus/1", fault: "nack", count: 1, amount: 0 },
    { kind: "dali", bus: "bus/7", fault: "noise" },
    { kind: "gear", lamps: ["lamp/dac/0"], fault: "mute" },
    { kind: "mains", lamps: ["lamp/9/9"], on: false },
    { kind: "door", component: "bus/1", open: true },
    { kind: "door", component: "counter/3", open: true },
    { kind: "pin", chip: "nowhere", offset: 1, high: true },
    { kind: "pass", counter: "counter/9", direction: 1, people: 1, every: 1 },
    { kind: "walk", street: "nowhere", position: 1, direction: 1, people: 1, every: 1 },
  ];
  for (const action of wrong)
    assert.throws(
      () => hardware.perform(action),
      (error: unknown) => error instanceof TypeError,
      JSON.stringify(action),
    );
});

test.run();
