import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { startRig } from "./rig.ts";

const read = readConfig(readFileSync(new URL("./scenarios/suite/street.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the street of the scenarios is not valid");
const { config } = read;

test("pulses on a contact light the street, and the contact's faults are the counter's alarm", async () => {
  const { clock, cabinet, cockpit, end } = startRig({ config, start: instant(Date.UTC(2026, 10, 19, 2)) });
  await clock.advance(seconds(60));
  const light = () => config.lamps.reduce((sum, { id }) => sum + cabinet.light(id), 0);
  const dark = light();
  const counter = config.counters.find((one) => "pin" in one);
  const pin = counter && cabinet.pin(counter.pin);
  if (!pin) throw new Error("no counter on a contact");
  pin.set(false);
  await clock.advance(milliseconds(120));
  pin.set(true);
  await clock.advance(seconds(5));
  assert.ok(light() > dark, `${dark} before, ${light()} after`);

  const alarm = () => [...cockpit.alarms].filter((one) => one.includes("footfall.sensor"));
  assert.equal(alarm(), []);
  pin.set(false);
  await clock.advance(seconds(35));
  assert.is(alarm().length, 1);
  pin.set(true);
  await clock.advance(seconds(20));
  assert.equal(alarm(), []);
  pin.unplug();
  await clock.advance(seconds(3));
  assert.is(alarm().length, 1);
  pin.replug();
  await clock.advance(seconds(8));
  assert.equal(alarm(), []);
  await clock.run(end(), seconds(5));
});

test("the cabinet's health says how good its clock is", async () => {
  const { clock, cockpit, end } = startRig({ config, start: instant(Date.UTC(2026, 10, 18, 20)) });
  const health = () => ["clock", "clockSet"].map((name) => cockpit.status.get("cabinet.health")?.get(name));
  await clock.advance(seconds(1));
  assert.equal(health(), ["synchronised", true]);
  clock.trust = "unset";
  await clock.advance(seconds(61));
  assert.equal(health(), ["unset", false]);
  clock.trust = "held";
  await clock.advance(seconds(60));
  assert.equal(health(), ["held", true]);
  await clock.run(end(), seconds(5));
});

test.run();
