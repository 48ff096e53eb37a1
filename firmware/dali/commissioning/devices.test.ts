/** Commissioning of control devices (IEC 62386-103): the same in 24-bit frames. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes, seconds } from "../../../controllers/units.ts";
import { SimulatedBus } from "../../../sim/bus.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { idealGateway } from "../../../sim/ideal-gateway.ts";
import { InputDevice, type InputDeviceOptions } from "../../../sim/input-device.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { randomise } from "../commands/device.ts";
import { forward24 } from "../frame.ts";
import type { DaliGateway } from "../gateway.ts";
import { BusScheduler } from "../scheduler.ts";
import { inBursts } from "./bursts.ts";
import { commission } from "./commission.ts";
import type { CommissioningOptions } from "./model.ts";
import { moveUnit } from "./move.ts";

/** INITIALISE for devices without a short address, as it may be that some do not obey it. */
const UNADDRESSED = 0xc101ff;

/** Devices at `addresses`. `deaf`: they obey INITIALISE to all only. */
function rig(
  addresses: readonly (number | null)[],
  { deaf = false, of = (_: number): Partial<InputDeviceOptions> => ({}) } = {},
) {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(2);
  const bus = new SimulatedBus(clock, random.fork("bus"));
  const devices = addresses.map(
    (address, i) =>
      new InputDevice(bus, {
        random: random.fork(`device ${i}`),
        sensors: [],
        address,
        randomAddress: 500 + i,
        ...of(i),
      }),
  );
  const inner = idealGateway(bus, { keepsEvents: false });
  const gateway: DaliGateway = {
    description: inner.description,
    events: inner.events,
    discarded: 0,
    close: () => inner.close(),
    send: (request) =>
      inner.send(
        deaf && request.frame.data === UNADDRESSED ? { ...request, frame: forward24(UNADDRESSED ^ 0x40) } : request,
      ),
  };
  const scheduler = new BusScheduler(gateway, clock, 1);
  const run = (options: Omit<CommissioningOptions, "clock"> = {}) =>
    clock.run(inBursts(scheduler, commission({ clock, units: "devices", ...options }), { priority: 3 }), minutes(10));
  return { clock, bus, devices, scheduler, run, where: () => devices.map(({ shortAddress }) => shortAddress) };
}

test("new devices get addresses, known ones keep theirs and their random addresses", async () => {
  const { devices, run, where } = rig([null, 9, null, null, 10]);
  const known = [9, 10].map((address, i) => ({ address, randomAddress: 501 + 3 * i }));
  const { lamps, troubles } = await run({ known, free: [1, 2, 3, 4] });
  assert.equal(troubles, []);
  assert.equal([where()[1], where()[4]], [9, 10]);
  assert.equal(
    where().toSorted((a, b) => (a ?? -1) - (b ?? -1)),
    [1, 2, 3, 9, 10],
  );
  assert.equal(
    lamps.map(({ kind }) => kind),
    ["unchanged", "unchanged", "new", "new", "new"],
  );
  assert.equal([devices[1]?.search.randomAddress, devices[4]?.search.randomAddress], [501, 504]);
  assert.ok(devices.every(({ search }) => !search.initialised));
});

test("devices that obey INITIALISE to all only are found, and the others keep their addresses", async () => {
  const { devices, run, where } = rig([null, 0, null, 40], { deaf: true });
  const known = [
    { address: 0, randomAddress: 501 },
    { address: 40, randomAddress: 503 },
  ];
  const { lamps, troubles } = await run({ known });
  assert.equal(troubles, []);
  assert.equal([where()[1], where()[3]], [0, 40]);
  assert.is(new Set(where()).size, 4);
  assert.ok(!where().includes(null));
  for (const { shortAddress, search } of devices) {
    assert.is(lamps.find(({ address }) => address === shortAddress)?.randomAddress, search.randomAddress);
  }
  // they were made to draw by us: that is no change of theirs
  assert.equal(
    lamps.map(({ kind }) => kind),
    ["unchanged", "unchanged", "new", "new"],
  );
});

test("two devices with one address are parted", async () => {
  const { run, where } = rig([6, 6]);
  const { lamps } = await run({ known: [{ address: 6, randomAddress: 501 }] });
  assert.equal(where(), [0, 6]);
  assert.equal(
    lamps.map(({ kind }) => kind),
    ["unchanged", "new"],
  );
});

test("a device is moved", async () => {
  const { clock, scheduler, where } = rig([6]);
  assert.is(await clock.run(scheduler.run(moveUnit(6, 7, "devices"), { priority: 3 }), seconds(5)), "moved");
  assert.equal(where(), [7]);
});

test("commands to gear are not sent", async () => {
  const { bus, run } = rig([null]);
  const bits = new Set<number>();
  let drew = 0;
  bus.onFrame((heard) => {
    if (heard.kind !== "forward") return;
    bits.add(heard.frame.bits);
    if (heard.frame.data === randomise().frame.data) drew++;
  });
  await run();
  assert.equal([...bits], [24]);
  assert.is(drew, 2, "one RANDOMISE, sent twice");
});

test.run();
