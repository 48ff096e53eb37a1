/** Keys of one width, each once, kept whole in one piece of memory: exact, unlike sets of hashes, and a few bytes a key. */
export class PackedSet {
  readonly #width: number;
  #keys: Uint8Array;
  /** Open addressing: a key's place + 1, 0 for none. */
  #slots: Uint32Array;
  #size = 0;

  /** `width`: bytes of each key. */
  constructor(width: number) {
    this.#width = width;
    this.#keys = new Uint8Array(width * 1024);
    this.#slots = new Uint32Array(4096);
  }

  get size(): number {
    return this.#size;
  }

  /** What it holds in memory. */
  get bytes(): number {
    return this.#keys.byteLength + this.#slots.byteLength;
  }

  /** True for a key that was not there. TypeError for one of another width. */
  add(key: Uint8Array): boolean {
    if (key.length !== this.#width) throw new TypeError(`key of ${key.length} bytes: allowed ${this.#width}`);
    if (this.#size * 2 >= this.#slots.length) this.#spread();
    const slot = this.#find(key);
    if (this.#slots[slot] !== 0) return false;
    const at = this.#size * this.#width;
    if (at + this.#width > this.#keys.length) {
      const more = new Uint8Array(this.#keys.length * 2);
      more.set(this.#keys);
      this.#keys = more;
    }
    this.#keys.set(key, at);
    this.#size++;
    this.#slots[slot] = this.#size;
    return true;
  }

  #find(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(key, 0, this.#width) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] as number;
      if (place === 0 || this.#same(key, (place - 1) * this.#width)) return slot;
    }
  }

  #same(key: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#width; i++) if (this.#keys[at + i] !== key[i]) return false;
    return true;
  }

  #spread(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let place = 0; place < this.#size; place++) {
      let slot = hashOf(this.#keys, place * this.#width, this.#width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(bytes: Uint8Array, from: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
