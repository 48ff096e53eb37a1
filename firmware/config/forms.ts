/** The forms that values of `cabinet.yaml` have, each with the words that say what it allows. */
import Type, { type TProperties, type TSchema, type TString } from "typebox";

/** A closed map: a key it does not know is a mistake. */
export const map = <P extends TProperties>(description: string, properties: P) =>
  Type.Object(properties, { description, additionalProperties: false });

/** Text of a form; `allowed` says the form in words, to people and in editors. */
export const form = (pattern: string, allowed: string, description: string, more: { default?: string } = {}): TString =>
  Type.String({ pattern, patternErrorMessage: allowed, description, ...more });

export const text = (description: string): TString => Type.String({ minLength: 1, maxLength: 200, description });
export const file = (description: string): TString => text(`${description} Relative to this file.`);
export const number = (minimum: number, maximum: number, description: string, more: { default?: number } = {}) =>
  Type.Number({ minimum, maximum, description, ...more });
export const integer = (minimum: number, maximum: number, description: string, more: { default?: number } = {}) =>
  Type.Integer({ minimum, maximum, description, ...more });
export const kinds = <K extends string>(catalogue: Readonly<Record<K, unknown>>, description: string, fallback?: K) =>
  Type.Enum(Object.keys(catalogue) as K[], { description, ...(fallback === undefined ? {} : { default: fallback }) });

export const idOf = (kind: string) =>
  form(
    `^${kind}/[A-Za-z0-9_-]+$`,
    `${kind}/ and a name of letters, digits, _ and -, such as ${kind}/1`,
    "Component id.",
  );
export const port = form(
  "^(tcp://[^\\s/:]+:[0-9]{1,5}|(?![a-z]+://)\\S+)$",
  "a device path such as /dev/serial/by-id/... (relative to this file) or tcp://host:port",
  "Serial device, best by its stable name in /dev/serial/by-id/, relative to this file; or tcp://host:port.",
);
/** Speeds of Modbus lines. */
export const BAUDS = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
/** The kernel numbers adapters as it finds them, so a number is refused. */
export const i2cChip = (addresses: string) =>
  map("Where the chip is.", {
    adapter: form(
      "^(?!(/dev/)?i2c-[0-9]+$)[!-~]([ -~]{0,62}[!-~])?$",
      "an alias of the device tree such as i2c1, or an adapter's name such as CP2112 SMBus Bridge; not the kernel's number i2c-1, which moves",
      "I2C adapter: its alias in the device tree, such as i2c1, or its name as /sys/bus/i2c/devices/i2c-*/name shows it, such as CP2112 SMBus Bridge.",
    ),
    address: integer(0x08, 0x77, `7-bit I2C address; ${addresses}.`),
  });
export const pin = map("The pin, never by a global number: those moved with the kernel.", {
  chip: text(
    "Label of the GPIO chip, such as pinctrl-bcm2711 (gpioinfo shows it); for an expander on I2C its adapter and address, such as i2c1@0x20.",
  ),
  offset: integer(0, 1023, "Line of the chip; on a Raspberry Pi the BCM number."),
});
export const street = text("Name of a street of `streets`.");
export const position = (description: string) =>
  number(0, 100_000, `${description}, metres from the street's beginning.`);

const CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]";
export const dayTime = (description: string, more: { default?: string } = {}) =>
  form(
    `^(${CLOCK}|(sunset|sunrise)([+-][0-9]{1,3}min)?( not before ${CLOCK})?( not after ${CLOCK})?)$`,
    'a local time such as "23:00", or sunset or sunrise, with or without an offset such as sunset-10min and limits such as "sunrise not before 05:00 not after 08:00"',
    description,
    more,
  );

/** Two numbers in a list: a point of a curve. */
const pair = (first: TSchema, second: TSchema, description: string) =>
  Type.Unsafe<readonly [number, number]>({
    type: "array",
    prefixItems: [first, second],
    items: false,
    minItems: 2,
    description,
  });
/** Points of a curve, at least so many. */
export const points = (first: TSchema, second: TSchema, least: number, description: string) =>
  Type.Array(pair(first, second, "A point."), { minItems: least, description });

export const list = <T extends TProperties>(items: ReturnType<typeof map<T>>, description: string) =>
  Type.Array(items, { description, default: [] });
