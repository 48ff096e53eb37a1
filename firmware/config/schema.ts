/**
 * The shape of `cabinet.yaml`, written once: TypeScript takes its type from here, editors the JSON Schema
 * (`firmware/config/cabinet.schema.json`), `shape.ts` its checks and the words of its messages. What one value cannot
 * say by itself (references, uniqueness, order) is in `rules.ts`.
 */
import Type, { type Static } from "typebox";
import { COUNTERS, type CounterKind, METERS, type MeterKind } from "../sensors/list.ts";
import { Bus } from "./bus-schema.ts";
import { DEFAULTS } from "./defaults.ts";
import { Feed } from "./feed.ts";
import { Forecast } from "./forecast-schema.ts";
import {
  dayTime,
  form,
  i2cChip,
  idOf,
  integer,
  kinds,
  list,
  map,
  number,
  pin,
  port,
  position,
  street,
  text,
} from "./forms.ts";
import { Inputs } from "./inputs.ts";
import { Vehicles } from "./junctions-feeds.ts";
import { Junction } from "./junctions-schema.ts";
import { Lamp } from "./lamp-schema.ts";
import { Commands, JournalBounds, Metrics, Mqtt } from "./link-schema.ts";
import { Neighbours } from "./neighbours.ts";
import { Output } from "./output-schema.ts";
import { Privacy } from "./privacy.ts";
import { Calendar, Dynamic, Group } from "./programme-schema.ts";
import { ClassWeights, Street } from "./street-schema.ts";
import { thermalKeys } from "./thermal.ts";

const place = (description: string) => map(description, { street, at: position("The place") });

export const CabinetSchema = Type.Object(
  {
    node: form(
      "^[^\\s/+#]+(/[^\\s/+#]+)*$",
      "words parted by /, such as 21231/cab-0117",
      "RSMP 4 node id of this cabinet: the first levels of its MQTT topics.",
    ),
    site: map("Where the cabinet is.", {
      name: text("Name for people."),
      latitude: number(-90, 90, "Degrees, north is positive."),
      longitude: number(-180, 180, "Degrees, east is positive."),
      timeZone: text("IANA time zone of the schedules, such as Europe/Paris."),
    }),
    mqtt: Mqtt,
    commands: Type.Optional(Commands),
    journal: Type.Optional(JournalBounds),
    metrics: Type.Optional(Metrics),
    privacy: Type.Optional(Privacy),
    streets: list(Street, "The streets that this cabinet lights, as lines with positions in metres."),
    classWeights: Type.Optional(ClassWeights),
    joins: Type.Optional(
      list(
        map("Two points that are one place.", { a: place("On one street."), b: place("On the other.") }),
        "Where streets meet: light-ahead goes on from one into the other.",
      ),
    ),
    buses: Type.Optional(list(Bus, "DALI buses.")),
    outputs: Type.Optional(list(Output, "0-10 V outputs.")),
    lamps: Type.Optional(list(Lamp, "The lamps.")),
    counters: Type.Optional(
      list(
        map("A footfall counter.", {
          id: idOf("counter"),
          kind: kinds(
            COUNTERS satisfies Record<CounterKind, unknown>,
            "Its protocol; pulse is a dry contact on a pin; ld2450 and ops243 are radars; amg8833 and mlx90640 are thermal arrays on I2C; mqtt is a counter of another system, on a topic.",
          ),
          port: Type.Optional(port),
          pin: Type.Optional(pin),
          activeWhen: Type.Optional(
            Type.Enum(["high", "low"], {
              default: DEFAULTS.activeWhen,
              description: "Level of the pin during a pulse.",
            }),
          ),
          i2c: Type.Optional(i2cChip("0x68 or 0x69 for an AMG8833, 0x33 for an MLX90640")),
          ...thermalKeys,
          feed: Type.Optional(Feed),
          staleAfter: Type.Optional(
            number(
              10,
              86_400,
              "Silent for so long it is not believed any more, seconds. Default: as `adaptive.staleAfter`.",
            ),
          ),
          reversed: Type.Optional(
            Type.Boolean({
              default: false,
              description:
                "Whether its own `up` (an LD2450's right, towards an OPS243) runs against the street's metres.",
            }),
          ),
          street,
          position: position("Where it counts"),
        }),
        "Footfall counters.",
      ),
    ),
    inputs: Type.Optional(Inputs),
    neighbours: Type.Optional(Neighbours),
    contacts: Type.Optional(
      list(
        map("A door contact on an input pin.", {
          id: idOf("door"),
          pin,
          openWhen: Type.Enum(["high", "low"], { description: "Level of the pin while the door is open." }),
        }),
        "Door contacts.",
      ),
    ),
    meters: Type.Optional(
      list(
        map("An energy meter.", {
          id: idOf("meter"),
          kind: kinds(
            METERS satisfies Record<MeterKind, unknown>,
            "Its family: sdm is an Eastron SDM over Modbus RTU, ina226 a chip on I2C in a DC supply.",
          ),
          port: Type.Optional(port),
          i2c: Type.Optional(i2cChip("0x40 to 0x4F for an INA226")),
          shunt: Type.Optional(number(0.0001, 10, "Resistance of the shunt at the chip, ohms.")),
          address: Type.Optional(integer(1, 247, "Modbus unit.", { default: DEFAULTS.meter.address })),
          baud: Type.Optional(
            Type.Enum([1200, 2400, 4800, 9600, 19_200, 38_400], {
              default: DEFAULTS.meter.baud,
              description: "Bits per second, as set at the meter.",
            }),
          ),
          measures: Type.Optional(
            Type.Enum(["all", "lamps", "own"], {
              default: DEFAULTS.meter.measures,
              description:
                "What hangs on it: all that the cabinet takes, its lamps alone, or the cabinet itself alone.",
            }),
          ),
          phases: Type.Optional(
            Type.Enum([1, 3], {
              default: DEFAULTS.meter.phases,
              description: "Single-phase (SDM120) or three-phase (SDM630).",
            }),
          ),
        }),
        "Energy meters.",
      ),
    ),
    schedules: list(
      map("When lamps are lit, and how brightly, in one night.", {
        name: text("Name; lamps refer to it."),
        periods: Type.Array(
          map("From a moment until the next period begins.", {
            from: dayTime("Begin."),
            level: number(0, 100, "Percent of full light; 0 switches off."),
            adaptive: Type.Optional(
              Type.Boolean({
                default: DEFAULTS.adaptivePeriod,
                description: "Whether footfall may lower it to the reduced class and raise it to full.",
              }),
            ),
          }),
          { minItems: 1, description: "In the order of the night." },
        ),
        off: Type.Optional(dayTime("When the lamps go off.", { default: DEFAULTS.off })),
        dynamic: Type.Optional(
          Type.Array(Dynamic, { description: "Dynamic controls on top of the periods, the strongest first." }),
        ),
      }),
      "Schedules.",
    ),
    calendars: Type.Optional(list(Calendar, "Which schedule in which night.")),
    groups: Type.Optional(list(Group, "Groups of lamps, for commands.")),
    adaptive: Type.Optional(
      map("How light follows people (light-ahead).", {
        ahead: Type.Optional(
          number(0, 1000, "Light is up this far in front of a person, metres.", { default: DEFAULTS.adaptive.ahead }),
        ),
        fastest: Type.Optional(
          number(0.1, 50, "The fastest a person is assumed to go, m/s.", { default: DEFAULTS.adaptive.fastest }),
        ),
        slowest: Type.Optional(
          number(0.1, 50, "The slowest a person is assumed to go, m/s.", { default: DEFAULTS.adaptive.slowest }),
        ),
        reach: Type.Optional(
          number(1, 10_000, "How far one count is followed, metres.", { default: DEFAULTS.adaptive.reach }),
        ),
        hold: Type.Optional(
          number(0, 3600, "Full light stays this long after the slowest person, seconds.", {
            default: DEFAULTS.adaptive.hold,
          }),
        ),
        ramp: Type.Optional(
          number(0, 3600, "Time from full to the floor, seconds.", { default: DEFAULTS.adaptive.ramp }),
        ),
        rampStep: Type.Optional(
          number(0.5, 600, "Time of one step of the ramp, seconds.", { default: DEFAULTS.adaptive.rampStep }),
        ),
        up: Type.Optional(
          number(1, 1000, "The fastest that light may rise, percent of full light a second.", {
            default: DEFAULTS.adaptive.up,
          }),
        ),
        down: Type.Optional(
          number(
            0.1,
            1000,
            "The fastest that light may fall, percent of full light a second. Default: as `ramp` says.",
          ),
        ),
        reaction: Type.Optional(
          number(0, 60, "Who goes fast is lit so far ahead in time, if that is more than `ahead`, seconds.", {
            default: DEFAULTS.adaptive.reaction,
          }),
        ),
        staleAfter: Type.Optional(
          number(
            10,
            3600,
            "A counter silent for so long is not believed any more: its lamps follow the schedule. Seconds.",
            {
              default: DEFAULTS.adaptive.staleAfter,
            },
          ),
        ),
      }),
    ),
    forecast: Type.Optional(Forecast),
    junctions: Type.Optional(list(Junction, "Junctions: their signals, and the ways of priority vehicles.")),
    vehicles: Type.Optional(Vehicles),
    own: Type.Optional(
      number(0, 1000, "What the cabinet itself takes (controller, gateways, sensors), W; a meter of it knows better.", {
        default: DEFAULTS.own,
      }),
    ),
    failSafe: Type.Optional(
      number(
        0,
        100,
        "Level when nothing better is known, percent of full light. Bright: a dark street is the worse fault.",
        {
          default: DEFAULTS.failSafe,
        },
      ),
    ),
  },
  {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "hulotte cabinet",
    description: "Configuration of one street cabinet.",
    additionalProperties: false,
  },
);

/** A file as it is written, before its defaults. */
export type ConfigFile = Static<typeof CabinetSchema>;
