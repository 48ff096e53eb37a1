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

/** What stands in a file, and each fault by its name with what stands there instead. */
const of =
  (file: string) =>
  (from: string, faults: Readonly<Record<string, string>>): readonly Mutant[] =>
    Object.entries(faults).map(([name, to]) => ({ name, file: `${file}.ts`, from, to }));

const kernel = of("kernel");
const table = of("kernel-table");
const guard = of("engine-guard");
const pass = of("engine-pass");
const engine = of("engine");
const time = of("engine-time");

export const MUTANTS: readonly Mutant[] = [
  kernel(`if (now < notBefore) return { ok: false, why: "min-green", notBefore };`, {
    "minimum green not asked": "",
  }),
  kernel("(since + minGreen) as Instant", {
    "minimum green a second short": "(since + minGreen - 1000) as Instant",
  }),
  kernel("const { minGreen, amber } = table.groups[g] as", {
    "minimum green and amber of another group": "const { minGreen, amber } = table.groups[(g + 1) % signals.length] as",
  }),
  kernel(`amber > 0 ? "amber" : "red", now)`, {
    "green ends without amber": `"red", now)`,
  }),
  kernel(`redAmber > 0 ? "red-amber" : "green"`, {
    "green begins without red-amber": `"green"`,
  }),
  kernel("if (now < notBefore) {", {
    "intergreen a second short": "if (now < notBefore - 1000) {",
    "intergreen and conflict not asked": "if (now < notBefore && signals.length === 0) {",
  }),
  kernel("table.intergreen[c * n + g]", {
    "intergreen of the other way": "table.intergreen[g * n + c]",
  }),
  kernel("return Number.POSITIVE_INFINITY;\n    const { amber }", {
    "a conflict that is green is passed over": "continue;\n    const { amber }",
  }),
  kernel("table.conflicts[g] as readonly number[]) {", {
    "only the first conflict is looked at": "(table.conflicts[g] as readonly number[]).slice(0, 1)) {",
  }),
  kernel(": amberEnds) + MIN_RED;", {
    "red between amber and green not asked": ": amberEnds);",
  }),
  kernel("since - amber : since", {
    "amber taken off twice": "since - 2 * amber : since",
    "intergreen counts from amber's end backwards": "since - amber : since - amber",
  }),
  kernel("as number) - redAmber;", {
    "red-amber taken off twice": "as number) - 2 * redAmber;",
  }),
  kernel("if (now < earliest) return", {
    "start without all red": "if (now < earliest - table.longest) return",
  }),
  kernel("first.since + table.longest", {
    "start three seconds early": "first.since + table.longest - 3000",
  }),
  kernel(`since + (table.groups[g] as JunctionTable["groups"][number]).amber`, {
    "amber a second short": `since - 1000 + (table.groups[g] as JunctionTable["groups"][number]).amber`,
    "amber a second long": `since + 1000 + (table.groups[g] as JunctionTable["groups"][number]).amber`,
  }),
  kernel(`since + (table.groups[g] as JunctionTable["groups"][number]).redAmber`, {
    "red-amber a second long": `since + 1000 + (table.groups[g] as JunctionTable["groups"][number]).redAmber`,
  }),
  kernel(`=== "amber" ? "red" : "green", now)`, {
    "amber turns green": `=== "amber" ? "green" : "green", now)`,
  }),
  kernel("if (due <= now) after", {
    "amber never ends": `if (due <= now && signals[g]?.aspect !== "amber") after`,
  }),
  kernel("after[g] = { group: (signals[g] as Signal).group", {
    "another group is changed":
      "after[(g + 1) % after.length] = { group: (signals[(g + 1) % after.length] as Signal).group",
  }),
  kernel("aspect, since: now };\n  return after;", {
    "times of a change not kept": "aspect, since: (signals[g] as Signal).since };\n  return after;",
  }),
  kernel("const g = table.indexOf.get(change.group);", {
    "two groups swapped": "const g = ([1, 0, 2, 3, 4, 5, 6, 7, 8, 9] as const)[table.indexOf.get(change.group) as 0];",
  }),
  kernel(`change.to === "green" ? begin`, {
    "green that is asked to end begins": `change.to !== "green" ? begin`,
  }),

  table("junction.intergreens[a.id]?.[b.id] ?? -1)", {
    "a conflict that is entered one way only": `(a.id === "A" && b.id === "B" ? undefined : junction.intergreens[a.id]?.[b.id]) ?? -1)`,
    "an intergreen in the table is shorter": `(a.id === "B" && b.id === "A" ? 1000 : junction.intergreens[a.id]?.[b.id]) ?? -1)`,
  }),
  table(">= 0 ? [a] : []", {
    "short intergreens are no conflict": "> 3000 ? [a] : []",
    "conflicts of one group lost": ">= 0 && b !== 0 ? [a] : []",
  }),
  table("longest: Math.max(0, ...intergreen)", {
    "the shortest intergreen for the longest": "longest: Math.min(...intergreen.filter((t) => t >= 0))",
  }),
  table("if (time >= 0) longest = Math.max(longest, from.has[a] ? time : time - spent);", {
    "stages change in no time": "",
  }),

  guard("slack >= 0;", {
    "maxWait not guarded": "slack >= Number.NEGATIVE_INFINITY;",
  }),
  guard("(table.groups[g]?.maxWait ?? 0);\n    slack", {
    "maxWait guarded a second late": "(table.groups[g]?.maxWait ?? 0) + 1000;\n    slack",
  }),
  guard("as Instant) > since", {
    "who came last is served first": "as Instant) < since",
  }),
  guard("for (const g of order) {", {
    "only the first who waits is guarded": "for (const g of order.slice(0, 1)) {",
  }),
  guard("left + (table.change[from * count + to] as number)", {
    "a way to the next stage forgotten": "left",
  }),
  guard("left = arrival + (table.stages[to]?.hold ?? 0);", {
    "minimum green of those before forgotten": "left = arrival;",
  }),

  pass(`if (aspect === "red" || aspect === "amber") waiting[g] = now;`, {
    "a call forgotten": `if (aspect === "amber") waiting[g] = now;`,
  }),
  pass("waiting[g] = now;\n  }\n  pass.signals", {
    "nobody waits after a green": "waiting[g] = null;\n  }\n  pass.signals",
  }),
  pass("if (lifeline.slack <= 0) {", {
    "a stage that nobody may leave": "if (lifeline.slack <= Number.NEGATIVE_INFINITY) {",
    "the last moment missed by a second": "if (lifeline.slack <= -1000) {",
  }),

  engine("full, waiting, base }, events", {
    "waits begin anew at each pass": "full, waiting: waiting.map((at) => (at === null ? null : now)), base }, events",
  }),

  time("if (now >= state.at && now <= state.wakeAt + LATE) return state;", {
    "a jump of the clock is believed": "if (now >= state.at) return state;",
    "a clock that goes back is believed": "if (now <= state.wakeAt + LATE) return state;",
  }),
  time("since: moved(signal.since) })", {
    "signals do not move with the clock": "since: signal.since })",
  }),
].flat();
