/** Dense networks as plain data, as a file or a message brings them: checked here, computed in `model.ts`. */

export const ACTIVATIONS = ["linear", "relu", "elu", "tanh", "sigmoid", "softplus"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** A feed-forward network whose numbers fit together; made by `parseNet` only. */
export interface Net {
  /** Values of one row of input. */
  readonly inputs: number;
  /** Values of one row of output: the units of the last layer. */
  readonly outputs: number;
  readonly layers: readonly { readonly units: number; readonly activation: Activation }[];
  /** Per layer, its kernel (a row of `units` numbers for each input of the layer) and its bias (`units` numbers). */
  readonly weights: readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[];
  readonly [checked]: true;
}
declare const checked: unique symbol;

export type Parsed =
  | { readonly ok: true; readonly net: Net }
  /** `field` as a path (`weights[1].bias`); `message` says what it is and what is allowed. */
  | { readonly ok: false; readonly field: string; readonly message: string };

const MOST_LAYERS = 16;
const WIDEST = 4096;
/** Largest number a 32-bit float holds (IEEE 754 binary32). */
const LARGEST = 3.4028234663852886e38;

/**
 * Reads `{inputs, layers: [{units, activation}], weights: [{kernel, bias}]}`. Numbers may be arrays or typed arrays; each
 * must be finite as a 32-bit float. Fields that are not named are refused: a file from a later version is not half read.
 */
export function parseNet(data: unknown): Parsed {
  try {
    const { inputs, layers, weights } = fields(data, "net", ["inputs", "layers", "weights"]);
    const first = width(inputs, "inputs");
    const described = list(layers, "layers", 1, MOST_LAYERS).map((layer, at) => {
      const { units, activation } = fields(layer, `layers[${at}]`, ["units", "activation"]);
      return { units: width(units, `layers[${at}].units`), activation: known(activation, `layers[${at}].activation`) };
    });
    let into = first;
    const filled = list(weights, "weights", described.length, described.length).map((weight, at) => {
      const { kernel, bias } = fields(weight, `weights[${at}]`, ["kernel", "bias"]);
      const { units } = described[at] as { units: number };
      const numbers = {
        kernel: floats(kernel, `weights[${at}].kernel`, into * units, `${into} inputs x ${units} units`),
        bias: floats(bias, `weights[${at}].bias`, units, `${units} units`),
      };
      into = units;
      return numbers;
    });
    return { ok: true, net: { inputs: first, outputs: into, layers: described, weights: filled } as unknown as Net };
  } catch (refusal) {
    if (refusal instanceof Refused) return { ok: false, field: refusal.field, message: refusal.message };
    throw refusal;
  }
}

/** How the checks leave; never seen outside this file. */
class Refused extends Error {
  readonly field: string;
  constructor(field: string, found: string, allowed: string) {
    super(`${field} is ${found}: allowed is ${allowed}`);
    this.field = field;
  }
}

function fields<K extends string>(value: unknown, field: string, names: readonly K[]): Record<K, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refused(field, show(value), `an object with ${names.join(", ")}`);
  }
  const extra = Object.keys(value).find((key) => !(names as readonly string[]).includes(key));
  if (extra !== undefined) throw new Refused(`${field}.${extra}`, "not known", `only ${names.join(", ")}`);
  return value as Record<K, unknown>;
}

function list(value: unknown, field: string, least: number, most: number): readonly unknown[] {
  const allowed = least === most ? `an array of ${least}, one for each layer` : `an array of ${least} to ${most}`;
  if (!Array.isArray(value)) throw new Refused(field, show(value), allowed);
  if (value.length < least || value.length > most) throw new Refused(field, `an array of ${value.length}`, allowed);
  return value;
}

function width(value: unknown, field: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= WIDEST) return value as number;
  throw new Refused(field, show(value), `a whole number from 1 to ${WIDEST}`);
}

function known(value: unknown, field: string): Activation {
  const found = ACTIVATIONS.find((activation) => activation === value);
  if (found === undefined) throw new Refused(field, show(value), ACTIVATIONS.join(", "));
  return found;
}

function floats(value: unknown, field: string, length: number, why: string): Float32Array {
  const allowed = `${length} numbers (${why})`;
  if (!(Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array)) {
    throw new Refused(field, show(value), allowed);
  }
  if (value.length !== length) throw new Refused(field, `${value.length} numbers long`, allowed);
  const wrong = value.findIndex((number: unknown) => !(typeof number === "number" && Math.abs(number) <= LARGEST));
  if (wrong >= 0) throw new Refused(`${field}[${wrong}]`, show(value[wrong]), "a finite 32-bit float");
  return Float32Array.from(value);
}

/** What was found, short enough for a message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (value === undefined) return "missing";
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}
