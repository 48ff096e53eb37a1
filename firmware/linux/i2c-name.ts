import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../hal/fault.ts";

/** Where the kernel tells of its adapters and of the board's device tree. */
export interface I2cRoots {
  readonly devices: string;
  readonly tree: string;
}

const ROOTS: I2cRoots = { devices: "/sys/bus/i2c/devices", tree: "/proc/device-tree" };

interface Adapter {
  readonly number: number;
  /** The driver's name for it, without what follows " on ": there stand numbers that move (`on hidraw0`). */
  readonly name: string;
  /** Its place among the machine's devices, from the outermost: `platform`, `3f980000.usb`, `usb1`, `1-1`, ... */
  readonly place: readonly string[];
  /** Its node of the device tree. */
  readonly node: string | undefined;
}

/**
 * The number N of `/dev/i2c-N` for an adapter that is named
 *
 * - by its alias in the device tree: `i2c1`, `i2c_arm`;
 * - by the name its driver gives: `CP2112 SMBus Bridge`;
 * - where several have that name, also by a part of its place, such as the USB port: `CP2112 SMBus Bridge @1-1.2`.
 *
 * Never by N, which goes to whoever comes first. Looked up anew at each opening: after a replug N may be another.
 * Throws Fault `port-missing` with what is there.
 */
export async function i2cNumber(wanted: string, roots = ROOTS): Promise<number> {
  const adapters = await present(roots);
  const aliased = await nodeOf(wanted, roots.tree);
  const [name, plug] = split(wanted);
  const found = adapters.filter((one) =>
    aliased ? one.node === aliased : one.name === name && (plug === undefined || one.place.includes(plug)),
  );
  const [only, ...more] = found;
  if (only && more.length === 0) return only.number;
  const said = (among: readonly Adapter[]) => among.map((one) => `"${one.name} @${plugOf(one)}"`).join(", ");
  if (only) throw new Fault("port-missing", wanted, `${found.length} have this name: allowed ${said(found)}`);
  const names = [...(await aliases(adapters, roots.tree)), said(adapters)].filter(Boolean).join(", ");
  throw new Fault("port-missing", wanted, `no such adapter; here: ${names || "none (is i2c-dev loaded?)"}`);
}

function split(wanted: string): [name: string, plug: string | undefined] {
  const at = wanted.lastIndexOf(" @");
  return at < 0 ? [wanted, undefined] : [wanted.slice(0, at), wanted.slice(at + 2)];
}

async function present(roots: I2cRoots): Promise<Adapter[]> {
  const entries = (await readdir(roots.devices).catch(() => [])).filter((entry) => /^i2c-\d+$/.test(entry));
  const adapters = await Promise.all(
    entries.map(async (entry): Promise<Adapter | undefined> => {
      const path = join(roots.devices, entry);
      try {
        const name = (await readFile(join(path, "name"), "utf8")).trim().split(" on ", 1)[0] as string;
        const place = (await realpath(path)).split("/").filter(Boolean);
        const node = await realpath(join(path, "of_node")).catch(() => undefined);
        return { number: Number(entry.slice(4)), name, place: place.slice(0, -1), node };
      } catch {
        return undefined; // pulled while we looked
      }
    }),
  );
  return adapters.filter((one) => one !== undefined);
}

/** The device tree's node behind an alias: the alias holds its path, ended by a zero. */
async function nodeOf(alias: string, tree: string): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(alias)) return undefined;
  try {
    const path = (await readFile(join(tree, "aliases", alias), "utf8")).replace(/\0+$/, "");
    return await realpath(join(tree, path));
  } catch {
    return undefined;
  }
}

async function aliases(adapters: readonly Adapter[], tree: string): Promise<string[]> {
  const names = (await readdir(join(tree, "aliases")).catch(() => [])).filter((name) => name.startsWith("i2c")).sort();
  const nodes = await Promise.all(names.map((name) => nodeOf(name, tree)));
  return names.filter((_, i) => adapters.some((one) => one.node !== undefined && one.node === nodes[i]));
}

/** What tells it from others of its name: the USB port it is plugged into, else its parent device. */
const plugOf = (one: Adapter): string =>
  one.place.findLast((part) => /^\d+-\d+(\.\d+)*$/.test(part)) ?? one.place.at(-1) ?? "?";
