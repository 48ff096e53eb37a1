/** The text format of OpenMetrics 1.0, which Prometheus and its kin read. */

/** Its media type. OpenMetrics 1.0, "IANA Considerations". */
export const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** `info` says something by its labels, `stateset` which of its states holds: the label of a state has the family's name. */
export interface Family {
  /** Ends with `_` and the unit where there is one; `_total` and `_info` are put behind it here. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "info" | "stateset";
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const SUFFIX = { gauge: "", counter: "_total", info: "_info", stateset: "" } as const;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A whole exposition. Families without samples are left out. A name, a label or a value that may not be is a TypeError. */
export function openMetrics(families: readonly Family[]): string {
  const lines: string[] = [];
  const names = new Set<string>();
  for (const family of families) {
    const { name, type, unit, help, samples } = family;
    if (!NAME.test(name) || names.has(name)) throw new TypeError(`metric ${name}: allowed is a name once, ${NAME}`);
    if (unit !== undefined && !name.endsWith(`_${unit}`))
      throw new TypeError(`metric ${name}: it must end with _${unit}`);
    names.add(name);
    if (samples.length === 0) continue;
    lines.push(`# TYPE ${name} ${type}`);
    if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${escaped(help)}`);
    const seen = new Set<string>();
    for (const sample of samples) {
      const line = `${name}${SUFFIX[type]}${labelled(name, sample.labels)}`;
      if (seen.has(line)) throw new TypeError(`metric ${line}: allowed once`);
      seen.add(line);
      lines.push(`${line} ${numeral(family, sample.value)}`);
    }
  }
  return `${lines.join("\n")}${lines.length > 0 ? "\n" : ""}# EOF\n`;
}

function labelled(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => {
    if (!NAME.test(label)) throw new TypeError(`metric ${name}: label ${label}: allowed ${NAME}`);
    return `${label}="${escaped(value)}"`;
  });
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };
const escaped = (text: string): string => text.replace(/[\\"\n]/g, (found) => ESCAPES[found] ?? found);

function numeral({ name, type }: Family, value: number): string {
  if (type === "counter" && !(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new TypeError(`counter ${name} is ${value}: allowed is a number from 0`);
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}
