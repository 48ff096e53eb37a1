/** What passes of junctions come to, as statuses and alarms of the cockpit link. */
import type { Junction, Signal, TentativePlan } from "../../controllers/junction/model.ts";
import type { ComponentId, FaultKind } from "../../controllers/model.ts";
import { type Instant, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { CockpitLink } from "../link/link.ts";
import { iso } from "../link/payload.ts";
import { LETTERS } from "../rsmp3/letters.ts";
import { HourLedger, type HourSums } from "./ledger.ts";
import { comingTo, stagesOf } from "./live-view.ts";
import { RequestList } from "./request-list.ts";
import type { Passed } from "./runner.ts";

const MOST_LISTED = 64;
const LONGEST_WHY = 120;
const LIVE_EVERY = seconds(1);
const ERROR = "tlc.hardware.error";
const WARNING = "tlc.hardware.warning";

export interface JunctionTeller {
  passed(passed: Passed): void;
  /** Tells the hours that have begun: nobody counts on. */
  close(): void;
}

interface Told {
  readonly list: RequestList;
  readonly hours: HourLedger;
  readonly letters: Map<string, string>;
  mode: string;
  plan: number;
  /** What its controller says is wrong with it. */
  said: { readonly isError: boolean; readonly text: string } | null;
  stage: string;
  /** Stage and time of what was last told of the moment. */
  liveStage: string;
  liveAt: number;
  /** Whose alarm is up. */
  alarm: { readonly code: "tlc.hardware.error" | "tlc.hardware.warning"; readonly message: string } | null;
}

/** `isOurs`: whether the engine's signals are what the heads show; else only what another controller says is told. */
export function junctionTeller(options: {
  readonly junctions: readonly { readonly junction: Junction; readonly isOurs: boolean }[];
  readonly link: Pick<CockpitLink, "update" | "alarm">;
  readonly clock: Clock;
}): JunctionTeller {
  const { junctions, link, clock } = options;
  const ours = new Map(junctions.map(({ junction, isOurs }) => [junction.id, isOurs]));
  const first = junctions[0]?.junction.id;
  const told = new Map<ComponentId, Told>(
    junctions.map(({ junction }) => [
      junction.id,
      {
        list: new RequestList(junction.id),
        hours: new HourLedger(clock.now()),
        letters: new Map(),
        mode: "",
        plan: 0,
        said: null,
        stage: "",
        liveStage: "",
        liveAt: Number.NEGATIVE_INFINITY,
        alarm: null,
      },
    ]),
  );

  // Requests do not outlive a restart, and what a broker kept of them must not either.
  link.update("tlc.priority.requests", { status: [] }, clock.now());
  // Nothing of the groups is told before there is a stage, and some controllers never say theirs.
  link.update("tlc.groups", { stage: 0 }, clock.now());

  const tellHour = (id: ComponentId, { from, to, ...sums }: HourSums) =>
    link.update(
      "tlc.priority.hours",
      ofJunction(id, { from: iso(from), to: iso(to), ...sums, lines: [...sums.lines], waits: [...sums.waits] }),
      to,
    );

  /** What the heads show, as far as this cabinet knows. */
  const signalsOf = ({
    junction: { id, groups },
    decision,
    flashing,
    news,
  }: Passed): readonly Pick<Signal, "group" | "aspect">[] => {
    if (flashing !== null) return groups.map((group) => ({ group: group.id, aspect: "flashing-amber" }));
    const shown = news.findLast((one) => one.kind === "shown");
    return shown?.signals ?? (ours.get(id) ? decision.signals : []);
  };
  const tellSignals = (passed: Passed, mine: Told, at: Instant) => {
    const { decision, news, time } = passed;
    const { id } = passed.junction;
    const states: Record<string, string> = {};
    for (const { group, aspect } of signalsOf(passed)) {
      const letter = LETTERS[aspect];
      if (mine.letters.get(group) === letter) continue;
      mine.letters.set(group, letter);
      states[`${id}/${group}`] = letter;
    }
    if (Object.keys(states).length > 0) link.update("tlc.groups", { signalgroupstatus: states }, at);
    const controller = news.findLast((one) => one.kind === "controller");
    if (controller && id === first) {
      const { stage, cycle, baseCycle } = controller;
      link.update(
        "tlc.groups",
        {
          ...(stage === undefined ? {} : { stage }),
          ...(cycle === undefined ? {} : { cyclecounter: cycle }),
          ...(baseCycle === undefined ? {} : { basecyclecounter: baseCycle }),
        },
        time.toWall(controller.at),
      );
    }
    if (!ours.get(id) || decision.stage === mine.stage) return;
    mine.stage = decision.stage;
    const stages = { [id]: decision.stage };
    const index = junctions
      .find(({ junction }) => junction.id === id)
      ?.junction.stages.findIndex((stage) => stage.id === decision.stage);
    link.update("tlc.groups", { stages, ...(id === first ? { stage: (index ?? 0) + 1 } : {}) }, at);
  };

  /** What is meant moment by moment. Of a controller that is not ours nobody knows what it means. */
  const tellLive = ({ junction, decision, fault, flashing, time }: Passed, mine: Told, at: Instant) => {
    if (decision.stage === mine.liveStage && Math.abs(at - mine.liveAt) < LIVE_EVERY) return;
    mine.liveStage = decision.stage;
    mine.liveAt = at;
    const works = fault === null && flashing === null;
    link.update("tlc.priority.approach", ofJunction(junction.id, { vehicles: comingTo(junction, decision) }), at);
    if (!ours.get(junction.id)) return;
    const spans = (plan: TentativePlan) => (works ? stagesOf(plan, decision.state.at, time.toWall) : []);
    const since = iso(time.toWall(decision.state.entry.at));
    const values = { plan: spans(decision.plan), base: spans(decision.base), since };
    link.update("tlc.priority.plan", ofJunction(junction.id, values), at);
  };

  const tellState = (passed: Passed, mine: Told, at: Instant) => {
    const { junction, decision, fault, flashing, plan } = passed;
    const mode = flashing !== null ? "flashing" : fault !== null ? "lost" : decision.mode;
    if (mode !== mine.mode || plan !== mine.plan) {
      const isStart = mine.mode === "";
      if (plan !== mine.plan && junction.id === first) {
        link.update("tlc.plan", { status: plan, source: isStart ? "startup" : "forced" }, at);
        if (isStart) link.update("tlc.plans", { status: junction.plans.map(({ id }) => id).join(",") }, at);
      }
      mine.mode = mode;
      mine.plan = plan;
      const why = (flashing ?? (fault === null ? "" : (TOLD[fault] ?? fault))).slice(0, LONGEST_WHY);
      link.update("tlc.junctions", ofJunction(junction.id, { mode, why, plan, name: junction.name.slice(0, 80) }), at);
    }
    tellAlarm(passed, mine, at);
  };

  const tellAlarm = ({ junction: { id }, decision, fault, flashing, news }: Passed, mine: Told, at: Instant) => {
    const last = news.findLast((one) => one.kind === "alarms");
    if (last) mine.said = last.said;
    const { said } = mine;
    const why = flashing ?? (decision.mode === "flashing" && ours.get(id) ? "the engine flashes amber" : null);
    const wanted: Told["alarm"] =
      why !== null
        ? { code: ERROR, message: `it flashes amber: ${why}` }
        : said !== null && (said.isError || fault === null)
          ? { code: said.isError ? ERROR : WARNING, message: `its controller says ${said.text}` }
          : fault !== null
            ? { code: WARNING, message: TOLD[fault] ?? `its controller cannot be asked: ${fault}` }
            : null;
    if (wanted?.code === mine.alarm?.code && wanted?.message === mine.alarm?.message) return;
    if (mine.alarm && mine.alarm.code !== wanted?.code) link.alarm(mine.alarm.code, id, false, mine.alarm.message, at);
    if (wanted) link.alarm(wanted.code, id, true, wanted.message, at);
    mine.alarm = wanted;
  };

  return {
    passed(passed) {
      const { junction, decision, news, time } = passed;
      const mine = told.get(junction.id);
      if (!mine) throw new TypeError(`junction ${junction.id}: allowed ${[...told.keys()].join(", ")}`);
      const at = clock.now();
      const over = mine.hours.over(at);
      if (over) tellHour(junction.id, over);
      for (const event of decision.events) mine.hours.add(event);
      tellState(passed, mine, at);
      tellSignals(passed, mine, at);
      tellLive(passed, mine, at);
      if (mine.list.after(decision.events, news, time.toWall)) {
        const status = [...told.values()].flatMap(({ list }) => list.all).slice(-MOST_LISTED);
        link.update("tlc.priority.requests", { status }, at);
      }
      const events = decision.events.flatMap((event) =>
        event.kind === "indiana"
          ? [{ j: junction.id, t: iso(time.toWall(event.at)), c: event.code, p: event.parameter }]
          : [],
      );
      if (events.length > 0) link.update("tlc.priority.events", { events: events.slice(0, MOST_LISTED) }, at);
    },
    close() {
      const at = clock.now();
      for (const [id, { hours }] of told) tellHour(id, hours.close(at));
    },
  };
}

/** Values of one junction, by attribute. */
const ofJunction = <V extends object>(id: ComponentId, values: V): { [A in keyof V]: Record<string, V[A]> } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [id]: value }])) as {
    [A in keyof V]: Record<string, V[A]>;
  };

const TOLD: Partial<Record<FaultKind, string>> = {
  "port-missing": "its contacts or its port are not there: its controller goes its own way",
  "port-denied": "its contacts or its port may not be opened: its controller goes its own way",
  "port-busy": "its contacts or its port are used by another program: its controller goes its own way",
  "port-lost": "its contacts or its connection were lost: its controller goes its own way",
  "sensor-silent": "its controller does not answer, and goes its own way",
  "output-deviates": "its controller says that it does not work by its program",
  protocol: "its controller says what its protocol does not allow, and is not asked any more",
};
