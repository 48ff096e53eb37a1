/** The guest from outside: starts and stops the runtime in it, sets its clock, looks at its process. */
import { setTimeout as pause } from "node:timers/promises";
import type { Facts } from "../../sim/scenarios/model.ts";
import type { GuestShell } from "./console.ts";

/** The emulator's user network gives this machine that address. */
export const HOST = "10.0.2.2";
const CONFIG = "/etc/hulotte/cabinet.yaml";
const STATE = "/var/lib/hulotte";
/** Clock ticks a second, in what the kernel tells of a process. */
const TICKS = 100;
const DEVICES_WITHIN_MS = 30_000;

export interface Guest {
  /** Resolves once the network is up and all of the cabinet's devices are there. */
  devices(serial: readonly string[], bridges: number): Promise<void>;
  /** Fetches the configuration and forgets what a runtime before kept. */
  prepare(configUrl: string): Promise<void>;
  /** Sets the wall clock, ms since 1970; to whole seconds. */
  setClock(now: () => number): Promise<void>;
  /** Starts the runtime under its keeper. */
  start(broker: string): Promise<void>;
  /** Kills the runtime; its keeper starts it again after so long. */
  kill(restart: number): Promise<void>;
  /** Kills runtime and keeper. */
  stop(): Promise<void>;
  facts(): Promise<Facts>;
  /** Processor time the runtime has used, s. */
  processTime(): Promise<number>;
  /** What a file holds. */
  guestFile(path: string): Promise<string>;
  /** The end of the runtime's log. */
  log(): Promise<string>;
}

export function guestOf(shell: GuestShell): Guest {
  const numbers = (text: string) => text.trim().split(/\s+/).map(Number);
  return {
    async devices(serial, bridges) {
      const lines = serial.map((name) => `[ -e /dev/serial/by-id/usb-${name} ]`);
      const all = [
        "[ -e /run/network ]",
        `[ $(ls -d /sys/bus/hid/drivers/cp2112/0* 2>/dev/null | wc -l) -ge ${bridges} ]`,
        ...lines,
      ];
      const until = performance.now() + DEVICES_WITHIN_MS;
      while ((await shell.run(`${all.join(" && ")} && echo all || echo some`)).trim() !== "all") {
        if (performance.now() > until) {
          const here = await shell.run(
            "ls /dev/serial/by-id /sys/bus/hid/drivers/cp2112; ls /run/network; dmesg | tail -n 20; true",
          );
          throw new Error(`the guest's devices did not all appear:\n${here}`);
        }
        await pause(100);
      }
    },
    async prepare(configUrl) {
      await shell.run(
        `mkdir -p /etc/hulotte && rm -rf ${STATE} && mkdir ${STATE} && wget -q -O ${CONFIG} ${configUrl} && sync`,
      );
    },
    async setClock(now) {
      await shell.run(`date -s @${Math.round(now() / 1000)} > /dev/null`);
    },
    async start(broker) {
      await shell.run(`rm -f /run/hulotte.log; start-hulotte ${broker} </dev/null >/dev/null 2>&1 &`);
    },
    async kill(restart) {
      await shell.run(`echo ${restart / 1000} > /run/hulotte.pause; kill -9 $(cat /run/hulotte.pid)`);
    },
    async stop() {
      // Gone only when its ports are closed: a device that is pulled in between keeps the kernel busy for seconds.
      await shell.run(
        'p=$(cat /run/hulotte.pid 2>/dev/null); kill -9 $(cat /run/keeper.pid) $p 2>/dev/null; rm -f /run/hulotte.pid /run/keeper.pid; n=0; while [ -n "$p" ] && [ -e /proc/$p ] && [ $n -lt 200 ]; do usleep 50000; n=$((n + 1)); done; true',
      );
    },
    async facts() {
      const text = await shell.run(
        "p=$(cat /run/hulotte.pid 2>/dev/null) && echo $p $(ls /proc/$p/fd | wc -l) $(sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$p/status) || true",
      );
      const [pid, descriptors, resident] = numbers(text);
      if (!pid || descriptors === undefined || resident === undefined) return {};
      return { pid, descriptors, resident: resident * 1024 };
    },
    async processTime() {
      const fields = (await shell.run("cut -d' ' -f14,15 /proc/$(cat /run/hulotte.pid)/stat")).trim().split(" ");
      return (Number(fields[0]) + Number(fields[1])) / TICKS;
    },
    guestFile: (path) => shell.run(`cat ${path}`),
    log: () => shell.run("tail -n 40 /run/hulotte.log 2>/dev/null | cut -c 1-400; true"),
  };
}
