import type { ComponentId } from "../../controllers/model.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { type GearFaults, NO_FAULTS } from "../gear/faults.ts";
import type { SimulatedCabinet } from "../hardware.ts";
import type { I2cDevice, I2cFault, SimulatedI2c } from "../i2c.ts";
import type { SeededRandom } from "../random.ts";
import { Wire } from "../wire.ts";
import { type Attachment, attachments } from "./devices.ts";
import type { GearFault, HardwareAction } from "./model.ts";

const GEAR: Readonly<Record<GearFault, Partial<GearFaults>>> = {
  "lamp-failure": { lamp: "open" },
  "gear-failure": { gearFailure: true },
  mute: { mute: true },
  "day-burner": { dayBurner: true },
  stuck: { stuck: { at: 254, told: true } },
  cycling: { cycling: { lit: 9000, dark: 9000 } },
  none: {},
};

/** A plug that can be pulled: a serial port, an I2C adapter, a GPIO chip, by the names that the configuration has for them. */
export type Plug =
  | { readonly kind: "port"; readonly address: string }
  | { readonly kind: "adapter"; readonly name: string }
  | { readonly kind: "chip"; readonly label: string };

export interface HardwareOptions {
  readonly cabinet: SimulatedCabinet;
  readonly config: CabinetConfig;
  readonly random: SeededRandom;
  /** Pulls a plug or puts it back, as the machine that the runtime runs on sees it. */
  readonly plug: (plug: Plug, present: boolean) => void;
}

/** The hardware half of a stage: what a scenario can do to a simulated cabinet, in whichever process that is. */
export interface ScenarioHardware {
  /** Puts the device of a port at the end of a stream, behind a wire that can fail: instead of the cabinet's own `attach`. */
  attach(address: string, far: ByteStream): void;
  /** Throws TypeError where the cabinet has no such component, or one that this cannot be done to. */
  perform(action: HardwareAction): void;
  /** Mains of the whole cabinet. The machine that the runtime runs on is the stage's matter. */
  setMains(on: boolean): void;
  /** Calls off what is still to happen. */
  end(): void;
}

export function scenarioHardware(options: HardwareOptions): ScenarioHardware {
  const { cabinet, config, random, plug } = options;
  const { clock } = cabinet;
  const devices = attachments(config);
  const wires = new Map<string, Wire>();
  const gone = new Map<
    ComponentId,
    { readonly adapter: SimulatedI2c; readonly address: number; readonly chip: I2cDevice }
  >();
  const calledOff = new Set<() => void>();

  const wireOf = (address: string): Wire => {
    const wire = wires.get(address) ?? new Wire();
    wires.set(address, wire);
    return wire;
  };
  const attached = <On extends Attachment["on"]>(component: ComponentId, on: On): Extract<Attachment, { on: On }> => {
    const device = devices.get(component);
    if (device?.on !== on) throw new TypeError(`${component}: allowed ${namesOn(devices, on)}`);
    return device as Extract<Attachment, { on: On }>;
  };
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new TypeError(`${what}: the simulated cabinet has none`);
    return value;
  };
  /** Does it now, and `times` in all, one every `every`. */
  const repeat = (times: number, every: number, name: string, work: () => void) => {
    work();
    if (times <= 1) return;
    const callOff = clock.after(every, name, () => {
      calledOff.delete(callOff);
      repeat(times - 1, every, name, work);
    });
    calledOff.add(callOff);
  };

  const i2c = ({ component, fault, count, amount }: Extract<HardwareAction, { kind: "i2c" }>) => {
    const { adapter: name, address } = attached(component, "i2c");
    const adapter = found(cabinet.i2c(name), name);
    switch (fault) {
      case "stuck":
        adapter.stuck = true;
        return;
      case "gone": {
        const chip = adapter.devices.get(address);
        if (chip) gone.set(component, { adapter, address, chip });
        adapter.devices.delete(address);
        return;
      }
      case "none": {
        adapter.stuck = false;
        adapter.heal(address);
        const back = gone.get(component);
        if (back) adapter.devices.set(address, back.chip);
        gone.delete(component);
        return;
      }
      default:
        return adapter.fail(i2cFault(fault, amount), count, address);
    }
  };

  return {
    attach: (address, far) => cabinet.attach(address, wireOf(address).to(far)),

    perform(action) {
      switch (action.kind) {
        case "plug": {
          const device = found(devices.get(action.component), action.component);
          return plug(plugOf(device), action.present);
        }
        case "silence":
          wireOf(attached(action.component, "port").port).silent = action.silent;
          return;
        case "garbage": {
          const wire = wireOf(attached(action.component, "port").port);
          const times = action.lasts > 0 ? Math.floor(action.lasts / action.every) + 1 : 1;
          return repeat(times, action.every, "garbage", () =>
            wire.disturb(Uint8Array.from({ length: action.bytes }, () => Math.floor(random.next() * 256))),
          );
        }
        case "i2c":
          return i2c(action);
        case "dali": {
          const bus = found(cabinet.buses.get(action.bus), action.bus);
          // A short holds the wire low, which is what no supply looks like to everybody on it (IEC 62386-101).
          bus.setPower(action.fault !== "no-power" && action.fault !== "short");
          bus.noisy = action.fault === "noise";
          return;
        }
        case "gear":
          for (const lamp of action.lamps) {
            found(cabinet.gear.get(lamp), lamp).suffer({ ...NO_FAULTS, ...GEAR[action.fault] });
          }
          return;
        case "mains":
          for (const lamp of action.lamps) found(cabinet.gear.get(lamp), lamp).setMains(action.on);
          return;
        case "door": {
          const { pin } = attached(action.component, "pin");
          const door = found(
            config.contacts.find(({ id }) => id === action.component),
            action.component,
          );
          return found(cabinet.pin(pin), action.component).set(action.open === (door.openWhen === "high"));
        }
        case "pin":
          return found(cabinet.pin(action), `${action.chip}:${action.offset}`).set(action.high);
        case "walk":
          return repeat(action.people, action.every, "walkers", () =>
            cabinet.street.walk(action.street, action.position, action.direction),
          );
        case "pass": {
          const counter = found(cabinet.counters.get(action.counter), action.counter);
          return repeat(action.people, action.every, "passers", () =>
            counter.pass(action.direction === 1 ? "up" : "down"),
          );
        }
      }
    },

    setMains: (on) => cabinet.setMains(on),

    end() {
      for (const callOff of calledOff) callOff();
      calledOff.clear();
    },
  };
}

function i2cFault(fault: "nack" | "nack-data" | "late" | "busy", amount: number): I2cFault {
  switch (fault) {
    case "nack":
    case "nack-data":
      return { kind: fault };
    case "late":
      return { kind: fault, ms: amount };
    case "busy":
      return { kind: fault, polls: amount };
  }
}

function plugOf(device: Attachment): Plug {
  switch (device.on) {
    case "port":
      return { kind: "port", address: device.port };
    case "i2c":
      return { kind: "adapter", name: device.adapter };
    case "pin":
      return { kind: "chip", label: device.pin.chip };
  }
}

const namesOn = (devices: ReadonlyMap<ComponentId, Attachment>, on: Attachment["on"]): string =>
  [...devices].flatMap(([id, device]) => (device.on === on ? [id] : [])).join(", ");
