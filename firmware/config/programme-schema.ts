/** Calendars, dynamic controls and groups of `cabinet.yaml`; periods are in `schema.ts`. */
import Type, { type Static } from "typebox";
import { HOLIDAYS, type Holidays, OPERATIONS, type Operation } from "../../controllers/model.ts";
import { DEFAULTS } from "./defaults.ts";
import { dayTime, form, integer, map, number, text } from "./forms.ts";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof WEEKDAYS)[number];

const MONTH_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const date = (description: string) =>
  Type.Optional(
    form(`^([0-9]{4}-)?${MONTH_DAY}$`, "a day of each year such as 12-24, or of one such as 2026-12-24", description),
  );
const law = (description: string) =>
  Type.Optional(Type.Enum([...HOLIDAYS] as Holidays[], { description: `${description}. FR: the eleven of L3133-1.` }));

const schedule = text("Name of a schedule of `schedules`.");

export const Calendar = map("Which schedule lamps follow in which night: that of the first rule for its day.", {
  name: text("Name; lamps refer to it as to a schedule."),
  rules: Type.Array(
    map("The days for which all that is said holds. A night belongs to the day on which it begins.", {
      from: date("First day."),
      to: date("Last day. Before `from`, and both without a year: over the new year."),
      days: Type.Optional(
        Type.Array(Type.Enum([...WEEKDAYS] as Weekday[], { description: "A day." }), {
          minItems: 1,
          description: "Days of the week.",
        }),
      ),
      occurrences: Type.Optional(
        Type.Array(Type.Enum([1, 2, 3, 4, 5, "last"], { description: "The first is 1." }), {
          minItems: 1,
          description: "Which of its weekday in the month the day is.",
        }),
      ),
      holidays: law("Public holidays"),
      eves: law("Days before public holidays"),
      easter: Type.Optional(
        map("Days around Easter Sunday.", {
          from: integer(-80, 250, "Days after Easter Sunday; below 0 before."),
          to: integer(-80, 250, "The last of them."),
        }),
      ),
      schedule,
    }),
    { minItems: 1, description: "In the order of their strength." },
  ),
  otherwise: schedule,
});

export const Dynamic = map("Changes the level of the schedule while its source is active.", {
  name: Type.Optional(text("Said as the reason. Default: the source.")),
  source: text("Id of a counter or of a light sensor, or the name of a street: all counters that stand on it."),
  during: Type.Optional(
    Type.Array(map("A time of day or night.", { from: dayTime("Begin."), to: dayTime("End.") }), {
      minItems: 1,
      description: "When it may act. Default: always, by day too.",
    }),
  ),
  operation: Type.Enum([...OPERATIONS] as Operation[], {
    description: "What becomes of the level under it (TALQ 2.7.1 EffectOperation).",
  }),
  level: number(-100, 1000, "Percent: of full light, to add below 0 too; to multiply, of the level under it."),
  hold: Type.Optional(
    number(0, 86_400, "It acts so long after its source was last active, seconds.", { default: DEFAULTS.dynamic.hold }),
  ),
  below: Type.Optional(number(0, 200_000, "Of a light sensor: it is active under so much light, lux.")),
  above: Type.Optional(number(0, 200_000, "Of a light sensor: and until over so much, lux. Default: `below`.")),
});

export const Group = map("Lamps that are commanded together.", {
  name: form("^[A-Za-z0-9_-]{1,64}$", "letters, digits, _ and -", "Name; commands say group/ before it."),
  members: Type.Array(text("Id of a lamp, name of a street, or name of another group."), {
    minItems: 1,
    description: "Who is in it.",
  }),
});

export type CalendarEntry = Static<typeof Calendar>;
export type DynamicEntry = Static<typeof Dynamic>;
export type GroupEntry = Static<typeof Group>;
