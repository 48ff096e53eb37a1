/** What both thermal arrays have in common: pictures in, people counted, nothing of a picture out. */
import { thermalCounter } from "../../controllers/footfall/thermal-count.ts";
import { byNet, byRule } from "../../controllers/footfall/thermal-net.ts";
import type { Judge } from "../../controllers/footfall/thermal-tally.ts";
import type { ArrayShape } from "../../controllers/footfall/thermal-view.ts";
import { seconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { ThermalOptions } from "./options.ts";
import { type PackedLayer, unpackNet } from "./thermal-weights.ts";

/** An array that was set up: its next picture, Celsius, NaN in the pixels that are not new. The same array each time. */
export type Pictures = (signal: AbortSignal) => Promise<Float64Array>;

export interface ThermalArray {
  readonly shape: ArrayShape;
  /** Loads the weights that judge what this array sees; null where a simple rule must do. */
  readonly net: (() => Promise<{ readonly NET: readonly PackedLayer[] }>) | null;
  /** Sets the array up. Throws Fault. `reset` is called where the array was found to have lost its settings. */
  readonly open: (bus: I2cBus, options: ThermalOptions, reset: () => void) => Promise<Pictures>;
}

const HEARTBEAT = seconds(5);
/** Heights at which the networks were trained, with room on both sides, m; beyond them a simple rule judges. */
const TRAINED = { least: 3.1, most: 4.6 };
/** What a pixel may show, Celsius, and the part of the pixels that must. */
const PLAUSIBLE = { least: -45, most: 110 };
const LEAST = 0.45;
/** A chip's noise moves some pixel in each picture: so many pictures that are all alike are one old picture. */
const ALIKE = 20;

/**
 * A thermal array over a street: a reading `count` for those who cross the line under it, by direction, and one of 0 people at
 * least every 5 s. No picture is kept, logged or reported. Faults: `protocol` (no such chip, a calibration or temperatures that
 * cannot be), `sensor-silent` (no new picture for 2 s), and those of the bus.
 */
export function thermalArray(options: ThermalOptions, array: ThermalArray): Sensor {
  const { id, clock, height, up } = options;
  const tally = { pictures: 0, people: 0, judged: 0, resets: 0 };
  let judge: Promise<Judge> | undefined;

  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepWorking({ ...options, source: id, report, signal }, async (works) => {
        judge ??= judgeFor(array, height);
        const judged = await judge;
        const bus = await options.i2c();
        try {
          signal.throwIfAborted();
          const next = await array.open(bus, options, () => tally.resets++);
          const counter = thermalCounter({ shape: array.shape, height, up }, (evidence) => {
            tally.judged++;
            return judged(evidence);
          });
          const check = sane(id);
          let said: number = Number.NEGATIVE_INFINITY;
          for (;;) {
            const picture = await next(signal);
            check(picture);
            tally.pictures++;
            works();
            const now = clock.monotonic();
            for (const { people, direction } of counter.see(picture, now)) {
              tally.people += people;
              said = now;
              report({ kind: "count", source: id, people, direction, at: clock.now() });
            }
            if (now - said < HEARTBEAT) continue;
            said = now;
            report({ kind: "count", source: id, people: 0, direction: "both", at: clock.now() });
          }
        } finally {
          await bus.close();
        }
      });
    },
  };
}

async function judgeFor({ net }: ThermalArray, height: number): Promise<Judge> {
  if (!net || height < TRAINED.least || height > TRAINED.most) return byRule;
  return byNet(unpackNet((await net()).NET));
}

/**
 * Takes values out of a picture that cannot be. Throws Fault for pictures of which little is left, and for those that never
 * change.
 */
function sane(id: string): (picture: Float64Array) => void {
  let last = Number.NaN;
  let alike = 0;
  return (picture) => {
    let [sum, seen] = [0, 0];
    for (const [pixel, celsius] of picture.entries()) {
      if (celsius >= PLAUSIBLE.least && celsius <= PLAUSIBLE.most) {
        sum += celsius * (1 + pixel / 1024);
        seen++;
      } else picture[pixel] = Number.NaN;
    }
    // Of an MLX90640 each picture is half a one.
    if (seen < picture.length * LEAST) throw new Fault("protocol", id, "its pixels show no temperatures");
    alike = sum === last ? alike + 1 : 0;
    last = sum;
    if (alike >= ALIKE) throw new Fault("sensor-silent", id, "its picture does not change");
  };
}
