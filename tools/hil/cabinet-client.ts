import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { HardwareAction, Observation } from "../../sim/scenarios/model.ts";
import type { Build, FromCabinet, ToCabinet } from "./cabinet-process.ts";

export interface CabinetClient {
  /** Builds a cabinet in the place of the one before; resolves once its sockets listen. */
  build(build: Build, listener: CabinetListener): Promise<void>;
  perform(action: HardwareAction): Promise<void>;
  setMains(on: boolean): Promise<void>;
  end(): Promise<void>;
}

export interface CabinetListener {
  /** `at` is real time, ms since 1970. */
  seen(observation: Observation): void;
  /** QEMU must pull the serial device of that address, or put it back. */
  plug(address: string, present: boolean): Promise<void>;
  /** The process died. */
  broke(why: string): void;
}

/** A message that is given its number on the way. */
type Numbered = { [S in ToCabinet["say"]]: Omit<Extract<ToCabinet, { say: S }>, "id"> }[ToCabinet["say"]];

/** Starts the cabinet's process. */
export function startCabinet(): CabinetClient {
  const child: ChildProcess = fork(join(import.meta.dirname, "cabinet-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  let listener: CabinetListener | undefined;
  let nextId = 1;
  let plugging: Promise<void> = Promise.resolve();

  child.on("message", (message: FromCabinet) => {
    switch (message.say) {
      case "seen":
        return listener?.seen(message.observation);
      case "plug":
        plugging = plugging.then(() => listener?.plug(message.address, message.present));
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
    for (const { reject } of waiting.values()) reject(error);
    listener?.broke(error.message);
  });
  const ask = (message: Numbered) =>
    new Promise<void>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      child.send({ ...message, id } as ToCabinet);
    });
  return {
    build(build, by) {
      listener = by;
      return ask({ say: "build", build });
    },
    perform: (action) => ask({ say: "perform", action }),
    setMains: (on) => ask({ say: "mains", on }),
    async end() {
      listener = undefined;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}
