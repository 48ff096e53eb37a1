import fc from "fast-check";
import type { TSchema } from "typebox";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemOf } from "../check.ts";
import { NEIGHBOUR_MESSAGE } from "../payload.ts";
import { cddl } from "./describe-cddl.ts";
import { exampleOf } from "./example.ts";
import { groupMessages, messagesOf, sharedSchemas } from "./messages.ts";

/** A reader of the part of CDDL that the document uses (RFC 8610, appendix B): what it does not know it refuses. */
type Match = (value: unknown) => boolean;
type Rules = Map<string, { readonly parameters: readonly string[]; readonly match: Match }>;

const TOKEN =
  /\s+|;[^\n]*\n|"(?:[^"\\]|\\.)*"|=>|\.\.|-?\d+(?:\.\d+)?|#6\.\d+|[A-Za-z@_$](?:[.-]*[A-Za-z0-9@_$])*|\.[a-z]+|[=/{}[\]()<>,:?*]/y;
/** Appendix D, as far as it is used. */
const PRELUDE: Readonly<Record<string, Match>> = {
  any: () => true,
  tstr: (value) => typeof value === "string",
  bstr: () => false,
  bool: (value) => typeof value === "boolean",
  true: (value) => value === true,
  false: (value) => value === false,
  null: (value) => value === null,
  int: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === "number",
};

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [found] = TOKEN.exec(text) ?? [];
    if (found === undefined) throw new Error(`no token at ${text.slice(at, at + 40)}`);
    if (!/^(\s|;)/.test(found)) tokens.push(found);
  }
  return tokens;
}

function parse(text: string): Rules {
  const tokens = tokensOf(text);
  const rules: Rules = new Map();
  const used = new Set<string>();
  let at = 0;
  const peek = (ahead = 0) => tokens[at + ahead] ?? "";
  const take = (wanted?: string): string => {
    const token = tokens[at++] ?? "";
    if (wanted !== undefined && token !== wanted)
      throw new Error(`${token} where ${wanted} must be, before ${peek()} ${peek(1)}`);
    return token;
  };
  const isId = (token: string) => /^[A-Za-z@_$]/.test(token);
  const isNumber = (token: string) => /^-?\d/.test(token);

  const type = (): Match => {
    const choices = [type1()];
    while (peek() === "/") {
      take("/");
      choices.push(type1());
    }
    return (value) => choices.some((match) => match(value));
  };
  const type1 = (): Match => {
    const isLiteral = isNumber(peek());
    const first = Number(peek());
    const target = type2();
    if (peek() === "..") {
      take();
      const last = Number(take());
      assert.ok(isLiteral && first <= last);
      return (value) => Number.isInteger(value) && (value as number) >= first && (value as number) <= last;
    }
    if (!/^\.[a-z]/.test(peek())) return target;
    const control = take();
    const literal = peek();
    const controller = type2();
    switch (control) {
      case ".regexp": {
        const pattern = new RegExp(`^(?:${JSON.parse(literal)})$`, "u");
        return (value) => target(value) && pattern.test(value as string);
      }
      case ".and":
        return (value) => target(value) && controller(value);
      case ".ge":
        return (value) => target(value) && (value as number) >= Number(literal);
      case ".le":
        return (value) => target(value) && (value as number) <= Number(literal);
      case ".cbor":
      case ".size":
        return () => false;
      default:
        throw new Error(`${control} is unknown`);
    }
  };
  const type2 = (): Match => {
    const token = take();
    if (token.startsWith('"') || isNumber(token)) {
      const wanted: unknown = JSON.parse(token);
      return (value) => value === wanted;
    }
    if (token === "(") return closedBy(type(), ")");
    if (token === "{") return map();
    if (token === "[") return list();
    if (token.startsWith("#6.")) {
      take("(");
      return closedBy(type(), ")") && (() => false);
    }
    if (!isId(token)) throw new Error(`${token} is no type`);
    used.add(token);
    if (peek() === "<") {
      take("<");
      const content = closedBy(type(), ">");
      // What is signed is judged as it is before: the envelope is bytes.
      return content;
    }
    return (value) => (PRELUDE[token] ?? rules.get(token)?.match ?? (() => false))(value);
  };
  const closedBy = (match: Match, end: string): Match => {
    take(end);
    return match;
  };
  const occurrence = (): readonly [number, number] => {
    if (peek() === "?") {
      take();
      return [0, 1];
    }
    if (!(peek() === "*" || (isNumber(peek()) && peek(1) === "*"))) return [1, 1];
    const least = peek() === "*" ? 0 : Number(take());
    take("*");
    return [least, isNumber(peek()) ? Number(take()) : Number.POSITIVE_INFINITY];
  };
  const map = (): Match => {
    const members: { key: string | Match; match: Match; least: number; most: number }[] = [];
    while (peek() !== "}") {
      const [least, most] = occurrence();
      const name = peek();
      const isName = peek(1) === ":";
      const key = isName ? JSON.parse(take().replace(/^[^"].*$/, '"$&"')) : type1();
      take(isName ? ":" : "=>");
      members.push({ key, match: type(), least, most });
      assert.ok(!isName || isId(name) || name.startsWith('"'));
      if (peek() === ",") take();
    }
    take("}");
    return (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      const left = new Set(Object.keys(value));
      return (
        members.every(({ key, match, least, most }) => {
          const mine = [...left].filter((name) => (typeof key === "string" ? name === key : key(name)));
          for (const name of mine) left.delete(name);
          const fits = mine.every((name) => match((value as Record<string, unknown>)[name]));
          return fits && mine.length >= least && mine.length <= most;
        }) && left.size === 0
      );
    };
  };
  const list = (): Match => {
    const entries: { match: Match; least: number; most: number }[] = [];
    while (peek() !== "]") {
      const [least, most] = occurrence();
      if (peek(1) === ":") at += 2;
      entries.push({ match: type(), least, most });
      if (peek() === ",") take();
    }
    take("]");
    const [entry] = entries;
    return (value) =>
      Array.isArray(value) &&
      entries.length === 1 &&
      entry !== undefined &&
      value.length >= entry.least &&
      value.length <= entry.most &&
      value.every(entry.match);
  };

  while (at < tokens.length) {
    const name = take();
    const parameters = peek() === "<" ? [take(), take(), take()].slice(1, 2) : [];
    for (const parameter of parameters) used.delete(parameter);
    take("=");
    if (rules.has(name) || Object.hasOwn(PRELUDE, name) || name === "time") throw new Error(`${name} is there already`);
    rules.set(name, { parameters, match: type() });
  }
  const generic = [...rules.values()].flatMap(({ parameters }) => parameters);
  for (const name of used)
    if (!rules.has(name) && !Object.hasOwn(PRELUDE, name) && !generic.includes(name))
      throw new Error(`${name} is nowhere`);
  return rules;
}

const rules = parse(cddl());
const groups = [
  ...groupMessages(messagesOf()).map(({ name, spec }) => ({ name, spec: { payload: spec.payload } })),
  { name: "neighbour", spec: { payload: NEIGHBOUR_MESSAGE } },
];
const matches = (name: string, value: unknown) => rules.get(name)?.match(value);

test("the document can be read to its end, and every name in it stands for something", () => {
  assert.is(rules.size, groups.length + sharedSchemas().size + [...cddl().matchAll(/\.values = /g)].length + 3);
  assert.throws(() => parse("a = b"), /b is nowhere/);
  assert.throws(() => parse("a = { x: tstr"), /is no type/);
});

test("every example is what its rule takes, and what any payload is", () => {
  for (const { name, spec } of groups) {
    const example = exampleOf(spec.payload);
    assert.is(matches(name, example), true, name);
    assert.is(matches("payload", example), true, name);
  }
  assert.is(matches("payload", { what: 1 }), false);
});

/** Another value in some place of an example. */
function altered(value: unknown, pick: () => number): unknown {
  const others = [
    null,
    true,
    0,
    0.5,
    -1,
    -55,
    4.5,
    1e9,
    "x",
    "lamp 1",
    "x".repeat(500),
    [],
    {},
    "2026-02-24",
    { "lamp/1/5": 1 },
  ];
  if (typeof value !== "object" || value === null || pick() % 4 === 0) return others[pick() % others.length];
  if (Array.isArray(value)) return pick() % 3 === 0 ? [...value, ...value] : value.map((inner) => altered(inner, pick));
  const keys = Object.keys(value);
  const key = keys[pick() % Math.max(1, keys.length)] ?? "more";
  const { [key]: inner, ...rest } = value as Record<string, unknown>;
  switch (pick() % 5) {
    case 0:
      return rest;
    case 1:
      return { ...value, more: 1 };
    default:
      return { ...value, [key]: altered(inner, pick) };
  }
}

test("whatever is altered, the rule and the table's schema say the same of it", () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...groups), fc.infiniteStream(fc.nat(1000)), ({ name, spec }, stream) => {
      const value = altered(exampleOf(spec.payload), () => stream.next().value as number);
      const isRight = problemOf(spec.payload as TSchema, value) === null;
      if (!isRight) refused++;
      assert.is(matches(name, value), isRight, `${name}: ${JSON.stringify(value)}`);
    }),
    { numRuns: 5000 },
  );
  assert.ok(refused > 1000 && refused < 4900, `${refused} of 5000 were refused`);
});

test.run();
