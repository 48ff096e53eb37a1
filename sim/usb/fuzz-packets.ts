import type { Random } from "../../firmware/hal/random.ts";
import { REPORTS } from "./cp2112-reports.ts";
import { encodePacket, MOST_DATA, type Packet, type PacketOf } from "./usbredir.ts";

const none = new Uint8Array();
const HELLO: PacketOf<"hello"> = { kind: "hello", id: 0n, version: "fuzz", capabilities: 0x7e, data: none };

/** What every guest says first. */
export const openingHello: Uint8Array = encodePacket(HELLO, true);

const SPOILED = 0.25;
const RUBBISH = 0.005;
const BROKEN_HEAD = 0.005;

/** One packet of a guest that means harm or was built badly: mostly right, else spoiled, else no packet at all. */
export function hostileBytes(random: Random): Uint8Array {
  if (random.next() < RUBBISH) return bytesOf(random, 1 + upTo(random, 100));
  const bytes = encodePacket(packet(random));
  if (random.next() < BROKEN_HEAD) return broken(random, bytes);
  if (random.next() < SPOILED) spoil(random, bytes);
  return bytes;
}

/** Uniform in 0 to `most`. */
const upTo = (random: Random, most: number): number => Math.floor(random.next() * (most + 1));
const one = <T>(random: Random, choices: readonly T[]): T => choices[upTo(random, choices.length - 1)] as T;
const bytesOf = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => upTo(random, 255));

/** Changes a few bytes behind the type and the length. */
function spoil(random: Random, bytes: Uint8Array): void {
  for (let n = 1 + upTo(random, 3); n > 0; n--) bytes[8 + upTo(random, bytes.length - 9)] = upTo(random, 255);
}

/** A type or a length that cannot be, or a packet that ends early. */
function broken(random: Random, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  switch (upTo(random, 2)) {
    case 0:
      view.setUint32(0, upTo(random, 300), true);
      return bytes;
    case 1:
      view.setUint32(4, one(random, [0, 1, MOST_DATA, MOST_DATA * 2, 0x7fffffff, 0xffffffff]), true);
      return bytes;
    default:
      return bytes.slice(0, upTo(random, bytes.length - 1));
  }
}

/** A packet as a guest may send it, its content often senseless. */
function packet(random: Random): Packet {
  const id = BigInt(upTo(random, 20));
  const endpoint = one(random, [0x81, 0x81, 0x81, 0x01, 0x82, 0x00, 0xff]);
  switch (upTo(random, 15)) {
    case 0:
      return { ...HELLO, id, data: bytesOf(random, upTo(random, 16)) };
    case 1:
      return { kind: "reset", id };
    case 2:
      return { kind: "setConfiguration", id, configuration: upTo(random, 2) };
    case 3:
      return one<Packet>(random, [
        { kind: "getConfiguration", id },
        { kind: "setAltSetting", id, interface: upTo(random, 1), setting: upTo(random, 1) },
        { kind: "getAltSetting", id, interface: upTo(random, 1) },
        { kind: "cancelDataPacket", id },
      ]);
    case 4:
      return { kind: "startInterruptReceiving", id, endpoint };
    case 5:
      return one<Packet>(random, [{ kind: "stopInterruptReceiving", id, endpoint }, HELLO]);
    case 6:
    case 7:
    case 8:
    case 9:
      return control(random, id);
    default: {
      const data = outReport(random);
      const length = random.next() < 0.95 ? data.length : upTo(random, 0xffff);
      return { kind: "interrupt", id, endpoint: one(random, [1, 1, 1, 1, 2, 0x81]), status: 0x5e, length, data };
    }
  }
}

function control(random: Random, id: bigint): Packet {
  const report = one(random, Object.values(REPORTS));
  const value = random.next() < 0.8 ? 0x300 | report.id : upTo(random, 0xffff);
  const head = { kind: "control", id, status: 0x5e, value, index: one(random, [0, 0, 0, 1, 0x409]) } as const;
  if (random.next() < 0.5) {
    const requestType = one(random, [0xa1, 0xa1, 0x80, 0x81, 0x82, 0xc0]);
    const request = one(random, [1, 1, 2, 6, 0, 8, upTo(random, 255)]);
    return { ...head, endpoint: 0x80, requestType, request, length: upTo(random, 300), data: none };
  }
  const large = random.next() < 0.002;
  const data = large ? bytesOf(random, upTo(random, MOST_DATA)) : bytesOf(random, upTo(random, 70));
  if (data.length > 0 && random.next() < 0.9) data[0] = report.id;
  const fitting = random.next() < 0.6 ? data.slice(0, report.size) : data;
  const request = one(random, [9, 9, 9, 10, 1, 5, 11]);
  const requestType = one(random, [0x21, 0x21, 0x21, 0x00, 0x02]);
  const length = Math.min(fitting.length, 0xffff);
  return { ...head, endpoint: 0, requestType, request, length, data: fitting };
}

function outReport(random: Random): Uint8Array {
  const address = one(random, [0x48, 0x58, 0x58, 0x49]) << 1;
  const length = 1 + upTo(random, 511);
  switch (upTo(random, 6)) {
    case 0:
      return REPORTS.read.encode({ address, length });
    case 1:
      return REPORTS.writeRead.encode({ address, length, data: bytesOf(random, 1 + upTo(random, 15)) });
    case 2:
      return REPORTS.write.encode({ address, data: bytesOf(random, 1 + upTo(random, 60)) });
    case 3:
      return REPORTS.forceSend.encode({ length });
    case 4:
      return REPORTS.statusRequest.encode({ request: 1 });
    case 5:
      return REPORTS.cancel.encode({ request: 1 });
    default:
      return bytesOf(random, upTo(random, 80));
  }
}
