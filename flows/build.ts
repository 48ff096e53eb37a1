/** Builds the package as Node-RED loads it, into `dist/`: one CommonJS file and one editor part a node. `node flows/build.ts` */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { editorPage } from "./editor.ts";

const HERE = import.meta.dirname;

/** The licence texts of every package of which something was bundled: they ask to travel with it. */
async function licences(inputs: readonly string[]): Promise<string> {
  const packages = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const texts = [...packages].sort().map(async (directory) => {
    const name = directory.slice(directory.lastIndexOf("node_modules/") + "node_modules/".length);
    const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${directory} has no licence file: it may not be bundled`);
    return `${name}\n\n${await readFile(join(directory, file), "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

/** Builds every node that `package.json` names, from scratch. */
export async function buildFlows(target = join(HERE, "dist")): Promise<void> {
  const manifest = JSON.parse(await readFile(join(HERE, "package.json"), "utf8")) as {
    "node-red": { nodes: Record<string, string> };
  };
  const names = Object.values(manifest["node-red"].nodes).map((file) => basename(file, ".js"));
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const { metafile } = await build({
    entryPoints: names.map((name) => join(HERE, "nodes", `${name}.ts`)),
    outdir: target,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const page = async (name: string) => {
    const html = await readFile(join(HERE, "nodes", `${name}.html`), "utf8");
    await writeFile(join(target, `${name}.html`), editorPage(html));
  };
  await Promise.all(names.map(page));
  await writeFile(join(target, "LICENSES-BUNDLED.txt"), await licences(Object.keys(metafile.inputs)));
  await copyFile(join(HERE, "..", "LICENSE"), join(target, "LICENSE"));
  await writeFile(join(target, "package.json"), '{ "type": "commonjs" }\n');
}

if (import.meta.main) await buildFlows();
