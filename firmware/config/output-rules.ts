/** What hangs on an output beside its lamps' inputs: relays, and a converter that reads it back. */
import type { Problems, Step } from "./problem.ts";
import { once, refersTo } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";

type File = Draft<ConfigFile>;
type Entry = NonNullable<NonNullable<File["outputs"]>[number]>;

/** They are of that output's lamps, each of them once. */
export function checkOutputs({ outputs = [], lamps = [] }: File, problems: Problems): void {
  for (const [i, output] of outputs.entries()) {
    if (!output) continue;
    // A lamp whose own output is wrong may be meant for this one.
    const own = lamps
      .filter((lamp) => !lamp || (Object.hasOwn(lamp, "output") && (lamp.output ?? output.id) === output.id))
      .map((lamp) => lamp?.id);
    checkRelays(output, own, ["outputs", i, "relays"], problems);
    checkReadBack(output, own, ["outputs", i, "readBack", "inputs"], problems);
  }
}

function checkRelays({ relays = [] }: Entry, own: readonly (string | undefined)[], at: Step[], problems: Problems) {
  const toLamp = refersTo(problems, own);
  const lampOnce = once(problems, "lamp of a relay");
  for (const [j, relay] of relays.entries()) {
    if (!relay) continue;
    if (!Object.hasOwn(relay, "lamps")) {
      // One of them says it for all.
      for (const lamp of own) if (!lampOnce(lamp, [...at, j])) break;
      continue;
    }
    for (const [k, lamp] of (relay.lamps ?? []).entries()) {
      toLamp(lamp, [...at, j, "lamps", k]);
      lampOnce(lamp, [...at, j, "lamps", k]);
    }
  }
}

function checkReadBack({ readBack }: Entry, own: readonly (string | undefined)[], at: Step[], problems: Problems) {
  const toLamp = refersTo(problems, own);
  const lampOnce = once(problems, "lamp");
  const inputOnce = once(problems, "input");
  for (const [j, entry] of (readBack?.inputs ?? []).entries()) {
    toLamp(entry?.lamp, [...at, j, "lamp"]);
    lampOnce(entry?.lamp, [...at, j, "lamp"]);
    inputOnce(entry?.input === undefined ? undefined : String(entry.input), [...at, j, "input"]);
  }
}
