/**
 * Another signal controller, by dry contacts: calls out, green and ready in. Its safety is its own: a call is a wish, and when
 * this cabinet or its wires fail every call is open and the controller goes its own way.
 */
import type { GroupId, Signal } from "../../controllers/junction/model.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, seconds } from "../../controllers/units.ts";
import type { ContactCall, Line } from "../config/junctions.ts";
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

/** How long a vehicle that has left is told: longer than any controller takes to look. */
const CLEARED_FOR = seconds(1);
/** Calls that are due, and those older than `longest`, are looked for so often. */
const LOOK_EVERY = seconds(1);

export interface ContactsOptions {
  readonly id: ComponentId;
  readonly calls: readonly ContactCall[];
  readonly ready?: Line;
  readonly lead: Duration;
  readonly longest: Duration;
  readonly alive?: PinAddress;
  readonly ports: Pick<Ports, "input" | "output">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface Call {
  /** Monotonic, ms. */
  due: number;
  since: number | null;
}

/** Faults: those of its pins; `output-deviates` while the controller says that it is not ready. */
export function contactsAdapter(options: ContactsOptions): SignalAdapter {
  const { id, clock, ports, calls, lead, longest } = options;
  const tally = { calls: 0, timeouts: 0, cleared: 0, unwired: 0 };
  /** By group, each request that stands: when green is to be asked for, and since when it is (null: not yet). */
  const standing = new Map<GroupId, Map<string, Call>>(calls.map(({ group }) => [group, new Map()]));
  const isAsked = (group: GroupId) =>
    standing
      .get(group)
      ?.values()
      .some(({ since }) => since !== null) ?? false;
  const shown = new Map<GroupId, Signal>();
  const beat = heartbeat(clock);
  let drive: ((group: GroupId, what: "request" | "cleared") => void) | undefined;

  const end = (group: GroupId, key: string, isOver: boolean) => {
    const mine = standing.get(group);
    const call = mine?.get(key);
    if (!mine?.delete(key)) return;
    drive?.(group, "request");
    if (!isOver || call?.since == null) return;
    tally.cleared++;
    drive?.(group, "cleared");
  };

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
    const switches = new Map<GroupId, { request: Switch; cleared?: Switch }>();
    try {
      for (const { group, request, cleared } of calls)
        switches.set(group, {
          request: await output(request, isAsked(group)),
          ...(cleared ? { cleared: await output(cleared, false) } : {}),
        });
      const { ready, alive } = options;
      const aliveLine = alive && (await ports.output(alive, false));
      drive = (group, what) => {
        const mine = switches.get(group);
        if (what === "request") mine?.request.set(isAsked(group));
        else mine?.cleared?.pulse(clock, CLEARED_FOR, `cleared ${id} ${group}`, both);
      };
      const say = () => tell({ kind: "shown", signals: [...shown.values()] });
      const lines: Promise<void>[] = [];
      for (const { group, green } of calls) {
        if (!green) continue;
        const seen = (isGreen: boolean) => {
          shown.set(group, { group, aspect: isGreen ? "green" : "red", since: clock.now() });
          say();
        };
        lines.push(watchLine({ ports, line: green, clock, name: `${id} ${group}`, signal: both }, seen));
      }
      if (ready) {
        const seen = (isReady: boolean) => {
          if (isReady) works();
          else failed.reject(new Fault("output-deviates", id, "the controller is not ready"));
        };
        lines.push(watchLine({ ports, line: ready, clock, name: `${id} ready`, signal: both }, seen));
      } else works();
      if (aliveLine) lines.push(beat.run(aliveLine, `alive ${id}`, both));
      await Promise.race([failed.promise, ...lines, look(both)]);
    } finally {
      drive = undefined;
      over.abort();
      shown.clear();
      for (const { request, cleared } of switches.values())
        await Promise.all([request.release(), cleared?.release()]).catch(() => {});
      for (const port of open) await port.close();
    }
  };

  const ask = () => {
    const now = clock.monotonic();
    for (const [group, mine] of standing)
      for (const [key, call] of mine) {
        if (call.since === null && now >= call.due) {
          tally.calls++;
          call.since = now;
          drive?.(group, "request");
        } else if (call.since !== null && now - call.since >= longest) {
          tally.timeouts++;
          end(group, key, false);
        }
      }
  };
  const look = async (signal: AbortSignal) => {
    for (;;) {
      await clock.sleep(LOOK_EVERY, `calls ${id}`, signal);
      ask();
    }
  };

  return {
    order({ calls: wanted, completed }: SignalOrder) {
      beat.lives();
      for (const { request, group, phase, eta } of wanted) {
        const mine = standing.get(group);
        if (!mine) {
          if (phase === "begin") tally.unwired++;
          continue;
        }
        const key = `${request.source} ${request.id}`;
        const known = mine.get(key);
        const due = clock.monotonic() + eta - lead;
        if (phase === "end") end(group, key, completed.has(key));
        else if (known) known.due = due;
        else if (phase === "begin") mine.set(key, { due, since: null });
      }
      ask();
    },
    async run(tell, signal) {
      // Whoever begins anew knows of no call.
      for (const mine of standing.values()) mine.clear();
      const report = ({ fault, at }: { readonly fault: SignalFault; readonly at: SignalAt }) =>
        tell({ kind: "fault", fault, at });
      await keepWorking(
        {
          ...options,
          source: id,
          signal,
          report(reading) {
            if (reading.kind === "fault") report(reading);
          },
        },
        (works) => work(tell, works, signal),
      );
    },
    tally: () => ({ ...tally }),
  };
}

type SignalFault = Extract<SignalNews, { kind: "fault" }>["fault"];
type SignalAt = Extract<SignalNews, { kind: "fault" }>["at"];
