/** The part of `cabinet.yaml` that says whether people are foretold. */
import Type from "typebox";
import { DEFAULTS } from "./defaults.ts";
import { map, number } from "./forms.ts";

export const Forecast = map("Forecasts of the people at every counter, 1 h and 24 h ahead; absent: none.", {
  budget: Type.Optional(
    number(0, 1800, "Processor time a night for learning from the own counts, seconds; 0: never.", {
      default: DEFAULTS.forecast.budget,
    }),
  ),
});
