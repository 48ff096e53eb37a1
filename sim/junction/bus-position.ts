/** Where a bus is, in the words of its own system: HFP version 2. */
import type { Place } from "../../controllers/junction/model.ts";
import { encodeHfp } from "../../firmware/vehicles/hfp-message.ts";

/** Metres of a degree of latitude. */
const DEGREE = 111_320;

export interface BusPosition {
  readonly vehicle: number;
  /** What its passengers call its line. */
  readonly desi: string;
  readonly line: readonly Place[];
  /** Metres before the end of the line; below 0 after it. */
  readonly before: number;
  /** m/s. */
  readonly speed: number;
  /** Seconds behind its timetable. */
  readonly lateness: number;
}

export function busSays(bus: BusPosition, now: number): { readonly topic: string; readonly payload: Uint8Array } {
  const { vehicle, desi, line, before, speed, lateness } = bus;
  const { latitude, longitude, heading } = placeOn(line, before);
  const topic = `/hfp/v2/journey/ongoing/vp/bus/0018/${String(vehicle).padStart(5, "0")}/2001/1/Gare/16:30/1001/5/47;5/30/23/55`;
  const { payload } = encodeHfp(topic, "vp", {
    desi,
    dir: "1",
    oper: 18,
    veh: vehicle,
    tst: new Date(now).toISOString(),
    tsi: Math.floor(now / 1000),
    spd: speed,
    hdg: heading,
    lat: latitude,
    long: longitude,
    acc: 0,
    dl: -lateness,
    drst: 0,
    oday: new Date(now).toISOString().slice(0, 10),
    jrn: 1,
    line: 1,
    start: "16:30",
    loc: "GPS",
    route: "2001",
    occu: 0,
  });
  return { topic, payload };
}

/** The place on a line so far before its end (below 0: after it, straight on), and where it heads. */
export function placeOn(line: readonly Place[], before: number): Place & { readonly heading: number } {
  let left = before;
  for (let i = line.length - 1; i > 0; i--) {
    const [a, b] = [line[i - 1] as Place, line[i] as Place];
    const narrow = Math.cos((b.latitude * Math.PI) / 180);
    const north = (b.latitude - a.latitude) * DEGREE;
    const east = (b.longitude - a.longitude) * DEGREE * narrow;
    const length = Math.hypot(north, east);
    if (left > length && i > 1) {
      left -= length;
      continue;
    }
    const back = left / length;
    const heading = Math.round(((Math.atan2(east, north) * 180) / Math.PI + 360) % 360);
    return {
      latitude: b.latitude - (b.latitude - a.latitude) * back,
      longitude: b.longitude - (b.longitude - a.longitude) * back,
      heading,
    };
  }
  throw new TypeError(`a line of ${line.length} points: allowed are 2 or more`);
}
