import { duration } from "../controllers/units.ts";
import type { ByteStream } from "../firmware/hal/bytes.ts";
import { Fault } from "../firmware/hal/fault.ts";
import type { I2cBus } from "../firmware/hal/i2c.ts";
import type { PinAddress } from "../firmware/hal/pin.ts";
import { type Answer, encode, fromHex, messages, type Request, toHex } from "../firmware/remote/messages.ts";
import type { VirtualClock } from "./clock.ts";
import type { SimulatedPin } from "./pin.ts";

/** What a simulated machine offers to a runtime in another process. */
export interface Machine {
  readonly clock: VirtualClock;
  /** How fast simulated time runs against real time. */
  speed(): number;
  i2c(adapter: string): I2cBus | undefined;
  pin(address: PinAddress): SimulatedPin | undefined;
}

export interface Served {
  /** Tells the runtime the time; call it when the speed changes, when the clock is set, and a few times a second. */
  tellTime(): void;
  /** Resolves when the runtime is gone. */
  readonly ended: Promise<void>;
}

/** Serves one runtime at the other end of `stream`: the counterpart of `firmware/remote/ports.ts`. */
export function serveMachine(machine: Machine, stream: ByteStream): Served {
  const { clock } = machine;
  const sleeping = new Map<number, () => void>();
  const watched = new Map<string, () => void>();

  const say = (answer: Answer) => {
    stream.write(encode(answer)).catch(() => {}); // a lost stream ends `serve`
  };
  const time = () => ({ now: clock.now(), passed: clock.monotonic() });
  const tellTime = () => say({ say: "time", ...time(), speed: machine.speed() });

  const watch = (pin: SimulatedPin, at: PinAddress) => {
    const key = `${at.chip}:${at.offset}`;
    if (!watched.has(key))
      watched.set(
        key,
        pin.watch((high) => say({ say: "pin", chip: at.chip, offset: at.offset, high, at: clock.monotonic() })),
      );
  };

  const answer = async (request: Request): Promise<void> => {
    switch (request.ask) {
      case "sleep": {
        const wake = () => {
          sleeping.delete(request.id);
          say({ say: "wake", id: request.id, ...time() });
        };
        sleeping.set(request.id, clock.after(duration(request.ms), "runtime", wake));
        return;
      }
      case "cancel":
        sleeping.get(request.id)?.();
        sleeping.delete(request.id);
        return;
      case "i2c": {
        const bus = machine.i2c(request.adapter);
        if (!bus) throw new Fault("port-missing", request.adapter);
        const data = await bus.transfer(request.address, fromHex(request.write), request.read);
        return say({ say: "done", id: request.id, data: toHex(data) });
      }
      case "input":
      case "output": {
        const pin = machine.pin(request);
        if (!pin) throw new Fault("port-missing", `${request.chip}:${request.offset}`);
        if (request.ask === "output") pin.set(request.high);
        else watch(pin, request);
        say({ say: "done", id: request.id, data: pin.high ? "01" : "00" });
      }
    }
  };

  const serve = async () => {
    try {
      for await (const request of messages<Request>(stream.chunks)) {
        answer(request).catch((error: unknown) => {
          const fault = error instanceof Fault ? error : new Fault("protocol", "machine", String(error));
          say({ say: "fault", id: request.id, fault: fault.kind, where: fault.where });
        });
      }
    } catch {
      // the runtime went away
    }
    for (const off of sleeping.values()) off();
    for (const off of watched.values()) off();
    await stream.close();
  };

  tellTime();
  return { tellTime, ended: serve() };
}
