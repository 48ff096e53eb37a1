import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestOf, HOST } from "./guest.ts";
import { type Machine, type MachineKind, startMachine } from "./machine.ts";
import { BRIDGE, SERIAL, type ToParent } from "./workbench-process.ts";

/** A machine with the workbench around it: what `tools/guest/proofs.ts` runs against. */
export interface Workbench {
  readonly machine: Machine;
  /** Runs one of the guest's proofs; what it printed. Rejects when it did not end within `ms`. */
  prove(suite: string, ms: number): Promise<string>;
  close(): Promise<void>;
}

export async function startWorkbench(kind: MachineKind, cpus = 2): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-workbench-"));
  const child = fork(join(import.meta.dirname, "workbench-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the workbench ended with ${code}`)));
    child.on("message", (message: ToParent) => message.say === "ready" && resolve(message.port));
    child.send(folder);
  });
  const machine = await startMachine({ kind, folder, serial: [SERIAL], usb: [BRIDGE], cpus });
  child.on("message", async (message: ToParent) => {
    if (message.say !== "plug") return;
    await machine.plugSerial(SERIAL.id, message.present);
    child.send("plugged");
  });
  await machine.booted;
  await guestOf(machine.shell).devices([SERIAL.name], 1);
  // The guest's clock stands in 1970 on a Raspberry Pi.
  await guestOf(machine.shell).setClock(() => Date.now());
  return {
    machine,
    prove: (suite, ms) =>
      machine.shell.run(`node /opt/hulotte/lib/proofs.js ${suite} ${HOST} ${port} 2>&1 || true`, ms),
    async close() {
      await machine.kill();
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
