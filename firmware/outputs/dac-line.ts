import type { Reading } from "../../controllers/model.ts";
import { type Level, seconds } from "../../controllers/units.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import { keepWorking } from "../hal/reopen.ts";
import { advanced, type Fade, fade, isOver, levelOf, stepTime } from "./fade.ts";
import type { I2cOutputOptions, LampChannel } from "./options.ts";

/** How often all is written anew: shows that the chip is there, and sets it right after it lost its supply unseen. */
const REFRESH = seconds(2);

/** One transfer to the chip: writes the bytes, then reads so many (none where nothing is said). */
export type Talk = (write: Uint8Array, read?: number) => Promise<Uint8Array>;

/** What is a chip's own of a 0-10 V output. */
export interface DacChip {
  /** Proves that the chip is there and makes it ready for levels; done at each opening and each refresh. Throws Fault. */
  check(talk: Talk): Promise<void>;
  /** Done once after each opening, when the chip has been checked: what it is to keep for itself. Throws Fault. */
  keep?(talk: Talk, signal: AbortSignal): Promise<void>;
  /** The write that makes a channel give a level. */
  channelWrite(channel: number, level: Level): Uint8Array;
}

interface Channel extends LampChannel {
  /** The last level that was written; null where nobody knows what the chip gives. */
  given: Level | null;
  fade: Fade | null;
}

/**
 * Lamps at the channels of a 0-10 V chip on I2C. Level 0..100 % is 0..10 V; what a driver makes of less than 1 V (IEC 60929
 * annex E: its lowest light, not off) is the driver's matter. Changes fade; what the lamps give cannot be read, so
 * `level` is reported as set, when the fade is over. Faults: those of the chip and of the bus (`port-missing`: no adapter, or no chip at
 * the address). After a fault the last levels are written again and reported.
 */
export function dacLine(options: I2cOutputOptions, chip: DacChip): LampLine {
  const { id, clock, address, fadeTime } = options;
  const channels = options.lamps.map((lamp): Channel => ({ ...lamp, given: null, fade: null }));
  let bus: I2cBus | undefined;
  /** Steps are kept until the first opening has succeeded or failed; after a failure they are dropped until it works. */
  let down = false;
  let ended = false;
  let idle = new AbortController();

  const talkTo =
    (to: I2cBus): Talk =>
    (write, read = 0) =>
      to.transfer(address, write, read);

  const give = async (talk: Talk, at: Channel, level: Level) => {
    if (ended) return;
    await talk(chip.channelWrite(at.channel, level));
    at.given = level;
  };

  const fadeOn = async (talk: Talk, report: (reading: Reading) => void) => {
    for (const at of channels) {
      const going = at.fade;
      if (!going) continue;
      const next = advanced(going);
      await give(talk, at, levelOf(next));
      if (at.fade !== going) continue; // a newer step came while this one was written
      at.fade = isOver(next) ? null : next;
      if (isOver(next)) report({ kind: "level", source: at.id, level: next.to, at: clock.now() });
    }
  };

  const giveAgain = async (talk: Talk) => {
    for (const at of channels) if (at.given !== null && !at.fade) await give(talk, at, at.given);
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
        const at = channels.find((candidate) => candidate.id === step.lamp);
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
          const talk = talkTo(opened);
          const again = down;
          await chip.check(talk);
          await chip.keep?.(talk, signal);
          await giveAgain(talk);
          down = false;
          works();
          if (again) {
            for (const { id: lamp, given } of channels)
              if (given !== null) report({ kind: "level", source: lamp, level: given, at: clock.now() });
          }
          while (!signal.aborted) {
            if (channels.some((at) => at.fade)) {
              await fadeOn(talk, report);
              if (channels.some((at) => at.fade)) await clock.sleep(stepTime(fadeTime), `fade of ${id}`, signal);
            } else {
              await waitIdle(signal);
              await chip.check(talk);
              await giveAgain(talk);
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
      const talk = talkTo(opened);
      for (const { channel } of channels) {
        if (!signal.aborted) await talk(chip.channelWrite(channel, options.failSafe)).catch(() => {}); // nothing more can be done
      }
    },
  };
}
