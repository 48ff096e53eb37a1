/** Input registers of the Eastron SDM meters: 32-bit floats, high word first (SDM120, SDM630 Modbus protocol documents). */
export const SDM = {
  /** W; the whole of a single-phase meter, phase 1 of a three-phase one. */
  powerPhase1: 0x0c,
  /** W, all phases; not there in a single-phase meter. */
  powerTotal: 0x34,
  /** kWh since the meter was made. */
  energyImported: 0x48,
} as const;

/** Registers one value takes. */
export const SDM_VALUE = 2;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const decodeFloat = (bytes: Uint8Array): number => view(bytes).getFloat32(0);

export function encodeFloat(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  view(bytes).setFloat32(0, value);
  return bytes;
}
