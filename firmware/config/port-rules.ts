/** Who is on which byte port: one device, or the units of a Modbus line. */
import { gateways } from "../gateways/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { outputDriver } from "./outputs.ts";
import type { Problems, Step } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

type File = Draft<ConfigFile>;

interface Unit {
  readonly kind: string;
  readonly address: number | undefined;
  /** Where the box has several buses. */
  readonly channel: number | undefined;
  /** Undefined where the file says it wrong. */
  readonly baud: number | undefined;
}
interface User {
  readonly at: readonly [list: string, index: number];
  readonly port: string;
  /** Null: no Modbus. */
  readonly unit: Unit | null;
}

/** A port is for one device, or for Modbus units of one speed, each at an address of its own, or buses of one. */
export function checkPorts(file: File, problems: Problems): void {
  const ports = new Map<string, User>();
  const units = new Map<string, { readonly user: User; readonly kind: string }>();
  const channels = new Map<string, User>();
  const firstIn = (at: readonly Step[]) => `first in line ${problems.lineOf(at)}`;

  for (const user of usersOf(file)) {
    const { at, port, unit } = user;
    const name = port.replace(/^(\.\/)+/, "");
    const first = ports.get(name);
    if (!first) ports.set(name, user);
    else if (!unit || !first.unit) {
      problems.add([...at, "port"], shown(port), "each port once", firstIn([...first.at, "port"]));
      continue;
    } else {
      if (port !== first.port)
        problems.add(
          [...at, "port"],
          shown(port),
          `${shown(first.port)}, as the other units of the line have it`,
          firstIn([...first.at, "port"]),
        );
      if (unit.baud !== undefined && first.unit.baud !== undefined && unit.baud !== first.unit.baud)
        problems.add(
          [...at, "baud"],
          String(unit.baud),
          `${first.unit.baud}, as the other units of ${shown(first.port)} have it`,
          firstIn(first.at),
        );
    }
    if (unit?.address === undefined) continue;
    const place = `${name} ${unit.address}`;
    const before = units.get(place);
    if (!before) units.set(place, { user, kind: unit.kind });
    else if (before.kind !== unit.kind || unit.channel === undefined) {
      const allowed =
        before.kind === unit.kind ? "each unit of a port once" : `another unit: a ${before.kind} is at that one`;
      problems.add([...at, "address"], String(unit.address), allowed, firstIn(before.user.at));
      continue;
    }
    if (unit.channel === undefined) continue;
    const taken = channels.get(`${place} ${unit.channel}`);
    if (!taken) channels.set(`${place} ${unit.channel}`, user);
    else
      problems.add(
        [...at, "channel"],
        String(unit.channel),
        "each channel of a unit once",
        firstIn([...taken.at, "channel"]),
      );
  }
}

/** Those whose port and kind are known, in the order of the lists. */
function* usersOf({ buses = [], outputs = [], counters = [], meters = [], vehicles = [] }: File): Generator<User> {
  const speed = (entry: { readonly baud?: number | undefined }, otherwise: number): number | undefined =>
    Object.hasOwn(entry, "baud") ? entry.baud : otherwise;
  for (const [i, bus] of buses.entries()) {
    const kind = gateways.find(({ name }) => name === bus?.gateway);
    if (bus?.port === undefined || !kind || kind.wire === "i2c") continue;
    const { port, address, channel } = bus;
    const modbus =
      kind.wire === "modbus" ? { kind: kind.name, address, channel, baud: speed(bus, kind.settings.baud) } : null;
    yield { at: ["buses", i], port, unit: modbus };
  }
  for (const [i, output] of outputs.entries()) {
    if (output?.port === undefined || output.kind === undefined) continue;
    const { kind, port, address } = output;
    const driver = outputDriver(kind);
    if (driver.wire === "i2c") continue;
    const baud = speed(output, driver.settings.baud);
    yield { at: ["outputs", i], port, unit: { kind, address, channel: undefined, baud } };
  }
  for (const [i, counter] of counters.entries())
    if (counter?.port !== undefined) yield { at: ["counters", i], port: counter.port, unit: null };
  for (const [i, feed] of vehicles.entries())
    if (feed?.port !== undefined) yield { at: ["vehicles", i], port: feed.port, unit: null };
  for (const [i, meter] of meters.entries()) {
    if (meter?.port === undefined || meter.kind === undefined) continue;
    const { kind, port } = meter;
    const address = Object.hasOwn(meter, "address") ? meter.address : DEFAULTS.meter.address;
    const baud = speed(meter, DEFAULTS.meter.baud);
    yield { at: ["meters", i], port, unit: { kind, address, channel: undefined, baud } };
  }
}
