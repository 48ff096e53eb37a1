import { TRANSFER, type UsbDescriptors } from "./device.ts";
import { endpointIndex, NO_ENDPOINT, type PacketOf, SPEED } from "./usbredir.ts";

/** Endpoints and interfaces that a description has room for. */
const SLOTS = 32;
const column = (values: readonly number[]): number[] => Array.from({ length: SLOTS }, (_, i) => values[i] ?? 0);

/** The device as usbredir tells of it: what a guest must know before it may use it. */
export function describe(
  of: UsbDescriptors,
  id: bigint,
): readonly [PacketOf<"epInfo">, PacketOf<"interfaceInfo">, PacketOf<"deviceConnect">] {
  return [endpoints(of, id), interfaces(of, id), connect(of, id)];
}

function endpoints({ interfaces, maxPacketSize0 }: UsbDescriptors, id: bigint): PacketOf<"epInfo"> {
  const type = Array<number>(SLOTS).fill(NO_ENDPOINT);
  const [interval, number, maxPacketSize] = [column([]), column([]), column([])];
  for (const address of [0x00, 0x80]) {
    type[endpointIndex(address)] = TRANSFER.control;
    maxPacketSize[endpointIndex(address)] = maxPacketSize0;
  }
  for (const one of interfaces) {
    for (const endpoint of one.endpoints) {
      const at = endpointIndex(endpoint.address);
      type[at] = endpoint.type;
      interval[at] = endpoint.interval;
      number[at] = one.number;
      maxPacketSize[at] = endpoint.maxPacketSize;
    }
  }
  return { kind: "epInfo", id, type, interval, interface: number, maxPacketSize };
}

const interfaces = ({ interfaces }: UsbDescriptors, id: bigint): PacketOf<"interfaceInfo"> => ({
  kind: "interfaceInfo",
  id,
  count: interfaces.length,
  number: column(interfaces.map(({ number }) => number)),
  class: column(interfaces.map((one) => one.class)),
  subclass: column(interfaces.map(({ subclass }) => subclass)),
  protocol: column(interfaces.map(({ protocol }) => protocol)),
});

const connect = (of: UsbDescriptors, id: bigint): PacketOf<"deviceConnect"> => ({
  kind: "deviceConnect",
  id,
  speed: SPEED[of.speed],
  class: of.class,
  subclass: of.subclass,
  protocol: of.protocol,
  vendor: of.vendor,
  product: of.product,
  version: of.version,
});
