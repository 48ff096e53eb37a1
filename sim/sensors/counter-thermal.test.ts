import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../../controllers/units.ts";
import { readConfig } from "../../firmware/config/read.ts";
import { AMG8833, pixelCelsius } from "../../firmware/sensors/amg8833-registers.ts";
import { VirtualClock } from "../clock.ts";
import { simulateCabinet } from "../hardware.ts";
import { SeededRandom } from "../random.ts";

const FILE = `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets:
  - { name: rue Musette, length: 150 }
counters:
  - { id: counter/1, kind: amg8833, i2c: { adapter: i2c1, address: 0x69 }, height: 3.8, up: left, street: rue Musette, position: 75 }
  - { id: counter/2, kind: mlx90640, i2c: { adapter: i2c1, address: 0x33 }, height: 4, street: rue Musette, position: 95 }
schedules:
  - { name: night, periods: [{ from: sunset, level: 100 }] }
`;

test("a cabinet's thermal arrays hang on its adapter, and see who passes go the way that he goes", async () => {
  const read = readConfig(FILE);
  assert.ok(read.ok);
  if (!read.ok) return;
  const clock = new VirtualClock(instant(1e12));
  const cabinet = simulateCabinet(read.config, clock, new SeededRandom(1), 0);
  const bus = cabinet.i2c("i2c1");
  assert.equal(
    [...(bus?.devices.keys() ?? [])].sort((a, b) => a - b),
    [0x33, 0x69],
  );
  const warmest = async () => {
    const bytes = (await bus?.transfer(0x69, Uint8Array.of(AMG8833.pixels), 128)) as Uint8Array;
    const celsius = Array.from({ length: 64 }, (_, p) =>
      pixelCelsius((bytes[2 * p] as number) | ((bytes[2 * p + 1] as number) << 8)),
    );
    const most = Math.max(...celsius);
    return { most, column: celsius.indexOf(most) % 8 };
  };
  assert.ok((await warmest()).most < 12.5);
  cabinet.counters.get("counter/1")?.pass("up");
  const columns: number[] = [];
  for (const span of [1.3, 0.7, 0.7]) {
    await clock.advance(seconds(span));
    const { most, column } = await warmest();
    assert.ok(most > 12, `${most}`);
    columns.push(column);
  }
  // Growing metres lie to the left of the picture.
  const [early, middle, late] = columns as [number, number, number];
  assert.ok(early > middle && middle > late, `${columns}`);
  await clock.advance(seconds(5));
  assert.ok((await warmest()).most < 12.5);
});

test.run();
