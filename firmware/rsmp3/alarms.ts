/** Alarms of a signal controller: which of them stand, and how bad they are. RSMP core, "Alarm messages"; the codes are of its list for traffic lights. */
import type { Body } from "./messages.ts";

/** One that is active and that nobody has suspended. */
export interface SiteAlarm {
  /** `A0301`. */
  readonly code: string;
  /** What it is about: the controller, a signal group, a detector. */
  readonly component: string;
  /** 1 and 2: out of use or nearly, to be mended now or on the next day; 3: degraded, mended when somebody is there. */
  readonly priority: 1 | 2 | 3;
}

/** A controller has more parts than anybody reads of; what is beyond is as bad as what is told. */
const MOST = 64;
/** An open door neither stops a controller nor makes it worse. */
const NO_MATTER: ReadonlySet<string> = new Set(["A0010"]);

const WORDS: Readonly<Record<string, string>> = {
  A0001: "serious hardware error",
  A0002: "hardware error",
  A0003: "serious configuration error",
  A0004: "configuration error",
  A0005: "coordination lost",
  A0006: "safety error",
  A0007: "no communication with its centre",
  A0008: "dead lock",
  A0101: "push button",
  A0201: "serious lamp error",
  A0202: "lamp error",
  A0301: "detector hardware",
  A0302: "detector logic",
  A0303: "serious detector hardware",
  A0304: "serious detector logic",
};

/** What stands after one more message; the same list where it changes nothing. A priority that is none counts as 3. */
export function alarmsAfter(before: readonly SiteAlarm[], said: Body<"Alarm">): readonly SiteAlarm[] {
  const { aCId: code, cId: component, aS, sS, pri } = said;
  if (NO_MATTER.has(code) || aS === undefined) return before;
  const known = before.find((one) => one.code === code && one.component === component);
  const stands = same(aS, "active") && !same(sS, "suspended");
  const priority = ([1, 2, 3] as const).find((one) => String(one) === String(pri)) ?? 3;
  if (stands ? known?.priority === priority : !known) return before;
  const others = before.filter((one) => one !== known);
  if (!stands) return others;
  return others.length < MOST ? [...others, { code, component, priority }] : before;
}

// `active` and `Active` have both been standard.
const same = (said: unknown, word: string): boolean => typeof said === "string" && said.toLowerCase() === word;

/** How bad it is together, and in words: the worst first. Null where none stands. */
export function alarmText(alarms: readonly SiteAlarm[]): { readonly isError: boolean; readonly text: string } | null {
  const [worst, ...others] = [...alarms].sort((a, b) => a.priority - b.priority);
  if (!worst) return null;
  const { code, component, priority } = worst;
  const words = WORDS[code] === undefined ? "" : ` ${WORDS[code]}`;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return { isError: priority < 3, text: `${code}${words} (${component})${more}`.slice(0, 120) };
}
