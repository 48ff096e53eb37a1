import * as assert from "uvu/assert";
import { type Duration, milliseconds, seconds } from "../../../controllers/units.ts";
import type { Edge, PinAddress } from "../pin.ts";
import type { Ports } from "../ports.ts";
import { type Bench, contract, faultOf, until } from "./bench.ts";

/** Two lines of one chip and the hands that hold their far ends. */
export interface PinBench extends Bench {
  readonly ports: Pick<Ports, "input" | "output" | "edges">;
  /** Driven by `drive`; low at first. It has interrupts. */
  readonly in: PinAddress;
  /** Seen by `seen`. */
  readonly out: PinAddress;
  drive(high: boolean): Promise<void>;
  seen(): Promise<boolean>;
  /** Raises and lowers the driven line `count` times, each level for `pulse`; resolves when it is low again. */
  pulses(count: number): Promise<void>;
  /** As short as the chip's driver sees for sure. */
  readonly pulse: Duration;
  unplug(): Promise<void>;
  /** How long the machine itself may take to notice that a chip was pulled; absent: 2 s. */
  readonly pulled?: Duration;
  /** Puts the chip back; it may take seconds until it is there. */
  replug(): Promise<void>;
}

/** An unplug is noticed within so long, even if nobody asks. */
const NOTICED = seconds(2);
/** A level that is driven is seen by who looks then. */
const SEEN = milliseconds(200);
/** What has not come by then does not come. */
const QUIET = milliseconds(500);
const BACK = seconds(30);
const PAUSE = milliseconds(50);
const PULSES = 50;

export function pinContract(name: string, open: () => Promise<PinBench>): void {
  contract(`${name}: pins`, open, {
    "an input shows what is driven, and tells each change once": async (bench) => {
      const { clock, ports } = bench;
      const pin = await ports.input(bench.in);
      const told = gather(pin.changes);
      assert.is(await pin.read(), false);
      for (const high of [true, false, true, false]) {
        await bench.drive(high);
        await until(clock, `read ${high}`, async () => (await pin.read()) === high, NOTICED, PAUSE);
        await until(clock, `told ${high}`, () => told.items.at(-1) === high, NOTICED, PAUSE);
      }
      await clock.sleep(QUIET, "nothing more");
      assert.equal(told.items, [true, false, true, false]);
      await pin.close();
      await pin.close();
      assert.is(await told.ended, "none");
    },

    "an input says its level at first, and no change that nobody made": async (bench) => {
      await bench.drive(true);
      await bench.clock.sleep(SEEN, "driven before");
      const pin = await bench.ports.input(bench.in);
      const told = gather(pin.changes);
      assert.is(await pin.read(), true);
      await bench.clock.sleep(QUIET, "nothing happens");
      assert.equal(told.items, []);
      await pin.close();
      await told.ended;
    },

    "an output is seen outside from its opening on, and can be had again": async (bench) => {
      const shows = (high: boolean) =>
        until(bench.clock, `seen ${high}`, async () => (await bench.seen()) === high, NOTICED, PAUSE);
      for (const initial of [true, false]) {
        const pin = await bench.ports.output(bench.out, initial);
        await shows(initial);
        await pin.write(!initial);
        await shows(!initial);
        await pin.close();
        await pin.close();
      }
    },

    "every pulse is two edges, in order, none lost": async (bench) => {
      const { clock } = bench;
      const pin = await bench.ports.edges(bench.in);
      assert.is(pin.high, false);
      const told = gather(pin.changes);
      await bench.pulses(PULSES);
      await until(clock, `${2 * PULSES} edges`, () => told.items.length >= 2 * PULSES, NOTICED, PAUSE);
      await clock.sleep(QUIET, "nothing more");
      assert.equal(
        levels(told.items),
        Array.from({ length: 2 * PULSES }, (_, i) => i % 2 === 0),
      );
      const spans = told.items.slice(1).map(({ at }, i) => at - (told.items[i] as Edge).at);
      assert.ok(Math.min(...spans) > bench.pulse / 4, `an edge after ${Math.min(...spans)} ms`);
      const whole = spans.reduce((sum, span) => sum + span, 0);
      assert.ok(whole >= bench.pulse * (2 * PULSES - 1) * 0.9, `all of them within ${whole} ms`);
      await pin.close();
      await pin.close();
      assert.is(await told.ended, "none");
    },

    "edges begin with the level that was, and can be had again": async (bench) => {
      for (const high of [true, false]) {
        await bench.drive(high);
        await bench.clock.sleep(SEEN, "driven before");
        const pin = await bench.ports.edges(bench.in);
        const told = gather(pin.changes);
        assert.is(pin.high, high);
        await bench.drive(!high);
        await until(bench.clock, "one edge", () => told.items.length > 0, NOTICED, PAUSE);
        assert.equal(levels(told.items), [!high]);
        await pin.close();
        await told.ended;
        await bench.drive(high);
      }
    },

    "a chip or a line that is not there is missing": async (bench) => {
      const { input, output, edges } = bench.ports;
      for (const pin of [
        { ...bench.in, chip: "no such chip" },
        { ...bench.in, offset: 1023 },
      ]) {
        assert.is(await faultOf(input(pin)), "port-missing");
        assert.is(await faultOf(output(pin, false)), "port-missing");
        assert.is(await faultOf(edges(pin)), "port-missing");
      }
    },

    "a chip that is pulled is lost to who has a line of it, idle or not, and found again": async (bench) => {
      const { clock, ports, pulled = NOTICED } = bench;
      for (const kind of ["input", "edges"] as const) {
        const pin = await ports[kind](bench.in);
        const relay = await ports.output(bench.out, false);
        const told = gather<boolean | Edge>(pin.changes);
        await clock.sleep(SEEN, "idle");
        await bench.unplug();
        const began = clock.monotonic();
        assert.is(await told.ended, "port-lost");
        assert.ok(clock.monotonic() - began <= pulled, `noticed after ${clock.monotonic() - began} ms`);
        if ("read" in pin) assert.is(await faultOf(pin.read()), "port-lost");
        assert.is(await faultOf(relay.write(true)), "port-lost");
        await pin.close();
        await relay.close();
        assert.is(await faultOf(ports[kind](bench.in)), "port-missing");
        await bench.replug();
        const again = async () => {
          const fault = await faultOf(ports[kind](bench.in).then((one) => one.close()));
          assert.ok(fault === "none" || fault === "port-missing", fault);
          return fault === "none";
        };
        await until(clock, "found again", again, BACK, PAUSE);
      }
    },
  });
}

/** What comes, as it comes, and how it ended. */
function gather<T>(changes: AsyncIterable<T>) {
  const items: T[] = [];
  const take = async () => {
    for await (const item of changes) items.push(item);
  };
  return { items, ended: faultOf(take()) };
}

const levels = (edges: readonly Edge[]): boolean[] => edges.map(({ high }) => high);
