import type { BytePort, ByteStream } from "../firmware/hal/bytes.ts";
import { Fault } from "../firmware/hal/fault.ts";
import { Queue } from "../firmware/hal/queue.ts";

/** One end of a wire in memory. `unplug` makes the other end see a lost port. */
export interface PipeEnd extends ByteStream {
  unplug(): void;
}

/** Two ends of a byte stream in memory: what one writes the other reads, chunk by chunk. */
export function pipe(name = "pipe"): [PipeEnd, PipeEnd] {
  const a = new Queue<Uint8Array>();
  const b = new Queue<Uint8Array>();
  let lost = false;
  const end = (incoming: Queue<Uint8Array>, outgoing: Queue<Uint8Array>): PipeEnd => ({
    chunks: incoming,
    async write(bytes) {
      if (lost) throw new Fault("port-lost", name);
      outgoing.push(bytes.slice());
    },
    async close() {
      incoming.end();
      outgoing.fail(new Fault("port-lost", name));
      lost = true;
    },
    unplug() {
      lost = true;
      const fault = new Fault("port-lost", name);
      incoming.fail(fault);
      outgoing.fail(fault);
    },
  });
  return [end(a, b), end(b, a)];
}

/** A port whose every opening is handed to `device` as the far end of a fresh pipe. `present: false` makes it missing. */
export class SimulatedPort implements BytePort {
  readonly name: string;
  present = true;
  readonly #device: (far: PipeEnd) => void;
  #far: PipeEnd | undefined;

  constructor(name: string, device: (far: PipeEnd) => void) {
    this.name = name;
    this.#device = device;
  }

  async open(signal: AbortSignal): Promise<ByteStream> {
    signal.throwIfAborted();
    if (!this.present) throw new Fault("port-missing", this.name);
    const [near, far] = pipe(this.name);
    this.#far = far;
    this.#device(far);
    return near;
  }

  /** Pulls the plug: the open stream is lost, and opening fails until `replug`. */
  unplug(): void {
    this.present = false;
    this.#far?.unplug();
  }

  replug(): void {
    this.present = true;
  }
}
