import type { LineCounter } from "yaml";

/** One thing wrong with a configuration file. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** Where in the file's tree: `lamps[3].address`; empty for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** `found ..., allowed ...`, and a hint where there is one. */
  readonly message: string;
}

/** `cabinet.yaml:12:5  lamps[3].address: found 70, allowed an integer from 0 to 63` */
export function formatProblem(problem: Problem, file: string): string {
  const { line, column, path, message } = problem;
  return `${file}:${line}:${column}  ${path ? `${path}: ` : ""}${message}`;
}

export type Step = string | number;
export const pathOf = (steps: readonly Step[]): string =>
  steps.map((step, at) => (typeof step === "number" ? `[${step}]` : at > 0 ? `.${step}` : step)).join("");

/** Collects problems, and knows where in the text each place of the tree is. */
export class Problems {
  readonly #lines: LineCounter;
  readonly #offsets = new Map<string, number>();
  readonly #list: { readonly problem: Problem; readonly inText: boolean }[] = [];

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  /** Remembers where in the text a place is. */
  mark(steps: readonly Step[], offset: number): void {
    this.#offsets.set(pathOf(steps), offset);
  }

  /** The line where a place is, from 1. What is not in the file is where its nearest parent is. */
  lineOf(steps: readonly Step[]): number {
    return this.#lines.linePos(this.#offsetOf(steps)).line;
  }

  add(steps: readonly Step[], found: string, allowed: string, hint = "", offset?: number): void {
    const path = pathOf(steps);
    const { line, col } = this.#lines.linePos(offset ?? this.#offsetOf(steps));
    const message = `found ${found}, allowed ${allowed}${hint && `; ${hint}`}`;
    const inText = offset !== undefined || this.#offsets.has(path);
    this.#list.push({ problem: { line, column: col, path, found, allowed, message }, inText });
  }

  /** Whether something is wrong within a place. */
  isIn(steps: readonly Step[]): boolean {
    const path = pathOf(steps);
    return this.#list.some(
      ({ problem }) => problem.path.startsWith(path) && /^$|^[.[]/.test(problem.path.slice(path.length)),
    );
  }

  /** In the order of the text. */
  all(): readonly Problem[] {
    return sorted(this.#list.map(({ problem }) => problem));
  }

  /** Those of the file as a whole, and those with something that stands in the text before `line`: what is missing may be further on. */
  before(line: number): readonly Problem[] {
    const here = this.#list.filter(({ problem, inText }) => problem.path === "" || (inText && problem.line < line));
    return sorted(here.map(({ problem }) => problem));
  }

  #offsetOf(steps: readonly Step[]): number {
    for (let length = steps.length; length >= 0; length--) {
      const offset = this.#offsets.get(pathOf(steps.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }
}

const sorted = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
