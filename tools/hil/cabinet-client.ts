import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { HardwareAction, Observation } from "../../sim/scenarios/model.ts";
import type { Build, FromCabinet, ToCabinet } from "./cabinet-process.ts";

export interface CabinetClient {
  perform(action: HardwareAction): Promise<void>;
  setMains(on: boolean): Promise<void>;
  end(): Promise<void>;
}

export interface CabinetListener {
  seen(observation: Observation): void;
  /** QEMU must pull the serial device of that address, or put it back. */
  plug(address: string, present: boolean): Promise<void>;
  /** The process died. */
  broke(why: string): void;
}

/** Starts the cabinet's process and builds the cabinet: resolves once its sockets listen. */
export async function startCabinet(build: Build, listener: CabinetListener): Promise<CabinetClient> {
  const child: ChildProcess = fork(join(import.meta.dirname, "cabinet-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const { promise: built, resolve: isBuilt, reject: notBuilt } = Promise.withResolvers<void>();
  let nextId = 1;
  let ending = false;
  let plugging: Promise<void> = Promise.resolve();

  child.on("message", (message: FromCabinet) => {
    switch (message.say) {
      case "built":
        return isBuilt();
      case "seen":
        return listener.seen(message.observation);
      case "plug":
        plugging = plugging.then(() => listener.plug(message.address, message.present));
        plugging.catch(() => {});
        return;
      case "done": {
        const request = waiting.get(message.id);
        waiting.delete(message.id);
        // A plug is only pulled once the machine has lost it.
        if (message.error === undefined) plugging.then(request?.resolve, request?.reject);
        else request?.reject(new Error(message.error));
      }
    }
  });
  child.on("exit", (code, signal) => {
    const error = new Error(`the simulated cabinet ended (${signal ?? code})`);
    notBuilt(error);
    for (const { reject } of waiting.values()) reject(error);
    if (!ending) listener.broke(error.message);
  });
  const send = (message: ToCabinet) => child.send(message);
  const ask = (message: (id: number) => ToCabinet) =>
    new Promise<void>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      send(message(id));
    });
  send({ say: "build", build });
  await built;
  return {
    perform: (action) => ask((id) => ({ say: "perform", id, action })),
    setMains: (on) => ask((id) => ({ say: "mains", id, on })),
    async end() {
      ending = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
