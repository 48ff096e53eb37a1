/** Hostile GTFS-Realtime: valid pages with bytes spoilt. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Random } from "../hal/random.ts";
import { below, damaged, type FuzzFeed, oneOf } from "./fuzz-message.ts";
import { encodePage, type RealtimeVehicle } from "./gtfs-message.ts";
import { gtfsRealtimeFeed } from "./gtfs-realtime.ts";
import type { Pseudonyms } from "./pseudonym.ts";

export function fuzzGtfs(pseudonyms: Pseudonyms): FuzzFeed {
  const feed = gtfsRealtimeFeed({ source: "gtfs", pseudonyms });
  return {
    name: "GTFS-RT",
    attempt(random, now) {
      const page = damaged(pageOf(random, now / 1000), random);
      const words = feed.take(page, now);
      if (words.length === 0) return { words, invented: 0 };
      const said = positionsIn(page);
      return { words, invented: words.filter((word) => !isSaid(word, said)).length };
    },
  };
}

function pageOf(random: Random, now: number): Uint8Array {
  const strange = [Number.NaN, Infinity, -91, 1e30, 0];
  const vehicle = (): RealtimeVehicle => ({
    entity: `e${below(random, 99)}`,
    id: `bus ${below(random, 60)}`,
    trip: `t${below(random, 9)}`,
    route: "6",
    latitude: random.next() < 0.05 ? oneOf(random, strange) : 47.3 + random.next() / 50,
    longitude: random.next() < 0.05 ? oneOf(random, strange) : 5 + random.next() / 50,
    bearing: random.next() < 0.05 ? oneOf(random, strange) : below(random, 361),
    speed: random.next() < 0.05 ? oneOf(random, strange) : random.next() * 20,
    status: below(random, 4),
    ...(random.next() < 0.8 ? { timestamp: random.next() < 0.05 ? 2 ** 52 : Math.floor(now) } : {}),
  });
  return encodePage({
    ...(random.next() < 0.8 ? { timestamp: Math.floor(now) } : {}),
    vehicles: Array.from({ length: below(random, 4) }, vehicle),
    delays: random.next() < 0.3 ? [{ trip: `t${below(random, 9)}`, delay: below(random, 1200) - 600 }] : [],
  });
}

/** By field and kind: `4:2`. */
type Tree = ReadonlyMap<string, readonly (bigint | Uint8Array)[]>;

/** Another reader of the wire: with exact numbers, all values of each field, fixed ones as their bytes. */
function treeOf(bytes: Uint8Array): Tree | null {
  const tree = new Map<string, (bigint | Uint8Array)[]>();
  let at = 0;
  const number = (): bigint | null => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes.at(at);
      if (byte === undefined || at >= bytes.length) return null;
      at++;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return null;
  };
  while (at < bytes.length) {
    const tag = number();
    if (tag === null) return null;
    const size = [null, 8n, undefined, null, null, 4n][Number(tag & 7n)];
    const length = (tag & 7n) === 2n ? number() : size;
    const value = (tag & 7n) === 0n ? number() : length == null ? null : bytes.subarray(at, at + Number(length));
    if (value === null || (typeof value !== "bigint" && BigInt(value.length) !== length)) return null;
    if (typeof value !== "bigint") at += Number(length);
    const field = `${tag >> 3n}:${tag & 7n}`;
    tree.set(field, [...(tree.get(field) ?? []), value]);
  }
  return tree;
}

interface SaidPosition {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly at: readonly number[];
}

/** Every position that an entity of the page has, and the times that it may be of. */
function positionsIn(page: Uint8Array): SaidPosition[] {
  const feed = treeOf(page);
  const made = timesIn(within(feed, 1), 3);
  return (feed?.get("2:2") ?? []).flatMap((part) => {
    const vehicle = part instanceof Uint8Array ? within(treeOf(part), 4) : null;
    const position = within(vehicle, 2);
    if (!vehicle || !position) return [];
    const times = timesIn(vehicle, 5);
    return [{ latitude: floatIn(position, 1), longitude: floatIn(position, 2), at: times.length > 0 ? times : made }];
  });
}

function within(tree: Tree | null, field: number): Tree | null {
  const parts = (tree?.get(`${field}:2`) ?? []).filter((part) => part instanceof Uint8Array);
  return parts.length === 0 ? null : treeOf(Uint8Array.from(parts.flatMap((part) => [...part])));
}

const timesIn = (tree: Tree | null, field: number): number[] =>
  (tree?.get(`${field}:0`) ?? []).flatMap((value) => (typeof value === "bigint" ? [Number(value) * 1000] : []));

function floatIn(tree: Tree, field: number): number | undefined {
  const four = tree.get(`${field}:5`)?.at(-1);
  return four instanceof Uint8Array ? new DataView(four.slice().buffer).getFloat32(0, true) : undefined;
}

function isSaid(word: VehicleWord, said: readonly SaidPosition[]): boolean {
  if (word.kind !== "position" || !("latitude" in word.place)) return false;
  const { latitude, longitude } = word.place;
  const isRight =
    Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && !((word.speed ?? 0) > 40) && !((word.heading ?? 0) > 360);
  return (
    isRight && said.some((one) => one.latitude === latitude && one.longitude === longitude && one.at.includes(word.at))
  );
}
