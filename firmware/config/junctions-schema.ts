/**
 * The shape of `junctions` in `cabinet.yaml`: signals, plans, the ways of priority vehicles, and how the signals are reached.
 * Longer than most: it is one table, and what it says of each key is the only manual of it.
 */
import Type from "typebox";
import { HARD_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import { MAX_WAIT, MIN_GREEN, PRIORITY, stageOf } from "../../controllers/junction/defaults.ts";
import { DETECTOR_USES, GROUP_KINDS } from "../../controllers/junction/model.ts";
import { VEHICLE_TYPES, type VehicleType } from "../../controllers/junction/request-model.ts";
import { DEFAULTS } from "./defaults.ts";
import { file, form, idOf, integer, map, number, pin, points, text } from "./forms.ts";

const { junction: usual } = DEFAULTS;
const stage = stageOf("usual", []);
const inSeconds = (d: number): number => d / 1000;
/** A time of a group, within the bounds that no site goes beyond. */
const within = (key: "minGreen" | "redAmber" | "maxWait", description: string, usually: number) =>
  number(inSeconds(HARD_BOUNDS[key][0]), inSeconds(HARD_BOUNDS[key][1]), description, { default: inSeconds(usually) });

const NAME = "^[A-Za-z0-9_-]{1,24}$";
const name = (description: string) => form(NAME, "1 to 24 letters, digits, _ and -", description);
const group = (description = "Signal group.") => name(description);
const level = (description: string, fallback?: "high" | "low") =>
  Type.Enum(["high", "low"], { description, ...(fallback ? { default: fallback } : {}) });
const byte = (description: string) => integer(0, 255, description);

const Group = map("Heads that always show the same.", {
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

const Conflict = map("Two groups that must not be green together, where the usual times between them do not do.", {
  from: group("The one whose green ends."),
  to: group("The one whose green begins."),
  intergreen: number(0, 60, "From the end of the first green to the begin of the second, amber included, seconds."),
  back: Type.Optional(number(0, 60, "The other way round, seconds. Default: as usual.")),
});

const Stage = map("Groups that are green together.", {
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

const Plan = map("A signal plan: fixed times where `cycle` is said, else as long as vehicles come.", {
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

const Approach = map("The way of priority vehicles to a stop line.", {
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

const Detector = map("A loop, a button, a contact.", {
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

const Priority = map("When and how much priority.", {
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

const Contacts = map("Another controller, by dry contacts: it is asked, watched, and goes its own way.", {
  calls: Type.Array(
    map("The wires of a signal group.", {
      group: group(),
      request: pin,
      cleared: Type.Optional(pin),
      green: Type.Optional(pin),
    }),
    {
      minItems: 1,
      maxItems: 32,
      description:
        "An entry for each group that priority can be asked for: `request` asks for green, `cleared` tells for a second that the " +
        "vehicle has left, `green` is the controller's contact that it is green.",
    },
  ),
  ready: Type.Optional(pin),
  driveWhen: Type.Optional(level("Level of outputs that ask or tell.", usual.contacts.driveWhen)),
  closedWhen: Type.Optional(
    level(
      "Level of inputs while the controller's contact is closed: it is green, it is ready.",
      usual.contacts.closedWhen,
    ),
  ),
  lead: Type.Optional(
    number(
      0,
      120,
      "Green is asked for so long before the vehicle is at the stop line: what the controller needs, seconds.",
      {
        default: usual.contacts.lead,
      },
    ),
  ),
  longest: Type.Optional(
    number(5, 300, "A call is withdrawn after so long, whatever happens, seconds.", {
      default: usual.contacts.longest,
    }),
  ),
  alive: Type.Optional(
    map("An output that changes its level each half second while the cabinet works: the controller's watchdog.", {
      pin,
    }),
  ),
});

const Rsmp3 = map("Another controller, by RSMP 3: it connects to the cabinet, which is its supervisor.", {
  port: Type.Optional(integer(1, 65_535, "TCP port on which it is awaited.", { default: usual.rsmp3.port })),
  address: Type.Optional(
    form(
      "^[0-9A-Fa-f.:]{2,45}$",
      "an IP address of this machine such as 192.168.10.1",
      "Address of this machine on the controller's own network: without `tls` whoever reaches it is believed. Default: 127.0.0.1.",
      { default: usual.rsmp3.address },
    ),
  ),
  tls: Type.Optional(
    map(
      "TLS 1.3, in which both sides prove who they are. Without it nothing is encrypted and nobody proves anything.",
      {
        ca: file("Certificates of the authority that signed the controller's, PEM."),
        certificate: file("Our certificate, for servers, PEM; it is read anew for each connection."),
        key: file("Its private key, PEM, readable by its owner only (0600)."),
        name: Type.Optional(text("Common name of the controller's certificate. Default: any that `ca` has signed.")),
      },
    ),
  ),
  site: Type.Optional(text("Site id that it says, such as RN+SI0001; another is refused. Default: any.")),
  component: Type.Optional(
    text("Component id of the controller, such as TC. Default: that of its first AggregatedStatus."),
  ),
  ackWithin: Type.Optional(number(1, 120, "It must acknowledge within, seconds.", { default: usual.rsmp3.ackWithin })),
  watchdog: Type.Optional(number(5, 300, "Watchdogs both ways each, seconds.", { default: usual.rsmp3.watchdog })),
  supervisor: Type.Optional(text("Site id that we say. Default: the node id.")),
});

const lampPins = {
  red: pin,
  amber: Type.Optional(pin),
  green: pin,
};
const Engine = map("The built-in engine drives the heads itself: on a bench, or behind a hardware conflict monitor.", {
  simulated: Type.Optional(
    Type.Boolean({ default: false, description: "Heads that are shown nowhere but on the cockpit." }),
  ),
  heads: Type.Optional(
    Type.Array(
      map("The outputs of a signal group, and what is read back of them.", {
        group: group(),
        ...lampPins,
        shows: map("Inputs that see the lamps' current or voltage.", lampPins),
      }),
      { minItems: 1, maxItems: 32, description: "One entry for each group." },
    ),
  ),
  onWhen: Type.Optional(level("Level of an output whose lamp is lit.", usual.engine.onWhen)),
  litWhen: Type.Optional(level("Level of an input whose lamp is lit.", usual.engine.litWhen)),
  permit: Type.Optional(pin),
  permitWhen: Type.Optional(
    level(
      "Level of `permit` while the monitor allows the heads; at the other level the hardware flashes amber by itself.",
      usual.engine.permitWhen,
    ),
  ),
  alive: Type.Optional(
    map("An output that changes its level each half second while all is well: the hardware monitor's watchdog.", {
      pin,
    }),
  ),
});

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
