import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { Fault } from "../../firmware/hal/fault.ts";
import { endpointsOf } from "./descriptors.ts";
import { TRANSFER, type UsbDescriptors, type UsbDevice } from "./device.ts";
import { describe } from "./redir-describe.ts";
import { CAPABILITIES, encodePacket, type Packet, type PacketOf, type RedirStatus, STATUS } from "./usbredir.ts";
import { UsbRedirParser } from "./usbredir-parser.ts";

const VERSION = "hulotte usb-host";
/** Bytes on their way to a guest that does not read: past it nothing is taken in, and what the device pushes is dropped. */
const MOST_UNSENT = 65_536;
/** Requests that wait for a frozen device. */
const MOST_WAITING = 64;

type Request = PacketOf<"control"> | PacketOf<"interrupt">;

/** The socket a device is plugged into, and its cable to one guest. */
export interface UsbPort {
  readonly plugged: boolean;
  readonly frozen: boolean;
  /** What passed: packets from the guest, input packets to it, and those nobody asked for or could take. */
  readonly counts: { readonly packets: number; readonly inputs: number; readonly dropped: number };
  /** Resolves when the connection is over, with the breach of the protocol that ended it, undefined for a plain end. Rejects only where the device model throws: a defect. */
  readonly ended: Promise<string | undefined>;
  /** Bytes that the connection holds: an unfinished packet, and what the guest did not yet take. */
  readonly held: number;
  plug(): void;
  /** The device loses its power; requests that wait fail with an I/O error. */
  unplug(): void;
  /** The device's program hangs: requests wait, its input packets are lost. Ends by `thaw` or `unplug`. */
  freeze(): void;
  /** The device goes on; what waited is done now. */
  thaw(): void;
  close(): Promise<void>;
}

/**
 * Serves a device to QEMU's `usb-redir` over `stream` (USB redirection protocol 0.7, this side the "usb-host"). A guest that
 * breaks the protocol is cut off; a guest that goes takes the device's power with it.
 */
export function serveUsb(device: UsbDevice, stream: ByteStream, { plugged = true } = {}): UsbPort {
  return new RedirServer(device, stream, plugged);
}

class RedirServer implements UsbPort {
  readonly ended: Promise<string | undefined>;
  readonly counts = { packets: 0, inputs: 0, dropped: 0 };
  plugged: boolean;
  frozen = false;
  readonly #device: UsbDevice;
  readonly #stream: ByteStream;
  readonly #parser = new UsbRedirParser();
  #descriptors: UsbDescriptors;
  #greeted = false;
  #over = false;
  #configuration: number;
  /** IN endpoints that the guest asks. */
  readonly #receiving = new Set<number>();
  #waiting: Request[] = [];
  #unsent = 0;
  #written: Promise<void> = Promise.resolve();
  #inputs = 0n;

  constructor(device: UsbDevice, stream: ByteStream, plugged: boolean) {
    this.#device = device;
    this.#stream = stream;
    this.plugged = plugged;
    this.#descriptors = device.descriptors;
    this.#configuration = this.#descriptors.configuration;
    this.ended = this.#serve();
  }

  get held(): number {
    return this.#parser.held + this.#unsent;
  }

  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    this.#descriptors = this.#device.descriptors;
    this.#configuration = this.#descriptors.configuration;
    if (this.#greeted) this.#announce();
  }

  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.frozen = false;
    this.#giveUp(STATUS.ioError);
    this.#receiving.clear();
    if (this.#greeted) this.#send({ kind: "deviceDisconnect", id: 0n });
    this.#device.reset("power");
  }

  freeze(): void {
    this.frozen = this.plugged;
  }

  thaw(): void {
    this.frozen = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) this.#perform(request);
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#stream.close();
  }

  async #serve(): Promise<string | undefined> {
    const stop = this.#device.onInput((endpoint, packet) => this.#push(endpoint, packet));
    this.#send({ kind: "hello", id: 0n, version: VERSION, capabilities: CAPABILITIES, data: new Uint8Array() }, true);
    try {
      for await (const chunk of this.#stream.chunks) {
        for (const parsed of this.#parser.push(chunk)) {
          const breach = parsed.is === "breach" ? parsed.reason : this.#take(parsed.packet);
          if (breach !== undefined) return breach;
        }
        if (this.#over) return undefined;
        if (this.#unsent > MOST_UNSENT) await this.#written;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error; // a fault: the guest went away without a word, a plain end
    } finally {
      this.#over = true;
      stop();
      this.#device.reset("power");
      await this.#stream.close();
    }
    return undefined;
  }

  /** Gives back the breach of the protocol, where the packet is one that no guest may send. */
  #take(packet: Packet): string | undefined {
    this.counts.packets++;
    const { id } = packet;
    const status = this.plugged ? STATUS.success : STATUS.ioError;
    switch (packet.kind) {
      case "hello":
        this.#greeted = true;
        if (this.plugged) this.#announce();
        break;
      case "reset":
        this.#giveUp(STATUS.cancelled);
        if (this.plugged) this.#device.reset("bus");
        break;
      case "setConfiguration":
        this.#configure(id, packet.configuration);
        break;
      case "getConfiguration":
        this.#send({ kind: "configurationStatus", id, status, configuration: this.#configuration });
        break;
      case "setAltSetting":
        this.#sayAltSetting(id, packet.interface, packet.setting);
        break;
      case "getAltSetting":
        this.#sayAltSetting(id, packet.interface, 0);
        break;
      case "startInterruptReceiving":
      case "stopInterruptReceiving":
        this.#receive(id, packet.endpoint, packet.kind === "startInterruptReceiving");
        break;
      case "cancelDataPacket":
        this.#cancel(id);
        break;
      case "control":
      case "interrupt":
        this.#request(packet);
        break;
      case "deviceConnect":
      case "deviceDisconnect":
      case "interfaceInfo":
      case "epInfo":
      case "configurationStatus":
      case "altSettingStatus":
      case "interruptReceivingStatus":
        return `${packet.kind} from the guest`;
    }
    return undefined;
  }

  #announce(): void {
    for (const packet of describe(this.#descriptors, 0n)) this.#send(packet);
  }

  #configure(id: bigint, configuration: number): void {
    const known = configuration === 0 || configuration === this.#descriptors.configuration;
    if (this.plugged && known) {
      this.#configuration = configuration;
      this.#receiving.clear();
      const [endpoints, interfaces] = describe(this.#descriptors, id);
      this.#send(endpoints);
      this.#send(interfaces);
    }
    const status = !this.plugged ? STATUS.ioError : known ? STATUS.success : STATUS.invalid;
    this.#send({ kind: "configurationStatus", id, status, configuration: this.#configuration });
  }

  #sayAltSetting(id: bigint, number: number, setting: number): void {
    const known = setting === 0 && this.#descriptors.interfaces.some((one) => one.number === number);
    const status = !this.plugged ? STATUS.ioError : known ? STATUS.success : STATUS.invalid;
    this.#send({ kind: "altSettingStatus", id, status, interface: number, setting: 0 });
  }

  #receive(id: bigint, endpoint: number, start: boolean): void {
    const known = endpoint >= 0x80 && this.#isInterrupt(endpoint);
    if (known && start && this.plugged) this.#receiving.add(endpoint);
    else this.#receiving.delete(endpoint);
    const status = !this.plugged ? STATUS.ioError : known ? STATUS.success : STATUS.invalid;
    this.#send({ kind: "interruptReceivingStatus", id, status, endpoint });
  }

  #isInterrupt(address: number): boolean {
    return endpointsOf(this.#descriptors).some((one) => one.address === address && one.type === TRANSFER.interrupt);
  }

  /** What nobody asks for is dropped: sent later it would be taken for the answer to another question. */
  #push(endpoint: number, data: Uint8Array): void {
    const asked = this.plugged && !this.frozen && this.#receiving.has(endpoint);
    if (!asked || this.#unsent > MOST_UNSENT) {
      this.counts.dropped++;
      return;
    }
    this.counts.inputs++;
    const id = BigInt.asUintN(64, this.#inputs++);
    this.#send({ kind: "interrupt", id, endpoint, status: STATUS.success, length: data.length, data });
  }

  #request(request: Request): void {
    if (!this.frozen) return this.#perform(request);
    if (this.#waiting.length >= MOST_WAITING) return this.#refuse(request, STATUS.ioError);
    this.#waiting.push(request);
  }

  #perform(request: Request): void {
    if (!this.plugged) return this.#refuse(request, STATUS.ioError);
    if (request.kind === "control") this.#control(request);
    else this.#interrupt(request);
  }

  #control(request: PacketOf<"control">): void {
    const { endpoint, requestType, length, data } = request;
    const inward = (requestType & 0x80) !== 0;
    if (endpoint !== (inward ? 0x80 : 0) || data.length !== (inward ? 0 : length)) {
      return this.#refuse(request, STATUS.invalid);
    }
    const reply = this.#device.control(request, data);
    if (reply === "stall") return this.#refuse(request, STATUS.stall);
    // QEMU leaves garbage in the status of its requests: it must not come back
    const done = { status: STATUS.success, length: inward ? reply.length : length };
    this.#send({ ...request, ...done, data: reply });
  }

  #interrupt(request: PacketOf<"interrupt">): void {
    const { endpoint, length, data } = request;
    if (endpoint >= 0x80 || data.length !== length || !this.#isInterrupt(endpoint)) {
      return this.#refuse(request, STATUS.invalid);
    }
    if (this.#device.out(endpoint, data) === "stall") return this.#refuse(request, STATUS.stall);
    this.#send({ ...request, status: STATUS.success, data: new Uint8Array() });
  }

  #refuse(request: Request, status: RedirStatus): void {
    this.#send({ ...request, status, length: 0, data: new Uint8Array() });
  }

  /** A request that was answered already, or never came, cannot be given up: nothing is said. */
  #cancel(id: bigint): void {
    const at = this.#waiting.findIndex((request) => request.id === id);
    for (const request of at < 0 ? [] : this.#waiting.splice(at, 1)) this.#refuse(request, STATUS.cancelled);
  }

  #giveUp(status: RedirStatus): void {
    for (const request of this.#waiting.splice(0)) this.#refuse(request, status);
  }

  #send(packet: Packet, first = false): void {
    if (this.#over) return;
    const bytes = encodePacket(packet, first);
    this.#unsent += bytes.length;
    this.#written = this.#stream.write(bytes).then(
      () => {
        this.#unsent -= bytes.length;
      },
      () => {
        this.#over = true; // its chunks end as well
      },
    );
  }
}
