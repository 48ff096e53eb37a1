/** The conformance suite's wire of I2C: a chip on a simulated adapter, with the patience of a real one. */
import { instant, watts } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { noTrouble } from "../../sim/gateways/kind.ts";
import { i2cTwins } from "../../sim/gateways/list.ts";
import { Gear } from "../../sim/gear.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { simulatedAdapter } from "../../sim/i2c-adapter.ts";
import { SeededRandom } from "../../sim/random.ts";
import { i2cBuses } from "../hal/i2c-buses.ts";
import { silent } from "../hal/log.ts";
import type { WireRig } from "./conformance-rig.ts";
import { type I2cGateway, optionsOf } from "./kind.ts";

const ADAPTER = "i2c1";

function twinOf({ name }: I2cGateway) {
  const twin = i2cTwins.get(name);
  if (!twin) throw new Error(`${name} has no twin in sim/gateways/list.ts`);
  return twin;
}

export const i2cRig: WireRig<I2cGateway> = {
  harms: ["cut"],
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
    const wire = new SimulatedI2c(ADAPTER);
    const chip = twinOf(kind)(bus, { is: model.is, trouble });
    wire.devices.set(kind.address, chip);
    const buses = i2cBuses(() => simulatedAdapter(wire, clock), clock);

    return {
      clock,
      random,
      bus,
      gear,
      heard,
      trouble,
      async connect() {
        const signal = new AbortController().signal;
        const options = optionsOf(kind, model.options);
        return kind.open(await buses.open(ADAPTER), kind.address, { clock, log: silent, signal, options });
      },
      unplug() {
        wire.present = false;
      },
      replug() {
        wire.present = true;
      },
      stall(on) {
        if (on) wire.devices.delete(kind.address);
        else wire.devices.set(kind.address, chip);
      },
      harm: {
        /** Only the first bytes of an I2C transfer never come alone: the transfer fails. */
        cut(nth) {
          let left = nth;
          const exchange = wire.exchange.bind(wire);
          wire.exchange = (...what) => (--left === 0 ? { outcome: "nack-data" } : exchange(...what));
        },
      },
    };
  },
};
