import { createHash, randomBytes } from "node:crypto";

/** ms. */
const IDLE = 30 * 60_000;
const LONGEST = 12 * 3_600_000;
/** Past this the oldest ends. */
const MOST_SESSIONS = 64;

export interface Session {
  readonly user: string;
  /** Aborts when it ends: what it opened is closed. */
  readonly over: AbortSignal;
  /** Its page is still open. */
  touch(): void;
}

interface Kept extends Session {
  readonly begun: number;
  seen: number;
  readonly end: () => void;
}

/** Who is logged in. In memory only: after a restart everybody logs in again. `now`: ms, never back. */
export class Sessions {
  readonly #now: () => number;
  /** By a digest of the token: looking one up tells nothing of another by the time it takes. */
  readonly #kept = new Map<string, Kept>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Begins a session; the token is all that its user has to show. */
  open(user: string): string {
    this.sweep();
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_SESSIONS && oldest !== undefined) this.#end(oldest);
    const token = randomBytes(32).toString("base64url");
    const over = new AbortController();
    const begun = this.#now();
    const kept: Kept = {
      user,
      over: over.signal,
      begun,
      seen: begun,
      touch: () => {
        kept.seen = this.#now();
      },
      end: () => over.abort(),
    };
    this.#kept.set(digest(token), kept);
    return token;
  }

  /** The session of a token; null for none, and for one that is over: unused for 30 minutes, or 12 hours old. */
  find(token: string | undefined): Session | null {
    if (token === undefined) return null;
    this.sweep();
    const kept = this.#kept.get(digest(token));
    kept?.touch();
    return kept ?? null;
  }

  close(token: string): void {
    this.#end(digest(token));
  }

  /** Ends what is over. */
  sweep(): void {
    const now = this.#now();
    for (const [key, { begun, seen }] of this.#kept) if (now - seen >= IDLE || now - begun >= LONGEST) this.#end(key);
  }

  closeAll(): void {
    for (const key of [...this.#kept.keys()]) this.#end(key);
  }

  #end(key: string): void {
    this.#kept.get(key)?.end();
    this.#kept.delete(key);
  }
}

const digest = (token: string): string => createHash("sha256").update(token).digest("base64");
