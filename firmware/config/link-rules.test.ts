import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "./read.ts";
import { shown } from "./words.ts";

const KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const file = (mqtt: string, more = "") => `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: ${mqtt}
${more}
streets: [{ name: rue Musette, length: 150 }]
schedules: [{ name: night, periods: [{ from: sunset, level: 100 }] }]
`;
const problems = (text: string) => {
  const read = readConfig(text);
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
};

test("a cabinet with everything that belongs to its cockpit", () => {
  const read = readConfig(
    file(
      '{ url: "mqtts://a:8883", alternatives: ["mqtts://b:8883"], tls: { ca: ca.pem, certificate: c.pem, key: k.pem } }',
      `commands: { keys: [{ id: k1, issuer: cockpit, publicKey: ${KEY}, codes: [lighting], until: "2027-01-31T00:00:00Z" }] }
journal: { megabytes: 8, days: 2 }
metrics: { port: 9117 }`,
    ),
  );
  assert.ok(read.ok);
  if (!read.ok) return;
  const { mqtt, commands, journal, metrics } = read.config;
  assert.equal([mqtt.url, mqtt.alternatives, mqtt.tls?.key], ["mqtts://a:8883", ["mqtts://b:8883"], "k.pem"]);
  assert.equal(commands.keys[0]?.codes, ["lighting"]);
  assert.is(commands.unsigned, undefined);
  assert.equal(journal, { bytes: 8e6, age: 2 * 86_400_000 });
  assert.equal(metrics, { port: 9117 });
});

test("without a word nobody may command, and a month of 64 MB is kept", () => {
  const read = readConfig(file('{ url: "mqtt://a" }'));
  assert.ok(read.ok);
  if (!read.ok) return;
  assert.equal(read.config.commands, { keys: [] });
  assert.equal(read.config.journal, { bytes: 64e6, age: 30 * 86_400_000 });
  assert.is(read.config.metrics, undefined);
});

const TLS = (more: string) => `{ url: "mqtts://a", tls: { ca: ca.pem${more} } }`;
const KEYS = (...keys: string[]) => `commands: { keys: [${keys.map((key) => `{ ${key} }`).join(", ")}] }`;
const MISTAKES: [string, string, ...string[]][] = [
  [
    '{ url: "mqtts://a", alternatives: ["mqtt://b"], tls: { ca: ca.pem } }',
    "",
    'mqtt.alternatives[0]: found "mqtt://b", allowed mqtts:// or wss://, where `tls` is given',
  ],
  [
    '{ url: "mqtt://a", tls: { ca: ca.pem } }',
    "",
    'mqtt.url: found "mqtt://a", allowed mqtts:// or wss://, where `tls` is given',
  ],
  [TLS(", certificate: c.pem"), "", "mqtt.tls: found `certificate` without a key, allowed both or none"],
  [TLS(", key: k.pem"), "", "mqtt.tls: found a key without `certificate`, allowed both or none"],
  [
    TLS(', certificate: c.pem, key: k.pem, token: { engine: pkcs11, id: "pkcs11:object=mqtt" }'),
    "",
    "mqtt.tls.token: found a token beside `key`, allowed one of them",
  ],
  ['{ url: "mqtt://a", passwordFile: p }', "", 'mqtt.passwordFile: found "p", allowed a password with `username` only'],
  [
    '{ url: "mqtt://a" }',
    KEYS(`id: k1, issuer: cockpit, publicKey: ${KEY}`, `id: k1, issuer: cockpit, publicKey: ${KEY}`),
    'commands.keys[1].id: found "k1", allowed each id once; first in line 5',
  ],
  [
    '{ url: "mqtt://a" }',
    KEYS(`id: k1, issuer: cockpit/result, publicKey: ${KEY}`),
    'commands.keys[0].issuer: found "cockpit/result", allowed an RSMP 4 id; node "cockpit/result" has the level "result": allowed is any word that is no message type',
  ],
  [
    '{ url: "mqtt://a" }',
    KEYS("id: k1, issuer: cockpit, publicKey: abc"),
    'commands.keys[0].publicKey: found "abc", allowed an Ed25519 public key, base64url, 43 characters',
  ],
  [
    '{ url: "mqtt://a" }',
    KEYS(`id: k1, issuer: cockpit, publicKey: ${"A".repeat(43)}`),
    `commands.keys[0].publicKey: found "${"A".repeat(43)}", allowed an Ed25519 public key; is a key of small order, for which anybody can sign: allowed is one that \`hulotte keys new\` prints`,
  ],
  [
    '{ url: "mqtt://a" }',
    KEYS(`id: k1, issuer: cockpit, publicKey: ${KEY}, until: "2027-13-31T00:00:00Z"`),
    'commands.keys[0].until: found "2027-13-31T00:00:00Z", allowed an instant that there is',
  ],
  [
    '{ url: "mqtt://a" }',
    'commands: { unsigned: "a b" }',
    'commands.unsigned: found "a b", allowed an RSMP 4 id; node "a b" has the level "a b": allowed are letters, digits and . _ : - with a letter or digit first',
  ],
];
for (const [mqtt, more, ...expected] of MISTAKES)
  test(`a mistake is named: ${mqtt} ${more}`, () => assert.equal(problems(file(mqtt, more)), expected));

test("a node id that no certificate can hold is refused where there is a certificate", () => {
  const long = `21231/${"c".repeat(59)}`;
  const with64 = (mqtt: string, node: string) => problems(file(mqtt).replace("21231/cab-0117", node));
  const tls = TLS(", certificate: c.pem, key: k.pem");
  assert.equal(with64(tls, long), [
    `node: found ${shown(long)}, allowed at most 64 characters, for it is the name in \`mqtt.tls.certificate\``,
  ]);
  assert.equal(with64(tls, long.slice(0, 64)), []);
  assert.equal(with64('{ url: "mqtt://a" }', long), []);
});

test.run();
