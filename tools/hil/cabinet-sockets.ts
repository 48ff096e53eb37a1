/** The sockets that QEMU connects to. Both outlive the cabinets behind them. */
import type { Socket } from "node:net";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { Queue } from "../../firmware/hal/queue.ts";
import { streamOf } from "../../sim/socket.ts";
import type { UsbDevice } from "../../sim/usb/device.ts";
import { serveUsb, type UsbPort } from "../../sim/usb/redir-server.ts";

/** Brings a cabinet's simulated time up to the present, before something from outside is let in. */
type CatchUp = () => Promise<void>;

/** A serial line. What its device says while it is pulled, or while nobody is connected, is lost: nothing is kept for later. */
export class LineSocket {
  pulled = false;
  #far: ByteStream | undefined;
  #take: (chunk: Uint8Array) => Promise<void> = async () => {};
  #end = () => {};

  connect(socket: Socket): void {
    const far = streamOf(socket);
    this.#far = far;
    const listen = async () => {
      for await (const chunk of far.chunks) await this.#take(chunk);
      if (this.#far === far) this.#far = undefined;
    };
    listen().catch(() => {}); // the emulator went away
  }

  /** The stream for a new cabinet's device; that of the one before ends. */
  begin(catchUp: CatchUp): ByteStream {
    this.#end();
    this.pulled = false;
    const chunks = new Queue<Uint8Array>();
    this.#end = () => chunks.end();
    this.#take = async (chunk) => {
      await catchUp();
      chunks.push(chunk);
    };
    return {
      chunks,
      write: async (bytes) => {
        if (!this.pulled) await this.#far?.write(bytes);
      },
      close: async () => chunks.end(),
    };
  }
}

/** The USB plug of a CP2112: the machine sees the same device, while another cabinet's chips are put behind it. */
export class BridgeSocket {
  #present = true;
  #port: UsbPort | undefined;
  #device: UsbDevice | undefined;
  #catchUp: CatchUp = async () => {};
  #deaf = () => {};
  readonly #listeners = new Set<(endpoint: number, packet: Uint8Array) => void>();

  connect(socket: Socket): void {
    const stream = streamOf(socket);
    const catchUp = () => this.#catchUp();
    const chunks = (async function* () {
      for await (const chunk of stream.chunks) {
        await catchUp();
        yield chunk;
      }
    })();
    const device = () => {
      if (!this.#device) throw new Error("no cabinet was built");
      return this.#device;
    };
    const standIn: UsbDevice = {
      get descriptors() {
        return device().descriptors;
      },
      control: (setup, data) => device().control(setup, data),
      out: (endpoint, data) => device().out(endpoint, data),
      onInput: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      reset: (kind) => device().reset(kind),
    };
    const far: ByteStream = { chunks, write: (bytes) => stream.write(bytes), close: () => stream.close() };
    this.#port = serveUsb(standIn, far, { plugged: this.#present });
  }

  begin(device: UsbDevice, catchUp: CatchUp): void {
    this.#deaf();
    this.#device = device;
    this.#catchUp = catchUp;
    this.#deaf = device.onInput((endpoint, packet) => {
      for (const listener of this.#listeners) listener(endpoint, packet);
    });
    this.plug(true);
  }

  plug(present: boolean): void {
    this.#present = present;
    if (present) this.#port?.plug();
    else this.#port?.unplug();
  }
}
