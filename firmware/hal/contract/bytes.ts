/** What every `BytePort` and its streams keep, whatever carries the bytes. */
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import type { BytePort, ByteStream } from "../bytes.ts";
import { type Bench, contract, faultOf, until } from "./bench.ts";

export interface BytesBench extends Bench {
  readonly port: BytePort;
  /** The far end of the stream opened last says these bytes. */
  say(bytes: Uint8Array): Promise<void>;
  /** All that the far end has heard so far of the stream opened last. */
  heard(): Promise<Uint8Array>;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  /** Open descriptors of the process, where it has such. */
  descriptors?(): Promise<number>;
}

/** An unplug is noticed within this time, also where nothing is said. */
const NOTICED = 2000;
/** A port that was plugged in again opens within this time. */
const BACK = seconds(15);
const LOOK = milliseconds(20);

const ALL = Uint8Array.from({ length: 256 }, (_, i) => i);
const never = () => new AbortController().signal;

/** The next `count` bytes, however they are chunked. */
async function take(stream: ByteStream, count: number): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of stream.chunks) {
    bytes.push(...chunk);
    if (bytes.length >= count) break;
  }
  return bytes;
}

/** What is said reaches `stream`, and what it writes is heard. */
async function crosses(bench: BytesBench, stream: ByteStream, bytes: Uint8Array): Promise<void> {
  const before = (await bench.heard()).length;
  await stream.write(bytes);
  const heard = async () => (await bench.heard()).slice(before);
  await until(bench.clock, "heard", async () => (await heard()).length >= bytes.length, seconds(10), LOOK);
  assert.equal([...(await heard())], [...bytes]);
  await bench.say(bytes);
  assert.equal(await take(stream, bytes.length), [...bytes]);
}

async function reopened(bench: BytesBench): Promise<ByteStream> {
  let stream: ByteStream | undefined;
  const opens = async () => {
    const fault = await faultOf(
      bench.port.open(never()).then((opened) => {
        stream = opened;
      }),
    );
    return fault === "none";
  };
  await until(bench.clock, "opens again", opens, BACK, LOOK);
  return stream as ByteStream;
}

export const bytesContract = (name: string, open: () => Promise<BytesBench>): void =>
  contract<BytesBench>(name, open, {
    "every byte value crosses unchanged, both ways": async (bench) => {
      const stream = await bench.port.open(never());
      await crosses(bench, stream, ALL);
      await crosses(bench, stream, ALL.toReversed());
      await stream.close();
    },

    "writes stay in order, also those not waited for": async (bench) => {
      const stream = await bench.port.open(never());
      await Promise.all(Array.from({ length: 100 }, (_, i) => stream.write(Uint8Array.of(i, 255 - i))));
      await until(bench.clock, "all heard", async () => (await bench.heard()).length >= 200, seconds(10), LOOK);
      assert.equal([...(await bench.heard())], Array.from({ length: 100 }, (_, i) => [i, 255 - i]).flat());
      await stream.close();
    },

    "silence is no loss": async (bench) => {
      const stream = await bench.port.open(never());
      await bench.clock.sleep(seconds(2), "silence");
      await crosses(bench, stream, Uint8Array.of(0x11, 0x13));
      await stream.close();
    },

    "an unplug is noticed by who only listens, within 2 s": async (bench) => {
      const stream = await bench.port.open(never());
      await bench.say(Uint8Array.of(7));
      assert.equal(await take(stream, 1), [7]);
      const lost = faultOf(take(stream, 1));
      const from = bench.clock.monotonic();
      await bench.unplug();
      assert.is(await lost, "port-lost");
      const took = bench.clock.monotonic() - from;
      assert.ok(took <= NOTICED, `took ${took} ms`);
      assert.is(await faultOf(stream.write(Uint8Array.of(1))), "port-lost");
      assert.is(await faultOf(bench.port.open(never())), "port-missing");
      await stream.close();
      await stream.close();
    },

    "what arrived before the unplug is still read": async (bench) => {
      const stream = await bench.port.open(never());
      await bench.say(Uint8Array.of(1, 2, 3));
      await bench.clock.sleep(milliseconds(500), "arrival");
      await bench.unplug();
      await bench.clock.sleep(milliseconds(NOTICED), "unplug");
      assert.equal(await take(stream, 3), [1, 2, 3]);
      assert.is(await faultOf(take(stream, 1)), "port-lost");
      await stream.close();
    },

    "after a replug the port opens again, and the old stream stays dead": async (bench) => {
      const old = await bench.port.open(never());
      const lost = faultOf(take(old, 1));
      await bench.unplug();
      await lost;
      await old.close();
      await bench.replug();
      const stream = await reopened(bench);
      assert.is(await faultOf(old.write(Uint8Array.of(1))), "port-lost");
      await crosses(bench, stream, ALL);
      await stream.close();
    },

    "closing ends the chunks without a fault, may be done twice, and frees the port": async (bench) => {
      const stream = await bench.port.open(never());
      const reading = take(stream, 1);
      await stream.close();
      assert.equal(await reading, []);
      assert.is(await faultOf(stream.write(Uint8Array.of(1))), "port-lost");
      const again = await bench.port.open(never());
      await stream.close();
      await crosses(bench, again, ALL);
      await again.close();
    },

    "opening stops with the signal's reason": async (bench) => {
      const abort = new AbortController();
      const reason = new Error("no longer wanted");
      abort.abort(reason);
      try {
        await bench.port.open(abort.signal);
        assert.unreachable();
      } catch (error) {
        assert.is(error, reason);
      }
      const stream = await bench.port.open(never());
      await stream.close();
    },

    "five replugs leave no descriptor behind": async (bench) => {
      await (await bench.port.open(never())).close();
      const before = await bench.descriptors?.();
      for (let round = 0; round < 5; round++) {
        const stream = await reopened(bench);
        const lost = faultOf(take(stream, 1));
        await bench.unplug();
        assert.is(await lost, "port-lost");
        await stream.close();
        await bench.replug();
      }
      await (await reopened(bench)).close();
      const after = async () => (await bench.descriptors?.()) === before;
      await until(bench.clock, "descriptors are back", after, seconds(5), LOOK);
    },
  });
