import { REPORTS, type UsbConfig } from "./cp2112-reports.ts";
import type { UsbDescriptors } from "./device.ts";

/** Bits of the lock byte, and of the mask of a USB configuration report, in the order that Linux reads them. */
const BIT = {
  vendor: 0x01,
  product: 0x02,
  maxPower: 0x04,
  powerMode: 0x08,
  release: 0x10,
  manufacturerText: 0x20,
  productText: 0x40,
  serialText: 0x80,
} as const;

type Identity = Pick<UsbDescriptors, "vendor" | "product" | "version" | "maxPower" | "strings">;

/**
 * The chip's memory that can be written once, field by field: who it says it is. A field that was written ignores
 * further writes; what is written shows at the next plugging in.
 */
export class Prom {
  #unlocked = 0xff;
  #config: UsbConfig = {
    vendor: 0x10c4,
    product: 0xea90,
    maxPower: 0x32,
    powerMode: 0,
    major: 1,
    minor: 0,
    mask: 0,
  };
  readonly #texts = { manufacturer: "Silicon Laboratories", product: "CP2112 HID USB-to-SMBus Bridge", serial: "" };

  constructor(serial: string) {
    this.#texts.serial = serial;
  }

  get identity(): Identity {
    const { vendor, product, maxPower, major, minor } = this.#config;
    return { vendor, product, maxPower: maxPower * 2, version: (major << 8) | minor, strings: { ...this.#texts } };
  }

  /** The feature report of that id, undefined where the memory has none. */
  read(id: number): Uint8Array | undefined {
    const { lock, usbConfig, manufacturer, product, serial } = REPORTS;
    switch (id) {
      case lock.id:
        return lock.encode({ unlocked: this.#unlocked });
      case usbConfig.id:
        return usbConfig.encode(this.#config);
      case manufacturer.id:
        return manufacturer.encode({ text: this.#texts.manufacturer });
      case product.id:
        return product.encode({ text: this.#texts.product });
      case serial.id:
        return serial.encode({ text: this.#texts.serial });
      default:
        return undefined;
    }
  }

  /** Whether the report is one of the memory's and well-formed; a locked field ignores it all the same. */
  write(report: Uint8Array): boolean {
    const lock = REPORTS.lock.decode(report);
    if (lock) this.#unlocked &= lock.unlocked;
    const config = REPORTS.usbConfig.decode(report);
    if (config) this.#configure(config);
    const texts = [
      this.#write("manufacturer", BIT.manufacturerText, report),
      this.#write("product", BIT.productText, report),
      this.#write("serial", BIT.serialText, report),
    ];
    return lock !== undefined || config !== undefined || texts.includes(true);
  }

  #configure(wish: UsbConfig): void {
    const may = wish.mask & this.#unlocked;
    const now = this.#config;
    const pick = (bit: number) => (may & bit ? wish : now);
    this.#config = {
      vendor: pick(BIT.vendor).vendor,
      product: pick(BIT.product).product,
      maxPower: pick(BIT.maxPower).maxPower,
      powerMode: pick(BIT.powerMode).powerMode,
      major: pick(BIT.release).major,
      minor: pick(BIT.release).minor,
      mask: 0,
    };
    this.#unlocked &= ~may | ~0x1f;
  }

  #write(name: "manufacturer" | "product" | "serial", bit: number, report: Uint8Array): boolean {
    const found = REPORTS[name].decode(report);
    if (found && this.#unlocked & bit) {
      this.#texts[name] = found.text;
      this.#unlocked &= ~bit;
    }
    return found !== undefined;
  }
}
