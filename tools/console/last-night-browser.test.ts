/** The last night drawn in a real browser, under the page's own policy. Skipped where no Chromium is. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findBrowser, launch } from "./browser.ts";
import { LAMPS, type Rehearsal, rehearse } from "./rehearsal.ts";

const executablePath = findBrowser();
const inBrowser = suite("the last night in a browser");
const step = executablePath ? inBrowser : inBrowser.skip;

let browser: Browser;
let stage: Rehearsal;
let page: Page;
const troubles: string[] = [];

/** The page's own code, so that a night can be handed to it that no rehearsal has lived. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { showLastNight } from "./last-night.ts";',
      resolveDir: fileURLToPath(new URL("page", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "nights",
    logLevel: "silent",
  });
  return `${outputFiles[0]?.text ?? ""};globalThis.nights = nights;`;
}

/** What a cabinet would answer: full until midnight, then a third; the last lamp of the list is never heard. */
function answers(delayed: boolean) {
  const entry = (ts: number, values: object) => ({ ts: new Date(ts).toISOString(), values });
  return {
    now: Date.UTC(2026, 10, 21, 10),
    // by channel, then of any span
    hourly: Array.from({ length: 17 }, (_, i) => {
      const end = Date.UTC(2026, 10, delayed ? 19 : 20, 16 + i);
      const levels = Object.keys(LAMPS).slice(0, -1);
      const light = i < 2 || i > 15 ? 0 : i < 9 ? 100 : 33;
      // Of two codes: the answers go by the channel.
      return entry(end, {
        "actualLightState.avg": Object.fromEntries(levels.map((id) => [id, light])),
        ...{ "lampPower.avg": 400, "fullPower.max": 1000 },
      });
    }),
    windows: [16, 17, 18].map((at) =>
      entry(Date.UTC(2026, 10, 20, at + 1), {
        passed: { "zone/1": at * 3 },
        passedMinutes: { "zone/1": 60 },
        passedTo: { "zone/1": new Date(Date.UTC(2026, 10, 20, at + 1)).toISOString() },
      }),
    ),
    // Of one channel without a name: of two counters of the zone, and of one that is in none.
    "": [17, 18, 19, 20].map((at) => {
      const each = <V>(value: (people: number) => V) => ({
        "counter/1": value(30),
        "counter/2": value(20),
        "counter/4": value(9),
      });
      const hour = (h: number) => new Date(Date.UTC(2026, 10, 20, h)).toISOString();
      return entry(Date.UTC(2026, 10, 20, at) + 5000, {
        low: each((people) => people - 9),
        middle: each((people) => people),
        high: each((people) => people + 11),
        from: each(() => hour(at)),
        to: each(() => hour(at + 1)),
      });
    }),
  };
}

const show = (told: ReturnType<typeof answers>) =>
  page.evaluate(
    async ([answered, lamps]) => {
      const { nights } = globalThis as unknown as {
        nights: {
          showLastNight: (ask: object, lamps: object[], zones: object, zone: string, now: number) => Promise<void>;
        };
      };
      const ask = async (_: string, { from, to }: { from: number; to: number }, channel: string) => {
        const kept = (answered as unknown as Record<string, { ts: string }[]>)[channel] ?? [];
        const entries = kept.filter(({ ts }) => Date.parse(ts) >= from && Date.parse(ts) < to);
        return { ok: true, entries };
      };
      const listed = Object.entries(lamps).map(([id, place]) => ({ id, ...(place as object) }));
      const zones = { "zone/1": ["counter/1", "counter/2"] };
      await nights.showLastNight(ask, listed, zones, "Europe/Paris", answered.now);
    },
    [told, LAMPS] as const,
  );

inBrowser.before(async () => {
  if (!executablePath) return;
  stage = await rehearse();
  browser = await launch(executablePath);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" })).newPage();
  page.setDefaultTimeout(8000);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  await page.goto(stage.page.url);
  await page.evaluate(await script());
});
inBrowser.after(async () => {
  await browser?.close();
  await stage?.close();
});

step("a cabinet without a past shows no night", async () => {
  await page.locator("#lamps tr").first().waitFor({ state: "attached" });
  await show({ ...answers(false), hourly: [] });
  assert.is(await page.locator("#night").isHidden(), true);
});

step("light of every lamp by hour, energy and people, each with its words", async () => {
  await show(answers(false));
  await page.locator("#night").waitFor();
  assert.is(await page.locator("#night-title").textContent(), "The night of 2026-11-20");
  const map = page.locator("#night-light svg");
  assert.is(await map.locator("g").count(), Object.keys(LAMPS).length);
  assert.is(await map.locator("g .unknown").count(), 1, "one lamp was never heard: one dashed bar");
  const colours = await map
    .locator("g")
    .first()
    .locator("rect")
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("class")));
  assert.equal(colours, ["heat0", "heat9", "heat3", "heat0"]);
  assert.match((await page.locator("#night-energy").textContent()) ?? "", /17 kWh/);
  assert.match((await page.locator("#night-energy").textContent()) ?? "", /6\.80 kWh · −60 %/);
  const people = page.locator("#night-people svg");
  assert.equal(await people.evaluateAll((plots) => plots.map((plot) => plot.getAttribute("aria-label"))), [
    "People who passed zone/1 in the night",
    "People who passed counter/4 in the night",
  ]);
  const parts = (kind: string) =>
    people.evaluateAll((plots, k) => plots.map((plot) => plot.querySelectorAll(k).length), kind);
  assert.equal(await parts(".line"), [2, 1], "the line and its key; nobody was told of counter/4");
  assert.equal(await parts(".band"), [2, 2], "the band and its key");
});

step("no word is cut off or lies on another", async () => {
  const wrong = await page.locator("#night svg").evaluateAll((drawings) =>
    drawings.flatMap((drawing) => {
      const frame = drawing.getBoundingClientRect();
      const boxes = [...drawing.querySelectorAll("text")].map((text) => ({
        text: text.textContent ?? "",
        box: text.getBoundingClientRect(),
      }));
      const out = boxes.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1);
      const over = boxes.flatMap((a, i) =>
        boxes
          .slice(i + 1)
          .filter(
            (b) =>
              Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 &&
              Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 3,
          )
          .map((b) => `${a.text} on ${b.text}`),
      );
      return [...out.map(({ text }) => `${text} is cut`), ...over];
    }),
  );
  assert.equal(wrong, []);
});

step("where light is told a day late, the night before is shown", async () => {
  await show(answers(true));
  assert.is(await page.locator("#night-title").textContent(), "The night of 2026-11-19");
});

step("the page's policy allowed all of it", () => {
  assert.equal(troubles, []);
});

inBrowser.run();
