/** Signing in a real browser, against a cabinet that wants signatures. Skipped where no Chromium is. */
import { generateKeyPairSync } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findBrowser, launch } from "./browser.ts";
import { LAMPS, type Rehearsal, rehearse } from "./rehearsal.ts";

const executablePath = findBrowser();
const inBrowser = suite("signing in a browser");
/** Each step goes on from the one before, as a person would. */
const step = executablePath ? inBrowser : inBrowser.skip;

/** A key file as `hulotte keys new` writes it, and what a cabinet holds of it. */
function keyFile(kid: string, issuer: string, codes?: readonly string[]) {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as { d: string; x: string };
  const text = `${JSON.stringify({ kty: "OKP", crv: "Ed25519", kid, issuer, d, x }, null, 2)}\n`;
  return { d, text, key: { id: kid, issuer, publicKey: x, ...(codes ? { codes } : {}) } };
}
const night = keyFile("night-1", "dijon/night-shift");
const desk = keyFile("desk-1", "cockpit");
const counting = keyFile("count-1", "dijon/statistics", ["footfall"]);
const stranger = keyFile("night-1", "dijon/night-shift");

let browser: Browser;
let stage: Rehearsal;
let page: Page;
const troubles: string[] = [];
/** Everything that left the page. */
const sent: string[] = [];
/** Who moved lamps, and to what level. */
const done: [string, number][] = [];

const load = (text: string) =>
  page.locator("#key-file").setInputFiles({ name: "a key.jwk", mimeType: "", buffer: Buffer.from(text) });
const keyIs = (text: string | RegExp) => page.locator("#key-is", { hasText: text }).waitFor();
const result = (text: string | RegExp) => page.locator("#result", { hasText: text }).waitFor();
let level = 0;
/** Another level each time: the same one would be no change. */
const setLevel = async () => {
  level += 5;
  await page.locator("#level").fill(String(level));
  return level;
};

inBrowser.before(async () => {
  if (!executablePath) return;
  stage = await rehearse([night.key, desk.key, counting.key]);
  stage.link.onCommand("lighting.level.set", async ({ component, values, issuer }) => {
    done.push([issuer ?? "nobody", values.level]);
    return { ok: true, values: { component: [...component], ...values } };
  });
  browser = await launch(executablePath);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" })).newPage();
  page.setDefaultTimeout(8000);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => sent.push(Buffer.from(payload).toString("latin1"))),
  );
  await page.goto(stage.page.url);
  await page.locator(".lamp").first().waitFor();
});

inBrowser.after(async () => {
  if (!executablePath) return;
  await browser.close();
  await stage.close();
});

step("without a key the cabinet refuses, and the page says what to do", async () => {
  await keyIs("No key: commands go out unsigned.");
  await setLevel();
  await result(/^Refused: payload has no signature: .* needs one\. Load a key file that this cabinet knows/);
  assert.ok(await page.locator("#forget").isHidden());
});

step("a file that is no key is said to be none, without a word of it", async () => {
  for (const text of ["", "not a key", night.text.slice(0, -4), "{".repeat(5000), `{"kty":"OKP","d":"${night.d}"}`]) {
    await load(text);
    await keyIs("That is no signing key: allowed is a private key's file as `hulotte keys new` writes it.");
    await page.locator("#signing[data-key=bad]").waitFor();
  }
});

step("with a key that the cabinet knows it is done, in the name of whom the key belongs to", async () => {
  await load(night.text);
  await keyIs(/^Signed with key night-1 of dijon\/night-shift\. This page is cockpit\/console-\w+: to the cabinet the/);
  const set = await setLevel();
  await result(`Done: All lamps (${Object.keys(LAMPS).length}) at ${set} %`);
  assert.equal(done, [["dijon/night-shift", set]]);
  assert.is(await page.locator("#key-file").inputValue(), "");
});

step("a key of the page's own kind is said to match", async () => {
  await load(desk.text);
  await keyIs(/^Signed with key desk-1 of cockpit\. That matches this page, cockpit\/console-\w+\.$/);
  const set = await setLevel();
  await result(`at ${set} %`);
  assert.equal(done.at(-1), ["cockpit", set]);
});

step("a strange key of the same name, and one for something else, are refused with what to do", async () => {
  const before = done.length;
  await load(stranger.text);
  await keyIs("key night-1 of dijon/night-shift");
  await setLevel();
  await result(/^Refused: payload is not what .* The cabinet does not know the loaded key/);
  await load(counting.text);
  await keyIs("key count-1 of dijon/statistics");
  await setLevel();
  await result(/^Refused: code is lighting.level.set: the key may not\. The loaded key is not meant for this/);
  assert.is(done.length, before);
});

step("a key that is forgotten signs nothing; one whose page was left is forgotten", async () => {
  await load(night.text);
  await keyIs("night-1");
  await page.locator("#forget").click();
  await keyIs("No key: commands go out unsigned.");
  assert.ok(await page.locator("#forget").isHidden());
  await setLevel();
  await result(/has no signature/);
  await load(night.text);
  await keyIs("night-1");
  await page.evaluate(`dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`);
  await keyIs("No key");
});

step("the page kept no key anywhere and sent none away, and its policy is as strict as it was", async () => {
  await load(night.text);
  await keyIs("night-1");
  await setLevel();
  await result("Done");
  const kept = await page.evaluate<string>(`(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), await caches.keys(),
    document.documentElement.outerHTML,
  ]))()`);
  assert.match(kept, /^\[\{\},\{\},"",\[\],\[\],/);
  for (const { d } of [night, desk, counting, stranger])
    assert.not.ok(
      [kept, ...sent].some((text) => text.includes(d) || text.includes(Buffer.from(d, "base64url").toString("latin1"))),
    );
  assert.ok(
    sent.some((text) => text.includes("night-1")),
    "what was sent was seen",
  );
  const policy = (await fetch(stage.page.url)).headers.get("content-security-policy") ?? "";
  assert.match(
    policy,
    /^default-src 'self'; connect-src 'self' ws:\/\/127\.0\.0\.1:\d+ ws:\/\/127\.0\.0\.1:\d+; worker-src/,
  );
  assert.not.match(policy, /unsafe/);
  assert.equal(troubles, []);
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 360],
] as const) {
  step(`the key's words fit into the card: ${width} pixels, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const [card, words] = [
      await page.locator(".card.light").boundingBox(),
      await page.locator("#key-is").boundingBox(),
    ];
    assert.ok(card && words && words.x >= card.x && words.x + words.width <= card.x + card.width);
    assert.ok(
      await page.evaluate<boolean>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
    );
    const shots = process.env["SHOTS"];
    if (shots) await page.screenshot({ path: `${shots}/signing-${width}-${scheme}.png`, fullPage: true });
  });
}

inBrowser.run();
