import { Fault } from "../hal/fault.ts";

/** How long the system may take to accept written bytes. serialport 13 lets write() succeed on a dead port: only its callback, in time, counts. */
const WRITE_MS = 2000;

/** Resolves when `work` called back without an error. Throws Fault `port-lost` on an error, past the time, or once `lost`. */
export function taken(
  name: string,
  lost: AbortSignal,
  work: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (detail?: string, cause?: unknown) => {
      clearTimeout(timer);
      lost.removeEventListener("abort", onLost);
      if (detail === undefined) resolve();
      else reject(new Fault("port-lost", name, detail, cause));
    };
    const onLost = () => settle("write");
    const timer = setTimeout(() => settle("write not taken"), WRITE_MS);
    if (lost.aborted) return onLost();
    lost.addEventListener("abort", onLost, { once: true });
    work((error) => settle(error ? "write" : undefined, error));
  });
}

/** serialport gives the system's error code in the text only; nowhere else is a text read. */
export function openFault(where: string, error: Error & { code?: string }): Fault {
  const text = `${error.code ?? ""} ${error.message}`;
  if (/EACCES|EPERM|ermission denied/.test(text)) return new Fault("port-denied", where, error.message, error);
  if (/EBUSY|EAGAIN|lock port|temporarily unavailable/.test(text))
    return new Fault("port-busy", where, error.message, error);
  return new Fault("port-missing", where, error.message, error);
}

/** Whether the error of setting a line's modem bits says that it has none. */
export const hasNoModemLines = (error: Error): boolean =>
  /Inappropriate ioctl|Invalid argument|ENOTTY|EINVAL/.test(error.message);
