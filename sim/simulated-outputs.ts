import { lampPower } from "../controllers/lighting/energy.ts";
import type { ComponentId } from "../controllers/model.ts";
import { type Level, level } from "../controllers/units.ts";
import type { CabinetConfig } from "../firmware/config/read.ts";
import { SimulatedAds1115 } from "./chips/ads1115.ts";
import { OUTPUT_CHIPS } from "./chips/list.ts";
import type { VirtualClock } from "./clock.ts";
import { lightAt } from "./outputs/lamp-driver.ts";
import { MODBUS_TWINS } from "./outputs/list.ts";
import type { SimulatedPin } from "./pin.ts";
import type { Wires } from "./wires.ts";

type OutputConfig = CabinetConfig["outputs"][number];
type LampConfig = CabinetConfig["lamps"][number];

/** A lamp as it is. */
export interface Lit {
  readonly light: () => Level;
  /** W. */
  readonly power: () => number;
}

/** An output on its wire, with its lamps, their relays and what reads it back. */
export interface SimulatedOutput {
  readonly lamps: ReadonlyMap<ComponentId, Lit>;
  /** Mains of its chip and its lamps. */
  setMains(on: boolean): void;
  /** A short in the wires to a lamp's input: 0 V there, whatever the output gives. */
  setShort(lamp: ComponentId, on: boolean): void;
}

/** Puts an output where its configuration has it. `lamps` are those on it. */
export function simulateOutput(
  output: OutputConfig,
  lamps: readonly LampConfig[],
  wires: Wires,
  clock: VirtualClock,
): SimulatedOutput {
  const chip = putChip(output, wires, clock);
  const shorts = new Set<ComponentId>();
  let mains = true;
  const voltsAt = ({ id, address }: LampConfig) => (shorts.has(id) ? 0 : chip.volts(address));

  /** Until a runtime has the pin, the contact is at rest, and closed. */
  const relays = output.relays.map(({ lamps: switched, pin, onWhen }) => ({
    switched,
    closedWhen: onWhen === "high",
    line: wires.pins.wire(pin, onWhen === "high"),
  }));
  const relayOf = (lamp: ComponentId) => relays.find(({ switched }) => switched.includes(lamp));
  const closed = (relay: { readonly line: SimulatedPin; readonly closedWhen: boolean } | undefined) =>
    relay === undefined || relay.line.high === relay.closedWhen;

  const { readBack } = output;
  if (readBack) {
    const measured = (input: number): number => {
      const found = readBack.inputs.find((one) => one.input === input);
      const lamp = lamps.find(({ id }) => id === found?.lamp);
      return found && lamp ? voltsAt(lamp) / found.divider : 0;
    };
    wires.chip(readBack.i2c, new SimulatedAds1115(clock, measured));
  }

  return {
    lamps: new Map(
      lamps.map((lamp) => {
        const { id, power, calibration } = lamp;
        const relay = relayOf(id);
        const light = () =>
          mains && closed(relay) ? lightAt(voltsAt(lamp), calibration, relay !== undefined) : level(0);
        return [id, { light, power: () => lampPower({ power }, light()) }];
      }),
    ),
    setMains(on) {
      mains = on;
      if (on) chip.powerCycle();
    },
    setShort: (lamp, on) => void (on ? shorts.add(lamp) : shorts.delete(lamp)),
  };
}

function putChip(output: OutputConfig, wires: Wires, clock: VirtualClock) {
  if ("i2c" in output) {
    const chip = OUTPUT_CHIPS[output.kind](clock);
    wires.chip(output.i2c, chip);
    return chip;
  }
  const twin = MODBUS_TWINS[output.kind](clock);
  wires.unit(output.port, output.baud, output.address, twin);
  return twin;
}
