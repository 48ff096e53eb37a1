import { lampPower } from "../controllers/lighting/energy.ts";
import type { ComponentId } from "../controllers/model.ts";
import { type Level, level } from "../controllers/units.ts";
import { sunOf } from "../firmware/almanac.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { PinAddress } from "../firmware/hal/pin.ts";
import { SimulatedBus } from "./bus.ts";
import type { VirtualClock } from "./clock.ts";
import { twins } from "./gateways/list.ts";
import { Gear } from "./gear.ts";
import { SimulatedGp8403 } from "./gp8403.ts";
import { SimulatedI2c } from "./i2c.ts";
import { SimulatedPin } from "./pin.ts";
import type { SeededRandom } from "./random.ts";
import { COUNTER_TWINS, METER_TWINS } from "./sensors/list.ts";
import { Street } from "./street.ts";

/** How often the meter is shown what the lamps draw, simulated ms. */
const METERED_EVERY = 2000;

/** All that a configuration says is there, simulated: gear, gateways, outputs, sensors, and the street around them. */
export interface SimulatedCabinet {
  readonly clock: VirtualClock;
  readonly street: Street;
  readonly buses: ReadonlyMap<ComponentId, SimulatedBus>;
  readonly gear: ReadonlyMap<ComponentId, Gear>;
  /** What each lamp gives now. */
  light(lamp: ComponentId): Level;
  /** What all lamps draw now, W. */
  power(): number;
  /** Puts the device of that port address at the end of a stream. Throws TypeError for an address that has none. */
  attach(address: string, far: ByteStream): void;
  i2c(adapter: string): SimulatedI2c | undefined;
  pin(address: PinAddress): SimulatedPin | undefined;
  setDoor(open: boolean): void;
  doorOpen(): boolean;
  sun(): "up" | "down";
}

/** The byte ports that a configuration names. */
export const portsOf = ({ buses, counters, meters }: CabinetConfig): readonly string[] =>
  [...buses, ...counters, ...meters].map(({ port }) => port);

/**
 * Builds the hardware of a configuration on a virtual clock. `peoplePerHour` arrive in the week's mean hour once the street
 * is opened. Throws TypeError where a kind has no twin.
 */
export function simulateCabinet(
  config: CabinetConfig,
  clock: VirtualClock,
  random: SeededRandom,
  peoplePerHour: number,
): SimulatedCabinet {
  const devices = new Map<string, (far: ByteStream) => void>();
  const buses = new Map<ComponentId, SimulatedBus>();
  const gear = new Map<ComponentId, Gear>();
  for (const { id, gateway, port } of config.buses) {
    const bus = new SimulatedBus(clock, random.fork(id));
    const twin = twins.get(gateway);
    if (!twin) throw new TypeError(`gateway ${gateway}: allowed ${[...twins.keys()].join(", ")}`);
    buses.set(id, bus);
    devices.set(port, twin(bus));
  }

  const adapters = new Map<string, SimulatedI2c>();
  const outputs = new Map<ComponentId, SimulatedGp8403>();
  for (const { id, i2c } of config.outputs) {
    const adapter = adapters.get(i2c.adapter) ?? new SimulatedI2c(i2c.adapter);
    const chip = new SimulatedGp8403();
    adapters.set(i2c.adapter, adapter);
    adapter.devices.set(i2c.address, chip);
    outputs.set(id, chip);
  }

  /** Each lamp's light and power as they are. */
  const lit = new Map<ComponentId, { light: () => Level; power: () => number }>();
  for (const { id, line, address, power, curve } of config.lamps) {
    const bus = buses.get(line);
    const chip = outputs.get(line);
    if (bus) {
      const one = new Gear({ clock, random: random.fork(id), address, power, curve });
      bus.add(one);
      gear.set(id, one);
      lit.set(id, { light: () => one.light(), power: () => one.power() });
    } else if (chip) {
      const light = () => level(chip.volts(address) * 10);
      lit.set(id, { light, power: () => lampPower({ power }, light()) });
    }
  }
  const power = () => lit.values().reduce((sum, lamp) => sum + lamp.power(), 0);

  const counters = new Map(
    config.counters.map(({ id, kind, port }) => {
      const twin = COUNTER_TWINS[kind](clock);
      devices.set(port, (far) => twin.attach(far));
      return [id, twin] as const;
    }),
  );
  const layout = { ...config, timeZone: config.site.timeZone };
  const street = new Street(clock, random.fork("street"), layout, peoplePerHour, (counter, direction) =>
    counters.get(counter)?.pass(direction === 1 ? "up" : "down"),
  );

  const meters = config.meters.map(({ kind, port, address }) => {
    const twin = METER_TWINS[kind](clock, address);
    devices.set(port, (far) => twin.attach(far));
    return twin;
  });
  const meter = () => {
    for (const twin of meters) twin.show(power());
    clock.after(METERED_EVERY, "metering", meter);
  };
  if (meters.length > 0) meter();

  const doors = config.contacts.map(({ pin, openWhen }) => ({
    pin,
    openWhen,
    line: new SimulatedPin(openWhen === "low"),
  }));
  const sun = sunOf(config.site.latitude, config.site.longitude);

  return {
    clock,
    street,
    buses,
    gear,
    light: (lamp) => lit.get(lamp)?.light() ?? level(0),
    power,
    attach(address, far) {
      const device = devices.get(address);
      if (!device) throw new TypeError(`port ${address}: allowed ${[...devices.keys()].join(", ")}`);
      device(far);
    },
    i2c: (adapter) => adapters.get(adapter),
    pin: ({ chip, offset }) => doors.find(({ pin }) => pin.chip === chip && pin.offset === offset)?.line,
    setDoor(open) {
      for (const { line, openWhen } of doors) line.set(open === (openWhen === "high"));
    },
    doorOpen: () => doors.some(({ line, openWhen }) => line.high === (openWhen === "high")),
    sun() {
      const now = clock.now();
      const day = sun(now);
      return typeof day === "string" ? day : now >= day.rise && now < day.set ? "up" : "down";
    },
  };
}
