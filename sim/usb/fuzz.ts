import { duration, instant } from "../../controllers/units.ts";
import { settled, VirtualClock } from "../clock.ts";
import { SimulatedI2c } from "../i2c.ts";
import { SimulatedPin } from "../pin.ts";
import { pipe } from "../pipe.ts";
import { SeededRandom } from "../random.ts";
import { Cp2112 } from "./cp2112.ts";
import { hostileBytes, openingHello } from "./fuzz-packets.ts";
import { serveUsb, type UsbPort } from "./redir-server.ts";
import { UsbRedirParser } from "./usbredir-parser.ts";

/** What a run of packets did. Same seed, same numbers, but for the heap. */
export interface UsbFuzz {
  readonly packets: number;
  /** Guests that came, one after the other; those cut off for breaking the protocol. */
  readonly connections: number;
  readonly breaches: number;
  /** Whole packets that came back, all of them well-formed. */
  readonly replies: number;
  /** The most that one connection held at a time, bytes. */
  readonly mostHeld: number;
  /** The most timers that waited at a time. */
  readonly mostTimers: number;
  /** How far the lowest use of the heap in the last quarter is above that in the first, bytes. */
  readonly heapGrowth: number;
}

/** At most as many packets arrive at one moment. */
const BATCH = 12;

/**
 * Sends `packets` packets, right ones, spoiled ones and rubbish, cut into random pieces, through parser, server and CP2112, while its bus
 * fails and its cable is pulled. Throws whatever any of them throws, and for a reply that is no packet.
 */
export async function fuzzUsb(seed: number, packets: number): Promise<UsbFuzz> {
  const random = new SeededRandom(seed);
  const clock = new VirtualClock(instant(0));
  const i2c = new SimulatedI2c("fuzz");
  for (const address of [0x48, 0x58]) i2c.devices.set(address, { write: () => {}, read: (n) => new Uint8Array(n) });
  const pins = Array.from({ length: 8 }, () => new SimulatedPin());
  const device = new Cp2112({ i2c, pins, timers: clock });
  const sum = { packets: 0, connections: 0, breaches: 0, replies: 0, mostHeld: 0, mostTimers: 0 };
  const heap: number[] = [];

  while (sum.packets < packets) {
    const guest = new Guest();
    const port = serveUsb(device, guest.near);
    sum.connections++;
    let over = false;
    const ended = port.ended.then((breach) => {
      over = true;
      if (breach !== undefined) sum.breaches++;
    });
    ended.catch(() => {
      over = true;
    });
    await guest.send(openingHello);
    while (!over && sum.packets < packets) {
      for (let left = 1 + Math.floor(random.next() * BATCH); left > 0 && sum.packets < packets; left--) {
        await guest.send(hostileBytes(random), random);
        sum.packets++;
      }
      await settled();
      sum.mostHeld = Math.max(sum.mostHeld, port.held);
      sum.mostTimers = Math.max(sum.mostTimers, clock.waiting().length);
      disturb(random, i2c, port, pins);
      await clock.advance(duration(random.next() * 100));
      heap.push(process.memoryUsage().heapUsed);
    }
    guest.leave();
    await ended;
    sum.replies += await guest.replies;
  }
  const quarter = Math.ceil(heap.length / 4);
  const low = (part: readonly number[]) => Math.min(...part);
  return { ...sum, heapGrowth: low(heap.slice(-quarter)) - low(heap.slice(0, quarter)) };
}

/** A guest that reads all it is sent and checks that it is packets. */
class Guest {
  readonly near;
  readonly replies: Promise<number>;
  readonly #far;

  constructor() {
    [this.near, this.#far] = pipe("fuzz");
    this.replies = this.#listen();
  }

  /** Whole, or (given chance) often in two pieces. */
  async send(bytes: Uint8Array, random?: SeededRandom): Promise<void> {
    const at = random && random.next() < 0.3 ? Math.floor(random.next() * bytes.length) : 0;
    try {
      if (at > 0) await this.#far.write(bytes.subarray(0, at));
      await this.#far.write(bytes.subarray(at));
    } catch {
      // it was cut off; what it still says is lost, as on a socket
    }
  }

  leave(): void {
    this.#far.unplug();
  }

  async #listen(): Promise<number> {
    const parser = new UsbRedirParser();
    let replies = 0;
    try {
      for await (const chunk of this.#far.chunks) {
        for (const parsed of parser.push(chunk)) {
          if (parsed.is === "breach") throw new TypeError(`the server broke the protocol: ${parsed.reason}`);
          replies++;
        }
      }
    } catch (error) {
      if (error instanceof TypeError) throw error;
    }
    await settled();
    return replies;
  }
}

/** What goes wrong around the device now and then. */
function disturb(random: SeededRandom, i2c: SimulatedI2c, port: UsbPort, pins: readonly SimulatedPin[]): void {
  const roll = Math.floor(random.next() * 12);
  if (roll === 0) i2c.fail({ kind: "nack" });
  if (roll === 1 || roll === 2) i2c.fail({ kind: "late", ms: random.next() * 100 });
  if (roll === 3) i2c.fail({ kind: "busy", polls: 3 });
  if (roll === 4) i2c.stuck = !i2c.stuck;
  if (roll === 5) port.unplug();
  if (roll === 6) port.freeze();
  if (roll === 7) port.thaw();
  if (roll > 7) port.plug();
  pins[roll % 8]?.set(random.next() < 0.5);
}
