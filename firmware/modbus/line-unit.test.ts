import { getEventListeners } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { registerSlave, SimulatedModbus } from "../../sim/modbus.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { Fault } from "../hal/fault.ts";
import { OpenLine } from "./line.ts";
import { unitOn } from "./line-unit.ts";
import { modbusLines, type UnitPlace } from "./lines.ts";

const LIMIT = seconds(10);
const placeOf = (address: number): UnitPlace & { patience: ReturnType<typeof milliseconds> } => ({
  port: "rs485",
  settings: { baud: 9600 },
  address,
  silent: "sensor-silent",
  patience: milliseconds(50),
});

/** A port of a line with a unit at 1 and one at 2, whose registers say their number. */
function setUp() {
  const clock = new VirtualClock(instant(1e12));
  const modbus = new SimulatedModbus(clock);
  for (const unit of [1, 2]) modbus.slaves.set(unit, registerSlave({ read: (_, at) => at }, 5));
  return { clock, port: new SimulatedPort("rs485", (far) => modbus.attach(far)) };
}

const kindOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

test("exchanges, and holds that are let go, leave nothing on the signals of their line", async () => {
  const { clock, port } = setUp();
  const stream = await port.open(new AbortController().signal);
  const line = new OpenLine({ stream, clock, settings: { baud: 9600 }, where: "rs485" });
  const { any } = AbortSignal;
  let derived = 0;
  // what is derived stays with its source until some time after it was collected, and a line may live for months
  AbortSignal.any = (signals) => {
    derived++;
    return any(signals);
  };
  try {
    for (let i = 0; i < 21; i++) {
      const address = 1 + (i % 3);
      const one = unitOn(line, placeOf(address), async () => {});
      const came = await clock.run(kindOf(one.readInputRegisters(0, 4)), LIMIT);
      assert.is(came, address === 3 ? "sensor-silent" : "done");
      await one.close();
      assert.ok(one.ended.aborted);
    }
  } finally {
    AbortSignal.any = any;
  }
  assert.is(derived, 0);
  assert.is(getEventListeners(line.over, "abort").length, 0);
  await clock.run(line.close(), LIMIT);
  const late = unitOn(line, placeOf(1), async () => {});
  assert.ok(late.ended.aborted, "a hold on a line that is lost is over");
  assert.is(await kindOf(late.readInputRegisters(0, 1)), "port-lost");
});

test("who is told that its hold is over may close it again: the others keep the line", async () => {
  const { clock, port } = setUp();
  const lines = modbusLines({ bytes: () => port, clock });
  const open = (address: number) => clock.run(lines.unit(placeOf(address), new AbortController().signal), LIMIT);
  const [first, second] = [await open(1), await open(2)];
  first.ended.addEventListener("abort", () => void first.close());
  await clock.run(first.close(), LIMIT);
  assert.equal(await clock.run(second.readInputRegisters(7, 1), LIMIT), [7]);
  assert.not(second.ended.aborted);
  await clock.run(second.close(), LIMIT);
});

test.run();
