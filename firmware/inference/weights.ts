import { type Net, type Parsed, parseNet } from "./net.ts";

/** A network as bytes: how many layers, their units with the inputs first (uint32), then kernels and biases (float32), little-endian. */
export function bytesOf({ inputs, layers, weights }: Net): Uint8Array {
  const sizes = [inputs, ...layers.map(({ units }) => units)];
  const numbers = weights.reduce((sum, { kernel, bias }) => sum + kernel.length + bias.length, 0);
  const bytes = new DataView(new ArrayBuffer(4 * (1 + sizes.length + numbers)));
  let place = 0;
  for (const value of [layers.length, ...sizes]) {
    bytes.setUint32(place, value, true);
    place += 4;
  }
  for (const { kernel, bias } of weights) {
    for (const value of [...kernel, ...bias]) {
      bytes.setFloat32(place, value, true);
      place += 4;
    }
  }
  return new Uint8Array(bytes.buffer);
}

/** The network that `bytesOf` wrote: rectified layers, the last one linear. What is damaged is refused, never half read. */
export function netOf(bytes: Uint8Array): Parsed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Math.floor(bytes.byteLength / 4);
  const count = words > 0 ? view.getUint32(0, true) : 0;
  const refused: Parsed = { ok: false, field: "bytes", message: `${bytes.byteLength} bytes are no network` };
  if (bytes.byteLength % 4 !== 0 || count < 1 || count > 16 || words < count + 2) return refused;
  const sizes = Array.from({ length: count + 1 }, (_, i) => view.getUint32(4 * (i + 1), true));
  const wanted = sizes.slice(1).reduce((sum, units, i) => sum + units * ((sizes[i] as number) + 1), count + 2);
  if (wanted !== words) return refused;
  let place = 4 * (count + 2);
  const take = (length: number) =>
    Float32Array.from({ length }, () => {
      place += 4;
      return view.getFloat32(place - 4, true);
    });
  return parseNet({
    inputs: sizes[0],
    layers: sizes.slice(1).map((units, i) => ({ units, activation: i < count - 1 ? "relu" : "linear" })),
    weights: sizes.slice(1).map((units, i) => ({ kernel: take(units * (sizes[i] as number)), bias: take(units) })),
  });
}
