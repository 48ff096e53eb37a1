/** Cases of the conformance suite: frames, replies and what others say. For tests only. */
import * as assert from "uvu/assert";
import { duration, milliseconds, seconds, watts } from "../../controllers/units.ts";
import { Gear } from "../../sim/gear.ts";
import { compare, dapc, off, queryActualLevel, queryContentDtr0, setFadeTime } from "../dali/commands/gear.ts";
import { BROADCAST, forward16, forward24 } from "../dali/frame.ts";
import { type Case, faultOf, forwards, LIMIT, LIT, NONE, passed, query, request, rival } from "./conformance-bench.ts";

export const frameCases: readonly Case[] = [
  {
    name: "sends a frame and is done soon after it",
    async run({ open, traits }) {
      const bench = await open();
      assert.equal(await bench.send(request(dapc(5, 100), 2)), NONE);
      assert.is(bench.sinceOpen().length, 1);
      assert.is(bench.gear.arc, 100);
      assert.ok(passed(bench) <= traits.done, `${passed(bench)} ms`);
    },
  },
  {
    name: "a query brings its reply, any byte of it",
    async run({ open }) {
      const bench = await open();
      for (const value of [255, 0, 128, 0x59, 0x0a]) {
        bench.gear.dtr0 = value;
        assert.equal(await bench.send(request(queryContentDtr0(5))), { kind: "byte", value });
      }
    },
  },
  {
    name: "no reply is a value, and comes in time",
    async run({ open, traits }) {
      const bench = await open();
      assert.equal(await bench.send(request(queryActualLevel(6), 5)), NONE);
      assert.ok(passed(bench) <= traits.silence, `${passed(bench)} ms`);
    },
  },
  {
    name: "two replies at once are a collision, and a COMPARE's YES",
    async run({ open }) {
      const bench = await open();
      const { clock, random, bus } = bench;
      bus.add(new Gear({ clock, random, address: 5, power: watts(60) }));
      const reply = await bench.send(query);
      assert.equal(reply, { kind: "collision" });
      assert.is(compare().read(reply), true);
    },
  },
  {
    name: "what nobody should answer and somebody did is no collision of the frame",
    async run({ open }) {
      const bench = await open();
      assert.equal(await bench.send({ ...query, answers: false }), NONE);
      await bench.clock.advance(milliseconds(30));
      assert.equal(await bench.send(query), LIT);
    },
  },
  {
    name: "a frame that collides with another's is sent again, and what was spoilt is no reply",
    async run({ open }) {
      for (let i = 0; i < 20; i++) {
        const bench = await open();
        const { clock, random, gear } = bench;
        await clock.advance(seconds(1));
        for (let draws = 0; draws < i; draws++) random.next();
        rival(bench, 1);
        if (i % 2) assert.equal(await bench.send(query), LIT, `query ${i}`);
        else assert.equal(await bench.send(request(dapc(5, 77))), NONE);
        assert.is(gear.arc, i % 2 ? 254 : 77);
        const [first, ...more] = bench.sinceOpen();
        assert.ok(first?.kind === "backward" && first.value === null, "they collided");
        assert.ok(forwards(more).length > 0);
        await clock.advance(seconds(1));
        await bench.gateway.close();
      }
    },
  },
  {
    name: "a frame that collides with another's each time is a fault of its own",
    when: ({ collided }) => collided !== null,
    async run({ open, traits }) {
      const bench = await open();
      const { clock, random, gear, gateway } = bench;
      await clock.advance(seconds(1));
      const before = bench.sinceOpen().length;
      // two masters that draw the same times never get out of each other's way
      const draw = random.next;
      random.next = () => 0.5;
      const other = rival(bench, 100);
      assert.is(await clock.run(faultOf(gateway.send(request(dapc(5, 77)))), seconds(4)), traits.collided);
      const since = bench.sinceOpen().slice(before);
      const spoilt = since.filter((one) => one.kind === "backward" && one.value === null);
      assert.ok(spoilt.length >= 2, `${spoilt.length} collisions`);
      const through = forwards(since).map((one) => one.kind === "forward" && one.frame);
      assert.ok(
        through.every((frame) => frame === other),
        "none of ours",
      );
      assert.is(gear.arc, 254);
      random.next = draw;
    },
  },
  {
    name: "a frame that the box says was spoilt is sent again",
    when: ({ collided }) => collided !== null,
    async run({ open }) {
      const bench = await open();
      bench.trouble.collisions = 1;
      assert.equal(await bench.send(request(dapc(5, 77))), NONE);
      assert.is(bench.gear.arc, 77);
    },
  },
  {
    name: "a frame that the box says was spoilt again and again is a fault of its own",
    when: ({ collided }) => collided !== null,
    async run({ open, traits }) {
      const bench = await open();
      bench.trouble.collisions = 100;
      assert.is(await bench.clock.run(faultOf(bench.gateway.send(request(off(5)))), seconds(4)), traits.collided);
      bench.trouble.collisions = 0;
      assert.equal(await bench.send(request(dapc(5, 77))), NONE);
      assert.is(bench.gear.arc, 77);
    },
  },
  {
    name: "send-twice puts two frames on the bus within 94 ms, and then is done",
    async run({ open }) {
      const bench = await open();
      bench.gear.dtr0 = 4;
      await bench.send(request(setFadeTime(BROADCAST)));
      const [first, second, ...more] = forwards(bench.sinceOpen());
      assert.ok(first && second);
      assert.equal(more, []);
      assert.ok(second.start - first.end <= 94, `${second.start - first.end} ms`);
      assert.is(bench.gear.settings.fadeTime, 4);
    },
  },
  {
    name: "send-twice holds on a busy bus",
    async run({ open }) {
      const bench = await open();
      bench.gear.dtr0 = 5;
      for (let i = 0; i < 4; i++) bench.bus.transmit({ frame: forward16(0x0190), priority: 2, twice: false });
      await bench.send(request(setFadeTime(BROADCAST)));
      assert.is(bench.gear.settings.fadeTime, 5);
    },
  },
  {
    name: "sends 24-bit frames, also twice",
    when: ({ bits24 }) => bits24,
    async run({ open }) {
      const bench = await open();
      const frame = forward24(0x07fe30);
      assert.equal(await bench.send({ frame, twice: false, answers: true, priority: 3 }), NONE);
      const quiescent = forward24(0xfffe1d);
      assert.equal(await bench.send({ frame: quiescent, twice: true, answers: false, priority: 3 }), NONE);
      const sent = forwards(bench.sinceOpen());
      assert.equal(
        sent.map((one) => one.frame),
        [frame, quiescent, quiescent],
      );
      assert.ok((sent[2]?.start ?? 0) - (sent[1]?.end ?? 0) <= 94);
    },
  },
  {
    name: "refuses 24-bit frames, and works on",
    when: ({ bits24 }) => !bits24,
    async run({ open }) {
      const bench = await open();
      const frame = forward24(0x07fe30);
      const asked = bench.gateway.send({ frame, twice: false, answers: true, priority: 3 });
      assert.is(await bench.clock.run(faultOf(asked), LIMIT), "protocol");
      assert.is(bench.sinceOpen().length, 0);
      assert.equal(await bench.send(query), LIT);
    },
  },
  {
    name: "passes the priority on",
    when: ({ priority }) => priority,
    async run({ open }) {
      const bench = await open();
      await bench.send(request(off(5), 2));
      await bench.send(request(off(5), 2));
      await bench.send(request(off(5), 5));
      const heard = bench.sinceOpen();
      const gap = (i: number) => (heard[i]?.start ?? 0) - (heard[i - 1]?.end ?? 0);
      assert.ok(gap(1) <= 16.1 && gap(2) >= 19.5, `${gap(1)} ms, ${gap(2)} ms`);
    },
  },
  {
    name: "takes one request at a time",
    async run({ open }) {
      const { gateway, clock } = await open();
      const first = gateway.send(request(off(5)));
      assert.match(await faultOf(gateway.send(request(off(5)))), /TypeError.*one request at a time/);
      await clock.run(first, LIMIT);
    },
  },
  {
    name: "foreign frames are events, not replies",
    async run({ open, traits }) {
      // whatever a box that is polled is at
      for (const phase of [0, 23, 46, 69, 92]) {
        const bench = await open();
        const { bus, clock } = bench;
        await clock.advance(milliseconds(phase));
        bus.transmit({ frame: forward16(0xff05), priority: 3, twice: false });
        bus.transmit({ frame: forward16(0x0ba0), priority: 4, twice: false });
        await clock.advance(milliseconds(200));
        const heard = bench.sinceOpen();
        await bench.send(request(off(5)));
        const events = await bench.eventsAtEnd();
        const forward = [0xff05, 0x0ba0].map((data) => ({ kind: "frame", bits: 16, data }));
        const expected = { all: [...forward, { kind: "frame", bits: 8, data: 254 }], forward, none: [] };
        assert.equal(
          events.map(({ at, ...event }) => event),
          expected[traits.foreign],
        );
        for (const [i, { at }] of events.entries()) {
          const late = at - (heard[i]?.end ?? 0);
          assert.ok(late > -2 && late <= traits.late, `told ${late} ms after it`);
        }
      }
    },
  },
  {
    name: "another master's query just before ours takes nothing of our reply",
    async run({ open }) {
      const bench = await open();
      bench.bus.transmit({ frame: forward16(0x0ba2), priority: 2, twice: false });
      bench.gear.settings.minLevel = 3;
      assert.equal(await bench.send(query), LIT);
    },
  },
  {
    name: "beside a busy master that also collides, every reply is right and every pair is one",
    async run({ open }) {
      const bench = await open();
      const { bus, clock, random, gear } = bench;
      gear.settings.minLevel = 3;
      let talks = true;
      const talk = () => {
        if (!talks) return;
        bus.transmit({ frame: forward16(0x0ba2), priority: 4, twice: false, foreign: true });
        clock.after(20 + random.next() * 120, "another master", talk);
      };
      talk();
      for (let i = 0; i < 60; i++) {
        assert.equal(await bench.send(query), LIT, `query ${i}`);
        gear.dtr0 = 1 + (i % 14);
        assert.equal(await bench.send(request(setFadeTime(BROADCAST))), NONE);
        assert.is(gear.settings.fadeTime, gear.dtr0, `pair ${i}`);
        await clock.advance(duration(random.next() * 50));
      }
      talks = false;
    },
  },
];
