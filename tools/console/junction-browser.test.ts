/** The junction on the page, in a real browser: signals, vehicles, stages, requests. Skipped where no Chromium is. */
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import type { StatusCode, StatusValues } from "../../firmware/link/modules.ts";
import { findBrowser, launch } from "./browser.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";

const executablePath = findBrowser();
const inBrowser = suite("the junction in a browser");
const step = executablePath ? inBrowser : inBrowser.skip;

const DARCY = {
  name: "Place Darcy",
  groups: [
    { id: "A", kind: "vehicle" },
    { id: "B", kind: "vehicle" },
    { id: "T", kind: "tram" },
    { id: "V", kind: "cycle" },
    { id: "PA", kind: "pedestrian" },
    { id: "PB", kind: "pedestrian" },
  ],
  stages: [
    { id: "avenue", groups: ["A", "T", "PB"] },
    { id: "side", groups: ["B", "V", "PA"] },
  ],
  approaches: [
    { id: 1, name: "avenue from the west", group: "A", bearing: 90 },
    { id: 2, name: "tramway from the east", group: "T", bearing: 270 },
  ],
} as const;
const OTHER = {
  name: "Boulevard de Brosses",
  groups: [{ id: "C", kind: "vehicle" }],
  stages: [{ id: "one", groups: ["C"] }],
  approaches: [],
} as const;
type Assets = StatusValues<"cabinet.inventory">["junctions"];

let browser: Browser;
let stage: Rehearsal;
let page: Page;
const troubles: string[] = [];

const update = <C extends StatusCode>(code: C, values: Partial<StatusValues<C>>) =>
  stage.link.update(code, values as never, instant(stage.clock.now()));
const signals = (letters: Readonly<Record<string, string>>, junction = "tlc/1") =>
  update("tlc.groups", {
    signalgroupstatus: Object.fromEntries(Object.entries(letters).map(([id, letter]) => [`${junction}/${id}`, letter])),
  });
const of = <V>(value: V) => ({ "tlc/1": value });
const seconds = (s: number) => new Date(stage.clock.now() + s * 1000).toISOString();
const eventually = async (what: string, holds: () => boolean | Promise<boolean>) => {
  const end = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within 10 s: ${what}`);
    await page.waitForTimeout(30);
  }
};
const head = (group: string) => page.locator(`#junction-plan .head[data-group="${group}"]`);
const lit = (group: string) =>
  head(group)
    .locator(".lit")
    .evaluateAll((all) => all.map((one) => String(one.classList)));
const seen = () => page.locator("#junction-plan .vehicle").count();
const labels = () =>
  page.locator("#junction-plan .vehicle").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));

async function open(junctions: Assets): Promise<void> {
  stage = await rehearse(undefined, junctions);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" })).newPage();
  page.setDefaultTimeout(8000);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.goto(stage.page.url);
  await page.locator(".lamp").first().waitFor();
}

inBrowser.before(async () => {
  if (executablePath) browser = await launch(executablePath);
});
inBrowser.after(async () => {
  if (!executablePath) return;
  await browser.close();
  await stage.close();
});

step("a cabinet without a junction shows none", async () => {
  await open({});
  const shown = [await page.locator("#junction").isVisible(), await page.locator(".card.light").isVisible()];
  await page.close();
  await stage.close();
  assert.equal(shown, [false, true]);
});

step("every group has a head at its arm; what is not told is shown as not told", async () => {
  await open({ "tlc/1": DARCY, "tlc/2": OTHER } as unknown as Assets);
  await head("A").waitFor();
  assert.is(await page.locator("#junction-title").textContent(), "Place Darcy");
  for (const { id } of DARCY.groups) {
    assert.is(await head(id).count(), 1, id);
    assert.match((await head(id).getAttribute("aria-label")) ?? "", `${id}, `);
    assert.match((await head(id).getAttribute("aria-label")) ?? "", "not told");
  }
  assert.is(await page.locator("#junction-stages").isVisible(), false, "no stage is told yet");
});

step("every state of a signal is told by the place of its light, and in words", async () => {
  // The channel runs only while somebody looks: the page must have asked.
  update("tlc.junctions", { mode: of("running" as const), why: of(""), plan: of(1), name: of("Place Darcy") });
  update("tlc.groups", { stage: 0 });
  for (const [letter, words, lenses] of [
    ["B", "red", ["red"]],
    ["0", "red amber", ["red", "amber"]],
    ["1", "green", ["green"]],
    ["N", "amber", ["amber"]],
    ["c", "flashing amber", ["amber"]],
    ["a", "dark", []],
  ] as const) {
    signals({ A: letter });
    await eventually(words, async () => (await head("A").getAttribute("aria-label")) === `A, vehicles: ${words}`);
    assert.equal(
      (await lit("A")).map((one) => one.replace(" lit", "")),
      [...lenses],
      words,
    );
  }
  signals({ A: "1", T: "1", PB: "1", B: "B", V: "B", PA: "B" });
  await eventually("the tram", async () => (await lit("T")).join() === "green lit");
  assert.equal(await lit("PA"), ["red lit"]);
  assert.is(await page.locator("#junction-mode").textContent(), "running");
});

step("buses appear, move on their arm, and are gone", async () => {
  const coming = (vehicles: StatusValues<"tlc.priority.approach">["vehicles"][string]) =>
    update("tlc.priority.approach", { vehicles: { "tlc/1": vehicles } });
  coming([
    { a: 2, d: 120, e: 14, s: 1.5, l: "T1" },
    { a: 1, d: 250, e: 31, s: 6, l: "L5", late: 95 },
  ]);
  await eventually("two vehicles", async () => (await seen()) === 2);
  const said = await labels();
  assert.ok(said.includes("line T1, 120 m before the stop line, there in 14 s, give or take 1.5 s"), said.join("; "));
  assert.ok(said.some((one) => one.includes("95 s late")));
  const at = async () => {
    const box = await page.locator('#junction-plan .vehicle[data-approach="1"] rect').boundingBox();
    return box?.x ?? Number.NaN;
  };
  const before = await at();
  coming([
    { a: 2, d: 110, e: 13, s: 1.5, l: "T1" },
    { a: 1, d: 205, e: 25, s: 4, l: "L5", late: 95 },
  ]);
  await eventually("it drives east", async () => (await at()) > before + 10);
  assert.is(await seen(), 2, "the same two");
  coming([{ a: 1, d: 200, e: 24, s: 4, l: "L5", late: 95 }]);
  await eventually("the tram is gone", async () => (await seen()) === 1);
});

step("stages as they run over stages as they would run; what priority changed is marked", async () => {
  const plan = (own: readonly [string, number][], usual: readonly [string, number][]) =>
    update("tlc.priority.plan", {
      plan: { "tlc/1": own.map(([s, at]) => ({ s, to: seconds(at) })) },
      base: { "tlc/1": usual.map(([s, at]) => ({ s, to: seconds(at) })) },
      since: { "tlc/1": seconds(-20) },
    });
  plan(
    [
      ["avenue", 12],
      ["side", 40],
    ],
    [
      ["avenue", 12],
      ["side", 40],
    ],
  );
  update("tlc.groups", { stages: { "tlc/1": "avenue" } });
  const rows = (row: string) => page.locator(`.stage-diagram [data-row="${row}"]`);
  await eventually("both rows", async () => (await rows("ran").count()) > 0 && (await rows("usual").count()) > 0);
  assert.is(await page.locator(".change").count(), 0);
  plan(
    [
      ["avenue", 20],
      ["side", 48],
    ],
    [
      ["avenue", 12],
      ["side", 40],
    ],
  );
  await eventually("an extension", async () => (await page.locator('[data-change="extended"]').count()) === 1);
  assert.match((await page.locator('[data-change="extended"]').textContent()) ?? "", /^\+[789] s$/);
  assert.match((await page.locator(".stage-diagram").getAttribute("aria-label")) ?? "", "avenue extended by");
});

step("requests are listed with their state; the hour that is over in one line", async () => {
  const one = { r: "feed/1 ab", t: seconds(-3), j: "tlc/1", g: "A", l: "L5" };
  update("tlc.priority.requests", { status: [{ ...one, s: "activated" }] });
  const request = page.locator('[data-request="feed/1 ab"]');
  await eventually("it is served", async () => ((await request.textContent()) ?? "").includes("served"));
  update("tlc.priority.requests", { status: [{ ...one, s: "completed", e: 8 }] });
  await eventually("it passed", async () => ((await request.textContent()) ?? "").includes("passed"));
  assert.match((await request.textContent()) ?? "", "+8 s green");
  update("tlc.priority.requests", { status: [] });
  await eventually("nobody asks", async () =>
    ((await page.locator("#messages p").first().textContent()) ?? "").includes("nobody asks"),
  );
  assert.is(await request.count(), 1, "what ended can still be read");
  update("tlc.priority.hours", {
    from: of(seconds(-3600)),
    to: of(seconds(0)),
    vehicles: of(12),
    waited: of(100),
    wouldHaveWaited: of(400),
    late: of(1),
    unused: of(1),
    unusedGreen: of(4),
    lines: of([]),
    waits: of([{ group: "B", served: 40, mean: 20, longest: 78 }]),
  });
  const line = async () => (await page.locator("#junction-hour").textContent()) ?? "";
  await eventually("the hour", async () => (await line()).includes("12 vehicles"));
  assert.match(await line(), "5.0 min of delay saved · 4 s of unused green · longest wait 78 s (B)");
});

step("another junction is a choice away", async () => {
  await page.locator("#junction-choice").selectOption("tlc/2");
  await head("C").waitFor();
  assert.is(await head("A").count(), 0);
  assert.is(await page.locator("#junction-stages").isVisible(), false, "its stages are not told");
  await page.locator("#junction-choice").selectOption("tlc/1");
  assert.is(
    await page
      .locator('.stage-diagram [data-row="ran"]')
      .count()
      .then((n) => n > 0),
    true,
  );
  assert.equal(await lit("A"), ["green lit"], "what was told before is known");
});

step("who comes later sees what is, and the hour that was told before", async () => {
  await page.reload();
  await eventually("signals", async () => (await lit("A")).join() === "green lit");
  await eventually("the hour", async () =>
    ((await page.locator("#junction-hour").textContent()) ?? "").includes("12 vehicles"),
  );
});

step("the page is quiet: no error, no warning, and nothing wider than a phone", async () => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.waitForTimeout(400);
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(wide <= 360, `${wide}`);
  assert.equal(troubles, []);
});

inBrowser.run();
