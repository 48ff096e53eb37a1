/**
 * A colour as IEC 62386-209 numbers its values (table 11): 0 x, 1 y, 2 Tc in mirek, 3 to 8 primaries, 9 to 14 red, green, blue,
 * white, amber, freecolour, 15 RGBWAF control. The same numbers from 192 are the temporary colour, from 224 the reported one.
 */
export type ColourValues = readonly number[];

export const X = 0;
export const Y = 1;
export const TC = 2;
export const PRIMARY = 3;
export const RGBWAF = 9;
export const CONTROL = 15;
/** The colour type after the values of a block: 208 and 240. */
export const TYPE = 16;
export const TEMPORARY = 192;
export const REPORT = 224;

/** Colour types, as QUERY COLOUR VALUE tells them. */
export const TYPES = { xy: 0x10, tc: 0x20, primary: 0x40, rgbwaf: 0x80 } as const;

/** Values before RGBWAF have two bytes, and MASK is both of them. */
export const isWide = (value: number): boolean => value < RGBWAF;
export const maskOf = (value: number): number => (isWide(value) ? 0xffff : 0xff);

/** Nothing set. */
export const NO_COLOUR: ColourValues = Array.from({ length: TYPE }, (_, value) => maskOf(value));

/** Which colour type a value belongs to. */
export function typeOf(value: number): number {
  if (value <= Y) return TYPES.xy;
  if (value === TC) return TYPES.tc;
  return value < RGBWAF ? TYPES.primary : TYPES.rgbwaf;
}

/** Which colour type the values are of; MASK where none is set. */
export function typeOfAll(values: ColourValues): number {
  const set = values.findIndex((value, index) => value !== maskOf(index));
  return set < 0 ? 0xff : typeOf(set);
}

/** The values with one more, those of another type forgotten. */
export const withValue = (values: ColourValues, at: number, value: number): ColourValues =>
  values.map((old, index) => (index === at ? value : typeOf(index) === typeOf(at) ? old : maskOf(index)));

/** A part (0..1) of the way from one colour to another; what only one of them has is the other's end at once. */
export const mix = (from: ColourValues, to: ColourValues, part: number): ColourValues =>
  to.map((end, index) => {
    const start = from[index] ?? end;
    const still = index === CONTROL || end === maskOf(index) || start === maskOf(index);
    return still ? end : Math.round(start + (end - start) * part);
  });
