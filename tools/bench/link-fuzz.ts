/** Hostile payloads on every topic that a node and a supervisor listen to: nothing may crash, move, or stay in memory. */
import { type Figure, progress } from "./line.ts";
import { fuzzNode } from "./link-fuzz-node.ts";
import { fuzzSupervisor } from "./link-fuzz-supervisor.ts";

/** MB by which a heap may differ without anything being kept. */
const SAME = 2;

/** `link fuzz`: three fifths of the payloads go to the supervisor, which listens to seven types, the others to the node. */
export async function fuzzFigures(payloads = 100_000): Promise<readonly Figure[]> {
  progress(`fuzz node, ${Math.round(payloads * 0.4)} payloads ...`);
  const node = await fuzzNode(Math.round(payloads * 0.4), 1);
  progress(`fuzz supervisor, ${Math.round(payloads * 0.6)} payloads ...`);
  const supervisor = await fuzzSupervisor(Math.round(payloads * 0.6), 2);
  const both = [node, supervisor];
  for (const text of new Set(both.flatMap(({ crashes, changes }) => [...crashes, ...changes]))) progress(text);
  return [
    {
      name: "fuzz: hostile payloads on every subscribed topic, crashes and state changes",
      value: both.reduce((sum, { crashes, changes }) => sum + crashes.length + changes.length, 0),
      unit: "",
      target: 0,
      parts: {
        payloads: node.sent + supervisor.sent,
        refused: node.refused + supervisor.refused,
        crashes: node.crashes.length + supervisor.crashes.length,
        stateChanges: node.changes.length + supervisor.changes.length,
        nodeHeapGrowthMB: Number(node.grown.toFixed(2)),
        supervisorHeapGrowthMB: Number(supervisor.grown.toFixed(2)),
      },
      holds: both.every(({ alive, grown }) => alive && grown <= SAME),
    },
  ];
}
