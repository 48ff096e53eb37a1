import type { ThermalView } from "../../controllers/footfall/thermal-view.ts";
import type { ThermalMounting } from "../../firmware/config/thermal.ts";
import { AMG8833_SHAPE, MLX90640_SHAPES } from "../../firmware/sensors/thermal-shapes.ts";
import { SimulatedAmg8833 } from "../chips/amg8833.ts";
import type { SimulatedChip } from "../chips/chip.ts";
import { SimulatedMlx90640 } from "../chips/mlx90640.ts";
import type { VirtualClock } from "../clock.ts";
import { SeededRandom } from "../random.ts";
import { painter, stillNight } from "../thermal-painter.ts";
import { along, between, endOf, personParts, type Thing } from "../thermal-scene-things.ts";

/** A thermal array over a street where people can be sent past. */
export interface ThermalTwin {
  readonly chip: SimulatedChip;
  /** People go past under it, one after the other: the first is at the line after 2 s. */
  pass(direction: "up" | "down", people?: number): void;
}

/** Where their way begins, metres from the line, and how fast they go, m/s. */
const REACH = 2.6;
const SPEED = 1.3;
/** s between two who go one after the other. */
const APART = 1.5;
const AIR = 10;

type Watched = SimulatedChip & { watch(scene: (ms: number) => ArrayLike<number>): void };

function twin(clock: VirtualClock, seed: number, view: ThermalView, chip: Watched): ThermalTwin {
  const random = new SeededRandom(seed);
  const began = clock.monotonic();
  let things: Thing[] = [];
  const picture = painter(random, view, () => things, stillNight(AIR));
  chip.watch((ms) => {
    things = things.filter((thing) => endOf(thing) >= ms / 1000);
    return picture(ms / 1000);
  });
  return {
    chip,
    pass(direction, people = 1) {
      const now = (clock.monotonic() - began) / 1000;
      for (let n = 0; n < people; n++) {
        const way = along(now + n * APART, REACH, direction === "up", SPEED, between(random, -0.3, 0.3));
        things.push({ kind: "person", parts: personParts(random, false), way, sways: 0.025, steps: 0.9 });
      }
    },
  };
}

export const amg8833Twin = (clock: VirtualClock, seed: number, { height, up }: ThermalMounting): ThermalTwin =>
  twin(clock, seed, { shape: AMG8833_SHAPE, height, up }, new SimulatedAmg8833(clock, seed));

export const mlx90640Twin = (
  clock: VirtualClock,
  seed: number,
  { height, up, lens = 110 }: ThermalMounting,
): ThermalTwin => twin(clock, seed, { shape: MLX90640_SHAPES[lens], height, up }, new SimulatedMlx90640(clock, seed));
