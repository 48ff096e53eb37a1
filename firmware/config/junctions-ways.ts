/** Who comes to a junction, in `cabinet.yaml`: ways of priority vehicles, detectors, when there is priority and how much. */
import Type from "typebox";
import { PRIORITY } from "../../controllers/junction/defaults.ts";
import { DETECTOR_USES } from "../../controllers/junction/model.ts";
import { VEHICLE_TYPES, type VehicleType } from "../../controllers/junction/request-model.ts";
import { DEFAULTS } from "./defaults.ts";
import { idOf, integer, map, number, pin, points, text } from "./forms.ts";
import { byte, group, inSeconds, level } from "./junctions-forms.ts";

const { junction: usual } = DEFAULTS;

export const Approach = map("The way of priority vehicles to a stop line.", {
  id: integer(0, 16, "RSMP's number."),
  name: Type.Optional(text("Name for people.")),
  group: group("The group that lets them go."),
  line: Type.Optional(
    points(
      number(-90, 90, "Latitude, degrees."),
      number(-180, 180, "Longitude, degrees."),
      2,
      "Its middle in the direction of travel, [latitude, longitude] each; the last is the stop line. Without it no position is understood.",
    ),
  ),
  exit: Type.Optional(
    number(0, 200, "So far after the stop line a vehicle has passed, metres.", { default: usual.exit }),
  ),
  speed: Type.Optional(number(1, 40, "What nothing holds drives so fast there, m/s.", { default: usual.speed })),
  stops: Type.Optional(
    Type.Array(
      map("A bus stop.", {
        distance: number(0, 5000, "Before the stop line, metres."),
        dwell: Type.Optional(number(0, 600, "Usual stand, seconds.", { default: usual.stop.dwell })),
        spread: Type.Optional(number(0, 300, "Its standard deviation, seconds.", { default: usual.stop.spread })),
      }),
      { maxItems: 8, description: "Bus stops on it.", default: [] },
    ),
  ),
  inputId: Type.Optional(byte("Its input in RSMP's M0022.")),
  connectionId: Type.Optional(byte("Its connection in RSMP's M0022.")),
  laneInId: Type.Optional(byte("Its lane in RSMP's M0022.")),
  laneOutId: Type.Optional(byte("The lane that it leads to in RSMP's M0022.")),
  priorityId: Type.Optional(byte("Its priority in RSMP's M0022.")),
  r09: Type.Optional(
    map("What an R09 telegram calls it.", {
      junction: integer(0, 1638, "Number of the junction in the reporting point."),
      direction: integer(0, 9, "Number of the direction."),
    }),
  ),
  hfp: Type.Optional(
    map("What HFP calls it.", {
      sid: integer(0, 999_999, "The junction's `sid`."),
      group: integer(0, 999_999, "The `signal-groupid`."),
    }),
  ),
});

export const Detector = map("A loop, a button, a contact.", {
  id: idOf("detector"),
  group: group("The group it is for."),
  use: Type.Enum([...DETECTOR_USES], {
    description:
      "call: somebody wants green; extend: somebody still comes; check-in: a priority vehicle comes; check-out: it has passed.",
  }),
  distance: Type.Optional(number(-200, 2000, "Before the stop line, below 0 after it, metres.", { default: 0 })),
  pin,
  occupiedWhen: Type.Optional(level("Level of the pin while it is occupied.", usual.occupiedWhen)),
});

const persons = Object.fromEntries(
  VEHICLE_TYPES.map((type) => [type, Type.Optional(number(0, 500, "People on board."))]),
) as Record<VehicleType, Type.TOptional<Type.TNumber>>;

export const Priority = map("When and how much priority.", {
  minLateness: Type.Optional(
    number(-600, 3600, "Only vehicles at least so late, seconds; those that do not say count as late. Default: all."),
  ),
  minHeadway: Type.Optional(
    number(
      0,
      7200,
      "Or only vehicles at least so far behind the one before them on their line, seconds; those that do not say count as " +
        "late. Default: headway does not count.",
    ),
  ),
  lockout: Type.Optional(
    number(0, 600, "Nothing more on a movement for so long after it had priority, seconds.", {
      default: inSeconds(PRIORITY.lockout),
    }),
  ),
  timeToLive: Type.Optional(
    number(5, 300, "A request that nobody renews is stale after, seconds.", {
      default: inSeconds(PRIORITY.timeToLive),
    }),
  ),
  greenMonitor: Type.Optional(
    number(5, 120, "A green whose vehicle never checks out ends after, seconds.", {
      default: inSeconds(PRIORITY.greenMonitor),
    }),
  ),
  horizon: Type.Optional(
    number(10, 300, "A vehicle is planned for so long before it comes, seconds.", {
      default: inSeconds(PRIORITY.horizon),
    }),
  ),
  compensation: Type.Optional(
    integer(0, 10, "Cycles in which a stage that was cut is not cut again.", { default: PRIORITY.compensation }),
  ),
  persons: Type.Optional(map("People on board by vehicle, where nobody says.", persons)),
  carPersons: Type.Optional(
    number(0.5, 10, "People in a vehicle of the other traffic.", { default: PRIORITY.carPersons }),
  ),
  stopCost: Type.Optional(
    number(0, 60, "What braking, stopping and starting again counts beside the standing, seconds. Default: 8."),
  ),
  requestsAMinute: Type.Optional(
    integer(1, 600, "New requests of one vehicle that are heard in a minute.", {
      default: PRIORITY.requestsAMinute,
    }),
  ),
});
