/** Round numbers for an axis from 0: at most `most` steps, the last at or above `top`. */
export function ticks(top: number, most = 5): readonly number[] {
  if (!(top > 0)) return [0, 1];
  const raw = top / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= raw * (1 - 1e-9)) as number) * power;
  const count = Math.ceil(top / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const UNITS = [
  { from: 1e9, per: 1e9, name: "GWh" },
  { from: 1e6, per: 1e6, name: "MWh" },
  { from: 1e3, per: 1e3, name: "kWh" },
  { from: 0, per: 1, name: "Wh" },
] as const;

/** The unit in which a sum of energies is best told: the largest of them is 1 or more in it. */
export function energyUnit(largest: number): { readonly per: number; readonly name: string } {
  return UNITS.find(({ from }) => largest >= from) ?? UNITS[3];
}

/** Three digits that count, in groups; whole from a hundred on. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** The same of a number on an axis: no more digits than it has. */
export const tickText = (value: number): string => value.toLocaleString("en-GB", { maximumFractionDigits: 3 });
