/** The page as text, and as a person has it in a real browser; that half is skipped where no Chromium is. */
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { suite, test } from "uvu";
import * as assert from "uvu/assert";
import { failedStep, rehearsed } from "./rehearsal.ts";
import { timelinePage } from "./timeline.ts";
import { lanesOf } from "./timeline-lanes.ts";

const AT = new Date(Date.UTC(2026, 10, 23, 2, 30));
const EVIL = `</script><script>document.title="taken"</script><img src=x onerror='document.title="taken"'>"'&\u0000`;

test("lanes: what was before the chart begins still stands, what is over is not there", () => {
  const outcome = rehearsed({
    steps: [],
    timeline: [
      { at: -90_000, kind: "light", lamp: "lamp/1/0", level: 10 },
      { at: -50_000, kind: "light", lamp: "lamp/1/0", level: 40 },
      { at: -49_000, kind: "status", code: "cabinet.health", attribute: "x", value: 1 },
      { at: 30_000, kind: "light", lamp: "lamp/1/0", level: 100 },
      { at: 31_000, kind: "light", lamp: "lamp/9/9", level: 50 },
    ],
  });
  const { from, to, sections } = lanesOf(outcome.report, outcome.layout);
  assert.is(from, -7000);
  assert.is(to, 60_600);
  assert.equal(
    sections.map(({ title, lanes }) => [title, ...lanes.map(({ label }) => label)]),
    [
      ["Light: rue de la Liberté", "lamp/1/0"],
      ["Light: other lamps", "lamp/9/9"],
    ],
  );
  assert.equal(
    sections[0]?.lanes[0]?.stretches.map(({ at, until, share }) => [at, until, share]),
    [
      [-50_000, 30_000, 0.4],
      [30_000, 60_600, 1],
    ],
  );
});

test("lanes: frames by what they are, alarms while they stand, pins by their component", () => {
  const { report, layout } = rehearsed();
  const { sections } = lanesOf(report, layout);
  const lanes = (title: string) => sections.find((section) => section.title === title)?.lanes ?? [];
  assert.equal(
    lanes("DALI").map(({ label }) => label),
    ["bus/1", "bus/2"],
  );
  const tones = new Set(lanes("DALI").flatMap(({ marks }) => marks.map(({ tone }) => tone)));
  assert.equal([...tones].toSorted(), ["answer", "command", "query", "spoilt"]);
  assert.equal(
    lanes("Alarms").map(({ label, stretches }) => [label, ...stretches.map(({ at, tone }) => [at, tone])]),
    [["lighting.bus bus/2", [14_100, "bad"], [28_300, "state"]]],
  );
  assert.equal(
    lanes("Pins").map(({ label }) => label),
    ["door/1 (pinctrl-bcm2711:17)"],
  );
  assert.is(sections.find(({ title }) => title === "Light: rue de la Liberté")?.lanes.length, 12);
});

test("one file of bounded size: 4,000 frames and 24 lamps on two targets are below 1 MB, and a frame is no element", () => {
  const page = timelinePage([rehearsed(), rehearsed({ target: "qemu", late: 500 })], AT);
  assert.ok(rehearsed().report.timeline.filter(({ kind }) => kind === "frame").length > 4000);
  assert.ok(page.length < 1_000_000, `${page.length} characters`);
  assert.ok(page.split("<path").length < 400, `${page.split("<path").length} paths`);
  assert.not.match(page, /(src|href)="(?!#)/);
  assert.not.match(page, /url\(|@import/);
});

test("nothing was run: the page still says so", () => {
  assert.match(timelinePage([], AT), "0 scenarios");
});

// ---- in a browser ----

const names = ["chromium", "chromium-browser", "google-chrome"];
const executablePath = names
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
const inBrowser = suite("in a browser");
const step = executablePath ? inBrowser : inBrowser.skip;

let browser: Browser;
let page: Page;
let folder: string;
const troubles: string[] = [];

const show = async (html: string, hash = "") => {
  const path = join(folder, `page-${Math.floor(performance.now() * 1000)}.html`);
  writeFileSync(path, html);
  await page.goto(pathToFileURL(path).href + hash);
};
/** What runs in the page is text here: this project's types know no DOM. */
const ask = <T>(expression: string) => page.evaluate<T>(expression);
const bubble = () => page.locator("#bubble").textContent();

inBrowser.before(async () => {
  if (!executablePath) return;
  folder = mkdtempSync(join(tmpdir(), "hulotte-timeline-"));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  page = await (await browser.newContext({ viewport: { width: 1400, height: 1000 } })).newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) troubles.push(`asked the network for ${request.url()}`);
  });
});
inBrowser.after(async () => {
  if (!executablePath) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

step("a failed scenario is open, says what was expected and seen; a click on a step goes to its row", async () => {
  const steps = [...rehearsed().report.steps, failedStep];
  await show(timelinePage([rehearsed({ steps }), rehearsed({ file: "b.yaml" }), rehearsed({ file: "c.yaml" })], AT));
  assert.match((await page.locator("h1").textContent()) ?? "", "failed 3 scenarios");
  assert.equal(await ask(`[...document.querySelectorAll("details.scenario")].map((one) => one.open)`), [
    true,
    false,
    false,
  ]);
  await page.locator(".lane.step.failed").click();
  const row = page.locator("tr:target");
  assert.match((await row.textContent()) ?? "", "seen: lamp/1/11 gives 40 %");
  assert.is(await ask(`document.activeElement === document.querySelector("tr:target")`), true);
});

step("a link to a step opens the scenario that hides it", async () => {
  const three = ["a.yaml", "b.yaml", "c.yaml"].map((file) => rehearsed({ file }));
  await show(timelinePage(three, AT), "#s2-in-process-step-3");
  assert.is(await page.locator("#s2-in-process-step-3").isVisible(), true);
  assert.is(await page.locator("#s3-in-process-step-3").isVisible(), false);
  const third = page.locator('.index a[href="#s3"]');
  for (const again of [false, true]) {
    await third.click();
    await page.locator("#s3-in-process-step-3").waitFor({ timeout: 5000 });
    if (!again) await page.locator("#s3 summary").first().click();
  }
});

step(
  "the pointer over a lamp tells its light then, over a bus the frames there, and a cursor goes through all lanes",
  async () => {
    await show(timelinePage([rehearsed()], AT));
    const over = async (label: string, ms: number) => {
      const plot = page.locator(`.lane:has(.label[title="${label}"]) .plot`);
      await plot.scrollIntoViewIfNeeded();
      const box = (await plot.boundingBox())!;
      const [from, to] = await Promise.all(
        ["from", "to"].map(async (name) => Number(await page.locator(".chart").getAttribute(`data-${name}`))),
      );
      await page.mouse.move(box.x + ((ms - from!) / (to! - from!)) * box.width, box.y + box.height / 2);
    };
    await over("lamp/1/0", 10_000);
    assert.is(await bubble(), "lamp/1/0\nlamp/1/0 gives 100 %\nsince 3.20 s");
    const pointed = (await page.locator(".cursor").boundingBox())!;
    const axis = (await page.locator(".axis .plot").boundingBox())!;
    const zero = (await page.locator(".axis i", { hasText: /^10$/ }).boundingBox())!;
    assert.ok(Math.abs(pointed.x - zero.x) < 2, `cursor at ${pointed.x}, ten seconds at ${zero.x}`);
    assert.ok(pointed.height > 500 && pointed.x > axis.x);
    await over("lamp/1/0", -200);
    assert.match((await bubble()) ?? "", "gives 40 %");
    await over("bus/1", 30_000);
    assert.match((await bubble()) ?? "", /bus\/1: (QUERY STATUS|DAPC) \d+/);
    assert.match((await bubble()) ?? "", /and \d+ more here: zoom in/);
    await page.locator("h1").hover();
    assert.is(await page.locator("#bubble").isVisible(), false);
  },
);

step("arrow keys go through a lane, Escape ends it; tab reaches steps and lanes", async () => {
  await show(timelinePage([rehearsed()], AT));
  await page.locator(".lane.step").first().focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("Tab");
  const label = () => ask<string>("document.activeElement.getAttribute('aria-label')");
  assert.match(await label(), /^done: 3 marks/);
  await page.keyboard.press("ArrowRight");
  assert.is(await bubble(), "2.00 s  somebody begins to walk up rue de la Liberté at 0 m");
  await page.keyboard.press("End");
  assert.is(await bubble(), "24.00 s  the plug of bus/2 is put back");
  await page.keyboard.press("ArrowLeft");
  assert.is(await bubble(), "12.00 s  the plug of bus/2 is pulled");
  await page.keyboard.press("Escape");
  assert.is(await page.locator("#bubble").isVisible(), false);
});

step("zoom widens the plots and keeps labels; the log is written when it is opened, in order of time", async () => {
  await show(timelinePage([rehearsed()], AT));
  const width = () => ask<number>(`document.querySelectorAll(".plot")[1].offsetWidth`);
  const before = await width();
  await page.getByRole("button", { name: "zoom in" }).click();
  await page.getByRole("button", { name: "zoom in" }).click();
  assert.ok(Math.abs((await width()) - 4 * before) < 4, `${await width()} from ${before}`);
  await page.locator("details.log summary").click();
  await page.locator("details.log li").first().waitFor();
  const times = await ask<number[]>(
    `[...document.querySelectorAll("details.log li")].map((one) => parseFloat(one.textContent))`,
  );
  assert.ok(times.length > 4000);
  assert.equal(
    times,
    times.toSorted((a, b) => a - b),
  );
});

step("two targets stand side by side on one axis, in light and in dark", async () => {
  await page.setViewportSize({ width: 1800, height: 1000 });
  await page.emulateMedia({ colorScheme: "dark" });
  await show(timelinePage([rehearsed(), rehearsed({ target: "qemu", late: 5000, report: { duration: 70_000 } })], AT));
  const boxes = await Promise.all([0, 1].map((n) => page.locator(".run").nth(n).boundingBox()));
  assert.is(boxes[0]?.y, boxes[1]?.y);
  assert.ok((boxes[1]?.x ?? 0) > (boxes[0]?.x ?? 0) + 400);
  const axes = await ask<string[]>(
    `[...document.querySelectorAll(".chart")].map(({ dataset }) => [dataset.from, dataset.to].join(" "))`,
  );
  assert.is(axes.length, 2);
  assert.is(axes[0], axes[1]);
  assert.match((await page.locator("header pre").textContent()) ?? "", "later by (middle) +5.00 s");
  const paper = await ask<string>(`getComputedStyle(document.body).backgroundColor`);
  assert.is(paper, "rgb(17, 22, 29)");
});

step("text from a scenario, the wire or the cockpit stays text", async () => {
  await show(
    timelinePage(
      [
        rehearsed({
          name: EVIL,
          file: EVIL,
          steps: [{ ...failedStep, text: EVIL, note: EVIL, expected: EVIL, seen: EVIL }],
          timeline: [
            { at: 1, kind: "alarm", code: EVIL, component: EVIL, active: true, message: EVIL },
            { at: 2, kind: "status", code: EVIL, attribute: EVIL, value: EVIL },
            { at: 3, kind: "light", lamp: EVIL, level: 50 },
            { at: 4, kind: "pin", chip: EVIL, offset: 1, high: true },
            { at: 5, kind: "frame", bus: EVIL, bits: 16, data: 1, text: EVIL },
          ],
          report: { about: EVIL, why: EVIL },
        }),
      ],
      AT,
    ),
  );
  await page.locator("details.log summary").click();
  await page.locator("details.log li").nth(4).waitFor();
  assert.is(await page.title(), "failed: 1 scenario");
  assert.is(await page.locator("img").count(), 0);
  assert.match((await page.locator("h2").textContent()) ?? "", `</script><script>document.title="taken"`);
});

step("and the browser had nothing to complain of, and asked the network for nothing", () => {
  assert.equal(troubles, []);
});

inBrowser.run();
test.run();
