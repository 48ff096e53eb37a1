/** A Node-RED of a test's own: the package as it would be published, a user directory that is thrown away, no editor. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFlows } from "./build.ts";
import type { Msg } from "./red.ts";

type FlowFile = readonly Readonly<Record<string, unknown>>[];

interface Runtime {
  init(server: null, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly events: {
    once(event: "flows:started", then: () => void): void;
  };
  readonly nodes: {
    getNode(id: string): { receive(msg: Msg): void } | null;
    getNodeList(): readonly { module: string; id: string; types: readonly string[]; err?: unknown; version: string }[];
  };
  readonly runtime: { readonly flows: { setFlows(deployment: object): Promise<unknown> } };
}

export interface Engine {
  /** The node sets of the package that were found, with what went wrong at loading. */
  readonly found: readonly { readonly types: readonly string[]; readonly err?: unknown }[];
  /** Deploys as the editor does, `kind` as in its menu; resolves when everything runs. */
  deploy(flows: FlowFile, kind?: "full" | "nodes"): Promise<void>;
  /** Sends a message to a node, as a wire would. */
  send(id: string, msg: Msg): void;
  /** Messages that a flow's function nodes passed to `global.get("tell")`, in order, taken out. */
  next(wanted: (msg: Msg) => boolean): Promise<Msg>;
  /** Whether such a message came that nobody took. */
  came(wanted: (msg: Msg) => boolean): boolean;
  /** Lines of the log from warnings up. */
  readonly complaints: readonly string[];
  /** A file of the user directory. */
  file(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startEngine(): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), "hulotte-flows-"));
  const installed = join(directory, "package");
  await cp(join(import.meta.dirname, "package.json"), join(installed, "package.json"));
  await cp(join(import.meta.dirname, "examples"), join(installed, "examples"), { recursive: true });
  await buildFlows(join(installed, "dist"));

  const inbox: Msg[] = [];
  const waiting = new Set<{ wanted: (msg: Msg) => boolean; take: (msg: Msg) => void }>();
  const complaints: string[] = [];
  const tell = (msg: Msg) => {
    for (const one of waiting) {
      if (!one.wanted(msg)) continue;
      waiting.delete(one);
      one.take(msg);
      return;
    }
    inbox.push(msg);
  };

  const red = createRequire(import.meta.url)("node-red") as Runtime;
  red.init(null, {
    userDir: directory,
    nodesDir: [installed],
    flowFile: "flows.json",
    credentialSecret: "of this test only",
    httpAdminRoot: false,
    httpNodeRoot: false,
    telemetry: { enabled: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false } },
    functionGlobalContext: { tell },
    logging: {
      complaints: {
        level: "warn",
        handler: () => (line: { msg: unknown }) => complaints.push(String((line.msg as Error)?.message ?? line.msg)),
      },
    },
  });
  const started = () => new Promise<void>((resolve) => red.events.once("flows:started", resolve));
  // `start()` does not wait for the first, still empty flow, of which Node-RED has something to say.
  const empty = started();
  await red.start();
  await empty;
  complaints.length = 0;

  return {
    found: red.nodes.getNodeList().filter(({ module }) => module === "@hulotte/node-red-hulotte"),
    async deploy(flows, kind = "full") {
      const running = started();
      // What has no place on a tab is a config node to Node-RED.
      const placed = flows.map((node) => ("z" in node ? { x: 0, y: 0, ...node } : node));
      await red.runtime.flows.setFlows({ deploymentType: kind, flows: { flows: placed } });
      await running;
    },
    send(id, msg) {
      const node = red.nodes.getNode(id);
      if (!node) throw new Error(`no node ${id} in the flow`);
      node.receive(msg);
    },
    next(wanted) {
      const at = inbox.findIndex(wanted);
      if (at >= 0) return Promise.resolve(inbox.splice(at, 1)[0] as Msg);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`no such message within 4 s: ${wanted}; log: ${complaints}`));
        }, 4000);
        waiting.add({
          wanted,
          take: (msg) => {
            clearTimeout(timer);
            resolve(msg);
          },
        });
      });
    },
    came: (wanted) => inbox.some(wanted),
    complaints,
    file: (name) => readFile(join(directory, name), "utf8"),
    async stop() {
      await red.stop();
      await rm(directory, { recursive: true });
    },
  };
}
