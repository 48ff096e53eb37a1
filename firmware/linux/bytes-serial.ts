import { stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import type { BytePort, ByteStream, LineSettings } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import { hasNoModemLines, openFault, taken } from "./bytes-fault.ts";

/**
 * How often the path is looked at. On a line that hangs up serialport 13 often says nothing and reads nothing, again and
 * again, as fast as it can: until somebody closes it.
 */
const LOOK_MS = 500;
/** The kernel may hold a closing line for as long as unsent bytes stay unsent: not waited for longer than this. */
const CLOSE_MS = 2000;

/**
 * A serial device by its path, best the one that stays the same (`/dev/serial/by-id/...`). A stream is lost when serialport
 * says so or when the path is no longer the device that was opened.
 */
export function serialPort(path: string, settings: LineSettings, lookMs = LOOK_MS): BytePort {
  return {
    name: path,
    async open(signal) {
      signal.throwIfAborted();
      const device = await deviceAt(path);
      const port = new SerialPort({
        path,
        baudRate: settings.baud,
        parity: settings.parity ?? "none",
        autoOpen: false,
      });
      await new Promise<void>((resolve, reject) => {
        port.open((error) => (error ? reject(openFault(path, error)) : resolve()));
      });
      const stream = serialStream(path, port, device, lookMs);
      try {
        await setModemLines(path, port, settings);
        signal.throwIfAborted();
        return stream;
      } catch (error) {
        await stream.close();
        throw error;
      }
    },
  };
}

function serialStream(path: string, port: SerialPort, device: string | null, lookMs: number): ByteStream {
  const chunks = new Queue<Uint8Array>();
  const over = new AbortController();
  const closed = Promise.withResolvers<void>();
  const end = (fault?: Fault) => {
    clearInterval(looking);
    if (fault) chunks.fail(fault);
    else chunks.end();
    over.abort();
  };
  const lost = (why: string) => end(new Fault("port-lost", path, why));

  let looks = false;
  const look = async () => {
    if (looks) return;
    looks = true;
    const now = await deviceAt(path);
    if (now === null || now !== device) lost("unplugged");
    looks = false;
  };
  const looking = setInterval(() => void look(), lookMs);

  // Without a data listener serialport 13 never notices an unplug; with one it emits close, sometimes twice, or only end.
  port.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  port.on("end", () => lost("end"));
  port.on("error", () => lost("error"));
  port.on("close", () => {
    lost("closed");
    closed.resolve();
  });

  return {
    chunks,
    write: (bytes) => taken(path, over.signal, (done) => port.write(bytes, done)),
    async close() {
      end();
      // A port that is not open is closed, or about to be and then says so.
      if (port.isOpen) port.close(() => closed.resolve());
      else if (!port.closing) closed.resolve();
      const late = setTimeout(closed.resolve, CLOSE_MS);
      await closed.promise;
      clearTimeout(late);
    },
  };
}

/** Which device stands at the path, null where none does. */
async function deviceAt(path: string): Promise<string | null> {
  try {
    const { dev, ino, rdev } = await stat(path);
    return `${dev} ${ino} ${rdev}`;
  } catch {
    return null;
  }
}

async function setModemLines(path: string, port: SerialPort, { rts, dtr }: LineSettings): Promise<void> {
  if (rts === undefined && dtr === undefined) return;
  await new Promise<void>((resolve, reject) => {
    port.set({ rts: rts ?? true, dtr: dtr ?? true }, (error) => {
      if (!error || hasNoModemLines(error)) resolve();
      else reject(openFault(path, error));
    });
  });
}
