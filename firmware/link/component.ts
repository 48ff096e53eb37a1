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

/**
 * The components of `known` that an address names, each once, in the order of the address: a component (`lamp/1/5`), a
 * group (`lamp/1`), and lists and ranges in the last level (`lamp/1/2-6,9`, `sg,dl`). Every part must name something
 * known; the message of a refusal names the first that does not. RSMP 4 draft, "Components".
 */
export function expand(address: string, known: readonly ComponentId[]): Expanded {
  const refuse = (message: string): Expanded => ({ ok: false, message });
  if (address.length === 0 || address.length > LONGEST_ADDRESS) {
    return refuse(`is ${address.length} characters long: allowed 1 to ${LONGEST_ADDRESS}`);
  }
  const groups = membersOf(known);
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
