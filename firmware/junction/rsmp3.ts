/**
 * A signal controller that speaks RSMP 3: it connects to the cabinet, which asks it for priority (M0022) and hears what becomes
 * of it (S0033) and what its groups show (S0001). Without it requests end, and it goes its own way.
 */
import type { Signal } from "../../controllers/junction/model.ts";
import type { RequestState } from "../../controllers/junction/request-model.ts";
import type { ComponentId, FaultKind } from "../../controllers/model.ts";
import { type Duration, type Instant, instant } from "../../controllers/units.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import type { Ports, TlsDoor } from "../hal/ports.ts";
import type { Random } from "../hal/random.ts";
import { keepWorking } from "../hal/reopen.ts";
import { alarmsAfter, alarmText, type SiteAlarm } from "../rsmp3/alarms.ts";
import { aspectOf } from "../rsmp3/letters.ts";
import { type PriorityCommand, S0001, S0033, statesOf } from "../rsmp3/priority.ts";
import { type SiteNews, supervise } from "../rsmp3/supervisor.ts";
import type { SignalAdapter, SignalNews } from "./adapter.ts";

export interface Rsmp3Options {
  readonly id: ComponentId;
  readonly port: number;
  readonly address: string;
  /** Absent: whoever reaches the port is believed. */
  readonly tls?: Omit<TlsDoor, "refused">;
  readonly site?: string;
  readonly component?: string;
  readonly ackWithin: Duration;
  readonly watchdog: Duration;
  readonly supervisor?: string;
  readonly node: string;
  /** Ids of the groups in the controller's order: S0001 is a text of one letter each. */
  readonly groups: readonly string[];
  readonly ports: Pick<Ports, "listen">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const ENDS: ReadonlySet<RequestState> = new Set(["completed", "cancelled", "timeout", "rejected", "cooldown", "stale"]);
/** Bit 3 of `se`: a fault of high priority, which puts the signals out of use. RSMP core, aggregated status. */
const FAIL_SAFE = 2;

interface Asked {
  readonly key: string;
  readonly id: string;
  isOver: boolean;
}

/** Faults: `sensor-silent` while no controller is there, and those of its connection. */
export function rsmp3Adapter(options: Rsmp3Options): SignalAdapter {
  const { id, clock, random, log, ports } = options;
  const tally = { commands: 0, "not-done": 0, connections: 0, refused: 0, statuses: 0, "not-understood": 0 };
  /** By our request. */
  const asked = new Map<string, Asked>();
  let number = 0;
  let alarms: readonly SiteAlarm[] = [];
  const prefix = Math.floor(random.next() * 0x1_0000).toString(16);
  let command: ((command: PriorityCommand) => void) | undefined;

  const say = (said: PriorityCommand) => {
    if (!command) return;
    tally.commands++;
    command(said);
  };

  const hear = (news: SiteNews, tell: (news: SignalNews) => void, works: () => void) => {
    switch (news.kind) {
      case "ready":
        command = news.command;
        log.info({ site: news.site, core: news.core }, "the controller is there");
        return works();
      case "aggregated":
        if (news.se[FAIL_SAFE]) throw new Fault("output-deviates", id, "the controller is in its fail-safe mode");
        return;
      case "alarm": {
        const stand = alarmsAfter(alarms, news.alarm);
        if (stand === alarms) return;
        alarms = stand;
        return tell({ kind: "alarms", said: alarmText(stand) });
      }
      case "not-done": {
        tally["not-done"]++;
        const one = [...asked.values()].find((mine) => mine.id === news.requestId);
        if (!one || one.isOver) return;
        one.isOver = true;
        return tell({ kind: "request", key: one.key, state: "rejected", at: clock.now() });
      }
      case "status":
        tally.statuses++;
        if (news.code === S0033.code && news.name === S0033.name) return hearStates(news.value, tell);
        if (news.code === S0001.code) return hearGroups(news, tell);
    }
  };

  const hearStates = (value: unknown, tell: (news: SignalNews) => void) => {
    const states = statesOf(value);
    if (!states) {
      tally["not-understood"]++;
      return;
    }
    for (const { r, s, t, e, d } of states) {
      const mine = [...asked.values()].find((one) => one.id === r);
      if (!mine || mine.isOver) continue;
      mine.isOver = ENDS.has(s);
      tell({
        kind: "request",
        key: mine.key,
        state: s,
        ...(e === undefined ? {} : { extension: e }),
        ...(d === undefined ? {} : { reduction: d }),
        at: instant(Date.parse(t)),
      });
    }
  };

  const hearGroups = (
    { name, value, at }: { name: string; value: unknown; at: Instant },
    tell: (news: SignalNews) => void,
  ) => {
    if (name === "signalgroupstatus") {
      const letters = typeof value === "string" ? value : "";
      if (letters.length !== options.groups.length) {
        tally["not-understood"]++;
        return;
      }
      const signals = options.groups.flatMap((group, i): Signal[] => {
        const aspect = aspectOf(letters[i] ?? "");
        return aspect ? [{ group, aspect, since: at }] : [];
      });
      return tell({ kind: "shown", signals });
    }
    const number = /^\d{1,3}$/.test(String(value)) ? Number(value) : null;
    if (number === null) return;
    const key = ({ stage: "stage", cyclecounter: "cycle", basecyclecounter: "baseCycle" } as const)[name];
    if (key) tell({ kind: "controller", [key]: number, at });
  };

  return {
    order({ calls }) {
      for (const { request, group, eta, phase } of calls) {
        const key = `${request.source} ${request.id}`;
        const known = asked.get(key);
        const { level, type: vehicleType } = request;
        const inSeconds = Math.round(eta / 1000);
        if (phase === "end") {
          asked.delete(key);
          if (known && !known.isOver) say({ type: "cancel", requestId: known.id });
        } else if (!known) {
          const mine: Asked = { key, id: `${prefix}-${(++number).toString(36)}`, isOver: false };
          asked.set(key, mine);
          say({ type: "new", requestId: mine.id, signalGroupId: group, level, eta: inSeconds, vehicleType });
        } else if (!known.isOver) say({ type: "update", requestId: known.id, level, eta: inSeconds });
      }
    },
    async run(tell, signal) {
      const report = (fault: FaultKind | null, at: Instant) => tell({ kind: "fault", fault, at });
      // Nobody is there yet.
      report("sensor-silent", clock.now());
      asked.clear();
      const keeping = {
        clock,
        random,
        log,
        source: id,
        signal,
        report(reading: { readonly kind: string; readonly fault?: FaultKind | null; readonly at: Instant }) {
          if (reading.kind === "fault") report(reading.fault ?? null, reading.at);
        },
      };
      await keepWorking(keeping, (works) => serve(works, tell, signal));
    },
    tally: () => ({ ...tally }),
  };

  /** One connection after another; a new one takes the place of the old, whose end nobody may have noticed. */
  async function serve(works: () => void, tell: (news: SignalNews) => void, signal: AbortSignal): Promise<void> {
    if (!ports.listen) throw new Fault("port-missing", id, "this machine takes no connections");
    let current: { readonly leave: AbortController; readonly done: Promise<void> } | undefined;
    const attend = async (stream: ByteStream, leave: AbortController) => {
      tally.connections++;
      // It says anew what stands.
      if (alarms.length > 0) tell({ kind: "alarms", said: null });
      alarms = [];
      try {
        await supervise(
          {
            ...options,
            where: id,
            stream,
            supervisor: options.supervisor ?? options.node,
            heard: (news) =>
              hear(news, tell, () => {
                works();
                tell({ kind: "fault", fault: null, at: clock.now() });
              }),
          },
          leave.signal,
        );
      } catch (error) {
        if (signal.aborted || leave.signal.aborted) return;
        if (!(error instanceof Fault)) throw error;
        log.warn({ err: error }, "the controller is gone");
        tell({ kind: "fault", fault: error.kind, at: clock.now() });
      } finally {
        if (current?.leave === leave) command = undefined;
      }
    };
    const defect = Promise.withResolvers<never>();
    defect.promise.catch(() => {});
    const refused = (why: string) => {
      tally.refused++;
      log.warn({ why }, "a connection was refused: it has not proven who it is");
    };
    const tls = options.tls && { ...options.tls, refused };
    const take = async (listen: NonNullable<Ports["listen"]>) => {
      for await (const stream of listen(options.address, options.port, signal, tls)) {
        current?.leave.abort();
        await current?.done;
        asked.clear();
        const leave = new AbortController();
        const done = attend(stream, leave).catch(defect.reject);
        current = { leave, done };
      }
    };
    try {
      await Promise.race([take(ports.listen), defect.promise]);
    } finally {
      for (const one of asked.values()) if (!one.isOver) say({ type: "cancel", requestId: one.id });
      current?.leave.abort();
      await current?.done;
      command = undefined;
    }
  }
}
