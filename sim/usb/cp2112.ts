import type { SimulatedI2c } from "../i2c.ts";
import type { SimulatedPin } from "../pin.ts";
import { Cp2112Gpio } from "./cp2112-gpio.ts";
import { Prom } from "./cp2112-prom.ts";
import { PACKET, REPORT_DESCRIPTOR, REPORTS } from "./cp2112-reports.ts";
import { Cp2112Smbus, type Timers } from "./cp2112-smbus.ts";
import { answerStandard } from "./descriptors.ts";
import { type Setup, TRANSFER, type UsbDescriptors, type UsbDevice } from "./device.ts";

export interface Cp2112Parts {
  readonly i2c: SimulatedI2c;
  /** GPIO 0 to 7. */
  readonly pins: readonly SimulatedPin[];
  readonly timers: Timers;
  /** The serial number it carries; Linux names hidraw by it. */
  readonly serial?: string;
}

/** GET and SET of reports and the idle rate (HID 1.11 7.2), as bmRequestType and bRequest. */
const HID = { getReport: 0xa101, getIdle: 0xa102, setReport: 0x2109, setIdle: 0x210a } as const;
const REPORT_TYPE = { out: 2, feature: 3 } as const;

const IN = 0x81;
const OUT = 0x01;
const PART = 0x0c;
/** Above 1, or Linux does not trust it with a repeated start. */
const VERSION = 3;

/**
 * A Silicon Labs CP2112: a USB device with one I2C adapter and eight GPIO lines behind HID reports (AN495). It refuses what
 * the chip refuses with a stall and stays as it was; AN495's Reset Device (0x01) is not there. Its I2C goes wrong as its `SimulatedI2c` does.
 */
export class Cp2112 implements UsbDevice {
  readonly #smbus: Cp2112Smbus;
  readonly #gpio: Cp2112Gpio;
  readonly #prom: Prom;
  readonly #listeners = new Set<(endpoint: number, packet: Uint8Array) => void>();

  constructor({ i2c, pins, timers, serial = "0001" }: Cp2112Parts) {
    this.#gpio = new Cp2112Gpio(pins);
    this.#prom = new Prom(serial);
    this.#smbus = new Cp2112Smbus(i2c, timers, (report) => {
      for (const listener of this.#listeners) listener(IN, report);
    });
  }

  get descriptors(): UsbDescriptors {
    const endpoint = { type: TRANSFER.interrupt, maxPacketSize: PACKET, interval: 1 };
    return {
      ...this.#prom.identity,
      speed: "full",
      usb: 0x0200,
      class: 0,
      subclass: 0,
      protocol: 0,
      maxPacketSize0: 64,
      configuration: 1,
      interfaces: [
        {
          number: 0,
          class: 3,
          subclass: 0,
          protocol: 0,
          endpoints: [
            { ...endpoint, address: IN },
            { ...endpoint, address: OUT },
          ],
          hidReport: REPORT_DESCRIPTOR,
        },
      ],
    };
  }

  onInput(listener: (endpoint: number, packet: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reset(kind: "bus" | "power"): void {
    if (kind === "bus") return this.#smbus.cancel();
    this.#smbus.powerOff();
    this.#gpio.powerOff();
  }

  control(setup: Setup, data: Uint8Array): Uint8Array | "stall" {
    const standard = answerStandard(this.descriptors, setup);
    if (standard !== undefined) return standard;
    if (setup.index !== 0) return "stall";
    const type = setup.value >> 8;
    const id = setup.value & 0xff;
    switch ((setup.requestType << 8) | setup.request) {
      case HID.getReport:
        return (type === REPORT_TYPE.feature && this.#get(id)?.slice(0, setup.length)) || "stall";
      case HID.setReport: {
        if (data.length !== setup.length || data[0] !== id) return "stall";
        const done = type === REPORT_TYPE.feature ? this.#set(data) : type === REPORT_TYPE.out && this.#begin(data);
        return done ? new Uint8Array() : "stall";
      }
      case HID.setIdle:
        return new Uint8Array();
      case HID.getIdle:
        return new Uint8Array(1).slice(0, setup.length);
      default:
        return "stall";
    }
  }

  out(endpoint: number, data: Uint8Array): "taken" | "stall" {
    return endpoint === OUT && data.length <= PACKET && this.#begin(data) ? "taken" : "stall";
  }

  #get(id: number): Uint8Array | undefined {
    switch (id) {
      case REPORTS.gpioConfig.id:
        return REPORTS.gpioConfig.encode(this.#gpio.config);
      case REPORTS.gpioLevels.id:
        return REPORTS.gpioLevels.encode({ levels: this.#gpio.levels });
      case REPORTS.version.id:
        return REPORTS.version.encode({ part: PART, version: VERSION });
      case REPORTS.smbusConfig.id:
        return REPORTS.smbusConfig.encode(this.#smbus.config);
      default:
        return this.#prom.read(id);
    }
  }

  /** Whether the feature report was taken. */
  #set(report: Uint8Array): boolean {
    const lines = REPORTS.gpioConfig.decode(report);
    if (lines) this.#gpio.configure(lines);
    const levels = REPORTS.gpioSet.decode(report);
    if (levels) this.#gpio.set(levels.levels, levels.mask);
    const bus = REPORTS.smbusConfig.decode(report);
    if (bus) this.#smbus.configure(bus);
    return Boolean(lines || levels || bus) || this.#prom.write(report);
  }

  /** Whether the report of the interrupt endpoint was taken. */
  #begin(report: Uint8Array): boolean {
    const read = REPORTS.read.decode(report);
    if (read) this.#smbus.start(read.address >> 1, new Uint8Array(), read.length);
    const both = REPORTS.writeRead.decode(report);
    if (both) this.#smbus.start(both.address >> 1, both.data, both.length);
    const write = REPORTS.write.decode(report);
    if (write) this.#smbus.start(write.address >> 1, write.data, 0);
    const send = REPORTS.forceSend.decode(report);
    if (send) this.#smbus.forceSend(send.length);
    const ask = REPORTS.statusRequest.decode(report);
    if (ask) this.#smbus.askStatus();
    const cancel = REPORTS.cancel.decode(report);
    if (cancel) this.#smbus.cancel();
    return Boolean(read || both || write || send || ask || cancel);
  }
}
