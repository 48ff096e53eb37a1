/** Time stamps may be so much older than now for a node that is merely quiet; periodic updates come each minute. ms. */
const QUIET = 120_000;

/**
 * What time it is at each node. A command's expiry is judged by the cabinet's clock, and a cabinet of a demonstration, or
 * one whose clock was set wrong, lives at another hour than this machine.
 */
export class NodeTimes {
  readonly #heard = new Map<string, { readonly told: number; readonly at: number }>();

  /** A node told the time `ts` (ISO 8601) when it was `at` here (ms since 1970). What cannot be read is ignored. */
  hear(node: string, ts: string, at: number): void {
    const told = Date.parse(ts);
    if (Number.isNaN(told)) return;
    const before = this.#heard.get(node);
    // Messages that the broker kept come late and out of order: the newest stamp is the best one.
    if (before === undefined || told >= before.told) this.#heard.set(node, { told, at });
  }

  /** The time at the node when it is `here` here: this machine's, unless the node's differs by more than it can by being quiet. */
  now(node: string, here: number): number {
    const heard = this.#heard.get(node);
    if (heard === undefined) return here;
    const there = heard.told + (here - heard.at);
    return Math.abs(there - here) > QUIET ? there : here;
  }
}
