import type { Reading } from "../../controllers/model.ts";
import { duration, type Level, level, seconds } from "../../controllers/units.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import { keepWorking } from "../hal/reopen.ts";
import { rest } from "../hal/rest.ts";
import { LINEAR, lowestVolts, voltsAt } from "./calibration.ts";
import { advanced, type Fade, fade, isOver, levelOf, stepTime } from "./fade.ts";
import type { LampChannel, OutputOptions } from "./options.ts";
import { OutputFault } from "./output-fault.ts";
import { ReadBack } from "./read-back.ts";
import { Relay } from "./relay.ts";

/** How often all is written anew: shows that the output is there, and sets it right after it lost its supply unseen. */
const REFRESH = seconds(2);

/** An opened 0-10 V output. All throw Fault. */
export interface AnalogOutput {
  /** Proves that it is there and makes it ready for volts; done after each opening and at each refresh. */
  check(): Promise<void>;
  /** Done once after each opening, when it has been checked: what it is to keep for itself. */
  keep?(signal: AbortSignal): Promise<void>;
  /** Volts by channel. */
  give(volts: ReadonlyMap<number, number>): Promise<void>;
  /** Aborts when it is lost; absent where nobody can tell. */
  readonly ended?: AbortSignal;
  /** May be called twice. Never throws. */
  close(): Promise<void>;
}

interface Channel extends LampChannel {
  readonly relay: Relay | undefined;
  /** The last level that was written; null where nobody knows what the output gives. */
  given: Level | null;
  fade: Fade | null;
}

/** What a channel has for a level: a lamp that its relay switches off is left at its lowest light. */
export const voltsOf = ({ calibration = LINEAR }: LampChannel, wanted: Level, switched: boolean): number =>
  switched && wanted === 0 ? lowestVolts(calibration) : voltsAt(calibration, wanted);

/**
 * Lamps at the channels of a 0-10 V output. Each has its calibration; level 0 is the end of it, or the relay that takes the lamp's
 * mains away once it has faded to its lowest light. Changes fade; `level` is reported as set, when the fade is over. Faults: those of
 * the output; of a relay's pin; and `output-deviates` where it is read back and gives something else. After a fault of the output the last levels are written
 * again and reported. A relay that is held on a while longer is not waited for: level 0 is reported before it has switched.
 */
export function analogLine(options: OutputOptions, open: (signal: AbortSignal) => Promise<AnalogOutput>): LampLine {
  const { id, clock, fadeTime } = options;
  const relays = (options.relays ?? []).map((one) => new Relay(one, clock));
  const channels = options.lamps.map((lamp): Channel => {
    const relay = relays.find(({ lamps }) => lamps.has(lamp.id));
    return { ...lamp, relay, given: null, fade: null };
  });
  const readBack = options.readBack && new ReadBack(options.readBack, clock, id);
  let output: AnalogOutput | undefined;
  /** The write that is under way. */
  let giving: Promise<void> = Promise.resolve();
  /** Steps are kept until the first opening has succeeded or failed; after a failure they are dropped until it works. */
  let down = false;
  let ended = false;
  let wake = () => {};

  const voltsFor = (at: Channel, wanted: Level) => voltsOf(at, wanted, at.relay !== undefined);

  const give = async (to: AnalogOutput, levels: ReadonlyMap<Channel, Level>) => {
    if (ended || levels.size === 0) return;
    giving = to.give(new Map([...levels].map(([at, wanted]) => [at.channel, voltsFor(at, wanted)])));
    await giving;
    for (const [at, wanted] of levels) at.given = wanted;
  };

  /** Lamps that are to give light have mains before. */
  const switchOn = async () => {
    for (const relay of relays) {
      const wanted = channels.some((at) => at.relay === relay && (at.fade ? at.fade.to > 0 : at.given !== 0));
      if (wanted && !relay.on && !ended) await relay.set(true);
    }
  };

  /** Switches off what is to be dark and may be switched, and writes the others anew. */
  const switchOff = async () => {
    for (const relay of relays) {
      const dark = channels.every((at) => at.relay !== relay || (at.given === 0 && !at.fade));
      if (!ended) await relay.set(relay.on && !(dark && relay.held === 0));
    }
  };

  const fadeOn = async (to: AnalogOutput, report: (reading: Reading) => void) => {
    await switchOn();
    const steps = new Map<Channel, { going: Fade; next: Fade }>();
    for (const at of channels) if (at.fade) steps.set(at, { going: at.fade, next: advanced(at.fade) });
    await give(to, new Map([...steps].map(([at, { next }]) => [at, levelOf(next)])));
    for (const [at, { going, next }] of steps) {
      if (at.fade !== going) continue; // a newer step came while this one was written
      at.fade = isOver(next) ? null : next;
      if (isOver(next)) report({ kind: "level", source: at.id, level: next.to, at: clock.now() });
    }
  };

  const giveAgain = (to: AnalogOutput) => {
    const known = channels.flatMap((at) => (at.given !== null && !at.fade ? [[at, at.given] as const] : []));
    return give(to, new Map(known));
  };

  const waitIdle = async (signal: AbortSignal, lost?: AbortSignal) => {
    const wait = relays.reduce((least, { held }) => (held > 0 ? Math.min(least, held) : least), REFRESH as number);
    const { over, end } = rest(clock, duration(wait), `refresh of ${id}`, signal);
    wake = end;
    if (lost?.aborted) end();
    lost?.addEventListener("abort", end, { once: true });
    await over;
    lost?.removeEventListener("abort", end);
  };

  const shouldGive = (lamp: string): number | undefined => {
    const at = channels.find((one) => one.id === lamp);
    return at && at.given !== null && !at.fade ? voltsFor(at, at.given) : undefined;
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
      wake();
    },

    async run(report, signal) {
      const fault = new OutputFault(id, clock, report);
      await keepWorking({ ...options, source: id, report: fault.report, signal }, async (works) => {
        try {
          const opened = await open(signal);
          output = opened;
          const again = down;
          await opened.check();
          await opened.keep?.(signal);
          await giveAgain(opened);
          for (const relay of relays) await relay.open();
          down = false;
          works();
          if (again) {
            for (const { id: lamp, given } of channels)
              if (given !== null) report({ kind: "level", source: lamp, level: given, at: clock.now() });
          }
          while (!signal.aborted) {
            if (channels.some((at) => at.fade)) {
              const since = clock.monotonic();
              await fadeOn(opened, report);
              const left = stepTime(fadeTime) - (clock.monotonic() - since);
              if (channels.some((at) => at.fade))
                await clock.sleep(duration(Math.max(0, left)), `fade of ${id}`, signal);
            } else {
              await switchOff();
              await waitIdle(signal, opened.ended);
              await opened.check();
              await giveAgain(opened);
              if (readBack) fault.given(await readBack.look(shouldGive, signal));
              works();
            }
          }
        } finally {
          down = true;
          for (const at of channels) at.fade = null;
          await output?.close();
          output = undefined;
          await readBack?.close();
          for (const relay of relays) await relay.close();
        }
      });
    },

    async failSafe(signal) {
      const opened = output;
      if (!opened || ended) return;
      ended = true; // from here nobody else gives a level
      for (const at of channels) at.fade = null;
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      await Promise.race([giving.catch(() => {}), aborted]);
      if (signal.aborted) return;
      // Nothing more can be done where one of these fails.
      if (options.failSafe > level(0)) for (const relay of relays) await relay.set(true).catch(() => {});
      const safe = new Map(channels.map((at) => [at.channel, voltsFor(at, options.failSafe)]));
      await Promise.race([opened.give(safe).catch(() => {}), aborted]);
    },
  };
}
