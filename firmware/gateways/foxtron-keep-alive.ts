import type { Duration } from "../../controllers/units.ts";
import { after } from "../dali/timer.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";

/** The same stream, on which `bytes` are written whenever nothing was written for `every`, until it is closed or lost. */
export function keptAlive(stream: ByteStream, clock: Clock, bytes: Uint8Array, every: Duration): ByteStream {
  let callOff = () => {};
  let open = true;
  const wait = () => {
    callOff();
    if (open) callOff = after(clock, every, "keep-alive", () => void write(bytes).catch(() => {}));
  };
  const stop = () => {
    open = false;
    callOff();
  };
  const write = async (what: Uint8Array): Promise<void> => {
    wait();
    try {
      await stream.write(what);
    } catch (error) {
      stop();
      throw error;
    }
  };
  wait();
  return {
    chunks: stream.chunks,
    write,
    async close() {
      stop();
      await stream.close();
    },
  };
}
