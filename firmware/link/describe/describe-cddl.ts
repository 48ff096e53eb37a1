/** Every payload of the link in CDDL (RFC 8610), written from the modules' tables. */

import type { TSchema } from "typebox";
import { MODULES, RSMP4_DRAFT } from "../modules.ts";
import { NEIGHBOUR_MESSAGE } from "../payload.ts";
import { COMPONENT, type Module } from "../table.ts";
import type { Words } from "./example.ts";
import { groupMessages, type MessageGroup, messagesOf, sharedSchemas } from "./messages.ts";

const HEAD = `; Payloads of RSMP 4 (draft of ${RSMP4_DRAFT}) as hulotte sends and takes them. Written from the modules' tables.
; All lengths are definite, keys are text, no key comes twice, nothing is deeper than 16 levels or larger than 64 KiB.
`;

const SIGNED = `
; What moves lights, signals or gates is signed: RFC 9052, EdDSA over Ed25519. External additional data: the topic.
cose-sign1<content> = #6.18([
  protected: bstr .cbor protected-header,
  unprotected: {},
  payload: bstr .cbor content,
  signature: bstr .size 64,
])
protected-header = { 1 => -8, 4 => bstr .size (1..32) }
`;

/** The text: first a rule that is any payload, then one for each message, or for those of a type that are all alike. */
export function cddl(modules: readonly Module[] = MODULES): string {
  const groups = groupMessages(messagesOf(modules));
  const shared = sharedSchemas(modules);
  const { typeOf } = writer(new Map([...shared].map(([name, schema]) => [JSON.stringify(schema), name])));
  const ruleOf = ({ name, spec, codes }: MessageGroup): string => {
    const title = codes.length > 1 ? `${spec.type} of any code` : spec.title;
    const type = typeOf(spec.payload as Words);
    if (spec.signed !== "must") return `\n; ${title}\n${name} = ${type}`;
    return `\n; ${title}\n${name} = cose-sign1<${name}.values>\n${name}.values = ${type}`;
  };
  return [
    HEAD,
    `payload = ${groups
      .map(({ name }) => name)
      .concat("neighbour")
      .join(" /\n  ")}\n`,
    ...[...shared].map(([name, schema]) => `${name} = ${typeOf(schema as Words, true)}`),
    ...groups.map(ruleOf),
    `\n; Between cabinets, beside RSMP 4\nneighbour = ${typeOf(NEIGHBOUR_MESSAGE as TSchema as Words)}`,
    SIGNED,
  ].join("\n");
}

/** Writes schemas of the words that the tables use as types of CDDL; what has a name is told by its name. */
function writer(names: ReadonlyMap<string, string>) {
  const typeOf = (schema: Words, isRule = false): string => {
    const name = isRule ? undefined : names.get(JSON.stringify(schema));
    if (name !== undefined) return name;
    if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one)).join(" / ");
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" / ");
    switch (schema.type) {
      case "object":
        return objectOf(schema);
      case "array": {
        const { minItems = 0, maxItems = "" } = schema;
        return `[${minItems === 0 ? "" : minItems}*${maxItems} ${single(schema.items ?? {})}]`;
      }
      case "string":
        return textOf(schema);
      case "integer":
        return rangeOf(schema, "int", true);
      case "number":
        return rangeOf(schema, "number", false);
      case "boolean":
        return "bool";
      case "null":
        return "null";
      default:
        return "any";
    }
  };

  const single = (schema: Words): string => {
    const isChoice = (schema.anyOf ?? schema.enum ?? []).length > 1 && !names.has(JSON.stringify(schema));
    return isChoice ? `(${typeOf(schema)})` : typeOf(schema);
  };

  const objectOf = ({ properties = {}, required = [], patternProperties, maxProperties }: Words): string => {
    if (patternProperties) {
      const [[pattern, value] = ["", {}]] = Object.entries(patternProperties);
      return `{ *${maxProperties ?? ""} ${pattern === COMPONENT ? "component" : "tstr"} => ${single(value)} }`;
    }
    const entries = Object.entries(properties);
    if (entries.length === 0) return "{}";
    const lines = entries.map(([name, value]) => {
      const inner = typeOf(value).replaceAll("\n", "\n  ");
      return `  ${required.includes(name) ? "" : "? "}${bareword(name)}: ${inner},\n`;
    });
    return `{\n${lines.join("")}}`;
  };

  return { typeOf };
}

const bareword = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) ? name : JSON.stringify(name));

/** Patterns of CDDL are those of XSD: they match the whole text, without anchors. Lengths are in characters, as in the tables. */
function textOf({ pattern, minLength = 0, maxLength }: Words): string {
  const body = pattern === undefined ? null : xsd(pattern);
  const length = maxLength === undefined && minLength === 0 ? null : `(.|\\n|\\r){${minLength},${maxLength ?? ""}}`;
  const quoted = (regexp: string) => `.regexp ${JSON.stringify(regexp)}`;
  if (body !== null && length !== null) return `(tstr ${quoted(body)}) .and (tstr ${quoted(length)})`;
  if (body === null && length === null) return "tstr";
  return `tstr ${quoted(body ?? length ?? "")}`;
}

const xsd = (pattern: string): string =>
  pattern.replace(/^\^/, "").replace(/\$$/, "").replaceAll("\\d", "[0-9]").replaceAll("\\/", "/");

function rangeOf({ minimum, maximum }: Words, type: string, isWhole: boolean): string {
  if (minimum === undefined && maximum === undefined) return type;
  if (isWhole && minimum !== undefined && maximum !== undefined) return `${minimum}..${maximum}`;
  const least = minimum === undefined ? type : `${type} .ge ${minimum}`;
  if (maximum === undefined) return least;
  return `${minimum === undefined ? least : `(${least})`} .le ${maximum}`;
}
