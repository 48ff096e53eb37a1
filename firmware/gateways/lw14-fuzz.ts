/** Fuzz of the LED-Warrior14's driver: every register says whatever it likes, and now and then nothing. For tests only. */
import { duration, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import { silent } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { below, type Driven, type FuzzTarget, noise } from "./fuzz.ts";
import { anyRequest } from "./fuzz-serial.ts";
import { lw14 } from "./lw14.ts";
import { LW14 } from "./lw14-registers.ts";

const OPTIONS = { listen: "10 ms" };

export const lw14Target: FuzzTarget = { name: lw14.name, drive };

async function drive(frames: number, random: Random, watch: (frames: number) => void = () => {}): Promise<Driven> {
  const clock = new VirtualClock(instant(0));
  const throws: string[] = [];
  let [replies, faults, reopened, done] = [0, 0, -1, 0];
  const failed = (error: unknown) => {
    if (error instanceof Fault) faults++;
    else throws.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const bus: I2cBus = {
    name: "i2c1",
    async transfer(_address, write, read) {
      done++;
      if (random.next() < 1e-3) throw new Fault(random.next() < 0.5 ? "port-missing" : "port-lost", "i2c1");
      const answer = noise(random, read);
      // mostly without a fault of the bus, so that requests come to a reply
      if (write[0] === LW14.status && read === 1 && random.next() < 0.9) return answer.map((byte) => byte & 0x7f);
      return answer;
    },
    async close() {},
  };
  while (done < frames) {
    reopened++;
    const signal = new AbortController().signal;
    const opening = { clock, log: silent, signal, options: OPTIONS };
    const gateway = await clock.run(lw14.open(bus, LW14.address, opening), seconds(20)).catch(failed);
    if (!gateway) continue;
    let over = false;
    const ended = (async () => {
      for await (const _ of gateway.events);
    })()
      .catch(failed)
      .finally(() => {
        over = true;
      });
    while (!over && done < frames) {
      if (random.next() < 0.5) {
        const sending = gateway.send(anyRequest(random)).then(() => replies++, failed);
        await clock.run(sending, seconds(20));
      }
      await clock.advance(duration(below(random, 50)));
      watch(done);
    }
    await gateway.close();
    await ended;
  }
  return { frames: done, throws, replies, faults, reopened };
}
