import type { ComponentId } from "../controllers/model.ts";
import { type Level, level } from "../controllers/units.ts";
import { sunOf } from "../firmware/almanac.ts";
import { linesOf } from "../firmware/config/junctions.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import type { PinAddress } from "../firmware/hal/pin.ts";
import { COUNTERS } from "../firmware/sensors/list.ts";
import { atBaud } from "./baud.ts";
import type { SimulatedBus } from "./bus.ts";
import { METER_CHIPS } from "./chips/list.ts";
import type { VirtualClock } from "./clock.ts";
import { Gear } from "./gear.ts";
import type { SimulatedI2c } from "./i2c.ts";
import { InputDevice, LightSensor, OccupancySensor } from "./input-device.ts";
import type { SimulatedModbus } from "./modbus.ts";
import type { SimulatedPin } from "./pin.ts";
import type { SeededRandom } from "./random.ts";
import { COUNTER_TWINS, METER_TWINS, THERMAL_TWINS } from "./sensors/list.ts";
import type { CounterTwin } from "./sensors/twin.ts";
import { simulateBuses } from "./simulated-buses.ts";
import { type Lit, simulateOutput } from "./simulated-outputs.ts";
import { Street } from "./street.ts";
import { Wires } from "./wires.ts";

/** How often the meter is shown what the lamps draw, simulated ms. */
const METERED_EVERY = 2000;
/** What a lamp with a warm-dim curve can do, mirek: 6500 K to 1800 K. */
const TUNABLE = { coolest: 154, warmest: 556 };

/** All that a configuration says is there, simulated: gear, gateways, outputs, sensors, and the street around them. */
export interface SimulatedCabinet {
  readonly clock: VirtualClock;
  readonly street: Street;
  readonly buses: ReadonlyMap<ComponentId, SimulatedBus>;
  readonly gear: ReadonlyMap<ComponentId, Gear>;
  readonly counters: ReadonlyMap<ComponentId, { pass(direction: "up" | "down", people?: number): void }>;
  /** Modems of vehicle feeds on serial lines: what the air brings them. */
  readonly radios: ReadonlyMap<ComponentId, { say(bytes: Uint8Array): void }>;
  /** What each lamp gives now. */
  light(lamp: ComponentId): Level;
  /** What all lamps draw now, W. */
  power(): number;
  /** Puts the device of that port address at the end of a stream. Throws TypeError for an address that has none. */
  attach(address: string, far: ByteStream): void;
  /** The bus of an adapter that the configuration names, to hang more on it. */
  i2c(adapter: string): SimulatedI2c | undefined;
  /** The Modbus line of a port that the configuration names, to take units off it or hang more on it. */
  modbus(port: string): SimulatedModbus | undefined;
  /** The line of a pin that the configuration names, or that `wire` has made. */
  pin(address: PinAddress): SimulatedPin | undefined;
  /** The line of any pin, for what the configuration does not know: made where it is not there yet. */
  wire(address: PinAddress): SimulatedPin;
  /** A short in the wires to the input of an output's lamp: 0 V there. Throws TypeError for another lamp. */
  short(lamp: ComponentId, on: boolean): void;
  /** Mains of the cabinet: gear, bus supplies, 0-10 V outputs and the luminaires on them. Sensors and meters have their own supply. */
  setMains(on: boolean): void;
  setDoor(open: boolean): void;
  doorOpen(): boolean;
  sun(): "up" | "down";
}

/** The byte ports that a configuration names, each once. */
export const portsOf = ({ buses, outputs, counters, meters, vehicles }: CabinetConfig): readonly string[] => {
  const ports = [...buses, ...outputs, ...counters, ...meters, ...vehicles].flatMap((device) =>
    "port" in device && device.port !== undefined ? [device.port] : [],
  );
  return [...new Set(ports)];
};

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
  const wires = new Wires(clock);
  const buses = simulateBuses(config.buses, wires, clock, random);
  const outputs = new Map(
    config.outputs.map((output) => {
      const lamps = config.lamps.filter(({ line }) => line === output.id);
      return [output.id, simulateOutput(output, lamps, wires, clock)];
    }),
  );

  let mains = true;
  const gear = new Map<ComponentId, Gear>();
  /** Each lamp's light and power as they are. */
  const lit = new Map<ComponentId, Lit>();
  for (const { id, line, address, power, curve, warmDim } of config.lamps) {
    const bus = buses.get(line);
    const ofOutput = outputs.get(line)?.lamps.get(id);
    if (bus) {
      const one = new Gear({
        clock,
        random: random.fork(id),
        address,
        power,
        curve,
        ...(warmDim ? { colour: { tc: TUNABLE } } : {}),
      });
      bus.add(one);
      gear.set(id, one);
      lit.set(id, { light: () => one.light(), power: () => one.power() });
    } else if (ofOutput) lit.set(id, ofOutput);
  }
  const inputs = new Map<ComponentId, OccupancySensor | LightSensor>();
  for (const [place, entries] of Map.groupBy(config.inputs, ({ bus, address }) => `${bus} ${address}`)) {
    const { bus: line, address } = entries[0] as (typeof entries)[number];
    const bus = buses.get(line);
    if (!bus) continue;
    // Instances that nobody uses are light sensors in the dark.
    const most = Math.max(...entries.map(({ instance }) => instance));
    const sensors = Array.from({ length: most + 1 }, (_, number) => {
      const entry = entries.find(({ instance }) => instance === number);
      const sensor = entry?.kind === "occupancy" ? new OccupancySensor(clock) : new LightSensor(clock);
      if (entry) inputs.set(entry.id, sensor);
      return sensor;
    });
    new InputDevice(bus, { random: random.fork(place), address, sensors });
  }
  const power = () => lit.values().reduce((sum, lamp) => sum + lamp.power(), 0);

  const counters = new Map<ComponentId, Pick<CounterTwin, "pass">>(
    config.counters.map((counter) => {
      if ("pin" in counter) {
        const { id, pin, activeWhen } = counter;
        const twin = COUNTER_TWINS[counter.kind](clock, activeWhen, `${pin.chip}:${pin.offset}`);
        wires.pins.put(pin, twin.pin);
        return [id, twin] as const;
      }
      if ("i2c" in counter) {
        const seed = Math.floor(random.fork(counter.id).next() * 2 ** 31);
        const twin = THERMAL_TWINS[counter.kind](clock, seed, counter.mounting);
        wires.chip(counter.i2c, twin.chip);
        return [counter.id, twin] as const;
      }
      // Whoever publishes is no hardware of the cabinet.
      if ("feed" in counter) return [counter.id, { pass: () => {} }] as const;
      const twin = COUNTER_TWINS[counter.kind](clock);
      const { baud } = COUNTERS[counter.kind].line;
      wires.device(counter.port, (far) => twin.attach(atBaud(clock, far, baud)));
      return [counter.id, twin] as const;
    }),
  );
  for (const [id, sensor] of inputs)
    if (sensor instanceof OccupancySensor) counters.set(id, { pass: () => sensor.movement() });
  const layout = {
    ...config,
    counters: [...config.counters, ...config.inputs.flatMap(({ id, place }) => (place ? [{ id, ...place }] : []))],
    timeZone: config.site.timeZone,
  };
  const street = new Street(clock, random.fork("street"), layout, peoplePerHour, (counter, direction) => {
    counters.get(counter)?.pass(direction === 1 ? "up" : "down");
  });

  const meters = config.meters.map((meter) => {
    if ("i2c" in meter) {
      const chip = METER_CHIPS[meter.kind](clock, meter.shunt);
      wires.chip(meter.i2c, chip);
      return chip;
    }
    const twin = METER_TWINS[meter.kind](clock, meter.address);
    wires.unit(meter.port, meter.baud, meter.address, twin.slave);
    return twin;
  });
  const meter = () => {
    for (const twin of meters) twin.show(power());
    clock.after(METERED_EVERY, "metering", meter);
  };
  if (meters.length > 0) meter();

  const doors = config.contacts.map(({ pin, openWhen }) => ({
    openWhen,
    line: wires.pins.wire(pin, openWhen === "low"),
  }));
  const radios = new Map<ComponentId, { say(bytes: Uint8Array): void }>();
  for (const feed of config.vehicles) {
    if (!("port" in feed)) continue;
    let end: ByteStream | undefined;
    wires.device(feed.port, (far) => {
      end = atBaud(clock, far, feed.baud);
    });
    radios.set(feed.id, { say: (bytes) => void end?.write(bytes).catch(() => {}) });
  }
  for (const junction of config.junctions) {
    const { out, in: read } = linesOf(junction);
    for (const { pin } of out) wires.pins.wire(pin);
    // Nothing is occupied, nothing is green, nobody is ready: contacts are open.
    for (const { pin, when } of read) wires.pins.wire(pin, when === "low");
  }
  const sun = sunOf(config.site.latitude, config.site.longitude);

  return {
    clock,
    street,
    buses,
    gear,
    counters,
    radios,
    light: (lamp) => lit.get(lamp)?.light() ?? level(0),
    power,
    attach: (address, far) => wires.attach(address, far),
    i2c: (adapter) => wires.i2c(adapter),
    modbus: (port) => wires.modbus(port),
    pin: (address) => wires.pins.find(address),
    wire: (address) => wires.pins.wire(address),
    short(lamp, on) {
      const output = outputs.values().find(({ lamps }) => lamps.has(lamp));
      if (!output) throw new TypeError(`lamp ${lamp}: allowed is one of an output`);
      output.setShort(lamp, on);
    },
    setMains(on) {
      if (on === mains) return;
      mains = on;
      for (const bus of buses.values()) bus.setPower(on);
      for (const one of gear.values()) one.setMains(on);
      for (const output of outputs.values()) output.setMains(on);
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
