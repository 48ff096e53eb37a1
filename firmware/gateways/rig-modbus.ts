/** The conformance suite's Modbus line: the box on the middle one of its buses, at 115200 baud, with harm on the way. */
import { instant, watts } from "../../controllers/units.ts";
import { atBaud } from "../../sim/baud.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type ModbusTwin, noTrouble } from "../../sim/gateways/kind.ts";
import { modbusTwins } from "../../sim/gateways/list.ts";
import { Gear } from "../../sim/gear.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { ByteStream } from "../hal/bytes.ts";
import { silent } from "../hal/log.ts";
import { modbusLines } from "../modbus/lines.ts";
import type { WireRig } from "./conformance-rig.ts";
import { connection } from "./connect.ts";
import type { ModbusGateway } from "./kind.ts";

const UNIT = 7;
const BAUD = 115_200;
/** No byte of it is the unit's address: no reply begins in it. */
const RUBBISH = Uint8Array.of(0x00, 0xff, 0xb1, 0xa5);

type Way = (bytes: Uint8Array) => readonly Uint8Array[];
const whole: Way = (bytes) => [bytes];

function twinOf({ name }: ModbusGateway): ModbusTwin {
  const twin = modbusTwins.get(name);
  if (!twin) throw new Error(`${name} has no twin in sim/gateways/list.ts`);
  return twin;
}

export const modbusRig: WireRig<ModbusGateway> = {
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
    const other = () => new SimulatedBus(clock, random.fork("other"));
    const attach = twinOf(kind)([other(), bus, other()], UNIT, { is: model.is, trouble });

    let [fromBox, toBox] = [whole, whole];
    let stalled = false;
    let rubbish: { bytes: number } | undefined;
    const port = new SimulatedPort(kind.name, (far) => {
      const slow = atBaud(clock, far, BAUD);
      const write = async (bytes: Uint8Array) => {
        if (stalled) return;
        if (rubbish) await slow.write(RUBBISH);
        for (const part of fromBox(bytes)) await slow.write(part);
        // Not before: the box is never quiet, and what is on its way is not counted by the driver either.
        if (rubbish) rubbish.bytes += RUBBISH.length;
      };
      attach({ ...slow, chunks: slow.chunks, write });
    });
    const bytes = () => ({
      name: port.name,
      async open(signal: AbortSignal): Promise<ByteStream> {
        const stream = await port.open(signal);
        const write = async (said: Uint8Array) => {
          for (const part of toBox(said)) await stream.write(part);
        };
        return { ...stream, chunks: stream.chunks, write };
      },
    });
    const lines = modbusLines({ bytes, clock });
    const i2c = () => Promise.reject(new TypeError("no i2c here"));
    const place = { port: port.name, address: UNIT, channel: 1, baud: BAUD, options: model.options };

    return {
      clock,
      random,
      bus,
      gear,
      heard,
      trouble,
      connect: () => connection(kind, place, { bytes, i2c, clock, lines }, silent)(new AbortController().signal),
      unplug: () => port.unplug(),
      replug: () => port.replug(),
      stall(on) {
        stalled = on;
      },
      harm: {
        garbage() {
          rubbish = { bytes: 0 };
          return rubbish;
        },
        pieces() {
          fromBox = (said) => [...said].map((byte) => Uint8Array.of(byte));
          toBox = fromBox;
        },
        cut(nth, keep) {
          let said = 0;
          fromBox = (bytes) => (++said === nth ? [bytes.slice(0, keep)] : [bytes]);
        },
        spoil(nth) {
          let said = 0;
          const spoilt = (bytes: Uint8Array) =>
            bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] as number) ^ 0x40);
          toBox = (bytes) => (++said === nth ? [spoilt(bytes)] : [bytes]);
        },
      },
    };
  },
};
