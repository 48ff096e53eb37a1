/**
 * Bundles the `hulotte` command into `.cache/hulotte/`: the same TypeScript without its types, and of the libraries only
 * what it uses. Not needed to run, `tools/hulotte` runs the sources where there is no fresh bundle; but a cabinet has the
 * type stripper's 25 MB and its half second for better things.
 */
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/** Pure code that shrinks when bundled. All else stays a package: native add-ons, and what looks for files beside itself. */
const BUNDLED = ["typebox", "yaml", "cbor-x", "suncalc"];

await build({
  // The thread of the forecasts is a program of its own, which is looked for beside the command.
  entryPoints: {
    hulotte: join(ROOT, "tools/cli/hulotte.ts"),
    "forecast-worker": join(ROOT, "firmware/inference/forecast-worker.ts"),
  },
  outdir: join(ROOT, ".cache/hulotte"),
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // Some libraries are CommonJS and ask for Node's own modules.
  banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  logLevel: "warning",
  plugins: [
    {
      name: "packages",
      setup({ onResolve }) {
        // A development tool, which finds files beside its own: never part of what a cabinet gets.
        onResolve({ filter: /\/hil\/command\.ts$/ }, () => ({ path: "../../tools/hil/command.ts", external: true }));
        // The same for the page, which another process serves.
        onResolve({ filter: /\/console\/command\.ts$/ }, () => ({
          path: "../../tools/console/command.ts",
          external: true,
        }));
        onResolve({ filter: /^[^./]/ }, ({ path }) => {
          const bundled = BUNDLED.some((name) => path === name || path.startsWith(`${name}/`));
          return bundled ? undefined : { path, external: true };
        });
      },
    },
  ],
});
