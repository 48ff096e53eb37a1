/**
 * The words of a scenario: what is given, done, expected, seen and judged. JSON data only: it crosses the border between
 * processes and is written into reports. Times are milliseconds; `at` counts from the scenario's beginning.
 */
import type { AlarmCode, ComponentId } from "../../controllers/model.ts";

/** Where a scenario can run: in this process on virtual time, or on an emulated arm64 machine in real time. */
export const TARGETS = ["in-process", "qemu", "raspi3b"] as const;
export type Target = (typeof TARGETS)[number];

export interface Scenario {
  readonly name: string;
  readonly about?: string;
  readonly given: Given;
  /** Where it can run, and why not elsewhere; absent: everywhere. */
  readonly only?: { readonly targets: readonly Target[]; readonly because: string };
  readonly steps: readonly Step[];
}

export interface Given {
  /** As the scenario's file names it: relative to that file. */
  readonly cabinet: string;
  /** Wall time at the beginning, ms since 1970 UTC. */
  readonly time: number;
  readonly seed: number;
  /** People who arrive in the week's mean hour. */
  readonly people: number;
  /** Passes between the runtime's first word and the beginning. */
  readonly settle: number;
}

export interface Step {
  /** Line of the file where it stands, from 1. */
  readonly line: number;
  /** In words: what is done and expected. */
  readonly text: string;
  readonly note?: string;
  /** Not before: since the scenario's beginning, or since the end of the step before. */
  readonly due: { readonly since: "beginning" | "step"; readonly ms: number };
  readonly act?: Action;
  readonly expect?: Expectation;
  /** It has come true by then, counted from the moment the step began. */
  readonly within: number;
  /** Once true it stays true for so long; 0: once is enough. */
  readonly hold: number;
}

// ---- what can be done ----

/** What a scenario can do to control gear. */
export const GEAR_FAULTS = ["lamp-failure", "gear-failure", "mute", "day-burner", "stuck", "cycling", "none"] as const;
export type GearFault = (typeof GEAR_FAULTS)[number];

export type Action = HardwareAction | RuntimeAction | CockpitAction;

/** What happens to the hardware and in the street: done to the simulated cabinet, in whichever process that is. */
export type HardwareAction =
  /** The plug of a component: its serial port, or the I2C adapter of an output or a meter. */
  | { readonly kind: "plug"; readonly component: ComponentId; readonly present: boolean }
  /** The device on a serial line goes on to work, and its bytes no longer arrive. */
  | { readonly kind: "silence"; readonly component: ComponentId; readonly silent: boolean }
  /** So many bytes of chance on a serial line towards the runtime, again every `every` until `lasts` is over. */
  | {
      readonly kind: "garbage";
      readonly component: ComponentId;
      readonly bytes: number;
      readonly every: number;
      readonly lasts: number;
    }
  /** Transactions with the component's chip go wrong: the next `count`, or (`stuck`, `gone`) all until `none`. */
  | {
      readonly kind: "i2c";
      readonly component: ComponentId;
      readonly fault: "nack" | "nack-data" | "late" | "busy" | "stuck" | "gone" | "none";
      readonly count: number;
      /** `late`: when the outcome is known; `busy`: polls that say so first. */
      readonly amount: number;
    }
  /** `no-power`: the supply is off. `short`: the wires touch. `noise`: something spoils every answer. `none`: well again. */
  | { readonly kind: "dali"; readonly bus: ComponentId; readonly fault: "no-power" | "short" | "noise" | "none" }
  | {
      readonly kind: "gear";
      readonly lamps: readonly ComponentId[];
      readonly fault: GearFault;
    }
  | { readonly kind: "mains"; readonly lamps: readonly ComponentId[]; readonly on: boolean }
  | { readonly kind: "door"; readonly component: ComponentId; readonly open: boolean }
  /** Whatever drives an input of the cabinet sets its level. */
  | { readonly kind: "pin"; readonly chip: string; readonly offset: number; readonly high: boolean }
  /** People begin to walk there, one every `every`; 1 walks towards growing metres. */
  | {
      readonly kind: "walk";
      readonly street: string;
      readonly position: number;
      readonly direction: 1 | -1;
      readonly people: number;
      readonly every: number;
    }
  /** People go past a counter, whoever they are, one every `every`. */
  | {
      readonly kind: "pass";
      readonly counter: ComponentId;
      readonly direction: 1 | -1;
      readonly people: number;
      readonly every: number;
    };

export type RuntimeAction =
  /** SIGKILL; whoever watches over the runtime starts it again `restart` later. */
  | { readonly kind: "kill"; readonly restart: number }
  /** Mains of the whole cabinet: machine and gear. */
  | { readonly kind: "power"; readonly on: boolean }
  /** The machine's wall clock is set forward (or back: below 0). */
  | { readonly kind: "jump"; readonly ms: number };

export type CockpitAction =
  /** The cabinet's way to the broker; the cockpit's own stays. */
  | { readonly kind: "broker"; readonly up: boolean }
  /** Sends a command; a wish with an expiry lasts `lasts` from now. The answer is an observation. */
  | {
      readonly kind: "command";
      readonly code: "lighting.level.set";
      /** An address of RSMP: `lamp`, `lamp/1`, `lamp/1/2-6,9`. */
      readonly component: string;
      readonly level: number;
      readonly lasts: number;
    }
  | { readonly kind: "command"; readonly code: "lighting.level.release"; readonly component: string };

const HARDWARE: ReadonlySet<string> = new Set<HardwareAction["kind"]>([
  ...(["plug", "silence", "garbage", "i2c", "dali", "gear", "mains", "door", "pin", "walk", "pass"] as const),
]);
export const isHardwareAction = (action: Action): action is HardwareAction => HARDWARE.has(action.kind);

// ---- what can be expected ----

/** A condition on what was seen, or that it does not hold. */
export interface Expectation {
  readonly not: boolean;
  readonly condition: Condition;
}

/** Bounds of a number; absent: none. */
export interface Range {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export type Condition =
  /** Light that every one of these lamps gives, percent. */
  | ({ readonly kind: "light"; readonly lamps: readonly ComponentId[] } & Range)
  /** An alarm stands at the cockpit: of that code, at that component, where given; else any. */
  | { readonly kind: "alarm"; readonly code?: AlarmCode; readonly component?: ComponentId }
  /** The value of a status as the cockpit last heard it; neither `is` nor a bound: it has one. */
  | ({
      readonly kind: "status";
      readonly code: string;
      readonly attribute: string;
      readonly component?: ComponentId;
      readonly is?: string | number | boolean;
    } & Range)
  /** The last presence that the cockpit heard of. */
  | { readonly kind: "presence"; readonly is: "online" | "offline" | "shutdown" }
  /** How the cabinet answered the last command. `error`: the kind of the refusal. */
  | { readonly kind: "result"; readonly ok: boolean; readonly error?: string }
  /** Frames on a bus that match a pattern, since the step began. */
  | ({ readonly kind: "frames"; readonly bus: ComponentId; readonly matching: string } & Range)
  | { readonly kind: "pin"; readonly chip: string; readonly offset: number; readonly high: boolean }
  /** Edges of a pin since the step began. */
  | ({ readonly kind: "edges"; readonly chip: string; readonly offset: number; readonly to?: "high" | "low" } & Range)
  | { readonly kind: "runtime"; readonly running: boolean }
  /** Whether the runtime is the process that it was at the scenario's beginning. */
  | { readonly kind: "process"; readonly is: "same" | "new" }
  /** File descriptors that the runtime's process has open beyond those at the scenario's beginning. */
  | ({ readonly kind: "descriptors" } & Range);

// ---- what is seen ----

/** Something seen, at a moment of the stage's clock. Said on change only, but for frames and results. */
export type Observation = { readonly at: number } & (
  | { readonly kind: "light"; readonly lamp: ComponentId; readonly level: number }
  /** `text` is what the frame says: `DAPC 3 170`, `QUERY STATUS 3`, `answer 0x04`. `data` null: answers that spoilt each other. */
  | {
      readonly kind: "frame";
      readonly bus: ComponentId;
      readonly bits: 8 | 16 | 24;
      readonly data: number | null;
      readonly text: string;
    }
  | { readonly kind: "pin"; readonly chip: string; readonly offset: number; readonly high: boolean }
  | {
      readonly kind: "alarm";
      readonly code: string;
      readonly component: ComponentId;
      readonly active: boolean;
      readonly message: string;
    }
  | {
      readonly kind: "status";
      readonly code: string;
      readonly attribute: string;
      readonly component?: ComponentId;
      readonly value: unknown;
    }
  | { readonly kind: "presence"; readonly presence: "online" | "offline" | "shutdown" }
  | {
      readonly kind: "result";
      readonly code: string;
      readonly ok: boolean;
      readonly error?: string;
      readonly message?: string;
    }
  /** The runtime's process began or ended. */
  | { readonly kind: "runtime"; readonly running: boolean; readonly pid?: number }
  /** The engine's own: what it did. */
  | { readonly kind: "action"; readonly text: string }
);

/** What a target knows of the runtime's process; absent: it cannot say. */
export interface Facts {
  readonly pid?: number;
  readonly descriptors?: number;
  /** Resident memory, bytes. */
  readonly resident?: number;
}

// ---- what is judged ----

/** `broken`: the target failed, not the scenario. `skipped`: not run, because of a step before or for this target. */
export type Verdict = "passed" | "failed" | "broken" | "skipped";

export interface StepReport {
  readonly line: number;
  readonly text: string;
  readonly note?: string;
  readonly verdict: Verdict;
  /** When it was to begin and when it did; absent where it was not run. */
  readonly due?: number;
  readonly began?: number;
  /** The latest moment for its expectation to come true. */
  readonly deadline?: number;
  /** When its expectation came true. */
  readonly happened?: number;
  readonly ended?: number;
  /** In words; `seen`: what was there instead. Both of a step that failed. */
  readonly expected?: string;
  readonly seen?: string;
  /** Why it was skipped or broken. */
  readonly why?: string;
}

export interface Report {
  readonly name: string;
  readonly about?: string;
  readonly target: Target;
  readonly verdict: Verdict;
  /** Why it was skipped or broken. */
  readonly why?: string;
  readonly seed: number;
  /** Wall time at the beginning, ms since 1970 UTC, in the scenario's world. */
  readonly time: number;
  /** How long it took on the stage's clock. */
  readonly duration: number;
  readonly steps: readonly StepReport[];
  /** In order of time; the settling has times below 0. Where there was too much, `dropped` from the middle are missing. */
  readonly timeline: readonly Observation[];
  readonly dropped: number;
  /** At the end. */
  readonly facts: Facts;
}
