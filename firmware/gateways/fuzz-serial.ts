/** Fuzz of a driver on a stream of bytes: it is opened with its twin, then random bytes take the twin's place. For tests only. */
import { duration, instant, seconds } from "../../controllers/units.ts";
import { SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { twins } from "../../sim/gateways/list.ts";
import { pipe } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { forward16, forward24 } from "../dali/frame.ts";
import type { DaliGateway, GatewayRequest, Priority } from "../dali/gateway.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { Queue } from "../hal/queue.ts";
import type { Random } from "../hal/random.ts";
import {
  type AnyDecoder,
  below,
  type Driven,
  damaged,
  type FrameMaker,
  type FuzzTarget,
  measureResync,
  oneOf,
} from "./fuzz.ts";
import { optionsOf, type SerialGateway } from "./kind.ts";

/** Frames that arrive at once. */
const BURST = 16;
const LIMIT = seconds(20);

export interface SerialSubject {
  readonly kind: SerialGateway;
  readonly decoder: () => AnyDecoder;
  readonly make: FrameMaker;
  readonly bound: number;
}

export const serialTarget = ({ kind, decoder, make, bound }: SerialSubject): FuzzTarget => ({
  name: kind.name,
  drive: (frames, random, watch = () => {}) => drive(kind, make, frames, random, watch),
  resync: { bound, measure: (rounds, random) => measureResync(decoder, make, rounds, random) },
});

async function drive(
  kind: SerialGateway,
  make: FrameMaker,
  frames: number,
  random: Random,
  watch: (frames: number) => void,
): Promise<Driven> {
  const clock = new VirtualClock(instant(0));
  const throws: string[] = [];
  let [replies, faults, reopened, done] = [0, 0, 0, 0];
  const failed = (error: unknown) => {
    if (error instanceof Fault) faults++;
    else throws.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  while (done < frames) {
    const { gateway, say } = await openWithTwin(kind, clock);
    let over = false;
    void (async () => {
      for await (const _ of gateway.events);
    })().then(
      () => {
        over = true;
      },
      (error: unknown) => {
        over = true;
        failed(error);
      },
    );
    let request: GatewayRequest | undefined;
    while (!over && done < frames) {
      if (!request && random.next() < 0.3) {
        request = anyRequest(random);
        gateway
          .send(request)
          .then(() => replies++, failed)
          .finally(() => {
            request = undefined;
          });
      }
      for (let i = 0; i < BURST; i++) {
        const frame = make(random, request);
        const bytes = random.next() < 0.5 ? frame : damaged(frame, random);
        const cut = below(random, bytes.length + 1);
        if (random.next() < 0.2) {
          say(bytes.slice(0, cut));
          say(bytes.slice(cut));
        } else say(bytes);
      }
      done += BURST;
      await clock.advance(duration(below(random, 25)));
      watch(done);
    }
    await gateway.close();
    if (done < frames) reopened++;
  }
  return { frames: done, throws, replies, faults, reopened };
}

async function openWithTwin(kind: SerialGateway, clock: VirtualClock) {
  const incoming = new Queue<Uint8Array>();
  const [near, far] = pipe(kind.name);
  const twin = twins.get(kind.name);
  const model = twin?.models[0];
  if (!twin || !model) throw new Error(`${kind.name} has no twin in sim/gateways/list.ts`);
  twin(new SimulatedBus(clock, new SeededRandom(1)), { is: model.is })(far);
  void (async () => {
    for await (const chunk of near.chunks) incoming.push(chunk);
  })();
  let toTwin = true;
  const stream = {
    chunks: incoming,
    async write(bytes: Uint8Array) {
      if (toTwin) await near.write(bytes);
    },
    async close() {
      incoming.end();
    },
  };
  const opening = { clock, log: silent, signal: new AbortController().signal, options: optionsOf(kind, model.options) };
  const gateway: DaliGateway = await clock.run(kind.open(stream, opening), LIMIT);
  toTwin = false;
  await near.close();
  return { gateway, say: (bytes: Uint8Array) => incoming.push(bytes) };
}

/** Any frame, sent in any way. */
export function anyRequest(random: Random): GatewayRequest {
  const frame = random.next() < 0.8 ? forward16(below(random, 0x10000)) : forward24(below(random, 0x1000000));
  const answers = random.next() < 0.6;
  return {
    frame,
    priority: oneOf<Priority>(random, [1, 2, 3, 4, 5]),
    twice: !answers && random.next() < 0.5,
    answers,
  };
}
