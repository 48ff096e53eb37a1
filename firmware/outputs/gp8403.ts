import type { ComponentId, Reading } from "../../controllers/model.ts";
import { type Level, seconds } from "../../controllers/units.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import { keepWorking } from "../hal/reopen.ts";
import { advanced, type Fade, fade, isOver, levelOf, stepTime } from "./fade.ts";
import { channelWrite, rangeWrite } from "./gp8403-registers.ts";
import type { I2cOutputOptions } from "./options.ts";

export { GP8403 } from "./gp8403-registers.ts";

/** How often all is written anew: shows that the chip is there, and sets it right after it lost its supply unseen. */
const REFRESH = seconds(2);

interface Channel {
  readonly lamp: ComponentId;
  readonly channel: number;
  /** The last level that was written; null where nobody knows what the chip gives. */
  given: Level | null;
  fade: Fade | null;
}

/**
 * Lamps at the channels of a GP8403 (0-10 V over I2C). Level 0..100 % is 0..10 V; what a driver makes of less than 1 V (IEC
 * 60929 annex E: its lowest light, not off) is the driver's matter. Changes fade; the chip cannot be read, so `level` is
 * reported as set, when the fade is over. Faults: those of the bus (`port-missing`: no adapter, or no chip at the address).
 * After a fault the last levels are written again and reported.
 */
export function gp8403(options: I2cOutputOptions): LampLine {
  const { id, clock, address, fadeTime } = options;
  const channels = options.lamps.map(
    (lamp): Channel => ({
      lamp: lamp.id,
      channel: lamp.channel,
      given: null,
      fade: null,
    }),
  );
  let bus: I2cBus | undefined;
  /** Steps are kept until the first opening has succeeded or failed; after a failure they are dropped until it works. */
  let down = false;
  let ended = false;
  let idle = new AbortController();

  const write = async (to: I2cBus, bytes: Uint8Array) => {
    await to.transfer(address, bytes, 0);
  };

  const give = async (to: I2cBus, at: Channel, level: Level) => {
    if (ended) return;
    await write(to, channelWrite(at.channel, level));
    at.given = level;
  };

  const fadeOn = async (to: I2cBus, report: (reading: Reading) => void) => {
    for (const at of channels) {
      const going = at.fade;
      if (!going) continue;
      const next = advanced(going);
      await give(to, at, levelOf(next));
      if (at.fade !== going) continue; // a newer step came while this one was written
      at.fade = isOver(next) ? null : next;
      if (isOver(next)) report({ kind: "level", source: at.lamp, level: next.to, at: clock.now() });
    }
  };

  const refresh = async (to: I2cBus) => {
    await write(to, rangeWrite());
    for (const at of channels) if (at.given !== null && !at.fade) await give(to, at, at.given);
  };

  const waitIdle = async (signal: AbortSignal) => {
    idle = new AbortController();
    const stop = () => idle.abort();
    signal.addEventListener("abort", stop, { once: true });
    if (!signal.aborted) await clock.sleep(REFRESH, `refresh of ${id}`, idle.signal).catch(() => {});
    signal.removeEventListener("abort", stop);
  };

  return {
    id,
    apply(steps) {
      if (down || ended) return;
      for (const step of steps) {
        const at = channels.find((candidate) => candidate.lamp === step.lamp);
        if (!at) throw new TypeError(`${id}: no lamp ${step.lamp}`);
        at.fade = fade(at.given, step.level, fadeTime);
      }
      idle.abort();
    },

    async run(report, signal) {
      await keepWorking({ ...options, source: id, report, signal }, async (works) => {
        try {
          const opened = await options.i2c();
          bus = opened;
          const again = down;
          await refresh(opened);
          down = false;
          works();
          if (again) {
            for (const { lamp, given } of channels)
              if (given !== null) report({ kind: "level", source: lamp, level: given, at: clock.now() });
          }
          while (!signal.aborted) {
            if (channels.some((at) => at.fade)) {
              await fadeOn(opened, report);
              if (channels.some((at) => at.fade)) await clock.sleep(stepTime(fadeTime), `fade of ${id}`, signal);
            } else {
              await waitIdle(signal);
              await refresh(opened);
              works();
            }
          }
        } finally {
          down = true;
          for (const at of channels) at.fade = null;
          await bus?.close();
          bus = undefined;
        }
      });
    },

    async failSafe(signal) {
      const opened = bus;
      if (!opened || ended) return;
      ended = true; // from here nobody else gives a level
      for (const at of channels) at.fade = null;
      for (const { channel } of channels) {
        if (!signal.aborted) await write(opened, channelWrite(channel, options.failSafe)).catch(() => {}); // nothing more can be done
      }
    },
  };
}
