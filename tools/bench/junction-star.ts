import {
  groupOf,
  PRIORITY,
  pedestrianClearance,
  stageOf,
  vehicleIntergreen,
} from "../../controllers/junction/defaults.ts";
import type { GroupId, Junction, Place } from "../../controllers/junction/model.ts";
import { type Duration, metres, seconds } from "../../controllers/units.ts";

const MIDDLE: Place = { latitude: 47.322, longitude: 5.041 };
const METRES_A_DEGREE = 111_195;
const ARMS = 8;
const SET_BACK = 12;
const REACH = 380;

/** A point so far from the middle, on the arm of a number. */
export function placeOn(arm: number, before: number): Place {
  const angle = (2 * Math.PI * arm) / ARMS;
  const out = SET_BACK + before;
  return {
    latitude: MIDDLE.latitude + (out * Math.cos(angle)) / METRES_A_DEGREE,
    longitude:
      MIDDLE.longitude + (out * Math.sin(angle)) / (METRES_A_DEGREE * Math.cos((MIDDLE.latitude * Math.PI) / 180)),
  };
}

/** Degrees clockwise from north in which one drives in on an arm. */
export const headingOn = (arm: number): number => ((360 / ARMS) * arm + 180) % 360;

const arms = Array.from({ length: ARMS }, (_, arm) => arm);
const groupOn = (arm: number): GroupId => `A${arm + 1}`;

/** Eight approaches, two opposite ones in each of four stages, and pedestrians in two of them. */
export function starJunction(): Junction {
  const vehicles = arms.map((arm) => groupOf(groupOn(arm), "vehicle"));
  const walkers = [groupOf("P1", "pedestrian"), groupOf("P2", "pedestrian")];
  const intergreens: Record<GroupId, Record<GroupId, Duration>> = {};
  const conflict = (a: GroupId, b: GroupId, there: Duration, back: Duration) => {
    intergreens[a] = { ...intergreens[a], [b]: there };
    intergreens[b] = { ...intergreens[b], [a]: back };
  };
  const cleared = vehicleIntergreen(seconds(3), metres(20));
  for (const a of arms)
    for (const b of arms) if (a < b && b - a !== ARMS / 2) conflict(groupOn(a), groupOn(b), cleared, cleared);
  const walked = pedestrianClearance(metres(8));
  for (const arm of arms) {
    // Each crossing lies over the arms of three of the four stages.
    if (arm % 4 !== 0) conflict(groupOn(arm), "P1", cleared, walked);
    if (arm % 4 !== 2) conflict(groupOn(arm), "P2", cleared, walked);
  }
  conflict("P1", "P2", walked, walked);
  return {
    id: "tlc/1",
    name: "star",
    groups: [...vehicles, ...walkers],
    intergreens,
    stages: [0, 1, 2, 3].map((i) =>
      stageOf(`S${i + 1}`, [groupOn(i), groupOn(i + 4), ...(i === 0 ? ["P1"] : i === 2 ? ["P2"] : [])], {
        skippable: i % 2 === 1,
      }),
    ),
    plans: [
      {
        kind: "fixed",
        id: 1,
        cycle: seconds(100),
        offset: seconds(0),
        stages: [0, 25, 50, 75].map((at, i) => ({ stage: `S${i + 1}`, at: seconds(at) })),
      },
    ],
    approaches: arms.map((arm) => ({
      id: arm + 1,
      name: `arm ${arm + 1}`,
      group: groupOn(arm),
      line: [placeOn(arm, REACH), placeOn(arm, REACH / 2), placeOn(arm, 0)],
      exit: metres(20),
      speed: 11,
      stops: arm % 2 === 0 ? [{ distance: metres(90), dwell: seconds(18), spread: seconds(7) }] : [],
    })),
    detectors: [],
    priority: PRIORITY,
  };
}
