/**
 * Faults to put into kernel and engine, one at a time, as changes of their text: each is to be caught by the monitor or by the
 * exploration. What such a change cannot make unsafe, because something else stands in for it, is not among them.
 */
export interface Mutant {
  readonly name: string;
  /** Of controllers/junction. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

const of =
  (file: string) =>
  (name: string, from: string, to: string): Mutant => ({ name, file: `${file}.ts`, from, to });

const kernel = of("kernel");
const table = of("kernel-table");
const pass = of("engine-pass");
const guard = of("engine-guard");
const engine = of("engine");
const time = of("engine-time");

export const MUTANTS: readonly Mutant[] = [
  kernel("minimum green not asked", `if (now < notBefore) return { ok: false, why: "min-green", notBefore };`, ""),
  kernel("minimum green a second short", "(since + minGreen) as Instant", "(since + minGreen - 1000) as Instant"),
  kernel(
    "minimum green and amber of another group",
    "const { minGreen, amber } = table.groups[g] as",
    "const { minGreen, amber } = table.groups[(g + 1) % signals.length] as",
  ),
  kernel("green ends without amber", `amber > 0 ? "amber" : "red", now)`, `"red", now)`),
  kernel("green begins without red-amber", `redAmber > 0 ? "red-amber" : "green"`, `"green"`),
  kernel("intergreen a second short", "if (now < notBefore) {", "if (now < notBefore - 1000) {"),
  kernel(
    "intergreen and conflict not asked",
    "if (now < notBefore) {",
    "if (now < notBefore && signals.length === 0) {",
  ),
  kernel("intergreen of the other way", "table.intergreen[c * n + g]", "table.intergreen[g * n + c]"),
  kernel(
    "a conflict that is green is passed over",
    "return Number.POSITIVE_INFINITY;\n    const { amber }",
    "continue;\n    const { amber }",
  ),
  kernel(
    "only the first conflict is looked at",
    "table.conflicts[g] as readonly number[]) {",
    "(table.conflicts[g] as readonly number[]).slice(0, 1)) {",
  ),
  kernel("red between amber and green not asked", ": amberEnds) + MIN_RED;", ": amberEnds);"),
  kernel("amber taken off twice", "since - amber : since", "since - 2 * amber : since"),
  kernel("intergreen counts from amber's end backwards", "since - amber : since", "since - amber : since - amber"),
  kernel("red-amber taken off twice", "as number) - redAmber;", "as number) - 2 * redAmber;"),
  kernel("start without all red", "if (now < earliest) return", "if (now < earliest - table.longest) return"),
  kernel("start three seconds early", "first.since + table.longest", "first.since + table.longest - 3000"),
  kernel(
    "amber a second short",
    'since + (table.groups[g] as JunctionTable["groups"][number]).amber',
    'since - 1000 + (table.groups[g] as JunctionTable["groups"][number]).amber',
  ),
  kernel(
    "amber a second long",
    'since + (table.groups[g] as JunctionTable["groups"][number]).amber',
    'since + 1000 + (table.groups[g] as JunctionTable["groups"][number]).amber',
  ),
  kernel(
    "red-amber a second long",
    'since + (table.groups[g] as JunctionTable["groups"][number]).redAmber',
    'since + 1000 + (table.groups[g] as JunctionTable["groups"][number]).redAmber',
  ),
  kernel("amber turns green", `=== "amber" ? "red" : "green", now)`, `=== "amber" ? "green" : "green", now)`),
  kernel("amber never ends", "if (due <= now) after", `if (due <= now && signals[g]?.aspect !== "amber") after`),
  kernel(
    "another group is changed",
    "after[g] = { group: (signals[g] as Signal).group",
    "after[(g + 1) % after.length] = { group: (signals[(g + 1) % after.length] as Signal).group",
  ),
  kernel(
    "times of a change not kept",
    "aspect, since: now };\n  return after;",
    "aspect, since: (signals[g] as Signal).since };\n  return after;",
  ),
  kernel(
    "two groups swapped",
    "const g = table.indexOf.get(change.group);",
    "const g = ([1, 0, 2, 3, 4, 5, 6, 7, 8, 9] as const)[table.indexOf.get(change.group) as 0];",
  ),
  kernel("green that is asked to end begins", `change.to === "green" ? begin`, `change.to !== "green" ? begin`),

  table(
    "a conflict that is entered one way only",
    "junction.intergreens[a.id]?.[b.id] ?? -1)",
    `(a.id === "A" && b.id === "B" ? undefined : junction.intergreens[a.id]?.[b.id]) ?? -1)`,
  ),
  table(
    "an intergreen in the table is shorter",
    "junction.intergreens[a.id]?.[b.id] ?? -1)",
    `(a.id === "B" && b.id === "A" ? 1000 : junction.intergreens[a.id]?.[b.id]) ?? -1)`,
  ),
  table("short intergreens are no conflict", ">= 0 ? [a] : []", "> 3000 ? [a] : []"),
  table("conflicts of one group lost", ">= 0 ? [a] : []", ">= 0 && b !== 0 ? [a] : []"),
  table(
    "the shortest intergreen for the longest",
    "longest: Math.max(0, ...intergreen)",
    "longest: Math.min(...intergreen.filter((t) => t >= 0))",
  ),
  table(
    "stages change in no time",
    "if (time >= 0) longest = Math.max(longest, from.has[a] ? time : time - spent);",
    "",
  ),

  guard("maxWait not guarded", "slack >= 0;", "slack >= Number.NEGATIVE_INFINITY;"),
  guard(
    "maxWait guarded a second late",
    "(table.groups[g]?.maxWait ?? 0);\n    slack",
    "(table.groups[g]?.maxWait ?? 0) + 1000;\n    slack",
  ),
  guard("who came last is served first", "as Instant) > since", "as Instant) < since"),
  guard("only the first who waits is guarded", "for (const g of order) {", "for (const g of order.slice(0, 1)) {"),
  guard("a way to the next stage forgotten", "left + (table.change[from * count + to] as number)", "left"),
  guard(
    "minimum green of those before forgotten",
    "left = arrival + (table.stages[to]?.hold ?? 0);",
    "left = arrival;",
  ),

  pass(
    "a call forgotten",
    `if (aspect === "red" || aspect === "amber") waiting[g] = now;`,
    `if (aspect === "amber") waiting[g] = now;`,
  ),
  pass(
    "nobody waits after a green",
    "waiting[g] = now;\n  }\n  pass.signals",
    "waiting[g] = null;\n  }\n  pass.signals",
  ),
  pass(
    "a stage that nobody may leave",
    "if (lifeline.slack <= 0) {",
    "if (lifeline.slack <= Number.NEGATIVE_INFINITY) {",
  ),
  pass("the last moment missed by a second", "if (lifeline.slack <= 0) {", "if (lifeline.slack <= -1000) {"),

  engine(
    "waits begin anew at each pass",
    "full, waiting, base }, events",
    "full, waiting: waiting.map((at) => (at === null ? null : now)), base }, events",
  ),
  time(
    "a jump of the clock is believed",
    "if (now >= state.at && now <= state.wakeAt + LATE) return state;",
    "if (now >= state.at) return state;",
  ),
  time(
    "a clock that goes back is believed",
    "if (now >= state.at && now <= state.wakeAt + LATE) return state;",
    "if (now <= state.wakeAt + LATE) return state;",
  ),
  time("signals do not move with the clock", "since: moved(signal.since) })", "since: signal.since })"),
];
