/**
 * Heads that the built-in engine works itself, on a bench or behind a hardware conflict monitor. What they show is read back and
 * judged by a monitor of other code: at a fault the hardware is no longer permitted to show what the outputs say, and flashes
 * amber by itself until a person has reset it. Without outputs the heads are on the cockpit only, and judged the same.
 */
import { compile } from "../../controllers/junction/bounds.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import type { Aspect, GroupId, Junction, Signal } from "../../controllers/junction/model.ts";
import {
  aspectOfLamps,
  type MonitorState,
  type Shown,
  startMonitor,
  watch,
} from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Instant, instant, milliseconds } from "../../controllers/units.ts";
import type { HeadPins, Line } from "../config/junctions.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import type { PinAddress } from "../hal/pin.ts";
import type { Ports } from "../hal/ports.ts";
import type { Random } from "../hal/random.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { SignalAdapter, SignalNews, SignalOrder } from "./adapter.ts";
import { heartbeat } from "./heartbeat.ts";
import { type Switch, switchOf } from "./switch.ts";
import { watchLine } from "./watch-line.ts";

/** The monitor looks so often, and at each change. */
const LOOK_EVERY = milliseconds(50);
/** The engine passes so often: its heartbeat. */
const PASS_EVERY = milliseconds(100);
/** A pass that is late by so much is a dead engine. */
const SILENCE = milliseconds(150);
/** From red on the outputs to a judgement of what they show: relays and read-back settle. */
const SETTLE = milliseconds(500);

type Colour = "red" | "amber" | "green";
const COLOURS = ["red", "amber", "green"] as const;
const LIT: Readonly<Record<Aspect, readonly Colour[]>> = {
  dark: [],
  red: ["red"],
  "red-amber": ["red", "amber"],
  green: ["green"],
  amber: ["amber"],
  // The hardware makes it.
  "flashing-amber": [],
};

export interface HeadsOptions {
  readonly id: ComponentId;
  readonly junction: Junction;
  /** Absent: shown nowhere. */
  readonly heads?: readonly { readonly group: GroupId; readonly lamps: HeadPins; readonly shows: HeadPins }[];
  readonly permit?: Line;
  readonly alive?: PinAddress;
  readonly ports: Pick<Ports, "input" | "output">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function headsAdapter(options: HeadsOptions): SignalAdapter {
  const { id, junction, heads = [], permit, alive, ports, clock, log } = options;
  const table = monitorTable(junction, { silence: SILENCE });
  const otherHash = kernelHash(compile(junction));
  const tally = { looks: 0, faults: 0 };
  const beat = heartbeat(clock);
  const now = (): Instant => instant(clock.monotonic());
  /** Why it flashes until a person resets it. */
  let latched: string | null = null;
  let told: readonly Signal[] = [];
  let heard: Instant = now();
  let show: ((signals: readonly Signal[], at: Instant) => void) | undefined;
  let judge: (() => void) | undefined;
  let again = Promise.withResolvers<void>();

  const latch = (why: string, tell: (news: SignalNews) => void) => {
    if (latched !== null) return;
    latched = why;
    tally.faults++;
    log.error({ why }, "the heads flash amber until somebody resets them");
    tell({ kind: "flashing", why, at: clock.now() });
  };

  /** One life of the heads: from all red until a fault, or until the signal aborts. */
  const work = async (tell: (news: SignalNews) => void, works: () => void, signal: AbortSignal) => {
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    const open: { close(): Promise<void> }[] = [];
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => {});
    const output = async ({ pin, when }: Line, on: boolean) => {
      const port = await ports.output(pin, on === (when === "high"));
      open.push(port);
      return switchOf(port, when, on, failed.reject);
    };
    const lamps = new Map<GroupId, Partial<Record<Colour, Switch>>>();
    let permitted: Switch | undefined;
    let began = false;
    try {
      permitted = permit && (await output(permit, false));
      for (const { group, lamps: pins } of heads) {
        const own: Partial<Record<Colour, Switch>> = {};
        for (const colour of COLOURS) {
          const line = pins[colour];
          if (line) own[colour] = await output(line, colour === "red");
        }
        lamps.set(group, own);
      }
      const aliveLine = alive && (await ports.output(alive, false));
      const lit = new Map<string, boolean>();
      let monitor: MonitorState | undefined;
      const seen = () =>
        heads.length === 0
          ? told
          : heads.flatMap(({ group, shows }) => {
              const is = (colour: Colour) => lit.get(`${group} ${colour}`);
              if (COLOURS.some((colour) => shows[colour] && is(colour) === undefined)) return [];
              const aspect: Shown = aspectOfLamps({
                red: is("red") ?? false,
                amber: is("amber") ?? false,
                green: is("green") ?? false,
              });
              return [{ group, aspect }];
            });
      judge = () => {
        if (!monitor) return;
        tally.looks++;
        const pass = watch(table, monitor, seen(), { heartbeat: heard, otherHash, told }, now());
        monitor = pass.state;
        if (!pass.fault) return;
        // First of all: the hardware takes over.
        permitted?.set(false);
        failed.reject(new Fault("output-deviates", id, `${pass.fault.kind}: ${pass.fault.text}`));
      };
      show = (signals, at) => {
        // What was decided before the heads began is not for them.
        if (!began) return;
        told = signals;
        heard = at;
        for (const { group, aspect } of told)
          for (const colour of COLOURS) lamps.get(group)?.[colour]?.set(LIT[aspect].includes(colour));
        judge?.();
      };
      const changed = () => {
        judge?.();
        const signals = seen().flatMap(({ group, aspect }): Signal[] =>
          aspect === "mixed" ? [] : [{ group, aspect, since: clock.now() }],
        );
        if (monitor && latched === null) tell({ kind: "shown", signals });
      };
      const lines = heads.flatMap(({ group, shows }) =>
        COLOURS.flatMap((colour) => {
          const line = shows[colour];
          if (!line) return [];
          return watchLine({ ports, line, clock, name: `${id} ${group} ${colour}`, signal: both }, (on) => {
            lit.set(`${group} ${colour}`, on);
            changed();
          });
        }),
      );
      if (aliveLine) lines.push(beat.run(aliveLine, `alive ${id}`, both));
      const look = async () => {
        permitted?.set(true);
        await clock.sleep(SETTLE, `settle ${id}`, both);
        // The engine begins at the same instant: both take red to stand since then.
        told = junction.groups.map(({ id: group }) => ({ group, aspect: "red", since: clock.now() }));
        heard = now();
        monitor = startMonitor(table, now());
        began = true;
        tell({ kind: "anew", at: clock.now() });
        works();
        for (;;) {
          judge?.();
          await clock.sleep(LOOK_EVERY, `monitor ${id}`, both);
        }
      };
      await Promise.race([failed.promise, look(), ...lines]);
    } catch (error) {
      // What was shown when it broke nobody knows: a person decides when it may run again.
      if (!signal.aborted && (began || (error instanceof Fault && error.kind === "output-deviates")))
        latch(error instanceof Fault ? error.message : String(error), tell);
      throw error;
    } finally {
      show = undefined;
      judge = undefined;
      over.abort();
      await permitted?.release().catch(() => {});
      for (const own of lamps.values()) for (const colour of COLOURS) await own[colour]?.release().catch(() => {});
      for (const port of open) await port.close();
    }
  };

  return {
    every: PASS_EVERY,
    order({ signals, mode, at }: SignalOrder) {
      if (mode !== "flashing") beat.lives();
      show?.(signals, at);
    },
    reset() {
      if (latched === null) return false;
      latched = null;
      again.resolve();
      again = Promise.withResolvers();
      return true;
    },
    async run(tell, signal) {
      const stop = Promise.withResolvers<void>();
      if (signal.aborted) return;
      signal.addEventListener("abort", () => stop.resolve(), { once: true });
      await keepWorking(
        {
          ...options,
          source: id,
          signal,
          report(reading) {
            if (reading.kind === "fault") tell({ kind: "fault", fault: reading.fault, at: reading.at });
          },
        },
        async (works) => {
          // Whatever ended the life before: it begins from red, and from nothing that was told before.
          if (latched !== null) await Promise.race([again.promise, stop.promise]);
          signal.throwIfAborted();
          await clock.sleep(milliseconds(PASS_EVERY * 2), `begin ${id}`, signal);
          await work(tell, works, signal);
        },
      );
    },
    tally: () => ({ ...tally }),
  };
}
