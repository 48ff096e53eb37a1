/** One value at a fixed place in a run of bytes. */
export interface Field<T> {
  /** Bytes it takes. */
  readonly size: number;
  get(view: DataView, at: number): T;
  put(view: DataView, at: number, value: T): void;
}

/** What the fields of a layout hold, by name. */
export type Values<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Named fields one after the other, without gaps: the same table encodes and decodes. */
export interface Layout<F> {
  readonly size: number;
  /** Throws TypeError for a value that its field cannot hold. */
  encode(values: Values<F>): Uint8Array;
  /** Reads the first `size` bytes; what follows them is not looked at. Throws RangeError when there are fewer. */
  decode(bytes: Uint8Array): Values<F>;
}

export function layout<F extends Readonly<Record<string, Field<unknown>>>>(fields: F): Layout<F> {
  const named = Object.entries(fields);
  const size = named.reduce((sum, [, field]) => sum + field.size, 0);
  return {
    size,
    encode(values) {
      const out = new Uint8Array(size);
      const view = viewOf(out);
      let at = 0;
      for (const [name, field] of named) {
        field.put(view, at, values[name as keyof F]);
        at += field.size;
      }
      return out;
    },
    decode(bytes) {
      const view = viewOf(bytes);
      let at = 0;
      const values: Record<string, unknown> = {};
      for (const [name, field] of named) {
        values[name] = field.get(view, at);
        at += field.size;
      }
      return values as Values<F>;
    },
  };
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An unsigned number of `size` bytes. */
const unsigned = (size: 1 | 2 | 4, little: boolean): Field<number> => {
  const most = 2 ** (size * 8) - 1;
  return {
    size,
    get: (view, at) =>
      size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, little) : view.getUint32(at, little),
    put(view, at, value) {
      if (!Number.isInteger(value) || value < 0 || value > most) throw new TypeError(`${value}: allowed 0 to ${most}`);
      if (size === 1) view.setUint8(at, value);
      else if (size === 2) view.setUint16(at, value, little);
      else view.setUint32(at, value, little);
    },
  };
};

export const u8 = unsigned(1, true);
export const u16le = unsigned(2, true);
export const u32le = unsigned(4, true);
export const u16be = unsigned(2, false);
export const u32be = unsigned(4, false);

export const u64le: Field<bigint> = {
  size: 8,
  get: (view, at) => view.getBigUint64(at, true),
  put(view, at, value) {
    if (value < 0n || value >= 1n << 64n) throw new TypeError(`${value}: allowed 0 to 2^64 - 1`);
    view.setBigUint64(at, value, true);
  },
};

/** Exactly `count` times the same field. */
export const times = (field: Field<number>, count: number): Field<readonly number[]> => ({
  size: field.size * count,
  get: (view, at) => Array.from({ length: count }, (_, i) => field.get(view, at + i * field.size)),
  put(view, at, values) {
    if (values.length !== count) throw new TypeError(`${values.length} values: allowed ${count}`);
    for (const [i, value] of values.entries()) field.put(view, at + i * field.size, value);
  },
});
