import type { ComponentId } from "../controllers/model.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import { gateways } from "../firmware/gateways/list.ts";
import { SimulatedBus } from "./bus.ts";
import type { VirtualClock } from "./clock.ts";
import { i2cTwins, modbusTwins, twins } from "./gateways/list.ts";
import type { SeededRandom } from "./random.ts";
import type { Wires } from "./wires.ts";

type BusConfig = CabinetConfig["buses"][number];

/** The DALI buses of a configuration, each behind the twin of its gateway on its wire. Throws TypeError where a kind has no twin. */
export function simulateBuses(
  configs: readonly BusConfig[],
  wires: Wires,
  clock: VirtualClock,
  random: SeededRandom,
): ReadonlyMap<ComponentId, SimulatedBus> {
  const buses = new Map(configs.map(({ id }) => [id, new SimulatedBus(clock, random.fork(id))]));
  const busOf = ({ id }: BusConfig) => buses.get(id) as SimulatedBus;
  const boxes = new Map<string, BusConfig[]>();
  for (const config of configs) {
    const { gateway, port, i2c, address } = config;
    // The box is as the file says that it is.
    const made = { is: config.options ?? {} };
    const [byte, chip] = [twins.get(gateway), i2cTwins.get(gateway)];
    if (byte && port !== undefined) wires.device(port, byte(busOf(config), made));
    else if (chip && i2c) wires.chip(i2c, chip(busOf(config), made));
    else if (modbusTwins.has(gateway) && port !== undefined && address !== undefined) {
      const place = `${port} ${address}`;
      boxes.set(place, [...(boxes.get(place) ?? []), config]);
    } else {
      const known = [...twins.keys(), ...i2cTwins.keys(), ...modbusTwins.keys()];
      throw new TypeError(`gateway ${gateway}: allowed ${known.join(", ")}, each with its wire`);
    }
  }
  for (const box of boxes.values()) putBox(box, busOf, wires, clock, random);
  return buses;
}

/** One unit with several buses; those that the file has not are there, and empty. */
function putBox(
  box: readonly BusConfig[],
  busOf: (config: BusConfig) => SimulatedBus,
  wires: Wires,
  clock: VirtualClock,
  random: SeededRandom,
): void {
  const [{ gateway, port, address, baud, options }] = box as [BusConfig];
  const kind = gateways.find(({ name }) => name === gateway);
  const twin = modbusTwins.get(gateway);
  if (!twin || kind?.wire !== "modbus") throw new TypeError(`gateway ${gateway} is no unit of a Modbus line`);
  const own = Array.from({ length: kind.channels }, (_, channel) => {
    const config = box.find((one) => (one.channel ?? 0) === channel);
    return config ? busOf(config) : new SimulatedBus(clock, random.fork(`${port} ${address} ${channel}`));
  });
  const slave = twin.slave(own, { is: options ?? {} });
  wires.unit(port as string, baud ?? kind.settings.baud, address as number, slave);
}
