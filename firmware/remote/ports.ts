import { duration } from "../../controllers/units.ts";
import type { BytePort, ByteStream } from "../hal/bytes.ts";
import { edgeQueue } from "../hal/edge-queue.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { Edge, EdgeStream, InputPin, OutputPin, PinAddress } from "../hal/pin.ts";
import type { Ports } from "../hal/ports.ts";
import { Queue } from "../hal/queue.ts";
import { fedClock } from "./clock.ts";
import { type Answer, encode, fromHex, messages, type Request, toHex } from "./messages.ts";

const RETRY = duration(250);

/** Who hears the edges of a line, and that the machine is gone. */
interface Watcher {
  push(edge: Edge): void;
  fail(fault: Fault): void;
}

/** A request without what `call` adds. */
type Call = { [A in "i2c" | "input" | "output"]: Omit<Extract<Request, { ask: A }>, "id"> }["i2c" | "input" | "output"];

/**
 * Ports of a machine that a simulator plays at the far end of `machine`: its clock, I2C and pins; bytes, store and chance
 * stay `local`. Resolves once the machine has told the time. When it goes away, time runs on at the real pace, I2C and
 * pins are faults, and it is looked for again for ever, until `signal` aborts.
 */
export async function remotePorts(machine: BytePort, local: Ports, signal: AbortSignal): Promise<Ports> {
  const clock = fedClock(local.clock);
  const pending = new Map<number, { done(data: string): void; fail(fault: Fault): void }>();
  const watching = new Map<string, Set<Watcher>>();
  const levels = new Map<string, boolean>();
  let stream: ByteStream | undefined;
  let nextId = 1;

  const send = (request: Request) => {
    stream?.write(encode(request)).catch(() => {}); // a lost stream ends `serve`
  };

  const call = (request: Call, where: string): Promise<string> =>
    new Promise((done, fail) => {
      if (!stream) return fail(new Fault("port-missing", where, "no machine"));
      const id = nextId++;
      pending.set(id, { done, fail });
      send({ ...request, id } as Request);
    });

  const heard = (answer: Answer) => {
    switch (answer.say) {
      case "time":
      case "wake":
        return clock.heard(answer);
      case "done":
      case "fault": {
        const waiting = pending.get(answer.id);
        pending.delete(answer.id);
        if (answer.say === "done") waiting?.done(answer.data);
        else waiting?.fail(new Fault(answer.fault, answer.where));
        return;
      }
      case "pin": {
        const key = pinKey(answer);
        levels.set(key, answer.high);
        for (const watcher of watching.get(key) ?? []) watcher.push({ high: answer.high, at: duration(answer.at) });
      }
    }
  };

  const gone = () => {
    stream = undefined;
    if (signal.aborted) clock.end();
    else clock.detach();
    const fault = new Fault("port-lost", machine.name);
    for (const waiting of pending.values()) waiting.fail(fault);
    pending.clear();
    for (const watchers of watching.values()) for (const watcher of watchers) watcher.fail(fault);
    watching.clear();
  };

  const serve = async (told: () => void) => {
    while (!signal.aborted) {
      try {
        const opened = await machine.open(signal);
        const close = () => void opened.close();
        signal.addEventListener("abort", close, { once: true });
        stream = opened;
        clock.attach(send);
        for await (const answer of messages<Answer>(opened.chunks)) {
          heard(answer);
          if (answer.say === "time") told();
        }
      } catch {
        // whatever ended it, the machine is not there now
      }
      gone();
      await local.clock.sleep(RETRY, "machine", signal).catch(() => {});
    }
  };
  signal.addEventListener("abort", () => clock.end(), { once: true });
  await new Promise<void>((told) => {
    serve(told).catch(() => {});
    signal.addEventListener("abort", () => told(), { once: true });
  });

  const i2c = async (adapter: string): Promise<I2cBus> => ({
    name: adapter,
    transfer: async (address, write, read) =>
      fromHex(
        await call({ ask: "i2c", adapter, address, write: toHex(write), read }, `${adapter} 0x${address.toString(16)}`),
      ),
    close: async () => {},
  });

  /** Hands the line's edges to the watcher from now on; gives the level now, and how to stop. */
  const watch = async (pin: PinAddress, watcher: Watcher) => {
    const key = pinKey(pin);
    const high = (await call({ ask: "input", ...pin }, key)) === "01";
    levels.set(key, high);
    const watchers = watching.get(key) ?? new Set();
    watching.set(key, watchers.add(watcher));
    const stop = () => void watchers.delete(watcher);
    return { high, stop };
  };

  const input = async (pin: PinAddress): Promise<InputPin> => {
    const key = pinKey(pin);
    const changes = new Queue<boolean>(64);
    const { stop } = await watch(pin, { push: ({ high }) => changes.push(high), fail: (fault) => changes.fail(fault) });
    return {
      changes,
      async read() {
        if (!stream) throw new Fault("port-lost", key);
        return levels.get(key) ?? false;
      },
      async close() {
        stop();
        changes.end();
      },
    };
  };

  const edges = async (pin: PinAddress): Promise<EdgeStream> => {
    const queue = edgeQueue(pinKey(pin));
    const { high, stop } = await watch(pin, queue);
    return {
      high,
      changes: queue.changes,
      async close() {
        stop();
        queue.end();
      },
    };
  };

  const output = async (pin: PinAddress, initial: boolean): Promise<OutputPin> => {
    const write = async (high: boolean) => {
      await call({ ask: "output", ...pin, high }, pinKey(pin));
    };
    await write(initial);
    return { write, close: async () => {} };
  };

  return { ...local, clock, i2c, input, output, edges };
}

const pinKey = (pin: PinAddress) => `${pin.chip}:${pin.offset}`;
