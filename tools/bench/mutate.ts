/** Mutated copies of the controllers, loaded beside the real ones. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineCode } from "../../sim/junction/explore-engine.ts";
import type { KernelCode } from "../../sim/junction/explore-kernel.ts";
import type { Mutant } from "../../sim/junction/mutants.ts";

export type Code = EngineCode & KernelCode;

const CONTROLLERS = join(import.meta.dirname, "../../controllers");
const PARTS = ["junction/engine.ts", "junction/kernel.ts", "junction/kernel-table.ts", "junction/kernel-hash.ts"];

/** Kernel and engine with one change of their text. TypeError where that text is not there exactly once. */
export async function mutated({ name, file, from, to }: Mutant): Promise<Code> {
  const root = mkdtempSync(join(tmpdir(), "mutant-"));
  try {
    const copy = join(root, "controllers");
    mkdirSync(copy);
    const wanted = (path: string) => !path.endsWith(".test.ts");
    for (const part of ["junction", "units.ts", "model.ts"])
      cpSync(join(CONTROLLERS, part), join(copy, part), { recursive: true, filter: wanted });
    writeFileSync(join(root, "package.json"), `{ "type": "module" }`);
    const path = join(copy, "junction", file);
    const text = readFileSync(path, "utf8");
    const times = text.split(from).length - 1;
    if (times !== 1) throw new TypeError(`mutant "${name}": its text stands ${times} times in ${file}, allowed once`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const modules = [];
    for (const part of PARTS) modules.push(await import(pathToFileURL(join(copy, part)).href));
    return Object.assign({}, ...modules) as Code;
  } finally {
    // What is loaded stays loaded.
    rmSync(root, { recursive: true, force: true });
  }
}
