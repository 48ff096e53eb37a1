/**
 * Is anything wrong on the line? A question to all at once costs one frame: whoever says YES is heard, also where many do and their
 * answers spoil each other. Only where somebody does are groups, then single lamps, asked who it is.
 */
import type { Answer, Command, To } from "./command.ts";
import {
  queryControlGearFailure,
  queryLampFailure,
  queryLampPowerOn,
  queryLimitError,
  queryMissingShortAddress,
  queryPowerFailure,
  queryStatus,
  type Status,
} from "./commands/gear.ts";
import { BROADCAST, group } from "./frame.ts";
import { ask, type Sequence } from "./sequence.ts";

/** What is asked of all. `lamp-on` makes sense while every lamp should be dark only. */
export type SweepQuestion =
  | "lamp-failure"
  | "gear-failure"
  | "power-cycle"
  | "limit-error"
  | "missing-address"
  | "lamp-on";

const ASKED: Readonly<Record<SweepQuestion, (to: To) => Command<boolean>>> = {
  "lamp-failure": queryLampFailure,
  "gear-failure": queryControlGearFailure,
  "power-cycle": queryPowerFailure,
  "limit-error": queryLimitError,
  "missing-address": queryMissingShortAddress,
  "lamp-on": queryLampPowerOn,
};

/** What the status bit of a lamp has to say about a question. */
const IN_STATUS: Readonly<Record<SweepQuestion, (status: Status) => boolean>> = {
  "lamp-failure": ({ lampFailure }) => lampFailure,
  "gear-failure": ({ controlGearFailure }) => controlGearFailure,
  "power-cycle": ({ powerCycleSeen }) => powerCycleSeen,
  "limit-error": ({ limitError }) => limitError,
  "missing-address": ({ missingShortAddress }) => missingShortAddress,
  "lamp-on": ({ lampOn }) => lampOn,
};

/** The five that make sense at any time. */
export const SWEEP_QUESTIONS: readonly SweepQuestion[] = [
  "lamp-failure",
  "gear-failure",
  "power-cycle",
  "limit-error",
  "missing-address",
];

export interface SweepLamp {
  /** Short address 0..63. */
  readonly address: number;
  /** The groups 0..15 it is known to be in, as read back from the gear: a group asked in vain clears its lamps. */
  readonly groups?: readonly number[];
}

export interface SweepResult {
  /** What was asked of all. */
  readonly asked: readonly SweepQuestion[];
  /** What nobody said YES to, and so is well with all gear that answers. */
  readonly nobody: readonly SweepQuestion[];
  /** The lamps asked one by one, with their answers. Every other lamp of the call is cleared of what was asked. */
  readonly statuses: ReadonlyMap<number, Answer<Status>>;
  /**
   * What somebody said YES to, and none of the lamps by its status: gear that is not among them (a missing address always is), a lamp
   * that did not answer, or noise that came twice.
   */
  readonly elsewhere: readonly SweepQuestion[];
}

/**
 * Asks all gear on the line `questions`, one frame each; nothing more where nobody says YES. A YES is asked for once more, since
 * noise looks like one. Then every group is asked that saves frames, and the lamps that are left by QUERY STATUS.
 *
 * A question to all cannot see gear that is missing, mute or without mains, because silence means NO; nor a YES that was lost
 * on the wire (the next sweep finds it). That none is missing must be known from elsewhere: from reading the lamps'
 * levels in turn. Uses no DTR: may run with `dtr: false`. IEC 62386-102 11.5.
 */
export function* sweep(
  lamps: readonly SweepLamp[],
  questions: readonly SweepQuestion[] = SWEEP_QUESTIONS,
): Sequence<SweepResult> {
  const raised: SweepQuestion[] = [];
  for (const question of questions) {
    const somebody = ASKED[question](BROADCAST);
    if ((yield* ask(somebody)) && (yield* ask(somebody))) raised.push(question);
  }
  // who has no address cannot be asked by one
  const toFind = raised.filter((question) => question !== "missing-address");
  const statuses = new Map<number, Answer<Status>>();
  if (toFind.length > 0) {
    for (const { address } of yield* narrowed(lamps, toFind)) statuses.set(address, yield* ask(queryStatus(address)));
  }
  const found = (question: SweepQuestion): boolean =>
    [...statuses.values()].some((answer) => answer.kind === "value" && IN_STATUS[question](answer.value));
  return {
    asked: questions,
    nobody: questions.filter((question) => !raised.includes(question)),
    statuses,
    elsewhere: raised.filter((question) => !found(question)),
  };
}

/** The lamps that are left after groups were asked which have more members than there are questions for them. */
function* narrowed(lamps: readonly SweepLamp[], questions: readonly SweepQuestion[]): Sequence<readonly SweepLamp[]> {
  const cleared = new Set<SweepLamp>();
  const suspected = new Set<SweepLamp>();
  for (let number = 0; number < 16; number++) {
    const open = lamps.filter((lamp) => lamp.groups?.includes(number) && !cleared.has(lamp) && !suspected.has(lamp));
    if (open.length <= questions.length + 1) continue;
    const somebody = yield* anyOf(number, questions);
    for (const lamp of open) (somebody ? suspected : cleared).add(lamp);
  }
  return lamps.filter((lamp) => !cleared.has(lamp));
}

function* anyOf(number: number, questions: readonly SweepQuestion[]): Sequence<boolean> {
  for (const question of questions) if (yield* ask(ASKED[question](group(number)))) return true;
  return false;
}
