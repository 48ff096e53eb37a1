/** The page in a real browser, against a real broker and a cabinet's real RSMP node. Skipped where no Chromium is. */
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CommandValues } from "../../firmware/link/modules.ts";
import type { SimulatorState } from "../../sim/control.ts";
import { findBrowser, launch } from "./browser.ts";
import { LAMPS, LIBERTE, MUSETTE, NODE, type Rehearsal, rehearse } from "./rehearsal.ts";

const executablePath = findBrowser();
const inBrowser = suite("in a browser");
/** Each step goes on from the one before, as a person would. */
const step = executablePath ? inBrowser : inBrowser.skip;

let browser: Browser;
let stage: Rehearsal;
let page: Page;
const troubles: string[] = [];
const requested = new Set<string>();

const state = (part: Partial<SimulatorState> = {}): SimulatorState => ({
  type: "state",
  now: stage.clock.now(),
  speed: 1,
  walkers: [],
  sun: "down",
  door: false,
  ...part,
});
// What runs in the page is text here: this project's types know no DOM. The copy is read, not the canvas itself, which
// would make the browser complain.
const painted = () =>
  page.evaluate<number>(`
    const canvas = document.querySelector("canvas.people");
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length`);
const eventually = async (what: string, holds: () => boolean | Promise<boolean>) => {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within 15 s: ${what}`);
    await page.waitForTimeout(30);
  }
};
const lampOf = (id: string) => page.locator(`.lamp[data-lamp="${id}"]`);

inBrowser.before(async () => {
  if (!executablePath) return;
  stage = await rehearse();
  browser = await launch(executablePath);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" })).newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    // mqtt.js makes itself a worker from its own text.
    if (!request.url().startsWith("blob:")) requested.add(new URL(request.url()).hostname);
  });
  page.on("websocket", (socket) => requested.add(new URL(socket.url()).hostname));
  await page.goto(stage.page.url);
});

inBrowser.after(async () => {
  if (!executablePath) return;
  await browser.close();
  await stage.close();
});

step("the street is drawn from the cabinet's inventory, and the cabinet is online", async () => {
  await lampOf("lamp/1/0").waitFor();
  assert.is(await page.locator(".lamp").count(), Object.keys(LAMPS).length);
  assert.is(await page.locator(".counter").count(), 4);
  assert.equal(await page.locator(".street-names text").allTextContents(), [LIBERTE, MUSETTE]);
  assert.is(await page.locator("#presence").textContent(), "Cabinet online");
  assert.match((await page.locator("#site").textContent()) ?? "", NODE);
});

step("a level that the cabinet tells changes the glow, the light on the ground and the words", async () => {
  const glow = () => lampOf("lamp/1/4").locator(".glow").getAttribute("opacity").then(Number);
  stage.light({ "lamp/1/4": 20 }, "adaptive: nobody near");
  await eventually("20 %", async () => ((await lampOf("lamp/1/4").getAttribute("aria-label")) ?? "").includes("20 %"));
  const dim = await glow();
  stage.light({ "lamp/1/4": 80 }, "adaptive: people ahead");
  await eventually("80 %", async () => ((await lampOf("lamp/1/4").getAttribute("aria-label")) ?? "").includes("80 %"));
  assert.ok((await glow()) > dim * 2, `${await glow()} after ${dim}`);
  await lampOf("lamp/1/4").hover();
  await eventually("the reason", async () =>
    ((await page.locator(".bubble").textContent()) ?? "").includes("lamp/1/4 80 %adaptive: people ahead"),
  );
  assert.is(await page.locator("#power-now").textContent(), "34 W");
  assert.is(await page.locator("#saving").textContent(), "97 % saved");
  assert.match(
    (await page.locator("#messages p").allTextContents()).join("\n"),
    "lamp/1/4 80 % (adaptive: people ahead)",
  );
});

step("people walk, counters count, alarms and an open door show", async () => {
  assert.is(await painted(), 0);
  const walkers = [{ id: 1, street: LIBERTE, position: 100, direction: 1 as const }];
  stage.say(state({ now: Date.parse("2026-11-22T20:34:00Z"), walkers }));
  await eventually("somebody is drawn", async () => (await painted()) > 20);
  assert.is(await page.locator("#time").textContent(), "21:34"); // in Dijon
  const ago = new Date(stage.clock.now()).toISOString();
  stage.link.update(
    "footfall.counts",
    {
      people: { "counter/2": 3 },
      from: { "counter/2": ago },
      to: { "counter/2": ago },
      accumulatedRoadUserNumber: { "counter/2": 41 },
      accumulatedSince: { "counter/2": ago },
    },
    stage.clock.now(),
  );
  await page.locator('.counter[data-counter="counter/2"] .count', { hasText: "41" }).waitFor();
  stage.link.alarm("lighting.bus", "bus/1", true, "gateway silent", stage.clock.now());
  await page.locator("#alarms", { hasText: "lighting.bus at bus/1" }).waitFor();
  stage.link.alarm("lighting.bus", "bus/1", false, "", stage.clock.now());
  await page.locator("#alarms", { hasText: "No alarm is active" }).waitFor();
  stage.link.update("access.contacts", { open: { "door/1": true } }, stage.clock.now());
  await page.locator(".cabinet.open").waitFor();
});

step("the slider's command goes through the broker to the cabinet, and its result comes back", async () => {
  stage.say(state());
  const commands: { component: readonly string[]; values: CommandValues<"lighting.level.set"> }[] = [];
  stage.link.onCommand("lighting.level.set", async (command) => {
    commands.push(command);
    stage.light(Object.fromEntries(command.component.map((id) => [id, command.values.level])), "operator: console");
    return { ok: true, values: { component: [...command.component], ...command.values } };
  });
  stage.link.onCommand("lighting.level.release", async ({ component }) => ({
    ok: true,
    values: { component: [...component] },
  }));
  await lampOf("lamp/2/7").click();
  assert.is(await page.locator("#target").inputValue(), "lamp/2/7");
  await page.locator("#level").fill("35");
  await page.locator("#result[data-outcome=done]").waitFor();
  const [command] = commands;
  assert.equal(command?.component, ["lamp/2/7"]);
  assert.is(command?.values.level, 35);
  const ahead = Date.parse(command?.values.until ?? "") - stage.clock.now();
  assert.ok(ahead > 14 * 60_000 && ahead <= 15 * 60_000 + 1000, `until is ${ahead} ms ahead`);
  assert.match((await page.locator("#result").textContent()) ?? "", /^Done: lamp\/2\/7 at 35 % until \d\d:\d\d$/);
  await eventually("its light", async () => (await lampOf("lamp/2/7").getAttribute("data-level")) === "35");

  await page.locator("#target").selectOption("All lamps");
  await page.locator("#level").fill("60");
  await page.locator("#result", { hasText: "All lamps (26) at 60 %" }).waitFor();
  await page.locator("#release").click();
  await page.locator("#result", { hasText: "back to the cabinet's own decision" }).waitFor();
});

step("a refusal is shown with the cabinet's own words", async () => {
  stage.link.setInventory([]);
  await page.locator("#level").fill("65");
  await page.locator("#result[data-outcome=refused]").waitFor();
  assert.match(
    (await page.locator("#result").textContent()) ?? "",
    /^Refused: component names lamp: no such component/,
  );
  stage.link.setInventory(Object.keys(LAMPS));
});

step("speed, hour, door and a click on the pavement ask the simulator", async () => {
  stage.asked.length = 0;
  await page.locator("#speed").fill("30");
  await page.locator("#hour").fill("21.5");
  await page.locator("#door").click();
  await page.locator("#walk").click();
  await eventually("four requests", () => stage.asked.length === 4);
  assert.equal(stage.asked, [
    { type: "speed", value: 30 },
    { type: "hour", value: 21.5 },
    { type: "door", open: true },
    { type: "walk", street: LIBERTE, position: 0, direction: 1 },
  ]);
  // Between two counters' posts, on the near pavement: the middle of both.
  const posts = page.locator(".counter .stem");
  const [a, b] = [await posts.nth(0).boundingBox(), await posts.nth(1).boundingBox()];
  if (!a || !b) throw new Error("no posts");
  await page.mouse.click((a.x + b.x) / 2, (a.y + a.height + b.y + b.height) / 2 - 3);
  await eventually("somebody sent", () => stage.asked.length === 5);
  const walk = stage.asked[4];
  if (typeof walk !== "object" || walk.type !== "walk") throw new Error(`asked ${JSON.stringify(walk)}`);
  assert.is(walk.street, LIBERTE);
  assert.ok(Math.abs(walk.position - 72.5) < 8, `at ${walk.position} m`);
  stage.say({ type: "refused", error: "position: found 999" });
  await page.locator(".notice", { hasText: "position: found 999" }).waitFor();
});

step("lamps are reached and chosen by keyboard alone", async () => {
  await lampOf("lamp/1/0").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  assert.is(await page.locator("#target").inputValue(), "lamp/2/4");
  assert.is(await lampOf("lamp/2/4").getAttribute("aria-selected"), "true");
  assert.is(await page.locator('.lamp[tabindex="0"]').count(), 1);
});

for (const scheme of ["light", "dark"] as const) {
  step(`a phone of 360 pixels shows it all without scrolling sideways, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await eventually(
      "redrawn",
      async () => Number(await page.locator("svg.street").first().getAttribute("width")) <= 360,
    );
    const [wide, room, paper] = await page.evaluate<[number, number, string]>(`[
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
      getComputedStyle(document.body).backgroundColor,
    ]`);
    assert.ok(wide <= room, `${wide} px in ${room}`);
    const [red = 0] = (paper.match(/\d+/g) ?? []).map(Number);
    assert.ok(scheme === "dark" ? red < 60 : red > 200, paper);
    for (const lamp of await page.locator(".lamp .head").all()) {
      const box = await lamp.boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 360);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });
}

step("nothing was asked of any other machine, and the browser complained of nothing", () => {
  assert.equal([...requested], ["127.0.0.1"]);
  assert.equal(troubles, []);
});

step("a simulator that is gone is said so, and so are a cabinet that shut down and a broker that is away", async () => {
  await stage.stopSimulator();
  await page.locator(".notice", { hasText: "Simulator not reachable" }).waitFor();
  assert.ok(await page.locator("#speed").isDisabled());
  await stage.link.close();
  await page.locator("#presence", { hasText: "Cabinet shut down" }).waitFor();
  await stage.close();
  await page.locator(".notice", { hasText: "Broker not reachable" }).waitFor();
  await page.locator("#level").fill("40");
  await page.locator("#result", { hasText: "No answer: there is no connection" }).waitFor();
});

inBrowser.run();
