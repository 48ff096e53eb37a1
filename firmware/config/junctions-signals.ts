/** What a junction's signals are in `cabinet.yaml`: groups, what conflicts, stages, plans. */
import Type from "typebox";
import { HARD_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import { MAX_WAIT, MIN_GREEN, stageOf } from "../../controllers/junction/defaults.ts";
import { GROUP_KINDS } from "../../controllers/junction/model.ts";
import { DEFAULTS } from "./defaults.ts";
import { integer, map, number } from "./forms.ts";
import { group, inSeconds, name } from "./junctions-forms.ts";

const { junction: usual } = DEFAULTS;
const stage = stageOf("usual", []);
/** A time of a group, within the bounds that no site goes beyond. */
const within = (key: "minGreen" | "redAmber" | "maxWait", description: string, usually: number) =>
  number(inSeconds(HARD_BOUNDS[key][0]), inSeconds(HARD_BOUNDS[key][1]), description, { default: inSeconds(usually) });

export const Group = map("Heads that always show the same.", {
  id: group("RSMP's name of it on its controller, such as A1."),
  kind: Type.Enum([...GROUP_KINDS], { description: "Who goes by it." }),
  crossing: Type.Optional(
    number(1, 60, "Pedestrians and cycles: the way across, metres. Who began it on green ends it before others begin."),
  ),
  clearance: Type.Optional(
    number(0, 60, "Between the end of amber and others' green, at least, seconds. Default: 2; by `crossing` at 1 m/s."),
  ),
  minGreen: Type.Optional(within("minGreen", "Green is never shorter, seconds.", MIN_GREEN)),
  amber: Type.Optional(number(0, 5, "Seconds; 3 in towns, 5 outside. Default: 3; none for pedestrians.")),
  redAmber: Type.Optional(within("redAmber", "Before green, seconds; none in France.", 0)),
  maxWait: Type.Optional(
    within("maxWait", "From the end of its green to its next green, while it is wanted, seconds.", MAX_WAIT),
  ),
  guard: Type.Optional(
    number(
      10,
      600,
      "Nobody is given priority against a group that has waited so long, seconds. Default: 120; cycles and pedestrians 90.",
    ),
  ),
  onCall: Type.Optional(Type.Boolean({ default: false, description: "Served only when a button or a loop calls it." })),
});

export const Conflict = map(
  "Two groups that must not be green together, where the usual times between them do not do.",
  {
    from: group("The one whose green ends."),
    to: group("The one whose green begins."),
    intergreen: number(0, 60, "From the end of the first green to the begin of the second, amber included, seconds."),
    back: Type.Optional(number(0, 60, "The other way round, seconds. Default: as usual.")),
  },
);

export const Stage = map("Groups that are green together.", {
  id: name("Name."),
  groups: Type.Array(group(), { minItems: 1, maxItems: 32, description: "Groups that are green in it." }),
  skippable: Type.Optional(
    Type.Boolean({ default: false, description: "Whether priority may leave it out of a cycle." }),
  ),
  maxExtension: Type.Optional(
    number(0, 120, "Green that priority may add to it, seconds.", { default: inSeconds(stage.maxExtension) }),
  ),
  least: Type.Optional(
    number(0, 120, "Green that it keeps, beyond the minimum of its groups, when priority ends it early, seconds.", {
      default: inSeconds(stage.least),
    }),
  ),
  shortest: Type.Optional(
    number(
      1,
      60,
      "It lasts at least so long where it only ends what another stage has (early cut-off), seconds. Default: the shortest " +
        "`minGreen` in it, which is the most.",
    ),
  ),
});

export const Plan = map("A signal plan: fixed times where `cycle` is said, else as long as vehicles come.", {
  id: integer(1, 255, "RSMP's number; the first plan is in force until another is chosen."),
  cycle: Type.Optional(number(20, 300, "Fixed times: seconds of the cycle.")),
  offset: Type.Optional(
    number(0, 300, "Coordinated: second 0 is when (time of day - offset) is a multiple of the cycle, seconds."),
  ),
  stages: Type.Array(
    map("A stage in its place.", {
      stage: name("Name of a stage."),
      at: Type.Optional(number(0, 300, "Fixed times: second of the cycle at which it is changed to.")),
      min: Type.Optional(number(1, 300, "Vehicles: at least so long, seconds. Default: the longest `minGreen` in it.")),
      max: Type.Optional(number(1, 300, "Vehicles: at most so long while others wait, seconds.")),
      gap: Type.Optional(
        number(0.5, 30, "Vehicles: it ends when its detectors were free for so long, seconds.", { default: usual.gap }),
      ),
    }),
    { minItems: 1, maxItems: 16, description: "In order." },
  ),
});
