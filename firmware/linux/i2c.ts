/**
 * I2C adapters of this machine, through i2c-bus's promise API: each call is made in a thread of libuv's pool, so one that
 * hangs (a device that stretches the clock) holds that thread and nothing else, and `i2c-patient.ts` lets no second one
 * start on that adapter before it has ended. Not in a worker of Node's: one costs 9 MB of private memory on top of the
 * 96 of the whole runtime, and i2c-bus 5.2.3 cannot be loaded by two at a time ("Module did not self-register"), so all
 * adapters would hang with one. The pool has four threads; a cabinet with more than two adapters wants UV_THREADPOOL_SIZE.
 *
 * i2c-bus offers no I2C_RDWR: a repeated start only for a write of one byte and a read of up to 32 (I2C_SMBUS). A write of two
 * bytes and a read is a 16-bit register, whose address some chips forget at a stop (MLX90640): that goes to a tool which can
 * (`i2c-combined.ts`), in the same turns. All else is a write, a stop, and a read.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { getSystemErrorName } from "node:util";
import { openPromisified } from "i2c-bus";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cAdapter, I2cHandle, I2cOutcome } from "../hal/i2c.ts";
import { type I2cBuses, i2cBuses } from "../hal/i2c-buses.ts";
import type { CombinedRead } from "./i2c-combined.ts";
import { i2cNumber } from "./i2c-name.ts";
import { failed } from "./i2c-outcome.ts";

/** What is used of i2c-bus's bus. */
export interface NativeBus {
  i2cWrite(address: number, length: number, buffer: Buffer): Promise<unknown>;
  i2cRead(address: number, length: number, buffer: Buffer): Promise<{ readonly bytesRead: number }>;
  readI2cBlock(
    address: number,
    command: number,
    length: number,
    buffer: Buffer,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

export interface Native {
  /** N of `/dev/i2c-N`; throws Fault. */
  find(name: string): Promise<number>;
  open(number: number): Promise<NativeBus>;
  /** Asked for by the first read of a 16-bit register. */
  combined(clock: Clock): Promise<CombinedRead>;
}

const NATIVE: Native = {
  async find(name) {
    const number = await i2cNumber(name);
    const device = `/dev/i2c-${number}`;
    try {
      await access(device, constants.R_OK | constants.W_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const kind = code === "ENOENT" ? "port-missing" : "port-denied";
      throw new Fault(kind, name, `${device}: ${code === "ENOENT" ? "is i2c-dev loaded?" : code}`, error);
    }
    return number;
  },
  open: (number) => openPromisified(number),
  // Most cabinets have no such chip.
  combined: async (clock) => (await import("./i2c-combined.ts")).combinedRead(clock),
};

/** The adapters of this machine by name (`i2c-name.ts`), each shared by its users. */
export const linuxI2c = (clock: Clock, native = NATIVE): I2cBuses =>
  i2cBuses((name) => linuxAdapter(name, clock, native), clock);

/** The longest read that I2C_SMBUS makes with a repeated start. */
const BLOCK = 32;
/** Bytes of a 16-bit register's address. */
const WIDE = 2;

const CLOSED = new Error("closed");

function linuxAdapter(name: string, clock: Clock, native: Native): I2cAdapter {
  const open = async (): Promise<I2cHandle> => {
    const number = await native.find(name);
    let bus = await native.open(number);
    let running: Promise<unknown> = Promise.resolve();
    let combined: Promise<CombinedRead> | undefined;
    const life = new AbortController();

    const read = async (address: number, write: Uint8Array, buffer: Buffer): Promise<number> => {
      const [command] = write;
      if (command !== undefined && write.length === 1 && buffer.length <= BLOCK)
        return (await bus.readI2cBlock(address, command, buffer.length, buffer)).bytesRead;
      if (write.length > 0) await bus.i2cWrite(address, write.length, Buffer.from(write));
      return (await bus.i2cRead(address, buffer.length, buffer)).bytesRead;
    };

    const attempt = async (address: number, write: Uint8Array, wanted: number): Promise<I2cOutcome> => {
      if (write.length === WIDE && wanted > 0) {
        combined ??= native.combined(clock);
        return (await combined)(number, address, write, wanted, life.signal);
      }
      const began = clock.monotonic();
      try {
        const buffer = Buffer.alloc(wanted);
        if (wanted === 0) await bus.i2cWrite(address, write.length, Buffer.from(write));
        else if ((await read(address, write, buffer)) !== wanted) return { kind: "broken", code: "short" };
        return { kind: "done", data: new Uint8Array(buffer) };
      } catch (error) {
        const outcome = failed(codeOf(error), clock.monotonic() - began);
        if (outcome.kind === "taken") {
          // i2c-bus keeps a descriptor whose address was refused, and would speak to address 0 with it.
          await bus.close().catch(() => {});
          bus = await native.open(number);
        }
        return outcome;
      }
    };

    return {
      attempt(address, write, wanted) {
        const mine = attempt(address, write, wanted);
        running = mine.catch(() => {});
        return mine;
      },
      async close() {
        life.abort(CLOSED);
        await running;
        await bus.close().catch(() => {});
      },
    };
  };
  return { name, open };
}

/** Node's own list of names for native errors lacks some, EREMOTEIO for one: `code` is empty then. */
function codeOf(error: unknown): string {
  const { code, errno } = error as NodeJS.ErrnoException;
  return code || (errno ? getSystemErrorName(-Math.abs(errno)) : String(error));
}
