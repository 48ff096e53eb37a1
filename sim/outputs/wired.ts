/** Every output of the catalogue on its wire, with its twin at the other end: for whoever tries what all of them must do. */
import { milliseconds, seconds } from "../../controllers/units.ts";
import { Fault } from "../../firmware/hal/fault.ts";
import type { LampLine } from "../../firmware/hal/lamp-line.ts";
import { modbusLines } from "../../firmware/modbus/lines.ts";
import { MODBUS_OUTPUTS, type ModbusOutputKind, OUTPUTS, type OutputKind } from "../../firmware/outputs/list.ts";
import type { OutputOptions } from "../../firmware/outputs/options.ts";
import { atBaud } from "../baud.ts";
import type { OutputChip } from "../chips/chip.ts";
import { OUTPUT_CHIPS } from "../chips/list.ts";
import type { VirtualClock } from "../clock.ts";
import { SimulatedI2c } from "../i2c.ts";
import { SimulatedModbus } from "../modbus.ts";
import { SimulatedPort } from "../pipe.ts";
import { MODBUS_TWINS } from "./list.ts";

const ADDRESS = 0x5a;
const UNIT = 9;
/** An output of a kind on its wire, and what can befall it. */
export interface Wired {
  readonly chip: Pick<OutputChip, "volts" | "onVolts" | "powerCycle">;
  create(options: OutputOptions): LampLine;
  /** The chip answers no more; it keeps what it gives. */
  gone(on: boolean): void;
  /** What it is reached by is not there. */
  missing(on: boolean): void;
  /** Makes the wire take its time, where it does not by itself. */
  slow(): void;
  /** How often the wire is open. */
  opened(): number;
}

export interface WiredKind {
  readonly kind: string;
  readonly channels: number;
  /** What it is called that it answers no more. */
  readonly silent: string;
  /** A write takes at most so long. */
  readonly write: number;
  wire(clock: VirtualClock): Wired;
}

const onI2c = (kind: OutputKind): WiredKind => ({
  kind,
  channels: OUTPUTS[kind].channels,
  silent: "port-missing",
  write: 1,
  wire(clock) {
    const bus = new SimulatedI2c("i2c1");
    const chip = OUTPUT_CHIPS[kind](clock);
    bus.devices.set(ADDRESS, chip);
    let buses = 0;
    const i2c = async () => {
      if (!bus.present) throw new Fault("port-missing", "i2c1");
      buses++;
      return {
        name: bus.name,
        transfer: (...parts: Parameters<SimulatedI2c["transfer"]>) => bus.transfer(...parts),
        close: async () => {
          buses--;
        },
      };
    };
    return {
      chip,
      create: (options) => OUTPUTS[kind].create({ ...options, i2c, address: ADDRESS }),
      gone: (on) => void (on ? bus.devices.delete(ADDRESS) : bus.devices.set(ADDRESS, chip)),
      missing(on) {
        bus.present = !on;
      },
      slow: () => slow(clock, bus),
      opened: () => buses,
    };
  },
});

const onModbus = (kind: ModbusOutputKind): WiredKind => ({
  kind,
  channels: MODBUS_OUTPUTS[kind].channels,
  silent: "gateway-silent",
  write: 20,
  wire(clock) {
    const line = new SimulatedModbus(clock);
    const chip = MODBUS_TWINS[kind](clock);
    line.slaves.set(UNIT, chip);
    const settings = { baud: 115_200 };
    const port = new SimulatedPort("rs485", (far) => line.attach(atBaud(clock, far, settings.baud)));
    let streams = 0;
    const bytes = () => ({
      name: port.name,
      async open(signal: AbortSignal) {
        const stream = await port.open(signal);
        streams++;
        let open = true;
        const close = async () => {
          if (open) streams--;
          open = false;
          await stream.close();
        };
        return { ...stream, chunks: stream.chunks, close };
      },
    });
    const lines = modbusLines({ bytes, clock });
    return {
      chip,
      create: (options) =>
        MODBUS_OUTPUTS[kind].create({
          ...options,
          lines,
          port: port.name,
          settings,
          address: UNIT,
          safety: seconds(20),
        }),
      gone: (on) => void (on ? line.slaves.delete(UNIT) : line.slaves.set(UNIT, chip)),
      missing: (on) => (on ? port.unplug() : port.replug()),
      slow() {},
      opened: () => streams,
    };
  },
});

export const WIRED_OUTPUTS: readonly WiredKind[] = [
  ...(Object.keys(OUTPUTS) as OutputKind[]).map(onI2c),
  ...(Object.keys(MODBUS_OUTPUTS) as ModbusOutputKind[]).map(onModbus),
];

/** Transfers take their time and do not overtake each other, as on a wire. */
function slow(clock: VirtualClock, bus: SimulatedI2c): void {
  const transfer = bus.transfer.bind(bus);
  let turn: Promise<unknown> = Promise.resolve();
  bus.transfer = (...parts) => {
    const mine = turn.then(() => clock.sleep(milliseconds(20), "wire")).then(() => transfer(...parts));
    turn = mine;
    return mine;
  };
}
