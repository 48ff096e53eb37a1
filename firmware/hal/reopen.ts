import type { ComponentId, FaultKind, Reading } from "../../controllers/model.ts";
import { milliseconds } from "../../controllers/units.ts";
import type { BytePort, ByteStream } from "./bytes.ts";
import type { Clock } from "./clock.ts";
import { Fault } from "./fault.ts";
import type { Log } from "./log.ts";
import type { Random } from "./random.ts";

/** Wait before the second attempt, and the most any wait grows to, in ms; each is shortened by chance, by up to half. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

export interface Keeping {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The component whose fault it is when the work fails. */
  readonly source: ComponentId;
  readonly report: (reading: Reading) => void;
  readonly signal: AbortSignal;
}

/**
 * Does `work` again and again until the signal aborts; then resolves. Never rejects. `work` lasts as long as the device
 * answers, and calls `works` whenever it has proved that it does.
 *
 * A Fault is reported once as a fault reading of `source`, its end (`null`) at the next `works()`; an attempt that fails
 * for the same reason says nothing more. Work that returns by itself counts as `port-lost`; an error that is no Fault is a
 * defect of ours: logged as an error, reported as `protocol`, and the rest of the cabinet works on. Waits between attempts
 * double from 0.5 s to 5 s, with jitter, and start anew once the device has worked for longer than the longest wait.
 */
export async function keepWorking(options: Keeping, work: (works: () => void) => Promise<void>): Promise<void> {
  const { clock, random, log, source, report, signal } = options;
  let fault: FaultKind | null = null;
  let wait = FIRST_WAIT;

  const say = (now: FaultKind | null) => {
    if (now === fault) return;
    fault = now;
    report({ kind: "fault", source, fault, at: clock.now() });
  };

  while (!signal.aborted) {
    let worksSince: number | undefined;
    const works = () => {
      if (signal.aborted) return;
      worksSince ??= clock.monotonic();
      if (fault !== null) log.info({ source }, "works again");
      say(null);
    };
    let error: unknown;
    try {
      await work(works);
      error = new Fault("port-lost", source, "ended");
    } catch (thrown) {
      error = thrown;
    }
    if (signal.aborted) return;
    const kind = error instanceof Fault ? error.kind : "protocol";
    if (!(error instanceof Fault)) log.error({ source, err: error }, "a defect, not a fault of the device");
    else if (kind !== fault) log.warn({ source, fault: kind, err: error }, "does not work");
    say(kind);
    if (worksSince !== undefined && clock.monotonic() - worksSince > LONGEST_WAIT) wait = FIRST_WAIT;
    const jittered = milliseconds(wait * (1 - random.next() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
    await clock.sleep(jittered, `reopen ${source}`, signal).catch(() => {});
  }
}

/**
 * `keepWorking` with a byte port: opens it for each attempt, hands the stream to `work` and closes it afterwards. The stream
 * is also closed when the signal aborts, so that `work` is not left waiting for a byte.
 */
export function keepOpen(
  options: Keeping & { readonly port: BytePort },
  work: (stream: ByteStream, works: () => void) => Promise<void>,
): Promise<void> {
  const { port, signal } = options;
  return keepWorking(options, async (works) => {
    const stream = await port.open(signal);
    const close = () => void stream.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      signal.throwIfAborted();
      await work(stream, works);
    } finally {
      signal.removeEventListener("abort", close);
      await stream.close();
    }
  });
}
