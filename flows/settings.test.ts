import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BrokerConfig, settingsOf, type TlsNode } from "./settings.ts";

const CONFIG: BrokerConfig = { url: "mqtts://a.example", supervisor: "", nodes: "", ca: "" };
const tls = (options: object, valid = true): TlsNode => ({ valid, addTLSOptions: () => options });
const pem = (text: string) => new TextEncoder().encode(text);
const settle = (config: Partial<BrokerConfig>, node: TlsNode | null = null) =>
  settingsOf({ ...CONFIG, ...(node ? { tls: "t" } : {}), ...config }, {}, node, "cockpit/flows-1");

test("a line is a broker, and a line is a cabinet; what is empty is left out", () => {
  const settings = settle({ url: " mqtts://a.example\nwss://b.example \n\n", nodes: "21231/+\n 69123/+ " });
  assert.equal(settings, {
    url: ["mqtts://a.example", "wss://b.example"],
    id: "cockpit/flows-1",
    nodes: ["21231/+", "69123/+"],
  });
  assert.is(settle({ supervisor: "flows/7" }).id, "flows/7");
});

test("a TLS configuration proves who we are, from files or from typed PEM; its authority goes before ours", async () => {
  const files = settle(
    { ca: "ours" },
    tls({ ca: pem("theirs"), cert: pem("C"), key: pem("K"), rejectUnauthorized: true }),
  );
  assert.equal(await files.credentials?.(), { ca: "theirs", cert: "C", key: "K" });
  const typed = settle({ ca: "ours" }, tls({ cert: "C", key: "K" }));
  assert.equal(await typed.credentials?.(), { ca: "ours", cert: "C", key: "K" });
  assert.equal(await settle({ ca: "ours" }).credentials?.(), { ca: "ours" });
});

const wrong: [string, Partial<BrokerConfig>, TlsNode | null, RegExp][] = [
  ["files that cannot be read", {}, tls({}, false), /^TLS: its files cannot be read: allowed/],
  ["a PFX file", {}, tls({ pfx: pem("P") }), /^TLS is a PFX file: allowed/],
  ["a passphrase, which is not told", {}, tls({ passphrase: "hushhush" }), /^TLS: the key has a passphrase: allowed/],
  ["no verification", {}, tls({ rejectUnauthorized: false }), /^TLS does not verify .*: allowed/],
  ["another name", {}, tls({ servername: "c.example" }), /server name is "c.example": allowed/],
  ["another protocol", {}, tls({ ALPNProtocols: ["x"] }), /ALPN protocol is set: allowed/],
  ["one broker of two in clear", { url: "mqtts://a\nmqtt://b" }, tls({}), /^url is "mqtt:\/\/b": allowed .* mqtts:/],
  ["one that was deleted", { tls: "gone" }, null, /^TLS names a configuration that is not there: allowed/],
];
for (const [name, config, node, message] of wrong) {
  test(`a TLS configuration that cannot be followed is an error that names it: ${name}`, () => {
    assert.throws(
      () => settle(config, node),
      (error: Error) => error instanceof TypeError && message.test(error.message) && !/hushhush/.test(error.message),
    );
  });
}

test.run();
