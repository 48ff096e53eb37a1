import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { startRig } from "./rig.ts";

/** A street whose only eyes hang on the lamps' own bus. */
const STREET = `
node: 21231/cab-1
site: { name: Test, latitude: 47.3, longitude: 5.04, timeZone: Europe/Paris }
mqtt: { url: mqtt://127.0.0.1 }
streets: [{ name: rue, length: 240 }]
buses: [{ id: bus/1, gateway: luba, port: /dev/serial/by-id/a }]
lamps: [{ bus: bus/1, addresses: 0-6, street: rue, position: 0, every: 30, power: 40, class: P3, reducedClass: P5 }]
inputs:
  - { id: counter/1, kind: occupancy, bus: bus/1, address: 0, street: rue, position: 0 }
  - { id: light/1, kind: light, bus: bus/1, address: 0, instance: 1, full: 100 }
schedules: [{ name: night, periods: [{ from: sunset, level: 100, adaptive: true }] }]
`;

const read = (text: string) => {
  const parsed = readConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; "));
  return parsed.config;
};

test("an occupancy sensor on the lamps' bus lights the street ahead of who passes it, and counts nobody", async () => {
  const config = read(STREET);
  const start = instant(Date.UTC(2026, 10, 19, 1));
  const { clock, cabinet, cockpit, end } = startRig({ config, start });
  const lights = () => config.lamps.map(({ id }) => Math.round(cabinet.light(id)));
  await clock.advance(seconds(90));
  assert.ok(
    lights().every((light) => light < 50),
    `${lights()}`,
  );
  cabinet.counters.get("counter/1")?.pass("up");
  await clock.advance(seconds(6));
  assert.ok((lights()[0] ?? 0) > 95 && (lights()[1] ?? 0) > 95, `${lights()}`);
  assert.ok((lights()[6] ?? 100) < 50, `${lights()}`);
  await clock.advance(seconds(1200));
  assert.not.ok(JSON.stringify(cockpit.status.get("footfall.counts")?.get("people.sum") ?? {}).includes("counter/1"));
  await clock.run(end(), seconds(5));
});

test("what of an input does not fit is named", () => {
  const problems = (from: string, to: string) => {
    const parsed = readConfig(STREET.replace(from, to));
    return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  for (const [from, to, field] of [
    ["bus: bus/1, address: 0, street", "bus: bus/2, address: 0, street", "inputs[0].bus"],
    [", instance: 1", "", "inputs[1].address"],
    ["id: light/1", "id: counter/2", "inputs[1].id"],
    ["street: rue, position: 0 }\n  - { id: light", "street: rue }\n  - { id: light", "inputs[0].position"],
    ["position: 0 }\n  - { id: light", "position: 300 }\n  - { id: light", "inputs[0].position"],
    ["full: 100", "full: 100, street: rue", "inputs[1].street"],
    ["address: 0, street", "address: 64, street", "inputs[0].address"],
  ] as const)
    assert.ok(
      problems(from, to).some((problem) => problem.startsWith(field)),
      `${field}: ${problems(from, to)}`,
    );
});

test.run();
