import type { Report } from "./report.ts";

/** What a flow wants to hear of; a field that is empty lets everything through. */
export interface Filter {
  /** A node's id; `+` stands for any one level (`21231/+`). */
  readonly node: string;
  readonly types: readonly Report["type"][];
  /** A code or its first words: `lighting` lets `lighting.lamps` through. Presence has no code and is not asked for one. */
  readonly code: string;
  /** A component or its first levels: `lamp/1` lets `lamp/1/5` through. Presence belongs to all components. */
  readonly component: string;
}

export function passes(filter: Filter, report: Report): boolean {
  return (
    (filter.node === "" || sameNode(filter.node, report.node)) &&
    (filter.types.length === 0 || filter.types.includes(report.type)) &&
    (report.type === "presence" ||
      (starts(report.code, filter.code, ".") && starts(report.component, filter.component, "/")))
  );
}

function sameNode(pattern: string, node: string): boolean {
  const [wanted, levels] = [pattern.split("/"), node.split("/")];
  return wanted.length === levels.length && wanted.every((level, at) => level === "+" || level === levels[at]);
}

const starts = (whole: string, first: string, separator: string): boolean =>
  first === "" || whole === first || whole.startsWith(first + separator);
