import { type Setup, TRANSFER, type UsbDescriptors, type UsbEndpoint, type UsbInterface } from "./device.ts";
import { layout, u8, u16le } from "./layout.ts";

/** bDescriptorType (USB 2.0 table 9-5, HID 1.11 7.1). */
export const DESCRIPTOR = {
  device: 1,
  configuration: 2,
  string: 3,
  interface: 4,
  endpoint: 5,
  hid: 0x21,
  hidReport: 0x22,
} as const;

const device = layout({
  length: u8,
  type: u8,
  usb: u16le,
  class: u8,
  subclass: u8,
  protocol: u8,
  maxPacketSize0: u8,
  vendor: u16le,
  product: u16le,
  version: u16le,
  manufacturerAt: u8,
  productAt: u8,
  serialAt: u8,
  configurations: u8,
});
const configuration = layout({
  length: u8,
  type: u8,
  total: u16le,
  interfaces: u8,
  value: u8,
  name: u8,
  attributes: u8,
  power: u8,
});
const interface_ = layout({
  length: u8,
  type: u8,
  number: u8,
  setting: u8,
  endpoints: u8,
  class: u8,
  subclass: u8,
  protocol: u8,
  name: u8,
});
const endpoint = layout({ length: u8, type: u8, address: u8, attributes: u8, maxPacketSize: u16le, interval: u8 });
const hid = layout({
  length: u8,
  type: u8,
  version: u16le,
  country: u8,
  descriptors: u8,
  reportType: u8,
  reportLength: u16le,
});

const US_ENGLISH = 0x0409;
const BUS_POWERED = 0x80;

/** USB 2.0 9.6.1. */
export const deviceDescriptor = (of: UsbDescriptors): Uint8Array =>
  device.encode({
    ...of,
    length: device.size,
    type: DESCRIPTOR.device,
    manufacturerAt: 1,
    productAt: 2,
    serialAt: 3,
    configurations: 1,
  });

/** The configuration with all its interfaces and endpoints (USB 2.0 9.6.3). */
export function configurationDescriptor(of: UsbDescriptors): Uint8Array {
  const parts = of.interfaces.flatMap(interfaceDescriptors);
  const head = configuration.encode({
    length: configuration.size,
    type: DESCRIPTOR.configuration,
    total: configuration.size + parts.reduce((sum, part) => sum + part.length, 0),
    interfaces: of.interfaces.length,
    value: of.configuration,
    name: 0,
    attributes: BUS_POWERED,
    power: Math.ceil(of.maxPower / 2),
  });
  return Uint8Array.from([head, ...parts].flatMap((part) => [...part]));
}

function interfaceDescriptors(of: UsbInterface): Uint8Array[] {
  const head = interface_.encode({
    ...of,
    length: interface_.size,
    type: DESCRIPTOR.interface,
    setting: 0,
    endpoints: of.endpoints.length,
    name: 0,
  });
  const endpoints = of.endpoints.map((one) =>
    endpoint.encode({ ...one, length: endpoint.size, type: DESCRIPTOR.endpoint, attributes: one.type }),
  );
  return of.hidReport ? [head, hidDescriptor(of.hidReport), ...endpoints] : [head, ...endpoints];
}

/** HID 1.11 6.2.1. */
const hidDescriptor = (report: Uint8Array): Uint8Array =>
  hid.encode({
    length: hid.size,
    type: DESCRIPTOR.hid,
    version: 0x0111,
    country: 0,
    descriptors: 1,
    reportType: DESCRIPTOR.hidReport,
    reportLength: report.length,
  });

/** USB 2.0 9.6.7. Index 0 is the list of languages. */
export function stringDescriptor(of: UsbDescriptors, index: number): Uint8Array | undefined {
  const { manufacturer, product, serial } = of.strings;
  const text = [String.fromCharCode(US_ENGLISH), manufacturer, product, serial][index];
  if (text === undefined) return undefined;
  const units = Array.from(text, (_, i) => text.charCodeAt(i)).slice(0, 126);
  return Uint8Array.from([
    2 + units.length * 2,
    DESCRIPTOR.string,
    ...units.flatMap((unit) => [unit & 0xff, unit >> 8]),
  ]);
}

/** The endpoints of all interfaces; the default one, 0, is not among them. */
export const endpointsOf = (of: UsbDescriptors): readonly UsbEndpoint[] =>
  of.interfaces.flatMap(({ endpoints }) => endpoints);

const REQUEST = { getStatus: 0, clearFeature: 1, getDescriptor: 6, getConfiguration: 8 } as const;
const ENDPOINT_HALT = 0;

/**
 * What every device answers to the standard requests (USB 2.0 9.4) and to the reading of its HID descriptors (HID 1.11 7.1);
 * undefined for a request of a class or a vendor. Setting the address, a configuration or an interface is the transport's part.
 */
export function answerStandard(of: UsbDescriptors, setup: Setup): Uint8Array | "stall" | undefined {
  if ((setup.requestType & 0x60) !== 0) return undefined;
  const cut = (bytes: Uint8Array | undefined) => bytes?.slice(0, setup.length) ?? "stall";
  const interface_ = of.interfaces.find(({ number }) => number === setup.index);
  switch ((setup.requestType << 8) | setup.request) {
    case 0x8000 | REQUEST.getDescriptor:
      return cut(descriptor(of, setup.value >> 8, setup.value & 0xff));
    case 0x8100 | REQUEST.getDescriptor:
      if (setup.value === DESCRIPTOR.hid << 8) return cut(interface_?.hidReport && hidDescriptor(interface_.hidReport));
      return setup.value === DESCRIPTOR.hidReport << 8 ? cut(interface_?.hidReport) : "stall";
    case 0x8000 | REQUEST.getStatus:
    case 0x8100 | REQUEST.getStatus:
    case 0x8200 | REQUEST.getStatus:
      return cut(new Uint8Array(2));
    case 0x8000 | REQUEST.getConfiguration:
      return cut(Uint8Array.of(of.configuration));
    case 0x0200 | REQUEST.clearFeature: {
      const known = endpointsOf(of).some(({ address, type }) => address === setup.index && type !== TRANSFER.control);
      return known && setup.value === ENDPOINT_HALT ? new Uint8Array() : "stall";
    }
    default:
      return "stall";
  }
}

function descriptor(of: UsbDescriptors, type: number, index: number): Uint8Array | undefined {
  if (type === DESCRIPTOR.string) return stringDescriptor(of, index);
  if (index !== 0) return undefined;
  if (type === DESCRIPTOR.device) return deviceDescriptor(of);
  if (type === DESCRIPTOR.configuration) return configurationDescriptor(of);
  return undefined;
}
