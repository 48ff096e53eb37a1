import { decodeBody, decodeHead, type Head, headSize, NEEDED, type Packet } from "./usbredir.ts";

/** What the bytes held: a packet, or a breach of the protocol after which nothing more is read. */
export type Parsed =
  | { readonly is: "packet"; readonly packet: Packet }
  | { readonly is: "breach"; readonly reason: string };

/**
 * Cuts a stream of bytes into usbredir packets, whatever pieces it comes in. Never throws; holds one packet at most (its head
 * and, once that is found right, its body). The stream must begin with hello, from a peer that can all that is needed.
 */
export class UsbRedirParser {
  #first = true;
  #head: Head | undefined;
  #part = new Uint8Array(headSize(true));
  #filled = 0;
  #broken = false;

  /** Bytes set aside for the packet that is not yet whole. */
  get held(): number {
    return this.#part.length;
  }

  /** Must be read to its end before the next is pushed. */
  *push(chunk: Uint8Array): Generator<Parsed, void, undefined> {
    let at = 0;
    while (!this.#broken && at < chunk.length) {
      const taken = chunk.subarray(at, at + this.#part.length - this.#filled);
      this.#part.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled < this.#part.length) return;
      const parsed = this.#whole();
      if (parsed) yield parsed;
    }
  }

  /** A head or a body is there. */
  #whole(): Parsed | undefined {
    if (!this.#head) {
      const head = decodeHead(this.#part, this.#first);
      if (typeof head === "string") return this.#breach(head);
      if (this.#first && head.kind !== "hello") return this.#breach(`${head.kind} before hello`);
      this.#head = head;
      this.#expect(head.length);
      if (head.length > 0) return undefined;
    }
    const packet = decodeBody(this.#head, this.#part);
    if (packet.kind === "hello" && (packet.capabilities & NEEDED) !== NEEDED) {
      return this.#breach(`capabilities 0x${packet.capabilities.toString(16)}: 0x${NEEDED.toString(16)} needed`);
    }
    this.#first = false;
    this.#head = undefined;
    this.#expect(headSize(false));
    return { is: "packet", packet };
  }

  #expect(size: number): void {
    this.#part = new Uint8Array(size);
    this.#filled = 0;
  }

  #breach(reason: string): Parsed {
    this.#broken = true;
    this.#part = new Uint8Array();
    this.#filled = 0;
    return { is: "breach", reason };
  }
}
