/**
 * Plain data in 16 bytes that are the same for the same data seen from its own time: instants become ages. Four 32-bit hashes
 * with multipliers of their own; of some million states two different ones share their bytes with a chance of 1 in 10^25.
 */
export function digestOf(data: unknown, now: number, anInstant: number): Uint8Array {
  const text = JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === "number" && value >= anInstant) return `@${value - now}`;
    return value instanceof Map ? [...value] : value;
  });
  let [a, b, c, d] = [0x811c9dc5, 0x9e3779b9, 0x7f4a7c15, 0x2545f491];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    c = Math.imul(c ^ unit, 0xc2b2ae35);
    d = Math.imul(d ^ unit, 0x27d4eb2f);
    b ^= b >>> 15;
    c ^= c >>> 13;
    d ^= d >>> 16;
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [i, hash] of [a, b, c, d].entries()) view.setInt32(4 * i, hash);
  return bytes;
}
