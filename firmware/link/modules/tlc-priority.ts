import Type, { type TSchema } from "typebox";
import { closed, type Module, utc, whole } from "../table.ts";

const byte = () => Type.Integer({ minimum: 0, maximum: 255 });
const requestId = () => Type.String({ minLength: 1, maxLength: 64 });
const signalGroup = () => Type.String({ minLength: 1, maxLength: 64 });

export const VEHICLE_TYPES = [
  "pedestrian",
  "bicycle",
  "motorcycle",
  "car",
  "bus",
  "lightTruck",
  "heavyTruck",
  "tram",
  "emergency",
  "safetyCar",
  "specialTransport",
  "other",
] as const;

/** The life of a request: received, then queued or activated, then one of the ends, which are told once. */
export const PRIORITY_STATES = [
  "received",
  "queued",
  "activated",
  "completed",
  "timeout",
  "rejected",
  "cooldown",
  "stale",
] as const;

/** 0 is the lowest. */
const level = () => Type.Optional(Type.Integer({ minimum: 0, maximum: 14 }));
const eta = () => Type.Optional(byte());
const vehicleType = () => Type.Optional(Type.Union(VEHICLE_TYPES.map((one) => Type.Literal(one))));

/** A new request says in one of six ways through which movement it wants; the other five are left out. */
const begin = <P extends Record<string, TSchema>>(way: P) =>
  closed({
    type: Type.Literal("new"),
    requestId: requestId(),
    ...way,
    level: level(),
    eta: eta(),
    vehicleType: vehicleType(),
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
          "r: requestId, t: when it came into its state, s: its state; once completed, e: seconds of green given besides, d: seconds of red taken away",
          Type.Array(
            closed({
              r: requestId(),
              t: utc(),
              s: Type.Union(PRIORITY_STATES.map((one) => Type.Literal(one))),
              e: Type.Optional(byte()),
              d: Type.Optional(byte()),
            }),
            { maxItems: 64 },
          ),
        ),
      },
      channels: [{ qos: 1, periodic: 3_600_000, minInterval: 0, start: "running", replay: true }],
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
        closed({ type: Type.Literal("update"), requestId: requestId(), level: level(), eta: eta() }),
        closed({ type: Type.Literal("cancel"), requestId: requestId() }),
      ]),
      result: closed({ requestId: requestId() }),
    },
  },
} as const satisfies Module;
