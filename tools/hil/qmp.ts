import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** QEMU's control socket (QMP): one command at a time, answers matched by order. */
export interface Qmp {
  /** Resolves with what the command returned. Rejects with QEMU's own words. */
  ask(command: string, args?: object): Promise<unknown>;
  /** Resolves at the next event of that name about that device. */
  event(name: string, device: string): Promise<void>;
  close(): void;
}

const TRIES = 200;

/** Connects to QEMU's socket as soon as it is there, within 10 s. */
export async function connectQmp(path: string): Promise<Qmp> {
  const socket = await reach(path);
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  const listeners = new Set<(event: { event: string; data?: { device?: string } }) => void>();
  let rest = "";
  const failAll = () => {
    for (const { reject } of waiting.splice(0)) reject(new Error("QEMU went away"));
  };
  socket.on("close", failAll);
  socket.on("error", failAll);
  socket.on("data", (chunk) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) {
      const said = JSON.parse(line);
      if ("event" in said) for (const listener of listeners) listener(said);
      else if ("return" in said) waiting.shift()?.resolve(said.return);
      else if ("error" in said) waiting.shift()?.reject(new Error(`QEMU: ${said.error.desc}`));
    }
  });
  const ask = (execute: string, args?: object) =>
    new Promise<unknown>((resolve, reject) => {
      if (socket.destroyed) return reject(new Error("QEMU went away"));
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify({ execute, ...(args ? { arguments: args } : {}) })}\n`);
    });
  await ask("qmp_capabilities");
  return {
    ask,
    event: (name, device) =>
      new Promise((resolve) => {
        const listener = (said: { event: string; data?: { device?: string } }) => {
          if (said.event !== name || said.data?.device !== device) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    close: () => socket.destroy(),
  };
}

async function reach(path: string): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect(path);
        socket.once("connect", () => resolve(socket));
        socket.once("error", reject);
      });
    } catch (error) {
      if (tries >= TRIES) throw error;
      await pause(50);
    }
  }
}
