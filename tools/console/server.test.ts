import { test } from "uvu";
import * as assert from "uvu/assert";
import { selfSigned } from "./certificate.ts";
import { bundle, serveConsole } from "./server.ts";

const NODE = "21231/cab-0117";

test("the server serves the page to GET only, under a policy without inline code or eval", async () => {
  const options = { brokerUrl: "ws://127.0.0.1:9001", simulatorUrl: "ws://127.0.0.1:9002/x", node: NODE };
  const first = await serveConsole({ ...options, port: 0 });
  const second = await serveConsole({ ...options, port: Number(new URL(first.url).port) });
  assert.is.not(second.url, first.url);
  await second.close();

  const page = await fetch(first.url);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.is(page.status, 200);
  assert.match(policy, "default-src 'self'");
  assert.match(policy, "connect-src 'self' ws://127.0.0.1:9001 ws://127.0.0.1:9002;");
  assert.not.match(policy, "unsafe");
  const config = { broker: options.brokerUrl, simulator: options.simulatorUrl, node: NODE, id: null, user: null };
  assert.equal(await (await fetch(`${first.url}config.json`)).json(), config);
  const lost = await fetch(`${first.url}..%2fserver.ts`);
  assert.is(lost.status, 404);
  assert.match(lost.headers.get("content-type") ?? "", "text/plain");
  assert.is((await fetch(first.url, { method: "POST" })).status, 405);
  await first.close();

  const script = new TextDecoder().decode(await bundle());
  assert.not.match(script, /new Function\(|\beval\(/);
  const wrong = await serveConsole({ ...options, brokerUrl: "http://127.0.0.1", port: 0 }).catch((error) => error);
  assert.instance(wrong, TypeError);
});

test("the page goes by the name of the certificate that the console has for the broker", async () => {
  const own = selfSigned();
  if (!own) return; // no openssl here
  const brokerTls = { ca: own.certificate, ...own };
  const served = await serveConsole({ brokerUrl: "mqtts://127.0.0.1", brokerTls, node: NODE, port: 0 });
  try {
    const config = (await (await fetch(`${served.url}config.json`)).json()) as { id: string };
    assert.is(config.id, "console");
  } finally {
    await served.close();
  }
});

test.run();
