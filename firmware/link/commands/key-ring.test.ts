import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { memoryStore } from "../../../sim/ports.ts";
import { silent } from "../../hal/log.ts";
import type { Store } from "../../hal/store.ts";
import { NOW, pair } from "./desk.bench.ts";
import { type CommandKey, openKeyRing } from "./key-ring.ts";
import { base64url, mayDo, publicKeyBytes, publicKeyProblem } from "./public-key.ts";

const now = instant(NOW);
const open = (configured: readonly CommandKey[], store: Store = memoryStore()) =>
  openKeyRing({ configured, store, log: silent });
const MANAGER = { codes: ["cabinet.keys"] };

/** p, and the points of small order that RFC 8032's curve has: found by adding, not by heart. */
const P = 2n ** 255n - 19n;
const mod = (a: bigint) => ((a % P) + P) % P;
const power = (base: bigint, exponent: bigint): bigint => {
  let [result, square] = [1n, mod(base)];
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
};
const inverse = (a: bigint) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
type Point = readonly [bigint, bigint];
const add = ([x1, y1]: Point, [x2, y2]: Point): Point => {
  const both = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + both)), mod((y1 * y2 + x1 * x2) * inverse(1n - both))];
};
const pointOf = (y: bigint): Point | null => {
  const xx = mod((y * y - 1n) * inverse(mod(D * y * y + 1n)));
  let x = power(xx, (P + 3n) / 8n);
  if (mod(x * x) !== xx) x = mod(x * power(2n, (P - 1n) / 4n));
  return mod(x * x) === xx ? [x, mod(y)] : null;
};
const text = (y: bigint, sign = 0n) => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number(((y | (sign << 255n)) >> BigInt(8 * i)) & 255n));
  return base64url(bytes);
};

test("keys for which anybody can sign are refused: every point of small order, in every spelling", () => {
  // Any point times the group's prime order is one whose order divides 8; of half of them it is 8, and the rest are its multiples.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let small = new Set<bigint>();
  for (let y = 2n; small.size < 5; y++) {
    const point = pointOf(y);
    if (!point) continue;
    let [sum, double]: [Point, Point] = [[0n, 1n], point];
    for (let e = order; e > 0n; e >>= 1n) {
      if (e & 1n) sum = add(sum, double);
      double = add(double, double);
    }
    small = new Set();
    for (let [i, multiple] = [0, sum]; i < 8; i++, multiple = add(multiple, sum)) small.add(multiple[1]);
  }
  for (const y of [...small, P, P + 1n])
    for (const sign of [0n, 1n]) assert.match(publicKeyProblem(text(y, sign)) ?? "", /anybody can sign/, `${y}`);
  assert.match(publicKeyProblem("A".repeat(43)) ?? "", /anybody can sign/);
});

test("a public key is 43 characters of base64url, in their one spelling", async () => {
  const { key } = await pair("ops-1");
  assert.is(publicKeyProblem(key.publicKey), null);
  assert.is(base64url(publicKeyBytes(key.publicKey) as Uint8Array), key.publicKey);
  const last = key.publicKey.at(-1) as string;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = alphabet[alphabet.indexOf(last) ^ 1] as string;
  for (const wrong of [
    "",
    `${key.publicKey}A`,
    key.publicKey.slice(1),
    `${key.publicKey.slice(0, -1)}${other}`,
    "+".repeat(43),
  ])
    assert.match(publicKeyProblem(wrong) ?? "", /43 characters/, wrong);
});

test("a key may give the codes it names and what is below them; unnamed, all but keys and certificates", () => {
  for (const [codes, code, may] of [
    [undefined, "lighting.level.set", true],
    [undefined, "cabinet.keys.add", false],
    [undefined, "cabinet.certificate.set", false],
    [undefined, "cabinet.keyserver", true],
    [["lighting"], "lighting.level.set", true],
    [["lighting.level.set"], "lighting.level.set", true],
    [["light"], "lighting.level.set", false],
    [["lighting"], "access.open", false],
    [[], "lighting.level.set", false],
    [["cabinet.keys"], "cabinet.keys.revoke", true],
  ] as const)
    assert.is(mayDo(codes, code), may, `${codes} ${code}`);
});

test("the last key that may manage keys now cannot be revoked; one that may only later does not count", async () => {
  const later = new Date(NOW + 1).toISOString();
  const [root, spare, future] = await Promise.all([
    pair("root", MANAGER),
    pair("spare", MANAGER),
    pair("f", { ...MANAGER, from: later }),
  ]);
  const ring = await open([root.key, spare.key, future.key]);
  assert.is(await ring.revoke("root", now), null);
  assert.is((await ring.revoke("spare", now))?.field, "id");
  assert.equal(ring.ids(), ["spare", "f"]);
  assert.is(await ring.revoke("f", now), null);
  assert.is((await ring.revoke("nobody", now))?.field, "id");
  // The same key under another name is the same key.
  const twice = await open([root.key, { ...root.key, id: "alias" }]);
  assert.is((await twice.revoke("root", now))?.field, "id");
});

test("a revoked key counts under no other name either, and not when the configuration names it again", async () => {
  const [root, ops] = await Promise.all([pair("root", MANAGER), pair("ops")]);
  const store = memoryStore();
  const ring = await open([root.key, ops.key, { ...ops.key, id: "ops-again" }], store);
  await ring.revoke("ops", now);
  assert.equal(ring.ids(), ["root"]);
  assert.equal((await open([root.key, { ...ops.key, id: "third" }], store)).ids(), ["root"]);
});

test("a disk that refuses: what was to be added does not count, what was to be revoked counts no more", async () => {
  const [root, ops, more] = await Promise.all([pair("root", MANAGER), pair("ops"), pair("more")]);
  const ring = await open([root.key, ops.key], {
    read: async () => null,
    write: () => Promise.reject(new Error("full")),
  });
  const failed = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      () => "rejected",
    );
  assert.is(await failed(ring.add(more.key)), "rejected");
  assert.is(await failed(ring.revoke("ops", now)), "rejected");
  assert.equal(ring.ids(), ["root"]);
});

test("where nobody can tell which keys are revoked none is believed; what cannot be a key is left out", async () => {
  const { key } = await pair("ops");
  for (const kept of ["", "{", "[]", '{"added":[]}', '{"added":[{"id":1}],"revoked":[]}']) {
    const store = memoryStore();
    await store.write("command-keys", new TextEncoder().encode(kept));
    const ring = await open([key], store);
    assert.equal(ring.ids(), [], kept);
    assert.is((await ring.add({ ...key, id: "new" }))?.field, "id");
  }
  const broken = { read: () => Promise.reject(new Error("EIO")), write: async () => {} };
  assert.equal((await open([key], broken)).ids(), []);
  assert.equal((await open([key, { ...key, id: "zero", publicKey: "A".repeat(43) }])).ids(), ["ops"]);
});

test("an added key is checked, one at a time, and there are at most 64", async () => {
  const { key: root } = await pair("root", MANAGER);
  const store = memoryStore();
  const ring = await open([root], store);
  const [one, two] = await Promise.all([pair("k0"), pair("k1")]);
  const field = async (key: CommandKey) => (await ring.add(key))?.field;
  assert.is(await field({ ...one.key, publicKey: "A".repeat(43) }), "publicKey");
  assert.is(await field({ ...one.key, issuer: "a b" }), "issuer");
  assert.is(await field({ ...one.key, until: "noon" }), "until");
  assert.is(await field({ ...one.key, id: "root" }), "id");
  assert.is(await field({ ...one.key, publicKey: root.publicKey }), "publicKey");
  assert.equal(await Promise.all([field(one.key), field({ ...two.key, id: "k0" }), field(two.key)]), [
    undefined,
    "id",
    undefined,
  ]);
  for (let i = 2; i < 63; i++) assert.is(await field((await pair(`k${i}`)).key), undefined);
  assert.is(await field((await pair("k63")).key), "id");
  assert.is((await open([root], store)).ids().length, 64);
});

test.run();
