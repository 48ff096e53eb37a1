import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { SimulatedCabinet } from "../hardware.ts";
import { pinsOf } from "./devices.ts";
import { answerText, frameText } from "./frame-text.ts";
import type { Observation } from "./model.ts";

/** Light is looked at so often, ms. */
const SAMPLE_EVERY = 100;

/**
 * Tells what happens to the hardware of a cabinet: light of every lamp (tenths of a percent, each 100 ms where it changed),
 * frames on its buses, levels of its pins. `at` is the cabinet's monotonic clock. Returns how to stop.
 */
export function watchHardware(
  cabinet: SimulatedCabinet,
  config: CabinetConfig,
  tell: (observation: Observation) => void,
): () => void {
  const { clock } = cabinet;
  const seen = new Map<string, number>();
  const stops: (() => void)[] = [];

  let stopped = false;
  const sample = () => {
    if (stopped) return;
    for (const { id } of config.lamps) {
      const level = Math.round(cabinet.light(id) * 10) / 10;
      if (seen.get(id) === level) continue;
      seen.set(id, level);
      tell({ at: clock.monotonic(), kind: "light", lamp: id, level });
    }
    clock.after(SAMPLE_EVERY, "look at the lamps", sample);
  };
  sample();

  for (const [bus, wire] of cabinet.buses)
    stops.push(
      wire.onFrame((heard) => {
        const at = clock.monotonic();
        if (heard.kind === "forward") {
          const { bits, data } = heard.frame;
          tell({ at, kind: "frame", bus, bits, data, text: frameText(heard.frame) });
        } else tell({ at, kind: "frame", bus, bits: 8, data: heard.value, text: answerText(heard.value) });
      }),
    );

  for (const { chip, offset } of pinsOf(config)) {
    const pin = cabinet.pin({ chip, offset });
    if (!pin) continue;
    const say = (high: boolean) => tell({ at: clock.monotonic(), kind: "pin", chip, offset, high });
    say(pin.high);
    stops.push(pin.watch(say));
  }

  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}
