/** The shape of `junctions` in `cabinet.yaml`. */
import Type from "typebox";
import { idOf, map, text } from "./forms.ts";
import { Contacts, Engine, Rsmp3 } from "./junctions-control.ts";
import { Conflict, Group, Plan, Stage } from "./junctions-signals.ts";
import { Approach, Detector, Priority } from "./junctions-ways.ts";

export const Junction = map(
  "A junction. Exactly one of `contacts`, `rsmp3`, `engine` says how its signals are reached.",
  {
    id: idOf("tlc"),
    name: Type.Optional(text("Name for people.")),
    groups: Type.Array(Group, { minItems: 1, maxItems: 32, description: "Signal groups." }),
    conflicts: Type.Optional(
      Type.Array(Conflict, {
        maxItems: 512,
        description: "Where times between two groups are other than usual. Groups that share no stage always conflict.",
        default: [],
      }),
    ),
    stages: Type.Array(Stage, { minItems: 2, maxItems: 16, description: "Stages." }),
    plans: Type.Array(Plan, { minItems: 1, maxItems: 32, description: "Signal plans." }),
    approaches: Type.Optional(
      Type.Array(Approach, { maxItems: 17, description: "Ways of priority vehicles.", default: [] }),
    ),
    detectors: Type.Optional(Type.Array(Detector, { maxItems: 64, description: "Detectors.", default: [] })),
    priority: Type.Optional(Priority),
    contacts: Type.Optional(Contacts),
    rsmp3: Type.Optional(Rsmp3),
    engine: Type.Optional(Engine),
  },
);
