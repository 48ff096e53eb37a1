import { generateKeyPairSync } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readSigner } from "./signer.ts";

const pair = () => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as { d: string; x: string };
const key = { kty: "OKP", crv: "Ed25519", kid: "ops-1", issuer: "cockpit", ...pair() };

test("a key file's text is a signer, however it is laid out", async () => {
  for (const text of [JSON.stringify(key), `${JSON.stringify(key, null, 2)}\n`]) {
    const { kid, issuer, sign } = await readSigner(text);
    assert.equal([kid, issuer, (await sign(new Uint8Array(3))).length], ["ops-1", "cockpit", 64]);
  }
});

const wrong: [string, string][] = [
  ["nothing", ""],
  ["half a file", JSON.stringify(key).slice(0, -2)],
  ["no JSON", `hushhush ${key.d}`],
  ["null", "null"],
  ["another kind", JSON.stringify({ ...key, kty: key.d })],
  ["the public part", JSON.stringify({ ...key, d: undefined })],
  ["a key id that cannot be", JSON.stringify({ ...key, kid: `${key.d} ` })],
  ["nobody's", JSON.stringify({ ...key, issuer: "" })],
  ["two halves of two pairs", JSON.stringify({ ...key, x: pair().x })],
  ["more than a key", JSON.stringify({ ...key, more: " ".repeat(5000) })],
];
for (const [name, text] of wrong) {
  test(`a text that is no key is refused without a word of it: ${name}`, async () => {
    const error = await readSigner(text).then(
      () => null,
      (why: unknown) => why,
    );
    assert.instance(error, TypeError);
    assert.is(
      (error as Error).message,
      "signing key: allowed is the text of a private key's file, as `hulotte keys new` writes it",
    );
    assert.is((error as Error).cause, undefined);
  });
}

test.run();
