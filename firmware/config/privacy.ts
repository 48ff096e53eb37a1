/** The part of `cabinet.yaml` about what others may learn of people: which counters are told as one, and live data. */
import Type from "typebox";
import type { Zone } from "../../controllers/footfall/privacy.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { DEFAULTS } from "./defaults.ts";
import { idOf, map } from "./forms.ts";
import type { Problems } from "./problem.ts";
import { once, refersTo } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";

/** Who may have live data: nobody; whom a signed command allowed it for a while; everybody who may throttle. */
export const LIVE = ["never", "signed", "anyone"] as const;
export type LivePolicy = (typeof LIVE)[number];

export const Privacy = map("What others may learn of people.", {
  zones: Type.Optional(
    Type.Array(
      map("Counters that are told as one, so that more of them is told: 11 people are together sooner.", {
        id: idOf("zone"),
        counters: Type.Array(idOf("counter"), { minItems: 1, maxItems: 64, description: "Each in one zone at most." }),
      }),
      { maxItems: 64, description: "Default: each counter by itself.", default: [] },
    ),
  ),
  live: Type.Optional(
    Type.Enum([...LIVE], {
      default: DEFAULTS.privacy.live,
      description:
        "Whether light, people and power may be told as they change, from which one sees people walk: never; for as long " +
        "as a signed `cabinet.live.allow` says; or to anyone whom the broker lets throttle (tests and demonstrations).",
    }),
  ),
});

export interface PrivacyConfig {
  /** Every counter is in exactly one. */
  readonly zones: readonly Zone[];
  readonly live: LivePolicy;
}

/** From entries that passed every check. */
export function privacyOf({ privacy, counters = [] }: Pick<ConfigFile, "privacy" | "counters">): PrivacyConfig {
  const { zones = [], live = DEFAULTS.privacy.live } = privacy ?? {};
  const zoned = new Set<ComponentId>(zones.flatMap((zone) => zone.counters));
  const alone = counters.filter(({ id }) => !zoned.has(id)).map(({ id }) => ({ id, counters: [id] }));
  return { zones: [...zones, ...alone], live };
}

export function checkPrivacy({ privacy, counters = [] }: Draft<ConfigFile>, problems: Problems): void {
  const zoneOnce = once(problems, "id");
  const counterOnce = once(problems, "counter");
  const toCounter = refersTo(
    problems,
    counters.map((counter) => counter?.id),
  );
  for (const [i, zone] of (privacy?.zones ?? []).entries()) {
    zoneOnce(zone?.id, ["privacy", "zones", i, "id"]);
    for (const [k, counter] of (zone?.counters ?? []).entries()) {
      toCounter(counter, ["privacy", "zones", i, "counters", k]);
      counterOnce(counter, ["privacy", "zones", i, "counters", k]);
    }
  }
}
