import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { decode, encode } from "../wire/cbor.ts";
import { isSign1, parseSign1, sign1, toBeSigned } from "./cose.ts";
import { base64url } from "./public-key.ts";
import { seal, signerOf } from "./signer.ts";

/** RFC 8032 7.1, tests 1 to 3: private key, public key, message, signature. */
const RFC_8032 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
] as const;

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const bytesOf = (text: string) => new TextEncoder().encode(text);
const [SECRET, PUBLIC] = RFC_8032[0];
const jwk = (d: string, x: string) =>
  ({
    kty: "OKP",
    crv: "Ed25519",
    kid: "ops-1",
    issuer: "cockpit",
    d: base64url(hex(d)),
    x: base64url(hex(x)),
  }) as const;
const signer = () => signerOf(jwk(SECRET, PUBLIC));
const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: base64url(hex(PUBLIC)) }, format: "jwk" });
const privateKey = createPrivateKey({ key: jwk(SECRET, PUBLIC), format: "jwk" });

/** The Sig_structure written down by hand, for short parts. RFC 9052 4.4. */
const byHand = (header: Uint8Array, aad: string, payload: Uint8Array) =>
  Buffer.concat([
    hex("84"),
    hex("6a5369676e617475726531"),
    Buffer.of(0x40 + header.length),
    header,
    Buffer.of(0x58, aad.length),
    bytesOf(aad),
    Buffer.of(0x40 + payload.length),
    payload,
  ]);
const AAD = "21231/cab-0117/command/lighting.level.set";

test("a signer makes the signatures of RFC 8032", async () => {
  for (const [d, x, message, signature] of RFC_8032) {
    const { sign } = await signerOf(jwk(d, x));
    assert.is(Buffer.from(await sign(hex(message))).toString("hex"), signature);
  }
});

test("what is signed is the Sig_structure of RFC 9052: the signature of a COSE working group example (eddsa-sig-01) is good for it", () => {
  const payload = bytesOf("This is the content.");
  const signature = hex(
    "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d",
  );
  assert.ok(verify(null, toBeSigned(hex("a201270300"), new Uint8Array(), payload), publicKey, signature));
  // It holds its key id in the other header: not the one shape of commands.
  const message = Buffer.concat([hex("d28445a201270300a10442313154"), payload, hex("5840"), signature]);
  assert.is(parseSign1(new Uint8Array(message)), null);
});

test("a message made here is byte for byte what another implementation makes by hand, and is read back", async () => {
  const payload = hex("a1617801");
  const made = await sign1(bytesOf("ops-1"), payload, bytesOf(AAD), (await signer()).sign);
  const header = hex(`a201270445${Buffer.from("ops-1").toString("hex")}`);
  const signature = sign(null, byHand(header, AAD, payload), privateKey);
  const expected = Buffer.concat([
    hex("d284"),
    Buffer.of(0x40 + header.length),
    header,
    hex("a044"),
    payload,
    hex("5840"),
    signature,
  ]);
  assert.is(Buffer.from(made).toString("hex"), expected.toString("hex"));
  assert.equal(parseSign1(made), {
    kid: bytesOf("ops-1"),
    protectedHeader: header,
    payload,
    signature: new Uint8Array(signature),
  });
});

test("payloads and key ids of every length are read back, and lengths are shortest", async () => {
  const { sign } = await signer();
  for (const size of [1, 23, 24, 255, 256, 65_000]) {
    for (const kid of [1, 23, 24, 32]) {
      const payload = new Uint8Array(size).fill(7);
      const parsed = parseSign1(await sign1(new Uint8Array(kid).fill(65), payload, bytesOf("x"), sign));
      assert.equal([parsed?.payload.length, parsed?.kid.length], [size, kid]);
    }
  }
  for (const [kid, size] of [
    [0, 1],
    [33, 1],
    [1, 0],
    [1, 65_536],
  ] as const) {
    let error: unknown;
    await sign1(new Uint8Array(kid), new Uint8Array(size), bytesOf("x"), sign).catch((thrown) => (error = thrown));
    assert.instance(error, TypeError, `${kid} ${size}`);
  }
});

test("any other shape is refused: other lengths, headers, tags, more, less", async () => {
  const good = await sign1(bytesOf("ops-1"), hex("a1617801"), bytesOf(AAD), (await signer()).sign);
  const text = Buffer.from(good).toString("hex");
  const changed = (from: string, to: string) => {
    assert.ok(text.includes(from), from);
    return hex(text.replace(from, to));
  };
  const wrong: [string, Uint8Array][] = [
    ["no tag", good.slice(1)],
    ["tag 98, COSE_Sign", changed("d284", "d86284")],
    ["tag 18 in two bytes", changed("d284", "d81284")],
    ["an indefinite array", hex(`${text.replace("d284", "d29f")}ff`)],
    ["an array of five", hex(`${text.replace("d284", "d285")}00`)],
    ["the header's length not shortest", changed("d2844a", "d284580a")],
    ["the payload's length not shortest", changed("a044a1617801", "a05804a1617801")],
    ["the payload's length in four bytes", changed("a044a1617801", "a05a00000004a1617801")],
    ["the payload's length in eight bytes", changed("a044a1617801", "a05b0000000000000004a1617801")],
    ["an indefinite payload", changed("a044a1617801", "a05f44a1617801ff")],
    ["an empty payload", changed("a044a1617801", "a040")],
    ["a detached payload", changed("a044a1617801", "a0f6")],
    ["a text as payload", changed("a044a1617801", "a064a1617801")],
    ["an unprotected header", changed("a044a1617801", "a1010144a1617801")],
    ["null for the unprotected header", changed("a044a1617801", "f644a1617801")],
    ["ES256", changed("a2012704", "a2012604")],
    ["keys in another order", changed("4aa2012704456f70732d31", "4aa204456f70732d310127")],
    ["one header more", changed("4aa2012704456f70732d31", "4ca3012704456f70732d310300")],
    ["a header after the map", changed("4aa2012704456f70732d31", "4ba2012704456f70732d3100")],
    ["no key id", changed("4aa2012704456f70732d31", "45a201270440")],
    ["a key id of 33", changed("4aa2012704456f70732d31", `5827a20127045821${"41".repeat(33)}`)],
    ["a shorter signature", changed("5840", "583f")],
    ["one byte more", hex(`${text}00`)],
  ];
  for (const [what, bytes] of wrong) assert.is(parseSign1(bytes), null, what);
  for (let size = 0; size < good.length; size++) assert.is(parseSign1(good.slice(0, size)), null, `${size} bytes`);
});

test("whatever bytes come, nothing throws, and what is read is what is written: no message has a second spelling", async () => {
  const start = fc.constantFrom(hex("d284"), hex("d2844aa2012704456f70732d31a0"), hex(""));
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (head, tail) => {
      const bytes = Uint8Array.from([...head, ...tail]);
      const parsed = parseSign1(bytes);
      if (!parsed) return;
      const again = await sign1(parsed.kid, parsed.payload, bytesOf("x"), async () => parsed.signature);
      assert.equal(again, bytes);
    }),
    { numRuns: 2000 },
  );
  assert.not(isSign1(encode({ values: {} })));
});

test("a sealed command holds who, what and when, and its signature is bound to its topic", async () => {
  const at = instant(Date.UTC(2026, 1, 24, 20));
  const times = { id: "0123456789abcdef", issued: at, expires: instant(at + 60_000) };
  const command = { component: "lamp/1", values: { level: 30, until: "2026-02-24T21:00:00.000Z" } };
  const sealed = await seal(AAD, command, times, await signer());
  const parsed = parseSign1(sealed);
  assert.ok(parsed);
  const decoded = decode(parsed.payload);
  assert.equal(decoded.ok && decoded.value, {
    id: "0123456789abcdef",
    issuer: "cockpit",
    issued: "2026-02-24T20:00:00.000Z",
    expires: "2026-02-24T20:01:00.000Z",
    ...command,
  });
  const good = (topic: string) =>
    verify(null, toBeSigned(parsed.protectedHeader, bytesOf(topic), parsed.payload), publicKey, parsed.signature);
  assert.ok(good(AAD));
  assert.not(good("21231/cab-0118/command/lighting.level.set"));
  for (const expires of [at, instant(at + 24 * 3_600_000 + 1)]) {
    let error: unknown;
    await seal(AAD, command, { ...times, expires }, await signer()).catch((thrown) => (error = thrown));
    assert.instance(error, TypeError);
  }
});

test("a signing key that is none is refused by name, and never quoted", async () => {
  const good = jwk(SECRET, PUBLIC);
  for (const wrong of [
    { ...good, crv: "X25519" },
    { ...good, kid: "a b" },
    { ...good, issuer: "" },
    { ...good, d: "AAAA" },
  ]) {
    let error: unknown;
    await signerOf(wrong as typeof good).catch((thrown) => (error = thrown));
    assert.instance(error, TypeError);
    assert.not.match(String(error), good.d);
  }
});

test.run();
