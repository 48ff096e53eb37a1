import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { memoryStore } from "./ports.ts";
import { startRig } from "./rig.ts";

const read = readConfig(readFileSync(new URL("./scenarios/suite/street.yaml", import.meta.url), "utf8"));
if (!read.ok) throw new Error("the street of the scenarios is not valid");
const { config } = read;
const EVENING = instant(Date.UTC(2026, 10, 18, 19));
const start = () => startRig({ config, start: EVENING, store: memoryStore() });

test("a killed runtime does nothing more: no frame, no transfer, no word to the cockpit; lamps stay as they are", async () => {
  const rig = start();
  await rig.clock.advance(seconds(10));
  let frames = 0;
  for (const bus of rig.cabinet.buses.values())
    bus.onFrame(() => {
      frames++;
    });
  await rig.clock.advance(seconds(5));
  assert.ok(frames > 0, "it polls while it lives");
  const transfers: number[] = [];
  const adapter = rig.cabinet.i2c("i2c1");
  const chip = adapter?.devices.get(0x58);
  if (!adapter || !chip) throw new Error("no chip");
  adapter.devices.set(0x58, { write: (bytes) => void transfers.push(bytes.length), read: (count) => chip.read(count) });

  rig.kill();
  assert.is(rig.pid, null);
  assert.is(rig.descriptors, 0);
  await rig.clock.advance(milliseconds(50)); // what is on the wire ends
  frames = 0;
  transfers.length = 0;
  const { updates } = rig.cockpit;
  rig.cabinet.setDoor(true);
  await rig.clock.advance(seconds(120));
  assert.is(frames, 0);
  assert.equal(transfers, []);
  assert.is(rig.cockpit.updates, updates);
  assert.is(Math.round(rig.cabinet.light("lamp/1/0")), 80);
});

test("a runtime that is started again is another process, takes the same hardware, and remembers", async () => {
  const rig = start();
  await rig.clock.advance(seconds(5));
  assert.is(rig.pid, 1);
  const open = rig.descriptors;
  assert.ok(open >= 8, `${open} are open`);
  const until = new Date(rig.clock.now() + 600_000).toISOString();
  const command = { component: ["lamp/1/3"], values: { level: 50, until } };
  await rig.clock.run(rig.cockpit.command("lighting.level.set", command), seconds(1));
  assert.throws(
    () => rig.restart(),
    (error: unknown) => error instanceof TypeError,
  );
  rig.kill();
  rig.restart();
  await rig.clock.advance(seconds(5));
  assert.is(rig.pid, 2);
  assert.is(rig.descriptors, open);
  assert.is(Math.round(rig.cabinet.light("lamp/1/3") / 10), 5);
  assert.equal([...rig.cockpit.alarms], []);
  await rig.clock.run(rig.end(), seconds(2));
  assert.is(rig.pid, null);
});

test("a runtime can be killed at any moment of its start", async () => {
  for (const ms of [0, 1, 5, 20, 60, 150, 400, 900]) {
    const rig = start();
    await rig.clock.advance(milliseconds(ms));
    rig.kill();
    rig.restart();
    await rig.clock.advance(seconds(8));
    assert.ok(Math.abs(rig.cabinet.light("lamp/1/0") - 80) < 1, `killed after ${ms} ms`);
    assert.equal([...rig.cockpit.alarms], [], `killed after ${ms} ms`);
  }
});

test.run();
