import { connect, type Socket } from "node:net";
import { SerialPort } from "serialport";
import type { BytePort, ByteStream, LineSettings } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";

const CONNECT_MS = 3000;
/** serialport 13 lets write() succeed on a dead port: only its callback, in time, counts. */
const WRITE_MS = 2000;

/** A byte port by address: `tcp://host:port`, else the path of a serial device. */
export function bytePort(address: string, settings: LineSettings): BytePort {
  if (!address.startsWith("tcp://")) return serialPort(address, settings);
  const { hostname, port } = new URL(address);
  return tcpPort(address, hostname, Number(port));
}

function serialPort(path: string, settings: LineSettings): BytePort {
  return {
    name: path,
    open: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const port = new SerialPort({
          path,
          baudRate: settings.baud,
          parity: settings.parity ?? "none",
          autoOpen: false,
        });
        port.open((error) => {
          if (error) reject(openFault(path, error));
          else if (signal.aborted) port.close(() => reject(signal.reason));
          else resolve(serialStream(path, port));
        });
      }),
  };
}

function serialStream(path: string, port: SerialPort): ByteStream {
  const chunks = new Queue<Uint8Array>();
  let closing = false;
  const lost = () => (closing ? chunks.end() : chunks.fail(new Fault("port-lost", path)));
  // Without a data listener serialport 13 never notices an unplug; with one it emits close, sometimes twice.
  port.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  port.on("close", lost);
  port.on("error", lost);
  return {
    chunks,
    write: (bytes) =>
      withDeadline(path, (done) => {
        if (!port.isOpen) return done(new Error("closed"));
        port.write(bytes, done);
      }),
    close() {
      closing = true;
      chunks.end();
      return new Promise((resolve) => {
        if (!port.isOpen) return resolve();
        port.close(() => resolve());
      });
    },
  };
}

function tcpPort(name: string, host: string, port: number): BytePort {
  return {
    name,
    open: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const socket = connect({ host, port, noDelay: true });
        const fail = (error: Error) => {
          signal.removeEventListener("abort", abort);
          socket.destroy();
          reject(error);
        };
        const abort = () => fail(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        socket.setTimeout(CONNECT_MS, () => fail(new Fault("port-missing", name, "no answer")));
        socket.once("error", (error) => fail(openFault(name, error)));
        socket.once("connect", () => {
          signal.removeEventListener("abort", abort);
          socket.setTimeout(0);
          socket.removeAllListeners("error");
          resolve(tcpStream(name, socket));
        });
      }),
  };
}

function tcpStream(name: string, socket: Socket): ByteStream {
  const chunks = new Queue<Uint8Array>();
  socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  socket.on("error", () => {}); // close follows
  socket.on("close", () => chunks.fail(new Fault("port-lost", name)));
  return {
    chunks,
    write: (bytes) => withDeadline(name, (done) => socket.write(bytes, done)),
    async close() {
      chunks.end();
      socket.destroy();
    },
  };
}

function withDeadline(name: string, work: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Fault("port-lost", name, "write not taken")), WRITE_MS);
    work((error) => {
      clearTimeout(timer);
      if (error) reject(new Fault("port-lost", name, "write", error));
      else resolve();
    });
  });
}

/** serialport gives the system's error code in the text only; nowhere else is a text read. */
function openFault(where: string, error: Error & { code?: string }): Fault {
  const text = `${error.code ?? ""} ${error.message}`;
  if (/EACCES|EPERM|ermission denied/.test(text)) return new Fault("port-denied", where, error.message, error);
  if (/EBUSY|EAGAIN|lock port|temporarily unavailable/.test(text))
    return new Fault("port-busy", where, error.message, error);
  return new Fault("port-missing", where, error.message, error);
}
