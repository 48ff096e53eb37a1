/** Cases of the conformance suite: a box from its opening to its end, and what befalls it, its line and its bus. For tests only. */
import * as assert from "uvu/assert";
import type { FaultKind } from "../../controllers/model.ts";
import { duration, milliseconds, seconds } from "../../controllers/units.ts";
import { dapc, off } from "../dali/commands/gear.ts";
import type { BusEvent } from "../dali/gateway.ts";
import {
  type Bench,
  type Case,
  endOf,
  faultOf,
  forwards,
  LIMIT,
  LIT,
  NONE,
  openBench,
  query,
  request,
} from "./conformance-bench.ts";

const faultsOfTheBus = (events: readonly BusEvent[]) =>
  events.filter((event) => event.kind === "bus").map(({ fault }) => fault);

/** A fault of the bus, from the first request that meets it to the first that does not. */
async function meets(bench: Bench, kind: FaultKind, begins: () => void, ends: () => void): Promise<void> {
  const { gateway, clock } = bench;
  begins();
  await clock.advance(seconds(1));
  assert.is(await clock.run(faultOf(gateway.send(request(off(5)))), seconds(4)), kind);
  assert.is(await clock.run(faultOf(gateway.send(query)), seconds(4)), kind);
  ends();
  await clock.advance(seconds(1));
  assert.equal(await bench.send(request(dapc(5, 90))), NONE);
  assert.equal(await bench.send(query), { kind: "byte", value: 90 });
}

export const lifeCases: readonly Case[] = [
  {
    name: "opens, says what it is, closes",
    async run({ open }) {
      const { gateway } = await open();
      assert.ok(gateway.description.length > 0);
      assert.is(gateway.discarded, 0);
      await gateway.close();
      await gateway.close();
      for await (const _ of gateway.events) assert.unreachable();
      assert.is(await faultOf(gateway.send(request(off(5)))), "port-lost");
    },
  },
  {
    name: "unplugged it fails at once, by send and by events; replugged it works",
    async run({ open }) {
      const { gateway, clock, unplug, replug, connect } = await open();
      const sending = faultOf(gateway.send(query));
      const end = endOf(gateway);
      unplug();
      assert.is(await clock.run(sending, seconds(1)), "port-lost");
      assert.is(await clock.run(end, seconds(1)), "port-lost");
      replug();
      const again = await clock.run(connect(), LIMIT);
      assert.equal(await clock.run(again.send(query), LIMIT), LIT);
    },
  },
  {
    name: "garbage around every frame is discarded and counted, nothing is lost",
    harm: "garbage",
    async run({ rig }) {
      const made = rig();
      const said = made.harm.garbage?.() ?? { bytes: 0 };
      const bench = await openBench(made);
      for (let i = 0; i < 20; i++) assert.equal(await bench.send(query), LIT);
      await bench.clock.advance(milliseconds(100));
      assert.is(bench.gateway.discarded, said.bytes);
    },
  },
  {
    name: "frames may come byte by byte",
    harm: "pieces",
    async run({ rig }) {
      const made = rig();
      made.harm.pieces?.();
      const bench = await openBench(made);
      assert.equal(await bench.send(query), LIT);
      assert.is(bench.gateway.discarded, 0);
    },
  },
  {
    name: "any one thing the box says, cut short or lost, costs at most a repetition",
    harm: "cut",
    async run({ open }) {
      for (const keep of [0, 1, 3, 6]) {
        for (let nth = 1; nth <= 2; nth++) {
          const bench = await open();
          bench.harm.cut?.(nth, keep);
          assert.equal(await bench.send(request(dapc(5, 90)), seconds(3)), NONE);
          assert.is(bench.gear.arc, 90);
          await bench.clock.advance(milliseconds(100));
          assert.equal(await bench.send(query, seconds(3)), { kind: "byte", value: 90 });
        }
      }
    },
  },
  {
    name: "a request spoilt on its way is repeated",
    harm: "spoil",
    async run({ open }) {
      const bench = await open();
      bench.harm.spoil?.(1);
      assert.equal(await bench.send(request(dapc(5, 90)), seconds(3)), NONE);
      assert.is(bench.gear.arc, 90);
      assert.is(forwards(bench.sinceOpen()).length, 1);
    },
  },
  {
    name: "a box that stalls is noticed within 4 s, asked or not",
    async run({ open }) {
      for (const idle of [true, false]) {
        const { stall, gateway, clock } = await open();
        await clock.advance(duration(1234));
        if (idle) await clock.run(gateway.send(request(off(5))), LIMIT);
        stall(true);
        const end = endOf(gateway);
        if (!idle) assert.is(await clock.run(faultOf(gateway.send(request(off(5)))), seconds(3)), "gateway-silent");
        assert.is(await clock.run(end, seconds(4)), "gateway-silent");
        assert.is(await faultOf(gateway.send(request(off(5)))), "gateway-silent");
      }
    },
  },
  {
    name: "a quiet box that lives is left open, and takes requests whenever they come",
    async run({ open }) {
      const bench = await open();
      await bench.clock.advance(seconds(60));
      // not a divisor of any watch: requests fall before, into and after its questions
      for (let i = 0; i < 40; i++) {
        await bench.clock.advance(duration(137 * i));
        assert.equal(await bench.send(query), LIT);
      }
      const end = endOf(bench.gateway);
      await bench.gateway.close();
      assert.is(await end, "no fault");
    },
  },
  {
    name: "a box that never answers does not open",
    async run({ rig }) {
      const { stall, connect, clock } = rig();
      stall(true);
      assert.is(await clock.run(faultOf(connect()), seconds(4)), "gateway-silent");
      assert.equal(clock.waiting(), []);
    },
  },
  {
    name: "a bus without power is a fault of its own, and works again with power",
    async run({ open, traits }) {
      const bench = await open();
      const { bus } = bench;
      const [lose, regain] = [() => bus.setPower(false), () => bus.setPower(true)];
      await meets(bench, traits.unpowered, lose, regain);
      const told = traits.unpowered === "bus-collision" ? [] : [traits.unpowered, null];
      assert.equal(faultsOfTheBus(await bench.eventsAtEnd()), told);
    },
  },
  {
    name: "a short circuit of the bus is a fault of its own, as far as the box can tell, and may end",
    async run({ open, traits }) {
      const bench = await open();
      const { bus } = bench;
      const [begin, end] = [() => bus.setShort(true), () => bus.setShort(false)];
      await meets(bench, traits.shorted, begin, end);
    },
  },
  {
    name: "a box that is not fit to send says so",
    when: ({ unfit }) => unfit !== null,
    async run({ open, traits }) {
      const bench = await open();
      const { trouble } = bench;
      const begin = () => {
        trouble.unfit = true;
      };
      const end = () => {
        trouble.unfit = false;
      };
      await meets(bench, traits.unfit ?? "gateway-fault", begin, end);
    },
  },
  {
    name: "the bus' state is told without being asked",
    when: ({ tellsBus }) => tellsBus,
    async run({ open, traits }) {
      const bench = await open();
      bench.bus.setPower(false);
      await bench.clock.advance(seconds(5));
      bench.bus.setPower(true);
      await bench.clock.advance(seconds(5));
      assert.equal(faultsOfTheBus(await bench.eventsAtEnd()), [traits.unpowered, null]);
    },
  },
  {
    name: "a full box is waited for, and then a fault of its own",
    when: ({ full }) => full !== null,
    async run({ open, traits }) {
      const bench = await open();
      const { trouble, clock, gateway } = bench;
      trouble.full = true;
      const early = faultOf(gateway.send(request(dapc(5, 50))));
      await clock.advance(milliseconds(50));
      trouble.full = false;
      assert.is(await clock.run(early, LIMIT), "no fault");
      assert.is(bench.gear.arc, 50);
      trouble.full = true;
      assert.is(await clock.run(faultOf(gateway.send(request(off(5)))), seconds(4)), traits.full);
      trouble.full = false;
      assert.equal(await bench.send(request(dapc(5, 60))), NONE);
      assert.is(bench.gear.arc, 60);
    },
  },
  {
    name: "leaves no timer behind when closed",
    async run({ open }) {
      const { clock, gateway } = await open();
      const sending = faultOf(gateway.send(query));
      await gateway.close();
      assert.is(await sending, "port-lost");
      await clock.advance(milliseconds(200));
      assert.equal(clock.waiting(), []);
    },
  },
];
