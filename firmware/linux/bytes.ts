import type { BytePort, LineSettings } from "../hal/bytes.ts";
import { serialPort } from "./bytes-serial.ts";
import { tcpPort } from "./bytes-tcp.ts";

/** A byte port by address: `tcp://host:port`, else the path of a serial device. */
export function bytePort(address: string, settings: LineSettings): BytePort {
  if (!address.startsWith("tcp://")) return serialPort(address, settings);
  const { hostname, port } = new URL(address);
  return tcpPort(address, hostname, Number(port));
}
