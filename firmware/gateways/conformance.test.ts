/** What every gateway must do, run over the list with the simulated box of the same name. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { twins } from "../../sim/gateways/list.ts";
import { Gear } from "../../sim/gear.ts";
import { type PipeEnd, pipe } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import type { Command } from "../dali/command.ts";
import { compare, dapc, off, queryActualLevel, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward16, forward24 } from "../dali/frame.ts";
import type { BusEvent, DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import type { SerialGateway } from "./kind.ts";
import { gateways } from "./list.ts";

const LIMIT = seconds(10);

/** The wire between box and driver, where a test can do harm. */
interface Wire {
  /** What becomes of the bytes of the box: default, they pass. */
  fromBox: (bytes: Uint8Array) => readonly Uint8Array[];
  toBox: (bytes: Uint8Array) => readonly Uint8Array[];
}

/** A box with one gear at address 5, and the driver's end of its line. */
function rig(kind: SerialGateway) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(7);
  const bus = new SimulatedBus(clock, random);
  const gear = new Gear({ clock, random, address: 5, power: watts(60) });
  bus.add(gear);
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  const twin = twins.get(kind.name);
  if (!twin) throw new Error(`${kind.name} has no twin in sim/gateways/list.ts`);
  const wire: Wire = { fromBox: (bytes) => [bytes], toBox: (bytes) => [bytes] };
  let near: PipeEnd | undefined;
  const connect = (): Promise<DaliGateway> => {
    const [driver, far] = pipe(kind.name);
    near = driver;
    twin(bus)({
      ...far,
      chunks: far.chunks,
      write: async (bytes) => {
        for (const part of wire.fromBox(bytes)) await far.write(part);
      },
    });
    const stream = {
      ...driver,
      chunks: driver.chunks,
      write: async (bytes: Uint8Array) => {
        for (const part of wire.toBox(bytes)) await driver.write(part);
      },
    };
    return kind.open(stream, { clock, log: silent, signal: new AbortController().signal, options: {} });
  };
  return { clock, random, bus, gear, heard, wire, connect, unplug: () => near?.unplug() };
}

const request = (command: Command<unknown>, priority: GatewayRequest["priority"] = 3): GatewayRequest => ({
  frame: command.frame,
  twice: command.twice,
  answers: command.answers,
  priority,
});

const faultOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no fault",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

for (const kind of gateways.filter((kind) => kind.wire === "bytes")) {
  const open = async () => {
    const made = rig(kind);
    const gateway = await made.clock.run(made.connect(), LIMIT);
    const send = (what: GatewayRequest): Promise<Reply> => made.clock.run(gateway.send(what), LIMIT);
    return { ...made, gateway, send };
  };

  test(`${kind.name}: opens, says what it is, closes`, async () => {
    const { gateway } = await open();
    assert.ok(gateway.description.length > 0);
    assert.is(gateway.discarded, 0);
    await gateway.close();
    await gateway.close();
    for await (const _ of gateway.events) assert.unreachable();
    assert.is(await faultOf(gateway.send(request(off(5)))), "port-lost");
  });

  test(`${kind.name}: sends a frame and is done when it is on the bus`, async () => {
    const { send, clock, gear, heard } = await open();
    assert.equal(await send(request(dapc(5, 100), 2)), { kind: "none" });
    assert.is(heard.length, 1);
    assert.is(gear.arc, 100);
    assert.ok(clock.monotonic() - (heard[0]?.end ?? 0) < 6, "no reply window after a command");
  });

  test(`${kind.name}: a query brings its reply`, async () => {
    const { send, gear } = await open();
    assert.equal(await send(request(queryActualLevel(5), 5)), { kind: "byte", value: gear.arc });
  });

  test(`${kind.name}: no reply is a value, within 35 ms of the frame`, async () => {
    const { send, heard, clock } = await open();
    assert.equal(await send(request(queryActualLevel(6), 5)), { kind: "none" });
    assert.ok(clock.monotonic() - (heard[0]?.end ?? 0) < 35);
  });

  test(`${kind.name}: two replies at once are a collision, and a COMPARE's YES`, async () => {
    const { send, clock, bus, random } = await open();
    const twin = new Gear({ clock, random, address: 5, power: watts(60) });
    bus.add(twin);
    const reply = await send(request(queryActualLevel(5), 5));
    assert.equal(reply, { kind: "collision" });
    assert.is(compare().read(reply), true);
  });

  test(`${kind.name}: send-twice puts two frames on the bus within 94 ms, and then is done`, async () => {
    const { send, heard, gear } = await open();
    gear.dtr0 = 4;
    await send(request(setFadeTime(BROADCAST)));
    assert.is(heard.length, 2);
    assert.ok((heard[1]?.start ?? 0) - (heard[0]?.end ?? 0) <= 94);
    assert.is(gear.settings.fadeTime, 4);
  });

  test(`${kind.name}: sends 24-bit frames`, async () => {
    const { send, heard } = await open();
    const frame = forward24(0x07fe30);
    assert.equal(await send({ frame, twice: false, answers: true, priority: 3 }), { kind: "none" });
    assert.equal(heard[0]?.kind === "forward" ? heard[0].frame : undefined, frame);
  });

  test(`${kind.name}: passes the priority on`, async () => {
    const { send, heard } = await open();
    const gap = (i: number) => (heard[i]?.start ?? 0) - (heard[i - 1]?.end ?? 0);
    await send(request(off(5), 2));
    await send(request(off(5), 2));
    await send(request(off(5), 5));
    assert.ok(gap(1) <= 16.1 && gap(2) >= 19.5, `${gap(1)} ms, ${gap(2)} ms`);
  });

  test(`${kind.name}: takes one request at a time`, async () => {
    const { gateway, clock } = await open();
    const first = gateway.send(request(off(5)));
    const second = gateway.send(request(off(5)));
    assert.match(await faultOf(second), /TypeError.*one request at a time/);
    await clock.run(first, LIMIT);
  });

  test(`${kind.name}: foreign frames are events, not replies`, async () => {
    const { gateway, clock, bus, send } = await open();
    bus.transmit({ frame: forward16(0xff05), priority: 3, twice: false });
    bus.transmit({ frame: forward16(0x0ba0), priority: 4, twice: false });
    await clock.advance(milliseconds(200));
    await send(request(off(5)));
    await gateway.close();
    const events: BusEvent[] = [];
    for await (const event of gateway.events) events.push(event);
    assert.equal(events, [
      { kind: "frame", bits: 16, data: 0xff05 },
      { kind: "frame", bits: 16, data: 0x0ba0 },
      { kind: "frame", bits: 8, data: 254 },
    ]);
  });

  test(`${kind.name}: unplugged it fails at once, by send and by events; replugged it works`, async () => {
    const { gateway, clock, unplug, connect } = await open();
    const sending = faultOf(gateway.send(request(queryActualLevel(5))));
    unplug();
    assert.is(await clock.run(sending, milliseconds(100)), "port-lost");
    const idle = (async () => {
      for await (const _ of gateway.events) assert.unreachable();
    })();
    assert.is(await clock.run(faultOf(idle), milliseconds(100)), "port-lost");
    const again = await clock.run(connect(), LIMIT);
    assert.equal(await clock.run(again.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 254 });
  });

  test(`${kind.name}: garbage around every frame is discarded and counted, nothing is lost`, async () => {
    const { wire, connect, clock } = rig(kind);
    const garbage = Uint8Array.of(0x00, 0xff, 0x31, 0xa5);
    wire.fromBox = (bytes) => [garbage, bytes];
    const gateway = await clock.run(connect(), LIMIT);
    for (let i = 0; i < 20; i++) {
      assert.equal(await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 254 });
    }
    assert.ok(gateway.discarded >= 20 * 3 * garbage.length, `${gateway.discarded}`);
  });

  test(`${kind.name}: frames may come byte by byte`, async () => {
    const { wire, connect, clock } = rig(kind);
    wire.fromBox = (bytes) => [...bytes].map((byte) => Uint8Array.of(byte));
    wire.toBox = wire.fromBox;
    const gateway = await clock.run(connect(), LIMIT);
    assert.equal(await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 254 });
    assert.is(gateway.discarded, 0);
  });

  test(`${kind.name}: any one chunk of the box cut short or lost costs at most a repetition`, async () => {
    for (const cut of [0, 1, 3, 6]) {
      for (let hit = 1; hit <= 2; hit++) {
        const { wire, gateway, clock, gear } = await open();
        let chunk = 0;
        wire.fromBox = (bytes) => (++chunk === hit ? [bytes.slice(0, cut)] : [bytes]);
        assert.equal(await clock.run(gateway.send(request(dapc(5, 90))), seconds(3)), { kind: "none" });
        assert.is(gear.arc, 90);
        assert.equal(await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 90 });
      }
    }
  });

  test(`${kind.name}: a request spoilt on its way is repeated once`, async () => {
    const { wire, clock, gateway, heard } = await open();
    let chunk = 0;
    wire.toBox = (bytes) => (++chunk === 1 ? [bytes.with(4, (bytes[4] as number) ^ 0x40)] : [bytes]);
    assert.equal(await clock.run(gateway.send(request(dapc(5, 90))), seconds(3)), { kind: "none" });
    assert.is(heard.length, 1);
  });

  test(`${kind.name}: a box that stalls is noticed within 4 s, asked or not`, async () => {
    for (const idle of [true, false]) {
      const { wire, gateway, clock } = await open();
      await clock.advance(duration(1234));
      if (idle) await clock.run(gateway.send(request(off(5))), LIMIT);
      wire.fromBox = () => [];
      const end = faultOf(
        (async () => {
          for await (const _ of gateway.events) assert.unreachable();
        })(),
      );
      if (!idle) assert.is(await clock.run(faultOf(gateway.send(request(off(5)))), seconds(2)), "gateway-silent");
      assert.is(await clock.run(end, seconds(4)), "gateway-silent");
      assert.is(await faultOf(gateway.send(request(off(5)))), "gateway-silent");
    }
  });

  test(`${kind.name}: a quiet box that lives is left open`, async () => {
    const { clock, gateway } = await open();
    await clock.advance(seconds(60));
    assert.equal(await clock.run(gateway.send(request(queryActualLevel(5))), LIMIT), { kind: "byte", value: 254 });
  });

  test(`${kind.name}: a box that never answers does not open`, async () => {
    const { wire, connect, clock } = rig(kind);
    wire.fromBox = () => [];
    assert.is(await clock.run(faultOf(connect()), seconds(4)), "gateway-silent");
  });

  test(`${kind.name}: a bus without power is a fault of its own, and works again with power`, async () => {
    const { bus, clock, gateway, send } = await open();
    bus.setPower(false);
    assert.is(await clock.run(faultOf(gateway.send(request(off(5)))), seconds(3)), "bus-power-lost");
    bus.setPower(true);
    assert.equal(await send(request(off(5))), { kind: "none" });
  });

  test(`${kind.name}: leaves no timer behind when closed`, async () => {
    const { clock, gateway } = await open();
    const sending = faultOf(gateway.send(request(queryActualLevel(5))));
    await gateway.close();
    assert.is(await sending, "port-lost");
    await clock.advance(milliseconds(100));
    assert.equal(clock.waiting(), []);
  });
}

test.run();
