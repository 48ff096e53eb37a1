/** What the page shows of junctions, read from the link's cache of a cabinet's messages. */
import type { Aspect, GroupKind } from "../../../controllers/junction/model.ts";
import type { Remote } from "../../../firmware/link/manager/remote.ts";
import type { StatusValues } from "../../../firmware/link/modules.ts";
import { aspectOf } from "../../../firmware/rsmp3/letters.ts";
import { valuesOf } from "./model.ts";

export interface Group {
  readonly id: string;
  readonly kind: GroupKind;
}

export interface Approach {
  readonly id: number;
  readonly name: string;
  readonly group: string;
  /** Of those who come to the stop line, degrees clockwise from north; absent: not told. */
  readonly bearing?: number;
}

/** What stands still unless somebody looks. */
export const JUNCTION_CODES = ["tlc.groups", "tlc.priority.approach", "tlc.priority.plan"] as const;

/** A junction as it is built. */
export interface JunctionAssets {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly Group[];
  readonly stages: readonly { readonly id: string; readonly groups: readonly string[] }[];
  readonly approaches: readonly Approach[];
}

/** A vehicle that comes: as `tlc.priority.approach` has it. */
export type Coming = StatusValues<"tlc.priority.approach">["vehicles"][string][number];
export type Request = StatusValues<"tlc.priority.requests">["status"][number];

/** A stage with its end, ms since 1970. */
export interface Meant {
  readonly stage: string;
  readonly to: number;
}

/** A junction as it is now. */
export interface JunctionNow {
  /** null: not told. */
  readonly aspects: ReadonlyMap<string, Aspect | null>;
  readonly mode: string | null;
  readonly why: string;
  readonly stage: string | null;
  readonly coming: readonly Coming[];
  readonly requests: readonly Request[];
  readonly plan: readonly Meant[];
  readonly base: readonly Meant[];
  /** Begin of the stage that is on, ms since 1970. */
  readonly since: number | null;
}

/** Of one junction and one hour: as `tlc.priority.hours` has it. */
export type Hour = { readonly [A in keyof StatusValues<"tlc.priority.hours">]?: unknown };

export function junctionsOf(remote: Remote): JunctionAssets[] {
  const { junctions = {} } = valuesOf(remote, "cabinet.inventory");
  return Object.entries(junctions)
    .map(([id, assets]) => ({ id, ...assets }))
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

export function nowOf(remote: Remote, { id, groups }: JunctionAssets): JunctionNow {
  const { signalgroupstatus = {}, stages = {} } = valuesOf(remote, "tlc.groups");
  const { mode = {}, why = {} } = valuesOf(remote, "tlc.junctions");
  const { vehicles = {} } = valuesOf(remote, "tlc.priority.approach");
  const { plan = {}, base = {}, since = {} } = valuesOf(remote, "tlc.priority.plan");
  const { status = [] } = valuesOf(remote, "tlc.priority.requests");
  const begun = since[id];
  return {
    aspects: new Map(
      groups.map((group) => {
        const letter = signalgroupstatus[`${id}/${group.id}`];
        return [group.id, letter === undefined ? null : aspectOf(letter)];
      }),
    ),
    mode: mode[id] ?? null,
    why: why[id] ?? "",
    stage: stages[id] ?? null,
    coming: vehicles[id] ?? [],
    requests: status.filter(({ j }) => j === undefined || j === id),
    plan: meant(plan[id]),
    base: meant(base[id]),
    since: begun === undefined ? null : Date.parse(begun),
  };
}

const meant = (spans: readonly { readonly s: string; readonly to: string }[] = []): Meant[] =>
  spans.map(({ s, to }) => ({ stage: s, to: Date.parse(to) }));
