/**
 * Bundles what runs in the guest into one folder: `node tools/guest/bundle.ts OUT`. Everything but the three native add-ons,
 * which lie beside it: no node_modules there.
 */
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: bundle.ts OUT");

/** The packages that look for their add-on beside their own files find it beside the bundle. */
const addons: Plugin = {
  name: "add-ons",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(bindings|node-gyp-build)$/ }, ({ path }) => ({ path, namespace: "add-on" }));
    onLoad({ filter: /.*/, namespace: "add-on" }, ({ path }) => {
      const find = path === "bindings" ? "(name) => addOn(name.replace(/\\.node$/, ''))" : "() => addOn('serialport')";
      return { contents: `module.exports = ${find};` };
    });
  },
};

await build({
  entryPoints: [
    { in: join(ROOT, "tools/cli/hulotte.ts"), out: "hulotte" },
    { in: join(import.meta.dirname, "proofs.ts"), out: "proofs" },
  ],
  outdir: out,
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node24",
  external: ["*.node", "bufferutil", "utf-8-validate", "@tensorflow/tfjs-node"],
  banner: {
    js: [
      'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
      "const __dirname=import.meta.dirname;",
      "const addOn=(name)=>require(__dirname+'/'+name+'.node');",
    ].join(""),
  },
  logLevel: "warning",
  plugins: [addons],
});
