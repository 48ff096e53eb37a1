import { type Status, sourceOf } from "../table.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Part of a picture: values by attribute. `complete`: all there are. */
export interface Part {
  readonly values: Values;
  readonly complete: boolean;
}

/**
 * The current values of some attributes of a status, and which of them are still to be told. RSMP 4 draft, "Status": a change of
 * a send-on-change attribute is told, with the send-along attributes of the same components.
 */
export class Picture {
  readonly #status: Status;
  readonly #names: readonly string[];
  readonly #whole = new Map<string, unknown>();
  readonly #each = new Map<string, Map<string, unknown>>();
  /** What is to be told: attribute, and its components where it has some. */
  readonly #changed = new Map<string, Set<string>>();
  #touched = false;

  constructor(status: Status, names: readonly string[]) {
    this.#status = status;
    this.#names = names;
    for (const name of names) if (this.#isEach(name)) this.#each.set(name, new Map());
  }

  /** Takes values; those of other attributes are let pass. True if there is something new to tell. */
  update(values: Values): boolean {
    let news = false;
    for (const [name, value] of Object.entries(values)) {
      const attribute = this.#names.includes(name) ? this.#status.attributes[name] : undefined;
      if (!attribute) continue;
      this.#touched = true;
      const components = this.#each.has(name) ? this.#merge(name, value as Values) : this.#replace(name, value);
      if (!components || attribute.send === "along") continue;
      const changed = this.#changed.get(name) ?? new Set();
      for (const component of components) changed.add(component);
      this.#changed.set(name, changed);
      news = true;
    }
    return news;
  }

  /** Whether a complete data set can be told from a partial one: every send-on-change attribute without components has a value. */
  get known(): boolean {
    return (
      this.#touched && this.#names.every((name) => this.#isEach(name) || this.#isAlong(name) || this.#whole.has(name))
    );
  }

  get changed(): boolean {
    return this.#changed.size > 0;
  }

  /** Every value. Nothing is left to tell. */
  takeAll(): Values {
    this.#changed.clear();
    return this.#all();
  }

  /** What is to be told, in parts of at most `most` components each. Nothing is left to tell. */
  takeChanged(most: number): readonly Part[] {
    const components = [...new Set([...this.#changed.values()].flatMap((changed) => [...changed]))];
    const parts: Part[] = [];
    if (components.length <= most && this.#coversAll()) parts.push({ values: this.#all(), complete: true });
    else {
      // Values of the node as a whole go with the first part.
      for (let at = 0; at === 0 || at < components.length; at += most)
        parts.push({ values: this.#delta(new Set(components.slice(at, at + most)), at === 0), complete: false });
    }
    this.#changed.clear();
    return parts;
  }

  #merge(name: string, values: Values): readonly string[] | null {
    const known = this.#each.get(name) as Map<string, unknown>;
    const news = Object.entries(values).filter(
      ([component, value]) => !known.has(component) || !same(known.get(component), value),
    );
    for (const [component, value] of news) known.set(component, value);
    return news.length > 0 ? news.map(([component]) => component) : null;
  }

  #replace(name: string, value: unknown): readonly string[] | null {
    if (this.#whole.has(name) && same(this.#whole.get(name), value)) return null;
    this.#whole.set(name, value);
    return [];
  }

  #all(): Values {
    const values: Record<string, unknown> = {};
    for (const name of this.#names) {
      const map = this.#each.get(name);
      if (map) values[name] = Object.fromEntries(map);
      else if (this.#whole.has(name)) values[name] = this.#whole.get(name);
    }
    return values;
  }

  #delta(components: ReadonlySet<string>, withWhole: boolean): Values {
    const values: Record<string, unknown> = {};
    for (const name of this.#names) {
      const map = this.#each.get(name);
      const along = this.#isAlong(name);
      const changed = this.#changed.get(name);
      if (!map) {
        if (withWhole && this.#whole.has(name) && (along || changed)) values[name] = this.#whole.get(name);
        continue;
      }
      const part = [...components]
        .filter((component) => map.has(component) && (along || changed?.has(component)))
        .map((component) => [component, map.get(component)]);
      if (part.length > 0) values[name] = Object.fromEntries(part);
    }
    return values;
  }

  /** Whether an event update would hold every value of every send-on-change attribute. */
  #coversAll(): boolean {
    return this.#names.every((name) => {
      if (this.#isAlong(name)) return true;
      const changed = this.#changed.get(name);
      const map = this.#each.get(name);
      return map ? map.size === (changed?.size ?? 0) : changed !== undefined;
    });
  }

  #isEach(name: string): boolean {
    return sourceOf(this.#status, name)?.attribute.each === true;
  }

  #isAlong(name: string): boolean {
    return sourceOf(this.#status, name)?.attribute.send === "along";
  }
}

/** Equality of JSON data. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same((a as Values)[key], (b as Values)[key]));
}
