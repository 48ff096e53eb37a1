import Type, { type TSchema } from "typebox";
import { REQUEST_STATES, VEHICLE_TYPES } from "../../../controllers/junction/request-model.ts";
import { closed, componentId, each, type Module, text, utc, whole } from "../table.ts";

const byte = () => Type.Integer({ minimum: 0, maximum: 255 });
const requestId = () => Type.String({ minLength: 1, maxLength: 64 });
const signalGroup = () => Type.String({ minLength: 1, maxLength: 64 });

/** 0 is the lowest. */
const level = () => Type.Optional(Type.Integer({ minimum: 0, maximum: 14 }));
const eta = () => Type.Optional(byte());
const vehicleType = () => Type.Optional(Type.Enum([...VEHICLE_TYPES]));

/** At which junction, where the cabinet has several. */
const junction = () => Type.Optional(componentId());
const count = () => Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** Of all vehicles together. */
const span = () => Type.Number({ minimum: 0, maximum: 1e7 });

const spans = () => Type.Array(closed({ s: text(24), to: utc() }), { maxItems: 24 });

/** A new request says in one of six ways through which movement it wants; the other five are left out. */
const begin = <P extends Record<string, TSchema>>(way: P) =>
  closed({
    type: Type.Literal("new"),
    requestId: requestId(),
    ...way,
    level: level(),
    eta: eta(),
    vehicleType: vehicleType(),
    junction: junction(),
  });

/** Priority at a junction for a bus, a tram, an ambulance. The meaning is that of M0022 and S0033 of RSMP 3. */
export const tlcPriority = {
  name: "tlc.priority",
  title: "Priority at traffic lights",
  statuses: {
    "tlc.priority.requests": {
      title: "Every request that lives, and those that just ended (RSMP 3: S0033)",
      attributes: {
        status: whole(
          "change",
          "r: requestId, t: when it came into its state, s: its state; once completed, e: seconds of green given besides, d: seconds of red taken away; j: junction, g: signal group, l: line",
          Type.Array(
            closed({
              r: requestId(),
              t: utc(),
              s: Type.Enum([...REQUEST_STATES]),
              e: Type.Optional(byte()),
              d: Type.Optional(byte()),
              j: Type.Optional(componentId()),
              g: Type.Optional(text(24)),
              l: Type.Optional(text(40)),
            }),
            { maxItems: 64 },
          ),
        ),
      },
      channels: [{ qos: 1, periodic: 3_600_000, minInterval: 0, start: "running", replay: true }],
    },
    "tlc.priority.hours": {
      title: "What priority gave and cost at every junction, by hours that are over",
      attributes: {
        from: each("along", "Begin of the hour", utc()),
        // Sent on change, so that an hour as empty as the one before is an event too.
        to: each("change", "End of the hour, not included", utc()),
        vehicles: each("along", "Vehicles that passed", count()),
        waited: each("along", "Time that they stood at the stop line, together", span(), "s", 0.1),
        wouldHaveWaited: each(
          "along",
          "Time that they would have stood under the base plan, together",
          span(),
          "s",
          0.1,
        ),
        late: each("along", "Greens that came after the vehicle stood, or ended without it", count()),
        unused: each("along", "Greens that were given and that nobody used", count()),
        unusedGreen: each("along", "How long those were, together", span(), "s", 0.1),
        lines: each(
          "along",
          "By line, the same; a line without a name is empty",
          Type.Array(
            closed({ line: text(40), vehicles: count(), waited: span(), wouldHaveWaited: span(), late: count() }),
            { maxItems: 64 },
          ),
        ),
        waits: each(
          "along",
          "By signal group: how often somebody who waited got green, and how long they had waited, mean and longest in s",
          Type.Array(closed({ group: text(24), served: count(), mean: span(), longest: span() }), { maxItems: 32 }),
        ),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 0, most: 1, start: "running", replay: true }],
    },
    "tlc.priority.events": {
      title: "Events of signal priority by the Indiana data logger's codes (112 to 121), for ATSPM's tools",
      attributes: {
        events: whole(
          "change",
          "j: junction, t: when, c: EventCode, p: EventParam",
          Type.Array(
            closed({ j: componentId(), t: utc(), c: Type.Integer({ minimum: 0, maximum: 999 }), p: count() }),
            { maxItems: 64 },
          ),
        ),
      },
      channels: [{ qos: 1, periodic: 86_400_000, minInterval: 0, start: "running", replay: true }],
    },
    "tlc.priority.approach": {
      title: "Vehicles that come to every junction now, the nearest first; never who they are",
      attributes: {
        vehicles: each(
          "change",
          "a: approach, d: metres before the stop line (below 0 after it), e: seconds until it would be there and s: their deviation, l: line, late: seconds behind its timetable",
          Type.Array(
            closed({
              a: Type.Integer({ minimum: 0, maximum: 16 }),
              d: Type.Optional(Type.Integer({ minimum: -1000, maximum: 100_000 })),
              e: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
              s: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
              l: Type.Optional(text(40)),
              late: Type.Optional(Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
            }),
            { maxItems: 32 },
          ),
        ),
      },
      // Where single vehicles are, and with them who drives them: only while somebody looks who may.
      channels: [{ qos: 0, periodic: 60_000, minInterval: 1000, start: "stopped", prune: 120_000, personal: true }],
    },
    "tlc.priority.plan": {
      title: "Stages that every junction means to have, and those that it would have without priority",
      attributes: {
        plan: each("change", "In order, s: stage, to: its end; the first is on now, the others are tentative", spans()),
        base: each("change", "The same by the base plan, from the stage that is on now", spans()),
        since: each("along", "Begin of the stage that is on now", utc()),
      },
      channels: [{ qos: 0, periodic: 60_000, minInterval: 1000, start: "stopped", prune: 120_000 }],
    },
  },
  alarms: {},
  commands: {
    "tlc.priority.request": {
      title: "Ask for priority, bring a request up to date, or withdraw it (RSMP 3: M0022)",
      component: null,
      signed: true,
      values: Type.Union([
        begin({ signalGroupId: signalGroup() }),
        begin({ inputId: byte() }),
        begin({ connectionId: byte() }),
        begin({ approachId: Type.Integer({ minimum: 0, maximum: 16 }) }),
        begin({ laneInId: byte(), laneOutId: Type.Optional(byte()) }),
        begin({ priorityId: byte() }),
        closed({
          type: Type.Literal("update"),
          requestId: requestId(),
          level: level(),
          eta: eta(),
          junction: junction(),
        }),
        closed({ type: Type.Literal("cancel"), requestId: requestId(), junction: junction() }),
      ]),
      result: closed({ requestId: requestId() }),
    },
  },
} as const satisfies Module;
