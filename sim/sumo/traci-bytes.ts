/** TraCI's bytes: big-endian, strings and lists with their length before them. */
import { Fault } from "../../firmware/hal/fault.ts";
import { TYPE } from "./traci-words.ts";

/** A value as TraCI says it; a compound is a list of values. */
export type Value = number | string | readonly Value[];

const text = new TextEncoder();
const plain = new TextDecoder();

export class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #room(more: number): number {
    const at = this.#length;
    this.#length += more;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  ubyte(value: number): this {
    this.#view.setUint8(this.#room(1), value);
    return this;
  }

  integer(value: number): this {
    this.#view.setInt32(this.#room(4), value);
    return this;
  }

  double(value: number): this {
    this.#view.setFloat64(this.#room(8), value);
    return this;
  }

  string(value: string): this {
    const bytes = text.encode(value);
    this.integer(bytes.length);
    return this.raw(bytes);
  }

  strings(values: readonly string[]): this {
    this.integer(values.length);
    for (const value of values) this.string(value);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** One command: its length, its id, what it says. */
export function command(id: number, content: Uint8Array = new Uint8Array()): Uint8Array {
  const writer = new Writer();
  if (content.length + 2 <= 255) writer.ubyte(content.length + 2);
  else writer.ubyte(0).integer(content.length + 6);
  return writer.ubyte(id).raw(content).done();
}

/** Several commands in a message, its length first. */
export function message(commands: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().integer(4 + commands.reduce((sum, one) => sum + one.length, 0));
  for (const one of commands) writer.raw(one);
  return writer.done();
}

/** Reads on from `at`; throws Fault `protocol` where the bytes end too early. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  #take(length: number): number {
    if (length < 0 || length > this.left)
      throw new Fault("protocol", "sumo", `${length} bytes are wanted where ${this.left} are left`);
    const at = this.at;
    this.at += length;
    return at;
  }

  ubyte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  integer(): number {
    return this.#view.getInt32(this.#take(4));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  string(): string {
    const length = this.integer();
    const at = this.#take(length);
    return plain.decode(this.#bytes.subarray(at, at + length));
  }

  strings(): string[] {
    return this.#list(() => this.string());
  }

  #list<T>(one: () => T): T[] {
    const count = this.integer();
    // Each is a byte at least: a forged count is refused before it costs memory.
    if (count < 0 || count > this.left)
      throw new Fault("protocol", "sumo", `a list of ${count} where ${this.left} bytes are left`);
    return Array.from({ length: count }, one);
  }

  /** A value with its type before it. */
  value(): Value {
    const type = this.ubyte();
    switch (type) {
      case TYPE.ubyte:
        return this.ubyte();
      case TYPE.byte:
        return (this.ubyte() << 24) >> 24;
      case TYPE.integer:
        return this.integer();
      case TYPE.double:
        return this.double();
      case TYPE.string:
        return this.string();
      case TYPE.strings:
        return this.strings();
      case TYPE.compound:
        return this.#list(() => this.value());
      default:
        throw new Fault("protocol", "sumo", `no type ${type}`);
    }
  }

  /** The head of a command: its id, and where it ends. */
  head(): { readonly id: number; readonly end: number } {
    const start = this.at;
    const short = this.ubyte();
    const length = short === 0 ? this.integer() : short;
    const id = this.ubyte();
    const end = start + length;
    if (end < this.at || end > this.#bytes.length) throw new Fault("protocol", "sumo", `a command of ${length} bytes`);
    return { id, end };
  }
}
