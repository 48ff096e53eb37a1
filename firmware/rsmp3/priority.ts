/** M0022 and S0033 of the list for traffic lights, SXL 1.1 and 1.2: arguments and states, as texts of RSMP 3 and as values. */
import { REQUEST_STATES, type RequestState, type VehicleType } from "../../controllers/junction/request-model.ts";

export const M0022 = { code: "M0022", command: "requestPriority" } as const;
export const S0033 = { code: "S0033", name: "status" } as const;
export const S0001 = {
  code: "S0001",
  names: ["signalgroupstatus", "cyclecounter", "basecyclecounter", "stage"],
} as const;

/** What is asked of a controller. */
export type PriorityCommand =
  | {
      readonly type: "new";
      readonly requestId: string;
      readonly signalGroupId: string;
      readonly level?: number;
      /** Whole seconds. */
      readonly eta?: number;
      readonly vehicleType?: VehicleType;
    }
  | { readonly type: "update"; readonly requestId: string; readonly level?: number; readonly eta?: number }
  | { readonly type: "cancel"; readonly requestId: string };

/** Arguments as a CommandRequest carries them: numbers are texts, and what is not said is left out. */
export const argumentsOf = (command: PriorityCommand): { cCI: string; cO: string; n: string; v: string }[] =>
  Object.entries({
    ...command,
    ...("eta" in command ? { eta: Math.min(255, Math.max(0, Math.round(command.eta ?? 0))) } : {}),
  })
    .filter(([, value]) => value !== undefined)
    .map(([n, value]) => ({ cCI: M0022.code, cO: M0022.command, n, v: String(value) }));

/** One line of S0033. */
export interface PriorityState {
  readonly r: string;
  readonly t: string;
  readonly s: RequestState;
  /** Seconds; once it is completed. */
  readonly e?: number;
  readonly d?: number;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;
const MOST = 256;
const isState = (state: unknown): state is RequestState => REQUEST_STATES.some((one) => one === state);

/** What S0033 lists, lines that are none left out; null where it is no list. Numbers are texts, and accepted as numbers too. */
export function statesOf(value: unknown): readonly PriorityState[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, MOST).flatMap((line: unknown) => {
    if (typeof line !== "object" || line === null) return [];
    const { r, t, s, e, d } = line as Record<string, unknown>;
    if (typeof r !== "string" || r.length > 128 || !isState(s) || typeof t !== "string" || !INSTANT.test(t)) return [];
    const seconds = (said: unknown) => (/^\d{1,3}$/.test(String(said)) ? Math.min(255, Number(said)) : undefined);
    const extension = seconds(e);
    const reduction = seconds(d);
    return [
      {
        r,
        t,
        s,
        ...(extension === undefined ? {} : { e: extension }),
        ...(reduction === undefined ? {} : { d: reduction }),
      },
    ];
  });
}

/** As S0033 has it on the wire. */
export const linesOf = (states: readonly PriorityState[]): Record<string, string>[] =>
  states.map(({ e, d, ...state }) => ({
    ...state,
    // S0033 has no `cancelled`: who withdrew needs no more, which is what completed says.
    s: state.s === "cancelled" ? "completed" : state.s,
    ...(e === undefined ? {} : { e: String(e) }),
    ...(d === undefined ? {} : { d: String(d) }),
  }));
