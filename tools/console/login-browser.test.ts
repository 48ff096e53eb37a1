/** The login in a real browser, over TLS, the broker behind it. Skipped where no Chromium or no openssl is. */
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Broker, startBroker } from "../broker.ts";
import { findBrowser, launch } from "./browser.ts";
import { selfSigned } from "./certificate.ts";
import { hashPassword } from "./password.ts";
import { type Console, serveConsole } from "./server.ts";

const PASSWORD = "écluse de Larrey";
const executablePath = findBrowser();
const tls = selfSigned();
const inBrowser = suite("the login in a browser");
const step = executablePath && tls ? inBrowser : inBrowser.skip;

let browser: Browser;
let broker: Broker;
let served: Console;
let page: Page;
/** Addresses of the page's WebSockets, and how many frames came. */
const sockets: string[] = [];
let frames = 0;

const logIn = async (password: string) => {
  await page.locator("#user").fill("anne");
  await page.locator("#password").fill(password);
  await page.locator("button").click();
};

/** Polls: browser and broker tell of connections when they have time. */
const until = async (holds: () => boolean) => {
  const end = performance.now() + 15_000;
  while (!holds() && performance.now() < end) await page.waitForTimeout(50);
};

inBrowser.before(async () => {
  if (!executablePath || !tls) return;
  broker = await startBroker(0);
  const users = new Map([["anne", await hashPassword(PASSWORD, { ln: 14, p: 1 })]]);
  served = await serveConsole({ port: 0, brokerUrl: broker.url, node: "21231/cab-0117", tls, users });
  browser = await launch(executablePath);
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  page.on("websocket", (socket) => {
    sockets.push(socket.url());
    socket.on("framereceived", () => frames++);
  });
});

inBrowser.after(async () => {
  if (!executablePath || !tls) return;
  await browser.close();
  await served.close();
  await broker.close();
});

step("a stranger is sent to the login, and told when the password is wrong", async () => {
  await page.goto(served.url);
  assert.is(new URL(page.url()).pathname, "/login");
  await logIn("something else");
  await page.locator(".wrong", { hasText: "The name or the password is wrong." }).waitFor();
  assert.equal(sockets, []);
});

step(
  "with the right one the page is there, says who it is, and speaks with the broker through the console",
  async () => {
    await logIn(PASSWORD);
    await page.locator("#leave", { hasText: "anne" }).waitFor();
    assert.is(new URL(page.url()).pathname, "/");
    await until(() => frames >= 2);
    assert.ok(frames >= 2, `${frames} frames: the answers to CONNECT and SUBSCRIBE`);
    assert.equal([...new Set(sockets)], [`${served.url.replace("https", "wss")}mqtt`]);
  },
);

step("no script can read what keeps it logged in", async () => {
  assert.is(await page.evaluate("document.cookie"), "");
  const [cookie] = await page.context().cookies();
  assert.equal(
    [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite],
    ["__Host-hulotte", true, true, "Strict"],
  );
});

step("logging out shows the login, in every tab, and closes the way to the broker", async () => {
  const second = await page.context().newPage();
  await second.goto(served.url);
  await second.locator("#leave", { hasText: "anne" }).waitFor();
  await page.locator("#leave button").click();
  await page.locator("#password").waitFor();
  await second.locator("#password").waitFor({ timeout: 20_000 });
  assert.is(new URL(second.url()).pathname, "/login");
  // Asked of the broker: a page that goes does not always tell of its sockets.
  await until(() => broker.connections === 0);
  assert.is(broker.connections, 0);
  await page.goto(served.url);
  assert.is(new URL(page.url()).pathname, "/login");
});

inBrowser.run();
