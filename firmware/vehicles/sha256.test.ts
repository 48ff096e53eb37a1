import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hmacSha256, sha256 } from "./sha256.ts";

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const text = (said: string): Uint8Array => new TextEncoder().encode(said);
const bytes = (max: number) => fc.uint8Array({ minLength: 0, maxLength: max });

test("the examples of FIPS 180 and RFC 4231", () => {
  assert.is(hex(sha256(text("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.is(hex(sha256(text(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.is(
    hex(hmacSha256(text("Jefe"), text("what do ya want for nothing?"))),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("as the platform reckons it, for any key and message", async () => {
  const { subtle } = globalThis.crypto;
  await fc.assert(
    fc.asyncProperty(bytes(200), bytes(300), async (key, message) => {
      assert.equal(sha256(message), new Uint8Array(await subtle.digest("SHA-256", message)));
      if (key.length === 0) return; // WebCrypto knows no empty key
      const imported = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      assert.equal(hmacSha256(key, message), new Uint8Array(await subtle.sign("HMAC", imported, message)));
    }),
    { numRuns: 300 },
  );
});

test.run();
