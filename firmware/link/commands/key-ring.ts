import Type, { type Static } from "typebox";
import type { Instant } from "../../../controllers/units.ts";
import type { Log } from "../../hal/log.ts";
import type { Store } from "../../hal/store.ts";
import { type Problem, problemOf } from "../check.ts";
import { closed, text } from "../table.ts";
import { nodeProblem } from "../topic.ts";
import { mayDo, publicKeyBytes, publicKeyProblem } from "./public-key.ts";

/** A public key of the cockpit, and what it counts for. */
export interface CommandKey {
  readonly id: string;
  /** RSMP id of the supervisor that signs with it. */
  readonly issuer: string;
  /** Ed25519, base64url. */
  readonly publicKey: string;
  /** Codes or their beginnings; absent: all but keys and certificates. */
  readonly codes?: readonly string[];
  /** UTC instants between which it counts. */
  readonly from?: string;
  readonly until?: string;
}

/** Keys believed at one time, of the configuration and added. */
const MOST_KEYS = 64;
/** Keys ever heard of; no key is added past it, so that each that was can be revoked. */
const MOST_EVER = 1024;
const STORED = "command-keys";
/** What must be in a key's `codes` for it to add and revoke keys. */
const MANAGES = "cabinet.keys.add";

const BOOK = closed({
  added: Type.Array(
    closed({
      id: text(32),
      issuer: text(128),
      publicKey: text(43),
      codes: Type.Optional(Type.Array(text(64))),
      from: Type.Optional(text(24)),
      until: Type.Optional(text(24)),
    }),
  ),
  revoked: Type.Array(closed({ id: text(32), publicKey: text(43) })),
});
type ImportedKey = Parameters<typeof globalThis.crypto.subtle.verify>[1];
type Book = Static<typeof BOOK>;

/** The keys whose signatures a cabinet believes: those of its configuration, those added since, less those revoked for ever. */
export interface KeyRing {
  /** The key of this id; null where there is none, or it is revoked. */
  find(id: string): CommandKey | null;
  /** Whether the key made this signature of these bytes. */
  verify(key: CommandKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** Believes another key, once it is on the disk. Resolves with what is wrong with it, or null. Rejects with the disk's error. */
  add(key: CommandKey): Promise<Problem | null>;
  /**
   * Never believes a key again, from now on and, once it resolves, over restarts; whatever the configuration says. The last one
   * that may manage keys at `now` stays. Resolves with what is wrong, or null. Rejects with the disk's error; it is revoked even so.
   */
  revoke(id: string, now: Instant): Promise<Problem | null>;
  /** Ids of the keys that are believed, now or at another time. */
  ids(): readonly string[];
}

export interface KeyRingOptions {
  readonly configured: readonly CommandKey[];
  readonly store: Store;
  readonly log: Log;
}

/** Whether a key counts at this time. */
export const countsAt = ({ from, until }: CommandKey, now: Instant): boolean =>
  (from === undefined || Date.parse(from) <= now) && (until === undefined || now < Date.parse(until));

/**
 * Reads what was added and revoked. Where that cannot be read nobody knows which keys are revoked: then none is believed, and
 * the log says so.
 */
export async function openKeyRing({ configured, store, log }: KeyRingOptions): Promise<KeyRing> {
  const good = configured.filter(({ id, publicKey }) => {
    const wrong = publicKeyProblem(publicKey);
    if (wrong) log.error({ key: id, why: wrong }, "a configured command key is left out");
    return wrong === null;
  });
  let book: Book | null;
  try {
    book = readBook(await store.read(STORED));
  } catch (error) {
    log.error({ err: error }, `the kept ${STORED} cannot be read: no signed command is done`);
    book = null;
  }
  return new Ring(good, book, store);
}

function readBook(bytes: Uint8Array | null): Book {
  if (!bytes) return { added: [], revoked: [] };
  const kept: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const wrong = problemOf(BOOK, kept);
  if (wrong) throw new TypeError(`${STORED}: ${wrong.field} ${wrong.message}`);
  return kept as Book;
}

class Ring implements KeyRing {
  readonly #configured: readonly CommandKey[];
  readonly #store: Store;
  /** null: it could not be read. */
  #book: Book | null;
  #keys = new Map<string, CommandKey>();
  readonly #imported = new Map<string, Promise<ImportedKey>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(configured: readonly CommandKey[], book: Book | null, store: Store) {
    this.#configured = configured;
    this.#store = store;
    this.#book = book;
    this.#take(book);
  }

  find(id: string): CommandKey | null {
    return this.#keys.get(id) ?? null;
  }

  ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  async verify({ publicKey }: CommandKey, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const { subtle } = globalThis.crypto;
    let imported = this.#imported.get(publicKey);
    if (!imported) {
      const raw = publicKeyBytes(publicKey) as Uint8Array<ArrayBuffer>;
      imported = subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
      this.#imported.set(publicKey, imported);
    }
    return subtle.verify("Ed25519", await imported, new Uint8Array(signature), new Uint8Array(bytes));
  }

  add(key: CommandKey): Promise<Problem | null> {
    return this.#inTurn(async () => {
      const wrong = this.#problemOf(key);
      if (wrong || !this.#book) return wrong;
      const next: Book = { ...this.#book, added: [...this.#book.added, plain(key)] };
      await this.#write(next);
      this.#take(next);
      return null;
    });
  }

  revoke(id: string, now: Instant): Promise<Problem | null> {
    return this.#inTurn(async () => {
      const key = this.#keys.get(id);
      if (!key || !this.#book) return { field: "id", message: `is ${id}: allowed ${this.ids().join(", ")}` };
      const others = [...this.#keys.values()].filter((one) => one.publicKey !== key.publicKey);
      if (mayDo(key.codes, MANAGES) && !others.some((one) => mayDo(one.codes, MANAGES) && countsAt(one, now)))
        return { field: "id", message: `is ${id}: the last key that may manage keys stays` };
      const next: Book = {
        added: this.#book.added.filter((one) => one.id !== id),
        revoked: [...this.#book.revoked, { id, publicKey: key.publicKey }],
      };
      // At once: a key that was stolen must not count until the disk is done.
      this.#take(next);
      await this.#write(next);
      return null;
    });
  }

  #problemOf({ id, issuer, publicKey, from, until }: CommandKey): Problem | null {
    const book = this.#book;
    if (!book) return { field: "id", message: `is ${id}: the cabinet cannot read which keys are revoked` };
    const known = [...this.#configured, ...book.added, ...book.revoked];
    if (known.some((one) => one.id === id))
      return { field: "id", message: `is ${id}: allowed is an id never used here` };
    if (known.some((one) => one.publicKey === publicKey))
      return { field: "publicKey", message: "is that of a key that is or was known: allowed is a new one" };
    if (this.#keys.size >= MOST_KEYS) return { field: "id", message: `is one too many: allowed ${MOST_KEYS} keys` };
    if (known.length >= MOST_EVER)
      return { field: "id", message: `is one too many: allowed ${MOST_EVER} keys, revoked ones included` };
    const bad = publicKeyProblem(publicKey);
    if (bad) return { field: "publicKey", message: bad };
    const unfit = nodeProblem(issuer);
    if (unfit) return { field: "issuer", message: unfit };
    for (const [field, at] of Object.entries({ from, until })) {
      if (at !== undefined && Number.isNaN(Date.parse(at))) return { field, message: `is ${at}: no such day` };
    }
    return null;
  }

  /** What follows from a book. A revoked key counts under no id. */
  #take(book: Book | null): void {
    this.#book = book;
    const revoked = book?.revoked ?? [];
    const believed = book ? [...book.added, ...this.#configured] : [];
    this.#keys = new Map(
      believed
        .filter((key) => !revoked.some((one) => one.id === key.id || one.publicKey === key.publicKey))
        .map((key) => [key.id, key]),
    );
    this.#imported.clear();
  }

  #write(book: Book): Promise<void> {
    return this.#store.write(STORED, new TextEncoder().encode(JSON.stringify(book)));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

const plain = ({ id, issuer, publicKey, codes, from, until }: CommandKey) => ({
  id,
  issuer,
  publicKey,
  ...(codes ? { codes: [...codes] } : {}),
  ...(from === undefined ? {} : { from }),
  ...(until === undefined ? {} : { until }),
});
