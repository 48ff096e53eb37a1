/** Most bytes that wait of one node, and of all. */
const MOST_AT_NODE = 4 * 1024 * 1024;
const MOST = 64 * 1024 * 1024;
/** What an entry takes beside its part of the message. */
const OVERHEAD = 200;

/** How much may wait behind gaps: of each node so much that none takes the room of the others, and of all together. */
export class Room {
  readonly #nodes = new Map<string, number>();
  #all = 0;

  take(node: string, bytes: number): void {
    this.#nodes.set(node, (this.#nodes.get(node) ?? 0) + bytes + OVERHEAD);
    this.#all += bytes + OVERHEAD;
  }

  leave(node: string, bytes: number): void {
    const left = (this.#nodes.get(node) ?? 0) - bytes - OVERHEAD;
    this.#all -= bytes + OVERHEAD;
    if (left > 0) this.#nodes.set(node, left);
    else this.#nodes.delete(node);
  }

  isFull(node: string): boolean {
    return this.#all > MOST || (this.#nodes.get(node) ?? 0) > MOST_AT_NODE;
  }
}
