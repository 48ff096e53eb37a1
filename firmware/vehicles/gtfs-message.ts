/** The handful of GTFS-Realtime 2.0 fields that say where vehicles are, and how late. Numbers of fields are the specification's. */
import { int32In, messageIn, readFields, textIn, type WireFields, WireWriter } from "./protobuf.ts";

/** What an entity says of one vehicle; what it does not say is absent. Numbers as they came, unchecked. */
export interface RealtimeVehicle {
  readonly entity: string;
  readonly id?: string;
  readonly label?: string;
  readonly trip?: string;
  readonly route?: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Degrees, and m/s. */
  readonly bearing?: number;
  readonly speed?: number;
  /** VehicleStopStatus: 0 incoming, 1 stopped, 2 in transit. */
  readonly status?: number;
  /** Seconds since 1970. */
  readonly timestamp?: number;
}

/** What an entity says of a trip. */
export interface RealtimeDelay {
  readonly trip: string;
  /** Seconds; above 0 late. */
  readonly delay: number;
}

export interface RealtimePage {
  readonly timestamp?: number;
  readonly vehicles: readonly RealtimeVehicle[];
  readonly delays: readonly RealtimeDelay[];
  /** Entities that were broken or said neither. */
  readonly others: number;
}

const FEED = { header: 1, entity: 2 } as const;
const HEADER = { version: 1, timestamp: 3 } as const;
const ENTITY = { id: 1, deleted: 2, update: 3, vehicle: 4 } as const;
const UPDATE = { trip: 1, delay: 5 } as const;
const VEHICLE = { trip: 1, position: 2, status: 4, timestamp: 5, descriptor: 8 } as const;
const TRIP = { id: 1, route: 5 } as const;
const POSITION = { latitude: 1, longitude: 2, bearing: 3, speed: 5 } as const;
const DESCRIPTOR = { id: 1, label: 2 } as const;

/** Entities of one page that are looked at. */
const MOST = 20_000;

/** Null where the bytes are no FeedMessage. A broken entity costs itself only. */
export function readPage(bytes: Uint8Array): RealtimePage | null {
  const feed = readFields(bytes);
  const header = feed && messageIn(feed, FEED.header);
  if (!feed || header === null || textIn(header, HEADER.version) === undefined) return null;
  const vehicles: RealtimeVehicle[] = [];
  const delays: RealtimeDelay[] = [];
  const entities = feed.bytes.get(FEED.entity) ?? [];
  let others = Math.max(0, entities.length - MOST);
  for (const part of entities.slice(0, MOST)) {
    const entity = readFields(part);
    const id = entity ? textIn(entity, ENTITY.id) : undefined;
    if (!entity || id === undefined || entity.varints.get(ENTITY.deleted)) {
      others++;
      continue;
    }
    const vehicle = vehicleIn(entity, id);
    const delay = delayIn(entity);
    if (vehicle) vehicles.push(vehicle);
    if (delay) delays.push(delay);
    if (!vehicle && !delay) others++;
  }
  return { ...optional("timestamp", header.varints.get(HEADER.timestamp)), vehicles, delays, others };
}

function vehicleIn(entity: WireFields, id: string): RealtimeVehicle | null {
  const vehicle = messageIn(entity, ENTITY.vehicle);
  const position = vehicle && messageIn(vehicle, VEHICLE.position);
  const latitude = position?.floats.get(POSITION.latitude);
  const longitude = position?.floats.get(POSITION.longitude);
  if (!vehicle || latitude === undefined || longitude === undefined) return null;
  const descriptor = messageIn(vehicle, VEHICLE.descriptor);
  const trip = messageIn(vehicle, VEHICLE.trip);
  return {
    entity: id,
    ...optional("id", descriptor ? textIn(descriptor, DESCRIPTOR.id) : undefined),
    ...optional("label", descriptor ? textIn(descriptor, DESCRIPTOR.label) : undefined),
    ...optional("trip", trip ? textIn(trip, TRIP.id) : undefined),
    ...optional("route", trip ? textIn(trip, TRIP.route) : undefined),
    latitude,
    longitude,
    ...optional("bearing", position?.floats.get(POSITION.bearing)),
    ...optional("speed", position?.floats.get(POSITION.speed)),
    ...optional("status", vehicle.varints.get(VEHICLE.status)),
    ...optional("timestamp", vehicle.varints.get(VEHICLE.timestamp)),
  };
}

function delayIn(entity: WireFields): RealtimeDelay | null {
  const update = messageIn(entity, ENTITY.update);
  const of = update && messageIn(update, UPDATE.trip);
  const trip = of ? textIn(of, TRIP.id) : undefined;
  const delay = update ? int32In(update, UPDATE.delay) : undefined;
  return trip === undefined || delay === undefined ? null : { trip, delay };
}

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });

/** A full page, beside the reader. */
export function encodePage({ timestamp, vehicles, delays }: Omit<RealtimePage, "others">): Uint8Array {
  const page = new WireWriter();
  const header = new WireWriter().text(HEADER.version, "2.0").varint(HEADER.timestamp, timestamp);
  page.message(FEED.header, header.done());
  for (const one of vehicles) {
    const position = new WireWriter()
      .float(POSITION.latitude, one.latitude)
      .float(POSITION.longitude, one.longitude)
      .float(POSITION.bearing, one.bearing)
      .float(POSITION.speed, one.speed);
    const trip = new WireWriter().text(TRIP.id, one.trip).text(TRIP.route, one.route);
    const descriptor = new WireWriter().text(DESCRIPTOR.id, one.id).text(DESCRIPTOR.label, one.label);
    const vehicle = new WireWriter()
      .message(VEHICLE.trip, trip.done())
      .message(VEHICLE.position, position.done())
      .varint(VEHICLE.status, one.status)
      .varint(VEHICLE.timestamp, one.timestamp)
      .message(VEHICLE.descriptor, descriptor.done());
    page.message(
      FEED.entity,
      new WireWriter().text(ENTITY.id, one.entity).message(ENTITY.vehicle, vehicle.done()).done(),
    );
  }
  for (const { trip, delay } of delays) {
    const update = new WireWriter()
      .message(UPDATE.trip, new WireWriter().text(TRIP.id, trip).done())
      .varint(UPDATE.delay, delay);
    page.message(
      FEED.entity,
      new WireWriter().text(ENTITY.id, `delay ${trip}`).message(ENTITY.update, update.done()).done(),
    );
  }
  return page.done();
}
