import { parseArgs } from "node:util";
import { Usage } from "../usage.ts";

/** The words after a command. */
export interface DaliOptions {
  readonly config: string;
  readonly state: string | undefined;
  /** A gateway that no file tells of: its kind and place. */
  readonly gateway: string | undefined;
  readonly port: string | undefined;
  readonly i2c: string | undefined;
  readonly unit: number | undefined;
  readonly channel: number | undefined;
  readonly baud: number | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly rest: readonly string[];
}

/** What every command takes. */
export const COMMON = {
  config: { type: "string" },
  state: { type: "string" },
  gateway: { type: "string" },
  port: { type: "string" },
  i2c: { type: "string" },
  unit: { type: "string" },
  channel: { type: "string" },
  baud: { type: "string" },
  option: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

export type Flags = Readonly<Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>>;

/** Reads the words after a command. Throws Usage. */
export function readOptions(argv: readonly string[], flags: Flags): DaliOptions {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], allowPositionals: true, options: { ...COMMON, ...flags } });
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    const unknown = /^Unknown option '(.+?)'/.exec(wrong)?.[1];
    if (unknown === undefined) throw new Usage(wrong);
    const allowed = [...Object.keys(flags), ...Object.keys(COMMON)].map((name) => `--${name}`);
    throw new Usage(`${unknown} is no option here: allowed ${allowed.join(", ")}`);
  }
  const { positionals } = parsed;
  const values = parsed.values as Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  const text = (name: string) => values[name] as string | undefined;
  return {
    config: text("config") ?? "cabinet.yaml",
    state: text("state"),
    gateway: text("gateway"),
    port: text("port"),
    i2c: text("i2c"),
    unit: whole("unit", text("unit"), 1, 247),
    channel: whole("channel", text("channel"), 0, 15),
    baud: whole("baud", text("baud"), 300, 1_000_000),
    options: Object.fromEntries(((values["option"] ?? []) as readonly string[]).map(pair)),
    flags: Object.fromEntries([...Object.keys(flags), "help"].map((name) => [name, values[name] as string | boolean])),
    rest: positionals,
  };
}

/** A whole number of an option, or undefined where it was not given. Throws Usage. */
export function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Usage(`--${name} is ${text}: allowed ${least} to ${most}`);
  return value;
}

function pair(text: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Usage(`--option is ${text}: allowed is name=value`);
  return [name, value];
}
