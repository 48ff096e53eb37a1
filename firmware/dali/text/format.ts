/** Frames as text: `DAPC(A5, 254)`. What is formatted parses to the same frame again. */
import { type Decoded, decode } from "../codec.ts";
import { decodeDevice } from "../device-frame.ts";
import { decodeGear, type ForwardFrame } from "../frame.ts";
import { eventText } from "./event-text.ts";
import { fullName } from "./names.ts";
import { deviceAddress, gearAddress, instanceSlot, parameterSlot } from "./slots.ts";

const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;

/**
 * A forward frame as text. `deviceType`: that of the ENABLE DEVICE TYPE right before it. What no row of the table holds is
 * told as far as it can be: `Command(A5, 0xE3)`, `Frame16(0xCDAB)`.
 */
export const format = (frame: ForwardFrame, deviceType?: number): string => formatDecoded(decode(frame, deviceType));

/** What a decoded frame says, as text. */
export function formatDecoded(said: Decoded): string {
  switch (said.kind) {
    case "event":
      return eventText(said);
    case "unknown":
      return unknown(said.frame);
    case "gear":
    case "device": {
      const { row, value } = said;
      const args: string[] = [];
      if (said.kind === "gear" && said.to) args.push(gearAddress.write(said.to));
      if (said.kind === "device" && said.to) args.push(deviceAddress.write(said.to));
      if (said.kind === "device" && said.instance) args.push(instanceSlot.write(said.instance));
      const { parameters } = row;
      for (const [i, kind] of parameters.entries()) {
        const single = parameters.length === 1 ? value : (value >> (8 * (parameters.length - 1 - i))) & 0xff;
        args.push(parameterSlot(kind).write(single));
      }
      return `${fullName(row)}(${args.join(", ")})`;
    }
  }
}

function unknown(frame: ForwardFrame): string {
  if (frame.bits === 16) {
    const gear = decodeGear(frame.data);
    if (gear.kind === "command") return `Command(${gearAddress.write(gear.to)}, ${hex(gear.opcode, 2)})`;
    return `Frame16(${hex(frame.data, 4)})`;
  }
  const device = decodeDevice(frame.data);
  if (device.kind === "command") return `Device.Command(${deviceAddress.write(device.to)}, ${hex(device.opcode, 2)})`;
  if (device.kind === "instance-command") {
    return `Device.Command(${deviceAddress.write(device.to)}, ${instanceSlot.write(device.instance)}, ${hex(device.opcode, 2)})`;
  }
  return `Frame24(${hex(frame.data, 6)})`;
}
