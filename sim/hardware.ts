import { lampPower } from "../controllers/lighting/energy.ts";
import type { ComponentId } from "../controllers/model.ts";
import { type Level, level } from "../controllers/units.ts";
import { sunOf } from "../firmware/almanac.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { PinAddress } from "../firmware/hal/pin.ts";
import { COUNTERS } from "../firmware/sensors/list.ts";
import { atBaud } from "./baud.ts";
import { SimulatedBus } from "./bus.ts";
import type { OutputChip } from "./chips/chip.ts";
import { METER_CHIPS, OUTPUT_CHIPS } from "./chips/list.ts";
import type { VirtualClock } from "./clock.ts";
import { twins } from "./gateways/list.ts";
import { Gear } from "./gear.ts";
import { SimulatedI2c } from "./i2c.ts";
import { Lines } from "./lines.ts";
import type { SimulatedPin } from "./pin.ts";
import type { SeededRandom } from "./random.ts";
import { COUNTER_TWINS, METER_TWINS } from "./sensors/list.ts";
import type { CounterTwin, PulseTwin } from "./sensors/twin.ts";
import { Street } from "./street.ts";

/** How often the meter is shown what the lamps draw, simulated ms. */
const METERED_EVERY = 2000;

/** All that a configuration says is there, simulated: gear, gateways, outputs, sensors, and the street around them. */
export interface SimulatedCabinet {
  readonly clock: VirtualClock;
  readonly street: Street;
  readonly buses: ReadonlyMap<ComponentId, SimulatedBus>;
  readonly gear: ReadonlyMap<ComponentId, Gear>;
  readonly counters: ReadonlyMap<ComponentId, { pass(direction: "up" | "down", people?: number): void }>;
  /** What each lamp gives now. */
  light(lamp: ComponentId): Level;
  /** What all lamps draw now, W. */
  power(): number;
  /** Puts the device of that port address at the end of a stream. Throws TypeError for an address that has none. */
  attach(address: string, far: ByteStream): void;
  /** The bus of an adapter that the configuration names, to hang more on it. */
  i2c(adapter: string): SimulatedI2c | undefined;
  /** The line of a pin that the configuration names, or that `wire` has made. */
  pin(address: PinAddress): SimulatedPin | undefined;
  /** The line of any pin, for what the configuration does not know: made where it is not there yet. */
  wire(address: PinAddress): SimulatedPin;
  /** Mains of the cabinet: gear, bus supplies, 0-10 V chips and the luminaires on them. Sensors and meters have their own supply. */
  setMains(on: boolean): void;
  setDoor(open: boolean): void;
  doorOpen(): boolean;
  sun(): "up" | "down";
}

/** The byte ports that a configuration names. */
export const portsOf = ({ buses, counters, meters }: CabinetConfig): readonly string[] =>
  [...buses, ...counters, ...meters].flatMap((device) => ("port" in device ? [device.port] : []));

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
  const adapterOf = (name: string): SimulatedI2c => {
    const adapter = adapters.get(name) ?? new SimulatedI2c(name);
    adapters.set(name, adapter);
    return adapter;
  };
  const outputs = new Map<ComponentId, OutputChip>();
  for (const { id, kind, i2c } of config.outputs) {
    const chip = OUTPUT_CHIPS[kind](clock);
    adapterOf(i2c.adapter).devices.set(i2c.address, chip);
    outputs.set(id, chip);
  }
  const lines = new Lines(adapterOf);

  let mains = true;
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
      const light = () => level(mains ? chip.volts(address) * 10 : 0);
      lit.set(id, { light, power: () => lampPower({ power }, light()) });
    }
  }
  const power = () => lit.values().reduce((sum, lamp) => sum + lamp.power(), 0);

  const counters = new Map<ComponentId, CounterTwin | PulseTwin>(
    config.counters.map((counter) => {
      if ("pin" in counter) {
        const { id, pin, activeWhen } = counter;
        const twin = COUNTER_TWINS[counter.kind](clock, activeWhen, `${pin.chip}:${pin.offset}`);
        lines.put(pin, twin.pin);
        return [id, twin] as const;
      }
      const twin = COUNTER_TWINS[counter.kind](clock);
      const { baud } = COUNTERS[counter.kind].line;
      devices.set(counter.port, (far) => twin.attach(atBaud(clock, far, baud)));
      return [counter.id, twin] as const;
    }),
  );
  const layout = { ...config, timeZone: config.site.timeZone };
  const street = new Street(clock, random.fork("street"), layout, peoplePerHour, (counter, direction) =>
    counters.get(counter)?.pass(direction === 1 ? "up" : "down"),
  );

  const meters = config.meters.map((meter) => {
    if ("i2c" in meter) {
      const chip = METER_CHIPS[meter.kind](clock, meter.shunt);
      adapterOf(meter.i2c.adapter).devices.set(meter.i2c.address, chip);
      return chip;
    }
    const twin = METER_TWINS[meter.kind](clock, meter.address);
    devices.set(meter.port, (far) => twin.attach(atBaud(clock, far, meter.baud)));
    return twin;
  });
  const meter = () => {
    for (const twin of meters) twin.show(power());
    clock.after(METERED_EVERY, "metering", meter);
  };
  if (meters.length > 0) meter();

  const doors = config.contacts.map(({ pin, openWhen }) => ({
    openWhen,
    line: lines.wire(pin, openWhen === "low"),
  }));
  const sun = sunOf(config.site.latitude, config.site.longitude);

  return {
    clock,
    street,
    buses,
    gear,
    counters,
    light: (lamp) => lit.get(lamp)?.light() ?? level(0),
    power,
    attach(address, far) {
      const device = devices.get(address);
      if (!device) throw new TypeError(`port ${address}: allowed ${[...devices.keys()].join(", ")}`);
      device(far);
    },
    i2c: (adapter) => adapters.get(adapter),
    pin: (address) => lines.find(address),
    wire: (address) => lines.wire(address),
    setMains(on) {
      if (on === mains) return;
      mains = on;
      for (const bus of buses.values()) bus.setPower(on);
      for (const one of gear.values()) one.setMains(on);
      if (!on) for (const chip of outputs.values()) chip.powerCycle();
    },
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
