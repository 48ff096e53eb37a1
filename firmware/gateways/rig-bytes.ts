/** The conformance suite's wire of bytes: a serial line or TCP in memory, with harm on the way. */
import { instant, watts } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { noTrouble } from "../../sim/gateways/kind.ts";
import { twins } from "../../sim/gateways/list.ts";
import { Gear } from "../../sim/gear.ts";
import { type PipeEnd, pipe } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import type { WireRig } from "./conformance-rig.ts";
import { optionsOf, type SerialGateway } from "./kind.ts";

/** Neither a start nor an end in any of the protocols, nor readable: what an open line or a reset gives. */
const RUBBISH = Uint8Array.of(0x00, 0xff, 0xb1, 0xa5);

type Way = (bytes: Uint8Array) => readonly Uint8Array[];
const whole: Way = (bytes) => [bytes];

function twinOf({ name }: SerialGateway) {
  const twin = twins.get(name);
  if (!twin) throw new Error(`${name} has no twin in sim/gateways/list.ts`);
  return twin;
}

export const bytesRig: WireRig<SerialGateway> = {
  harms: ["garbage", "pieces", "cut", "spoil"],
  models: (kind) => twinOf(kind).models,
  make(kind, model) {
    const clock = new VirtualClock(instant(1_790_000_000_000));
    const random = new SeededRandom(7);
    const bus = new SimulatedBus(clock, random);
    const gear = new Gear({ clock, random, address: 5, power: watts(60) });
    bus.add(gear);
    const heard: Heard[] = [];
    bus.onFrame((frame) => heard.push(frame));
    const trouble = noTrouble();
    const attach = twinOf(kind)(bus, { is: model.is, trouble });

    let [fromBox, toBox] = [whole, whole];
    let stalled = false;
    let present = true;
    let near: PipeEnd | undefined;
    const over =
      (way: () => Way, write: (bytes: Uint8Array) => Promise<void>) =>
      async (bytes: Uint8Array): Promise<void> => {
        for (const part of way()(bytes)) await write(part);
      };

    return {
      clock,
      random,
      bus,
      gear,
      heard,
      trouble,
      async connect() {
        if (!present) throw new Fault("port-missing", kind.name);
        const [driver, far] = pipe(kind.name);
        near = driver;
        const speak = over(() => fromBox, far.write);
        attach({ ...far, chunks: far.chunks, write: async (bytes) => (stalled ? undefined : speak(bytes)) });
        const stream = { ...driver, chunks: driver.chunks, write: over(() => toBox, driver.write) };
        const signal = new AbortController().signal;
        return kind.open(stream, { clock, log: silent, signal, options: optionsOf(kind, model.options) });
      },
      unplug() {
        present = false;
        near?.unplug();
      },
      replug() {
        present = true;
      },
      stall(on) {
        stalled = on;
      },
      harm: {
        garbage() {
          const count = { bytes: 0 };
          fromBox = (bytes) => {
            count.bytes += RUBBISH.length;
            return [RUBBISH, bytes];
          };
          return count;
        },
        pieces() {
          fromBox = (bytes) => [...bytes].map((byte) => Uint8Array.of(byte));
          toBox = fromBox;
        },
        cut(nth, keep) {
          let said = 0;
          fromBox = (bytes) => (++said === nth ? [bytes.slice(0, keep)] : [bytes]);
        },
        spoil(nth) {
          let said = 0;
          const spoilt = (bytes: Uint8Array): Uint8Array =>
            bytes.length < 2 ? bytes : bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] as number) ^ 0x40);
          toBox = (bytes) => (++said === nth ? [spoilt(bytes)] : [bytes]);
        },
      },
    };
  },
};
