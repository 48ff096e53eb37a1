import type { Signer } from "../firmware/link/commands/signer.ts";
import { keepLive, type Live } from "../firmware/link/live.ts";
import { iso } from "../firmware/link/payload.ts";
import { connectSupervisor, type Supervisor, type SupervisorOptions } from "../firmware/link/supervisor.ts";
import { NodeTimes } from "./node-time.ts";
import { known, type Report, Reports } from "./report.ts";

export interface Watcher {
  /** Cabinets are asked for their live data (levels as they change, people minute by minute) while it watches. */
  readonly live: boolean;
  report(report: Report): void;
  connected(isConnected: boolean): void;
}

export interface FlowLinkOptions extends Omit<SupervisorOptions, "onMessage" | "onConnection" | "signer"> {
  /** Signs every command. Where it rejects, so does each command, and none goes out. */
  readonly signer?: Promise<Signer>;
}

/** One connection to a city's broker, shared by the nodes of a flow. It reconnects for ever. */
export interface FlowLink {
  readonly connected: boolean;
  readonly command: Supervisor["command"];
  /** Tells whether there is a connection and all that is known, then what comes. Returns how to stop it. */
  watch(watcher: Watcher): () => void;
  /** The instant `minutes` from now, by the clock of the cabinet `node`, as its commands want it. */
  until(node: string, minutes: number): string;
  close(): Promise<void>;
}

/** A bad id or address is a TypeError that names it. */
export function openFlowLink({ signer: promised, ...options }: FlowLinkOptions): FlowLink {
  const { clock } = options;
  let signer: Signer | undefined;
  const ready = promised?.then((key) => {
    signer = key;
  });
  ready?.catch(() => {});
  const watchers = new Set<Watcher>();
  const reports = new Reports();
  const times = new NodeTimes();
  let looking: { readonly live: Live; readonly end: AbortController } | null = null;
  const supervisor = connectSupervisor({
    ...options,
    signer: () => signer,
    onConnection: (isConnected) => {
      for (const watcher of watchers) watcher.connected(isConnected);
    },
    onMessage: (message) => {
      looking?.live.take(message);
      for (const report of reports.take(message)) {
        if (report.at !== null) times.hear(report.node, report.at, clock.now());
        for (const watcher of watchers) watcher.report(report);
      }
    },
  });
  /** Keeps live channels running while somebody watches them. */
  const look = () => {
    const wanted = [...watchers].some(({ live }) => live);
    if (wanted === (looking !== null)) return;
    looking?.end.abort();
    looking = null;
    if (!wanted) return;
    const end = new AbortController();
    const live = keepLive({ supervisor, clock, mayAllow: () => signer !== undefined, signal: end.signal });
    for (const remote of supervisor.nodes.values()) live.look(remote);
    looking = { live, end };
  };
  return {
    get connected() {
      return supervisor.connected;
    },
    async command(node, code, wanted, timeoutMs) {
      await ready;
      return supervisor.command(node, code, wanted, timeoutMs);
    },
    watch(watcher) {
      watcher.connected(supervisor.connected);
      for (const remote of supervisor.nodes.values()) for (const report of known(remote)) watcher.report(report);
      watchers.add(watcher);
      look();
      return () => {
        watchers.delete(watcher);
        look();
      };
    },
    until: (node, minutes) => iso(times.now(node, clock.now()) + minutes * 60_000),
    async close() {
      watchers.clear();
      look();
      await supervisor.close();
    },
  };
}
