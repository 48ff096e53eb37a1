import { after, type Duration, type Instant } from "../units.ts";

/** What is known of a counter's life. */
export interface Hearing {
  /** When it said something last, or since when we listen. */
  readonly heardAt: Instant;
  /** Since when it is silent for too long: found by `listened`. Null while it is live. */
  readonly silentSince: Instant | null;
  /** When it spoke again after its last silence; null before the first. */
  readonly spokeAt: Instant | null;
}

/** Since `now` we listen: a counter counts as live until it has been quiet for as long as any other. */
export const listening = (now: Instant): Hearing => ({ heardAt: now, silentSince: null, spokeAt: null });

/** When a live counter becomes silent if it goes on saying nothing. */
export const silentAt = (hearing: Hearing, staleAfter: Duration): Instant => after(hearing.heardAt, staleAfter);

/** After the counter said something at `at`. What arrives late does not make it older. */
export function heard(before: Hearing, at: Instant, staleAfter: Duration): Hearing {
  const back = before.silentSince !== null || at >= silentAt(before, staleAfter);
  const heardAt = at > before.heardAt ? at : before.heardAt;
  return { heardAt, silentSince: null, spokeAt: back ? at : before.spokeAt };
}

/** At `now`, with nothing said since: the same, or silent. */
export function listened(before: Hearing, staleAfter: Duration, now: Instant): Hearing {
  const since = silentAt(before, staleAfter);
  return before.silentSince !== null || now < since ? before : { ...before, silentSince: since };
}

/** After the wall clock was set at `now`, when nobody knows how long a live counter has been quiet: it gets its time anew. */
export const restarted = (before: Hearing, now: Instant): Hearing => ({ ...before, heardAt: now, spokeAt: null });
