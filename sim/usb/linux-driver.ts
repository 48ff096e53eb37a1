import type { VirtualClock } from "../clock.ts";
import { DETAIL, LIMIT, REPORTS, STATUS } from "./cp2112-reports.ts";
import type { UsbDevice } from "./device.ts";

/** The codes that the Linux driver gives for a transfer. */
export type DriverError = "ETIMEDOUT" | "EIO" | "EINVAL";

/** How often it asks for the status, and how long it waits for each answer, ms. */
const POLLS = 10;
const RESPONSE_TIMEOUT = 50;

/**
 * The host's side of the CP2112's I2C as Linux 6.1 does it (hid-cp2112), its weakness with late answers included: whatever
 * answer of the right kind comes next is taken. For tests of the model without a kernel.
 */
export class LinuxDriver {
  readonly #device: UsbDevice;
  readonly #clock: VirtualClock;
  /** Who waits for the next packet of which report. */
  #waiter: { readonly id: number; take(packet: Uint8Array): void } | undefined;

  constructor(device: UsbDevice, clock: VirtualClock) {
    this.#device = device;
    this.#clock = clock;
    device.onInput((_, packet) => {
      if (this.#waiter && this.#waiter.id === packet[0]) this.#waiter.take(packet);
    });
  }

  /** One transfer, as `i2c_transfer` would: a write, a read, or both with a repeated start. */
  async transfer(address: number, write: Uint8Array, read: number): Promise<Uint8Array | DriverError> {
    const most = read > 0 ? LIMIT.writeRead : LIMIT.write;
    if (write.length > most || read > LIMIT.read || write.length + read === 0) return "EINVAL";
    const to = address << 1;
    if (read === 0) this.#out(REPORTS.write.encode({ address: to, data: write }));
    else if (write.length === 0) this.#out(REPORTS.read.encode({ address: to, length: read }));
    else this.#out(REPORTS.writeRead.encode({ address: to, length: read, data: write }));
    const failed = await this.#finished();
    return failed ?? this.#fetch(read);
  }

  async #finished(): Promise<DriverError | undefined> {
    for (let poll = 0; poll < POLLS; poll++) {
      const packet = await this.#ask(REPORTS.statusRequest.encode({ request: 1 }), REPORTS.status.id);
      const answer = packet && REPORTS.status.decode(packet);
      if (!answer) return "ETIMEDOUT";
      if (answer.status === STATUS.complete) return undefined;
      if (answer.status === STATUS.error) {
        return answer.detail === DETAIL.nack || answer.detail === DETAIL.busTimeout ? "ETIMEDOUT" : "EIO";
      }
    }
    this.#out(REPORTS.cancel.encode({ request: 1 }));
    return "ETIMEDOUT";
  }

  async #fetch(read: number): Promise<Uint8Array | DriverError> {
    const bytes: number[] = [];
    while (bytes.length < read) {
      const length = Math.min(LIMIT.chunk, read - bytes.length);
      const packet = await this.#ask(REPORTS.forceSend.encode({ length }), REPORTS.readData.id);
      const answer = packet && REPORTS.readData.decode(packet);
      if (!answer) return "ETIMEDOUT";
      if (answer.data.length === 0) return "EIO";
      bytes.push(...answer.data);
    }
    return bytes.length === read ? Uint8Array.from(bytes) : "EIO";
  }

  async #ask(question: Uint8Array, id: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(RESPONSE_TIMEOUT, "hid-cp2112 response", () => {
        this.#waiter = undefined;
        resolve(undefined);
      });
      this.#waiter = {
        id,
        take: (packet) => {
          stop();
          this.#waiter = undefined;
          resolve(packet);
        },
      };
      this.#out(question);
    });
  }

  #out(report: Uint8Array): void {
    this.#device.out(0x01, report);
  }
}
