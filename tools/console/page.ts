/** The files of the page, its script bundled. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { PLOT_STYLE } from "../plots/style.ts";

export interface Served {
  readonly type: string;
  readonly body: Uint8Array | string;
}

const STYLES = [
  "page.css",
  "stage.css",
  "street.css",
  "simulation.css",
  "cards.css",
  "messages.css",
  "signing.css",
  "junction.css",
  "login.css",
];
const PAGES = ["index.html", "login.html"];

/** What the login itself looks like: everybody may have it. */
export const PUBLIC: ReadonlySet<string> = new Set(["/page.css", "/login.css", "/owl.svg", "/favicon.ico"]);

const file = (name: string) => fileURLToPath(new URL(`page/${name}`, import.meta.url));

/** By path. */
export async function readPage(): Promise<ReadonlyMap<string, Served>> {
  const [script, owl, ...rest] = await Promise.all([
    bundle(),
    readFile(file("owl.svg")),
    ...[...PAGES, ...STYLES].map((name) => readFile(file(name))),
  ]);
  return new Map<string, Served>([
    ["/app.js", { type: "text/javascript; charset=utf-8", body: script }],
    ["/plots.css", { type: "text/css; charset=utf-8", body: PLOT_STYLE }],
    ["/owl.svg", { type: "image/svg+xml", body: owl }],
    ["/favicon.ico", { type: "image/svg+xml", body: owl }],
    ...[...PAGES, ...STYLES].map((name, i): [string, Served] => {
      const kind = name.endsWith(".css") ? "css" : "html";
      return [`/${name}`, { type: `text/${kind}; charset=utf-8`, body: rest[i] ?? "" }];
    }),
  ]);
}

/** The page's script as one minified ES module. */
export async function bundle(): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [file("app.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error("esbuild made no output");
  return output.contents;
}
