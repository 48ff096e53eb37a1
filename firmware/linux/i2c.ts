import { openPromisified, type PromisifiedBus } from "i2c-bus";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";

/** An adapter by its name `i2c-N`, through i2c-bus's promise API (its synchronous one blocks the event loop). */
export async function i2cBus(adapter: string): Promise<I2cBus> {
  const found = /^i2c-(\d+)$/.exec(adapter);
  if (!found) throw new Fault("port-missing", adapter, "allowed i2c-<number>");
  let bus: PromisifiedBus;
  try {
    bus = await openPromisified(Number(found[1]));
  } catch (error) {
    throw i2cFault(adapter, error);
  }
  let turn: Promise<unknown> = Promise.resolve();
  const transfer = async (address: number, write: Uint8Array, read: number) => {
    try {
      if (write.length > 0) await bus.i2cWrite(address, write.length, Buffer.from(write));
      if (read === 0) return new Uint8Array();
      const { buffer, bytesRead } = await bus.i2cRead(address, read, Buffer.alloc(read));
      return new Uint8Array(buffer.subarray(0, bytesRead));
    } catch (error) {
      throw i2cFault(`${adapter} 0x${address.toString(16)}`, error);
    }
  };
  return {
    name: adapter,
    transfer(address, write, read) {
      const mine = turn.catch(() => {}).then(() => transfer(address, write, read));
      turn = mine;
      return mine;
    },
    close: () => bus.close().catch(() => {}),
  };
}

function i2cFault(where: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return new Fault("port-denied", where, code, error);
  if (code === "EBUSY") return new Fault("port-busy", where, code, error);
  // No such adapter, or no device at the address: an absent address is ENODEV, ENXIO or EREMOTEIO by driver.
  if (code === "ENOENT" || code === "ENODEV" || code === "ENXIO" || code === "EREMOTEIO")
    return new Fault("port-missing", where, code, error);
  return new Fault("port-lost", where, code ?? String(error), error);
}
