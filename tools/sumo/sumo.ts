import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { milliseconds } from "../../controllers/units.ts";
import { Fault } from "../../firmware/hal/fault.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { streamOf } from "../../sim/socket.ts";
import { connectTraci, type Traci } from "../../sim/sumo/traci.ts";
import { freePort } from "../mosquitto.ts";

const LOOPBACK = "127.0.0.1";
const READY_WITHIN = 30_000;
const MOST_SAID = 4000;

/** Where Debian's `sumo-tools` and most installers put data and scenarios; `$SUMO_HOME` goes before. */
export const sumoHome = (): string => process.env["SUMO_HOME"] ?? "/usr/share/sumo";

/** The program, from `$SUMO_HOME/bin` or the path; null where it is not installed. */
export function sumoProgram(name: "sumo" | "netconvert" = "sumo"): string | null {
  const own = join(sumoHome(), "bin", name);
  if (existsSync(own)) return own;
  return spawnSync(name, ["--version"], { stdio: "ignore" }).error === undefined ? name : null;
}

export const HOW_TO_INSTALL = "SUMO is not installed: apt-get install sumo sumo-tools (or set SUMO_HOME)";

export interface Sumo {
  readonly traci: Traci;
  /** Waits until it has gone by itself. Throws Fault `protocol` with what it said where it failed. */
  ended(): Promise<void>;
  kill(): void;
}

/** Starts SUMO with these arguments and greets it. Throws Fault `protocol` with what it said where it does not start. */
export async function startSumo(args: readonly string[]): Promise<Sumo> {
  const program = sumoProgram();
  if (program === null) throw new Fault("protocol", "sumo", HOW_TO_INSTALL);
  const port = await freePort();
  const child = spawn(program, [...args, "--remote-port", String(port), "--num-clients", "1"], {
    env: { ...process.env, SUMO_HOME: sumoHome() },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-MOST_SAID);
  });
  const gone = once(child, "close");
  const failure = (): Fault => new Fault("protocol", "sumo", errorsIn(said) || `it ended with ${child.exitCode}`);
  const socket = await reached(port, child);
  if (!socket) {
    child.kill();
    throw failure();
  }
  socket.setNoDelay(true);
  try {
    const traci = await connectTraci(streamOf(socket));
    return {
      traci,
      async ended() {
        await gone;
        if (child.exitCode !== 0) throw failure();
      },
      kill: () => child.kill(),
    };
  } catch (error) {
    // It greets first and reads its files then: what it says of them is the better reason.
    if (!(error instanceof Fault) || error.kind !== "port-lost") child.kill();
    await gone;
    throw errorsIn(said) === "" ? error : failure();
  }
}

/** It listens when it has read its files: a large network takes its time. */
async function reached(port: number, child: ChildProcess): Promise<Socket | null> {
  const until = Date.now() + READY_WITHIN;
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const socket = await new Promise<Socket | null>((resolve) => {
      const one = connect(port, LOOPBACK, () => resolve(one));
      one.on("error", () => resolve(null));
    });
    if (socket) return socket;
    await systemClock.sleep(milliseconds(20), "sumo listens");
  }
  return null;
}

const errorsIn = (said: string): string =>
  said
    .split("\n")
    .filter((line) => line.startsWith("Error"))
    .join(" ");
