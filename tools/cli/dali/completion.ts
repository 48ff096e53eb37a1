/** Completion for a shell: which words may stand where the cursor is. */
import { readFile } from "node:fs/promises";
import { readConfig } from "../../../firmware/config/read.ts";
import { complete } from "../../../firmware/dali/text/complete.ts";
import { gateways } from "../../../firmware/gateways/list.ts";
import { COMMON } from "./options.ts";
import type { Verb } from "./verbs.ts";

/** For `eval`: bash asks the command itself, with the line up to the cursor. */
export const BASH = `_hulotte() {
  local IFS=$'\\n'
  COMPREPLY=($("$1" dali completion --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
  local one
  # what does not end a word is gone on with
  for one in "\${COMPREPLY[@]}"; do
    case $one in *" " | *"(" | *=) compopt -o nospace ;; esac
  done
}
complete -o default -F _hulotte hulotte`;

/** Where bash itself begins a new word, quotes and blanks aside. */
const BREAKS = /^.*[=:]/s;

type Verbs = Readonly<Record<string, Verb>>;

interface Words {
  /** Whole words before the one at the cursor. */
  readonly before: readonly string[];
  /** What there is of the one at the cursor. */
  readonly begun: string;
  readonly quoted: boolean;
}

/** What may stand at the end of a line, in the place of what bash takes for the word there. Never throws for a line. */
export async function completions(line: string, verbs: Verbs): Promise<readonly string[]> {
  const { before, begun, quoted } = wordsOf(line);
  const [, dali, verb, ...rest] = before;
  if (dali === undefined) return starting(["dali", "run", "check", "hil", "schema", "help", "version"], begun);
  if (dali !== "dali") return [];
  if (verb === undefined) return starting([...Object.keys(verbs), "help"], begun);
  const found = await allowed(verbs[verb], verb, rest, begun);
  if (quoted) return found;
  // brackets and blanks are not for a word without quotes
  const plain = found.map((one) => (/[ ()]/.test(one) ? `"${one}${one.endsWith(")") ? '"' : ""}` : one));
  const kept = BREAKS.exec(begun)?.[0] ?? "";
  return plain.map((one) => (one.startsWith(kept) ? one.slice(kept.length) : one));
}

async function allowed(
  verb: Verb | undefined,
  name: string,
  rest: readonly string[],
  begun: string,
): Promise<readonly string[]> {
  if (!verb) return [];
  const flags = { ...verb.flags, ...COMMON };
  const last = rest.at(-1);
  const kind = gateways.find((one) => one.name === after("--gateway", rest));
  switch (last) {
    case "--gateway":
      return starting(
        gateways.map((one) => one.name),
        begun,
      );
    case "--option":
      return starting(
        Object.entries(kind?.options ?? {}).flatMap(([option, values]) => values.map((value) => `${option}=${value}`)),
        begun,
      );
    case "--onto":
      return starting(await idsOf(rest), begun);
  }
  if (last?.startsWith("--") && takesValue(flags, last)) return [];
  if (begun.startsWith("-")) return starting(optionNames(flags), begun);
  const words = rest.filter((word, i) => !word.startsWith("--") && !takesValue(flags, rest[i - 1] ?? ""));
  if (verb.bus && !kind && words.length === 0) return starting(await idsOf(rest), begun);
  switch (name) {
    case "send":
      return commandsFrom(begun);
    case "show":
    case "audit":
      return starting(
        Array.from({ length: 64 }, (_, address) => `A${address}`),
        begun,
      );
    case "completion":
      return starting(["bash"], begun);
    default:
      return [];
  }
}

/**
 * Commands that begin so. One that goes on is followed to where it may go on in several ways: bash would close the quotes after
 * the only word there is.
 */
function commandsFrom(begun: string): readonly string[] {
  const { candidates: all, hint } = complete(begun);
  // a name of another part of DALI (`Device.Terminate`) only where no other begins so: bash goes on with what all share
  const straight = all.filter((one) => one.toLowerCase().startsWith(begun.toLowerCase()));
  let candidates = straight.length > 0 ? straight : all;
  while (candidates.length === 1 && !candidates[0]?.endsWith(")")) {
    const [only = ""] = candidates;
    const next = complete(only);
    // nothing more is known: a second word keeps bash from closing the quotes, and says what is wanted
    if (next.candidates.every((one) => one === only)) return [only, `${only}... ${next.hint ?? hint ?? ""}`.trimEnd()];
    candidates = next.candidates;
  }
  return candidates;
}

type Options = Readonly<Record<string, { readonly type: string }>>;

const optionNames = (flags: Options): string[] => Object.keys(flags).map((name) => `--${name}`);
const takesValue = (flags: Options, word: string): boolean => flags[word.slice(2)]?.type === "string";
const starting = (words: readonly string[], begun: string) => words.filter((word) => word.startsWith(begun));

function after(name: string, words: readonly string[]): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

/** The buses of the configuration, `1` for `bus/1`; none where it cannot be read. */
async function idsOf(words: readonly string[]): Promise<readonly string[]> {
  const text = await readFile(after("--config", words) ?? "cabinet.yaml", "utf8").catch(() => "");
  const read = readConfig(text);
  return read.ok ? read.config.buses.map(({ id }) => id.replace(/^bus\//, "")) : [];
}

/** Words as a shell takes them apart: blanks, both kinds of quotes, backslashes. */
function wordsOf(line: string): Words {
  const before: string[] = [];
  let begun = "";
  let any = false;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] as string;
    if (quote !== "" && sign === quote) quote = "";
    else if (quote === "" && (sign === '"' || sign === "'")) [quote, any] = [sign, true];
    else if (sign === "\\" && quote !== "'") begun += line[++i] ?? "";
    else if (quote === "" && /\s/.test(sign)) {
      if (begun !== "" || any) before.push(begun);
      [begun, any] = ["", false];
    } else begun += sign;
  }
  return { before, begun, quoted: quote !== "" };
}
