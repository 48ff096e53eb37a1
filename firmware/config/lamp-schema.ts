import Type from "typebox";
import { LIGHTING_CLASSES } from "../../controllers/lighting/lighting-class.ts";
import type { LightingClass } from "../../controllers/model.ts";
import { DEFAULTS } from "./defaults.ts";
import { form, integer, map, number, points, position, street, text } from "./forms.ts";

const ADDRESS = "([0-9]|[1-5][0-9]|6[0-3])";

export const Lamp = map("One lamp, or with `addresses` a row of lamps of one bus at equal distances.", {
  id: Type.Optional(
    form(
      "^lamp(/[A-Za-z0-9_-]+){1,2}$",
      "lamp/ and one or two names, such as lamp/1/5",
      "Component id of a single lamp. On a bus it may be left out: bus/1 address 5 is lamp/1/5.",
    ),
  ),
  bus: Type.Optional(text("Id of the DALI bus it hangs on. A lamp has a bus or an output.")),
  address: Type.Optional(integer(0, 63, "DALI short address (IEC 62386-102), as gear is asked, from 0.")),
  addresses: Type.Optional(
    form(
      `^${ADDRESS}-${ADDRESS}$`,
      "a range from 0-0 to 0-63, such as 0-11",
      "DALI short addresses of a row, first-last.",
    ),
  ),
  output: Type.Optional(text("Id of the 0-10 V output it hangs on.")),
  channel: Type.Optional(integer(0, 255, "Channel of the output, from 0.")),
  street,
  position: position("Where it stands (the first lamp of a row)"),
  every: Type.Optional(
    number(-10_000, 10_000, "Distance from one lamp of a row to the next, metres; below 0 it runs backwards."),
  ),
  group: Type.Optional(text("Lamps that are shown and commanded together. Default: the street's name.")),
  power: number(0.1, 10_000, "Electrical power at full level, W."),
  class: Type.Enum(LIGHTING_CLASSES as LightingClass[], {
    description: "Lighting class the street is designed for (EN 13201-2), met at full level.",
  }),
  reducedClass: Type.Optional(
    Type.Enum(LIGHTING_CLASSES as LightingClass[], {
      description:
        "Lowest class that may be lit while nobody is there: the floor of dimming. Default: `class`, no dimming.",
    }),
  ),
  empty: Type.Optional(
    number(
      1,
      100,
      "Light while counters see nobody near, percent of full light, where the city permits less than a lighting class asks for; not before each counter that reaches the lamp has seen somebody. Default: never under the class.",
    ),
  ),
  shares: Type.Optional(
    text("Lamps of one name (of a driver, a mast) always have equal automatic light: the brightest that one needs."),
  ),
  curve: Type.Optional(
    Type.Enum(["logarithmic", "linear"], {
      default: DEFAULTS.curve,
      description: "Dimming curve its gear is set to (IEC 62386-102 9.3, 62386-207).",
    }),
  ),
  calibration: Type.Optional(
    points(
      number(0, 100, "Percent of full light."),
      number(0, 10, "Volts."),
      2,
      "Of a lamp of an output: how much light its driver gives at how many volts, [percent, volts] each, light growing. Default: 10 % a volt.",
    ),
  ),
  warmDim: Type.Optional(
    points(
      number(0, 100, "Percent of full light."),
      number(1000, 20_000, "Kelvin."),
      1,
      "Of a tunable lamp of a bus (device type 8): its colour temperature at some lights, [percent, kelvin] each, light growing, never warmer at more light.",
    ),
  ),
  clo: Type.Optional(
    points(
      number(0, 200_000, "Burn hours."),
      number(30, 100, "Percent of its first light that it still gives."),
      2,
      "Constant light output: how its light falls with burn hours, [hours, percent] each, hours growing. It is dimmed while new, so that the street always has the light of the last point. Default: its gear sees to it, or nobody.",
    ),
  ),
  cleaning: Type.Optional(
    map("How its glass is cleaned: with constant light output it is dimmed while clean.", {
      months: number(1, 240, "Months between two cleanings."),
      percent: number(30, 100, "Light that is left just before one, percent of the clean lamp's."),
      last: form(
        "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "a date such as 2026-03-31",
        "When it was cleaned last.",
      ),
    }),
  ),
  schedule: Type.Optional(text("Name of its schedule or calendar. Default: the first of `schedules`.")),
});
