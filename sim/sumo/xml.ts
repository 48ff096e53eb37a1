import { Fault } from "../../firmware/hal/fault.ts";

/** An element of an XML document. Character data is left out: SUMO writes everything into attributes. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** A comment, an instruction or a declaration, or a tag: its slash, name, attributes and closing slash. */
const MARKUP = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)([^\s/>]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The root of the document that SUMO or one of its tools wrote. What XML has and SUMO's files have not (character data,
 * CDATA, entities of a document's own) is passed over. Throws Fault `protocol` where tags do not fit together.
 */
export function readXml(text: string, where: string): Element {
  const root: { children: Element[] } = { children: [] };
  const open: { name: string; children: Element[] }[] = [];
  for (const [, isEnd, name, attributes, isEmpty] of text.matchAll(MARKUP)) {
    if (name === undefined) continue;
    if (isEnd) {
      if (open.pop()?.name !== name) throw new Fault("protocol", where, `</${name}> ends what was not begun`);
      continue;
    }
    const element = { name, attributes: attributesIn(attributes as string), children: [] };
    (open.at(-1) ?? root).children.push(element);
    if (!isEmpty) open.push(element);
  }
  const [first] = root.children;
  if (open.length > 0 || !first) throw new Fault("protocol", where, `${open.at(-1)?.name ?? "nothing"} is not ended`);
  return first;
}

function attributesIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE))
    found[name as string] = plain((double ?? single) as string);
  return found;
}

const plain = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name] ?? all;
        return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
      })
    : text;

/** Elements of a name among the children. */
export const named = (element: Element, name: string): Element[] => element.children.filter((one) => one.name === name);
