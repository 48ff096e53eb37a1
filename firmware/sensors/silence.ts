import type { Duration } from "../../controllers/units.ts";
import { duration } from "../../controllers/units.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";

const LAST_LOOK = duration(50);

export interface Listening {
  readonly clock: Clock;
  readonly stream: ByteStream;
  readonly where: string;
  /** How long nothing good may come before the stream is closed and a fault is thrown. */
  readonly limit: Duration;
}

/**
 * Reads a stream of a device that talks by itself, for as long as it makes sense: `take` gets each chunk and says whether
 * something good was in it. Returns when the stream ends. After `limit` without anything good it closes the stream and throws
 * Fault `protocol` where bytes came that meant nothing (wrong speed, wrong device), else `sensor-silent`.
 */
export async function listen(options: Listening, take: (chunk: Uint8Array) => boolean): Promise<void> {
  const { clock, stream, where, limit } = options;
  const done = new AbortController();
  let good = clock.monotonic();
  let garbage = false;
  let silent = false;

  const guard = async () => {
    const left = () => limit - (clock.monotonic() - good);
    while (left() > 0) {
      while (left() > 0) await clock.sleep(duration(left()), `silence of ${where}`, done.signal);
      // After a standstill of this process the timer comes before the bytes that lie there long since.
      await clock.sleep(LAST_LOOK, `what still lies there of ${where}`, done.signal);
    }
    silent = true;
    await stream.close();
  };
  const guarding = guard().catch(() => {}); // rejects when called off below

  try {
    for await (const chunk of stream.chunks) {
      if (take(chunk)) {
        good = clock.monotonic();
        garbage = false;
      } else garbage = true;
    }
  } catch (error) {
    if (!silent) throw error;
  } finally {
    done.abort();
    await guarding;
  }
  if (silent) throw new Fault(garbage ? "protocol" : "sensor-silent", where, `nothing for ${limit / 1000} s`);
}
