/** The contract of a USB device model: no transport, no time, no bus; descriptors are plain data. */

/** The eight bytes that begin every control transfer (USB 2.0 9.3). */
export interface Setup {
  /** bmRequestType: bit 7 set where data goes to the host. */
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  /** Bytes the host sends, or the most it wants to get. */
  readonly length: number;
}

/** Numbers of the transfer types, as endpoint descriptors and usbredir have them (USB 2.0 9.6.6). */
export const TRANSFER = { control: 0, isochronous: 1, bulk: 2, interrupt: 3 } as const;

export interface UsbEndpoint {
  /** With bit 7 set where data goes to the host. */
  readonly address: number;
  readonly type: (typeof TRANSFER)[keyof typeof TRANSFER];
  readonly maxPacketSize: number;
  /** bInterval: for an interrupt endpoint of a full-speed device, ms between two questions. */
  readonly interval: number;
}

/** An interface with its only setting, 0. */
export interface UsbInterface {
  readonly number: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly endpoints: readonly UsbEndpoint[];
  /** The HID report descriptor, where the interface is one of that class. */
  readonly hidReport?: Uint8Array;
}

/** All that a device says of itself; the device, configuration, HID and string descriptors follow from it. */
export interface UsbDescriptors {
  readonly speed: "low" | "full" | "high" | "super";
  /** bcdUSB. */
  readonly usb: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly maxPacketSize0: number;
  readonly vendor: number;
  readonly product: number;
  /** bcdDevice. */
  readonly version: number;
  /** The number of its only configuration. */
  readonly configuration: number;
  /** mA. */
  readonly maxPower: number;
  readonly interfaces: readonly UsbInterface[];
  readonly strings: { readonly manufacturer: string; readonly product: string; readonly serial: string };
}

/** A device without its cable. It answers at once; what it has to say unasked it pushes. Nothing here throws. */
export interface UsbDevice {
  /** As they are at plugging in; a device whose memory is written may say something else the next time. */
  readonly descriptors: UsbDescriptors;
  /** One control transfer. `data` is what the host sends. What is given back (empty for a plain success) is at most `setup.length` long. */
  control(setup: Setup, data: Uint8Array): Uint8Array | "stall";
  /** One packet for an OUT endpoint. */
  out(endpoint: number, data: Uint8Array): "taken" | "stall";
  /** Calls `listener` with each packet that an IN endpoint has for the host, until the returned function is called. */
  onInput(listener: (endpoint: number, packet: Uint8Array) => void): () => void;
  /** `bus`: the host resets the port; `power`: the cable is pulled, or the host is dead. */
  reset(kind: "bus" | "power"): void;
}
