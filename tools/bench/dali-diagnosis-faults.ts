import type { AlarmCode } from "../../controllers/model.ts";
import { minutes } from "../../controllers/units.ts";
import type { GearFaults } from "../../sim/gear/faults.ts";
import type { SeededRandom } from "../../sim/random.ts";

/** A fault with its label: what has to be told of the lamp that has it, and what may be. */
export interface Label {
  readonly name: string;
  /** The alarm that has to come; null: none may, the lamp is only a nuisance. */
  readonly code: AlarmCode | null;
  /** True of such a lamp, too. */
  readonly also?: readonly AlarmCode[];
  /** Only gear that measures its power can show it. */
  readonly measures?: boolean;
  readonly faults?: (random: SeededRandom) => Partial<GearFaults>;
  /** Another gear has its address. */
  readonly twin?: boolean;
  /** Temperature of gear that is too hot, and whether it says so itself. */
  readonly hot?: { readonly degrees: number; readonly tells: boolean };
  /** Its mains goes for a moment so often. */
  readonly dips?: { readonly everyHours: number };
}

const between = (random: SeededRandom, low: number, high: number): number => low + random.next() * (high - low);
const either = <T>(random: SeededRandom, a: T, b: T): T => (random.next() < 0.5 ? a : b);

export const LABELS: readonly Label[] = [
  { name: "lamp failure", code: "lighting.lamp", faults: (random) => ({ lamp: either(random, "open", "short") }) },
  { name: "gear failure", code: "lighting.gear", faults: () => ({ gearFailure: true }) },
  { name: "gear missing", code: "lighting.gear", faults: () => ({ mute: true }) },
  { name: "day-burner", code: "lighting.day-burner", faults: () => ({ dayBurner: true }) },
  {
    name: "cycling",
    code: "lighting.cycling",
    also: ["lighting.lamp"],
    faults: (random) => ({
      cycling: { lit: minutes(between(random, 15, 60)), dark: minutes(between(random, 12, 30)) },
    }),
  },
  {
    name: "dimming failure, told",
    code: "lighting.dimming",
    also: ["lighting.day-burner"],
    faults: (random) => ({ stuck: { at: either(random, 254, 180), told: true } }),
  },
  {
    name: "dimming failure, not told",
    code: "lighting.dimming",
    also: ["lighting.day-burner", "lighting.power"],
    measures: true,
    faults: () => ({ stuck: { at: 254, told: false } }),
  },
  {
    name: "power too high",
    code: "lighting.power",
    measures: true,
    faults: (random) => ({ powerFactor: between(random, 1.2, 1.6) }),
  },
  {
    name: "power too low",
    code: "lighting.power",
    measures: true,
    faults: (random) => ({ powerFactor: between(random, 0.45, 0.82) }),
  },
  {
    name: "power drifting",
    code: "lighting.power",
    measures: true,
    faults: (random) => ({ powerDrift: either(random, -1, 1) * between(random, 0.012, 0.02) }),
  },
  {
    name: "thermal derating, told",
    code: "lighting.thermal",
    measures: true,
    hot: { degrees: 84, tells: true },
    faults: (random) => ({ derating: between(random, 0.4, 0.75) }),
  },
  {
    name: "thermal derating, measured",
    code: "lighting.thermal",
    measures: true,
    hot: { degrees: 92, tells: false },
    faults: (random) => ({ derating: between(random, 0.4, 0.75) }),
  },
  { name: "address used twice", code: "lighting.address", twin: true },
  { name: "bad contact", code: null, faults: (random) => ({ misses: between(random, 0.1, 0.3) }) },
  { name: "mains dips", code: null, dips: { everyHours: 3 } },
];
