import type { ComponentId } from "../../controllers/model.ts";

const LONGEST_ADDRESS = 256;
const LEVEL = /^[^\s/,\p{C}]+$/u;
const RANGE = /^(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8})$/;

/** The components an address names, or what is wrong with it. */
export type Expanded =
  | { readonly ok: true; readonly components: readonly ComponentId[] }
  | { readonly ok: false; readonly message: string };

/** Whether a text can be a component's id: levels without white space, commas or control characters, joined by `/`. */
export const isComponentId = (id: string): boolean =>
  id.length <= LONGEST_ADDRESS && id.split("/").every((level) => LEVEL.test(level));

/** Groups that the configuration makes, by their ids: `group/square`; each with the components in it. */
export type Groups = ReadonlyMap<string, readonly ComponentId[]>;

/**
 * The components of `known` that an address names, each once, in the order of the address: a component (`lamp/1/5`), a
 * group (`lamp/1`, or one of `named`), and lists and ranges in the last level (`lamp/1/2-6,9`, `sg,dl`). Every part must name
 * something known; the message of a refusal names the first that does not. RSMP 4 draft, "Components".
 */
export function expand(address: string, known: readonly ComponentId[], named: Groups = new Map()): Expanded {
  const refuse = (message: string): Expanded => ({ ok: false, message });
  if (address.length === 0 || address.length > LONGEST_ADDRESS) {
    return refuse(`is ${address.length} characters long: allowed 1 to ${LONGEST_ADDRESS}`);
  }
  const groups = new Map<string, readonly ComponentId[]>([...named, ...membersOf(known)]);
  const cut = address.lastIndexOf("/") + 1;
  const parent = address.slice(0, cut);
  const found = new Set<ComponentId>();
  for (const part of address.slice(cut).split(",")) {
    const range = groups.has(parent + part) ? null : RANGE.exec(part);
    const first = range ? Number(range[1]) : 0;
    const last = range ? Number(range[2]) : 0;
    if (last < first) return refuse(`has the range ${part}: allowed is the lower number first`);
    // A long range ends at its first unknown member, so it costs no more than what is known.
    for (let number = first; number <= last; number++) {
      const name = parent + (range ? number : part);
      const members = groups.get(name);
      if (!members) return refuse(`names ${name}: no such component or group`);
      for (const id of members) found.add(id);
    }
  }
  return { ok: true, components: [...found] };
}

/** Numbers that a range may stand for: not those that would be written otherwise. */
const NUMBER = /^(0|[1-9]\d{0,8})$/;

/**
 * Addresses that name these components and no others, each of at most 256 characters. All must be of one parent. Two or more are always
 * named with a comma, which no id holds: so an address is told from an id without knowing either.
 */
export function addressOf(
  ids: readonly ComponentId[],
): readonly { readonly address: string; readonly components: readonly ComponentId[] }[] {
  const parent = ids[0]?.slice(0, ids[0].lastIndexOf("/") + 1) ?? "";
  const names = ids.map((id) => id.slice(parent.length));
  // A name that reads as a range can only stand alone.
  const alone = names.filter((name) => RANGE.test(name)).map((name) => [name]);
  const numbers = names.filter((name) => NUMBER.test(name)).map(Number);
  const rows = rowsOf(numbers.sort((a, b) => a - b));
  const words = names.filter((name) => !RANGE.test(name) && !NUMBER.test(name)).map((name) => [name]);
  const found: { parts: string[]; members: string[] }[] = alone.map((members) => ({ parts: members, members }));
  let open: { parts: string[]; members: string[] } | undefined;
  for (const row of [...rows, ...words]) {
    const [first] = row;
    const part = row.length === 1 ? `${first}` : `${first}-${row.at(-1)}`;
    const length = parent.length + (open?.parts.join(",").length ?? 0) + 1 + part.length;
    if (!open || length > LONGEST_ADDRESS) {
      open = { parts: [], members: [] };
      found.push(open);
    }
    open.parts.push(part);
    open.members.push(...row.map(String));
  }
  return found.map(({ parts, members }) => ({
    address: parent + (members.length > 1 ? parts : members).join(","),
    components: members.map((name) => parent + name),
  }));
}

/** Numbers in rows without gaps, of which no row is all that there is: the last number of an only one stands for itself. */
function rowsOf(sorted: readonly number[]): number[][] {
  const rows: number[][] = [];
  for (const number of sorted) {
    const row = rows.at(-1);
    if (row && row.at(-1) === number - 1) row.push(number);
    else rows.push([number]);
  }
  return rows.flatMap((row) => (row.length > 1 ? [row.slice(0, -1), row.slice(-1)] : [row]));
}

/** The components that an address of `addressOf` names, at most so many: an id names itself. */
export function namedBy(address: string, most: number): readonly ComponentId[] {
  if (!address.includes(",")) return [address];
  const cut = address.lastIndexOf("/", address.indexOf(",")) + 1;
  const parent = address.slice(0, cut);
  const named: ComponentId[] = [];
  for (const part of address.slice(cut).split(",")) {
    const range = RANGE.exec(part);
    const [first, last] = range ? [Number(range[1]), Number(range[2])] : [0, 0];
    for (let number = first; number <= last && named.length < most; number++) {
      named.push(parent + (range ? number : part));
    }
  }
  return named;
}

/** Every id and every group (a leading part of ids that ends at a level) with the ids it stands for. */
function membersOf(known: readonly ComponentId[]): Map<string, ComponentId[]> {
  const groups = new Map<string, ComponentId[]>();
  for (const id of known) {
    for (let end = id.indexOf("/"); end > 0; end = id.indexOf("/", end + 1)) push(groups, id.slice(0, end), id);
    push(groups, id, id);
  }
  return groups;
}

function push(groups: Map<string, ComponentId[]>, name: string, id: ComponentId): void {
  const members = groups.get(name);
  if (members) members.push(id);
  else groups.set(name, [id]);
}
