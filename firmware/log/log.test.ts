import { generateKeyPairSync, randomBytes } from "node:crypto";
import { fstatSync, openSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { isJournalStream } from "../linux/journal-stream.ts";
import { openLog } from "./open.ts";
import { redactText } from "./redact.ts";

function stage(journal = false) {
  const lines: string[] = [];
  return { lines, log: openLog({ level: "trace", journal, write: (line) => void lines.push(line) }) };
}

const { privateKey } = generateKeyPairSync("ed25519");
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const JWK = privateKey.export({ format: "jwk" });
const PASSWORD = "correct horse";
const SESSION = randomBytes(32).toString("base64url");
const COSE = randomBytes(180);

/** Each way in which a secret might come, with what must not be in the line. */
const SECRETS: Readonly<Record<string, readonly [fields: object, message: string, secret: string]>> = {
  "a password by name": [{ mqtt: { password: PASSWORD } }, "", PASSWORD],
  "a password in a list": [{ brokers: [{ Password: PASSWORD }] }, "", PASSWORD],
  "a passphrase": [{ tls: { passphrase: PASSWORD } }, "", PASSWORD],
  "credentials, whole": [{ credentials: { any: PASSWORD } }, "", PASSWORD],
  "a map": [{ config: new Map([["mqtt_password", PASSWORD]]) }, "", PASSWORD],
  "a cookie": [{ headers: { Cookie: `hulotte=${PASSWORD}` } }, "", PASSWORD],
  "an authorization": [{ headers: { authorization: `Basic ${PASSWORD}` } }, "", PASSWORD],
  "an address with a password": [{ url: "mqtts://cab:s3cret@broker:8883" }, "", "s3cret"],
  "an address with a user": [{ url: "mqtts://t0psecret@broker:8883" }, "", "t0psecret"],
  "an address in a message": [{}, "cannot reach wss://cab:s3cret@broker/mqtt now", "s3cret"],
  "a private key": [{ text: PEM }, "", PEM.split("\n")[1] as string],
  "a private key by name": [{ privateKey: { a: "bcd" } }, "", "bcd"],
  "a private key in a message": [{}, `read ${PEM}`, PEM.split("\n")[1] as string],
  "a private key that was cut": [{ text: PEM.slice(0, 60) }, "", PEM.slice(30, 58)],
  "a JWK": [{ jwk: JWK }, "", JWK.d as string],
  "a JWK's private part anywhere": [{ note: `it is ${JWK.d}` }, "", JWK.d as string],
  "a session": [{}, `session ${SESSION} is over`, SESSION],
  "a bearer token": [{}, "sent Bearer abc.def-ghi_123", "abc.def-ghi_123"],
  "a query": [{ path: "/login?token=hunter22&x=1" }, "", "hunter22"],
  "a setting in a text": [{}, 'option {"password": "hunter22"} is wrong', "hunter22"],
  "an error's text": [{ err: new Error("refused for mqtt://u:s3cret@b") }, "", "s3cret"],
  "an error's field": [{ err: Object.assign(new Error("no"), { password: PASSWORD }) }, "", PASSWORD],
  "an error's cause": [{ err: new Fault("port-lost", "x", "", new Error("password=hunter22")) }, "", "hunter22"],
  "a signed command": [{ payload: COSE }, "", COSE.subarray(0, 6).join(",")],
  "a signed command, base64": [{ payload: COSE.toString("base64") }, "", COSE.toString("base64").slice(0, 40)],
  "a signed command, hex": [{ payload: COSE.toString("hex") }, "", COSE.toString("hex").slice(0, 40)],
};

test("no secret comes out, by whatever way it comes in", () => {
  for (const [what, [fields, message, secret]] of Object.entries(SECRETS)) {
    const { lines, log } = stage();
    log.info(fields, message);
    log.child(fields).error({ inner: fields }, message);
    assert.is(lines.length, 2);
    for (const line of lines) {
      assert.type(JSON.parse(line), "object");
      assert.not.match(line, secret, what);
      assert.not.match(line, JSON.stringify(secret).slice(1, -1), what);
    }
  }
});

test("what people look for stays: devices, brokers, errors with their kind, public facts", () => {
  const { lines, log } = stage();
  const kept = {
    port: "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0",
    bridge: "/dev/serial/by-id/usb-Silicon_Labs_CP2102_USB_to_UART_Bridge_Controller_0001-if00-port0",
    url: "mqtts://broker.example:8883",
    passwordFile: "/etc/hulotte/mqtt.password",
    key: null,
    keys: 3,
    tokens: 12,
    id: "3f2b8a52-7c1e-4f0b-9d7e-1a2b3c4d5e6f",
    topic: "21231/cab-0117/status/lighting.lamps/live",
    at: new Date(0),
    payload: "[3 bytes]",
    deep: { levels: [1, 2, null, true] },
  };
  log.warn(
    { ...kept, payload: new Uint8Array(3), err: new Fault("port-busy", "ttyUSB0", "held by minicom (pid 12)") },
    "no connection",
  );
  const line = JSON.parse(lines[0] ?? "");
  const { level, time, msg, err, ...rest } = line;
  assert.equal(rest, { ...kept, at: "1970-01-01T00:00:00.000Z" });
  assert.equal([level, typeof time, msg], [40, "number", "no connection"]);
  assert.equal([err.type, err.kind, err.where], ["Fault", "port-busy", "ttyUSB0"]);
  assert.match(err.message, "held by minicom (pid 12)");
  assert.match(err.stack, "log.test.ts");
});

test("an object that holds itself, and one without end, are written", () => {
  const { lines, log } = stage();
  const self: Record<string, unknown> = { a: 1 };
  self["self"] = self;
  log.info(self, "round");
  assert.match(lines[0] ?? "", '"self":"[...]"');
});

test("keys and session ids are known by their looks, whatever they are", () => {
  const random = fc.uint8Array({ minLength: 32, maxLength: 64 });
  let seen = 0;
  let missed = 0;
  fc.assert(
    fc.property(random, fc.constantFrom<BufferEncoding>("base64", "base64url", "hex"), (bytes, how) => {
      const secret = randomBytes(bytes.length).toString(how);
      seen++;
      if (redactText(`it is ${secret}.`).includes(secret)) missed++;
    }),
    { numRuns: 2000 },
  );
  // One in a thousand has too many separators; the field's name is there for it.
  assert.ok(missed <= seen / 200, `${missed} of ${seen}`);
});

test("in systemd's journal each line has its priority; elsewhere none", () => {
  const { lines, log } = stage(true);
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) log[level]({}, level);
  assert.equal(
    lines.map((line) => line.slice(0, 4)),
    ["<7>{", "<7>{", "<6>{", "<4>{", "<3>{", "<2>{"],
  );
  const plain = stage();
  plain.log.error({}, "x");
  assert.match(plain.lines[0] ?? "", /^\{"level":50/);
});

test("the journal is known by the very socket, not by the variable alone: a pipe inherits it", () => {
  const descriptor = openSync("/dev/null", "r");
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  assert.is(isJournalStream({ JOURNAL_STREAM: `${dev}:${ino}` }, descriptor), true);
  assert.is(isJournalStream({ JOURNAL_STREAM: `${dev}:${ino + 1n}` }, descriptor), false);
  assert.is(isJournalStream({}, descriptor), false);
  assert.is(isJournalStream({ JOURNAL_STREAM: "1:2" }, 9999), false);
});

test.run();
