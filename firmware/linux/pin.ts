import { existsSync, writeFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { Gpio } from "onoff";
import { Fault } from "../hal/fault.ts";
import type { InputPin, OutputPin, PinAddress } from "../hal/pin.ts";
import { Queue } from "../hal/queue.ts";
import type { AtExit } from "./at-exit.ts";
import type { GpioTools } from "./gpio-tools.ts";
import { charDevice, nameOf, PIN_ROOTS, pinChip } from "./pin-chip.ts";
import { usersOf } from "./users.ts";

/** A level is told once it has held so long, or the contact has bounced for longer than any contact does. */
const DEBOUNCE_MS = 10;
const BOUNCES_AT_MOST_MS = 100;
/** A line without interrupts (an expander whose own is not wired) is read so often instead. */
const POLL_MS = 250;
/** An idle line says nothing when its chip is pulled: its file is looked for so often. */
const ALIVE_MS = 1000;

/** What is used of onoff's `Gpio`. */
export type Line = Pick<Gpio, "read" | "readSync" | "write" | "watch" | "unwatch" | "setEdge" | "unexport">;

export interface LinuxPins {
  input(pin: PinAddress): Promise<InputPin>;
  output(pin: PinAddress, initial: boolean): Promise<OutputPin>;
}

/**
 * Lines of /sys/class/gpio. A line that a process of ours left behind when it was killed is taken anew; one that
 * somebody has is Fault `port-busy`, with who it is where the system tells.
 */
export function linuxPins(
  tools: Pick<GpioTools, "holder">,
  exit: AtExit,
  roots = PIN_ROOTS,
  open: (number: number, direction: "in" | "high" | "low") => Line = (number, direction) => new Gpio(number, direction),
): LinuxPins {
  const take = async (pin: PinAddress, direction: "in" | "high" | "low") => {
    const where = nameOf(pin);
    const chip = await pinChip(pin, roots);
    const number = chip.base + pin.offset;
    const folder = join(roots.gpio, `gpio${number}`);
    const letGo = () => writeFileSync(join(roots.gpio, "unexport"), String(number));
    if (existsSync(folder)) {
      const [user] = await usersOf(join(folder, "value"), roots.proc);
      if (user !== undefined) throw new Fault("port-busy", where, `held by ${user}`);
      try {
        letGo();
      } catch (error) {
        throw pinFault(where, error);
      }
    }
    let line: Line;
    try {
      line = open(number, direction);
    } catch (error) {
      if (existsSync(folder)) letGo(); // exported, but could not be set: not to be left behind
      const fault = pinFault(where, error);
      const device = fault.kind === "port-busy" ? await charDevice(chip).catch(() => undefined) : undefined;
      const holder = device === undefined ? undefined : await tools.holder(device, pin.offset);
      throw holder === undefined ? fault : new Fault("port-busy", where, `held by ${holder}`, error);
    }
    return { where, folder, ...heldLine(where, line, exit) };
  };

  return {
    async input(pin) {
      const { where, folder, line, use, close } = await take(pin, "in");
      const interrupts = existsSync(join(folder, "edge"));
      const changes = new Queue<boolean>(64);
      let over = false;
      let told: boolean | undefined;
      let bouncing: { since: number; timer: NodeJS.Timeout } | undefined;
      let alive: NodeJS.Timeout | undefined;

      const stop = () => {
        over = true;
        clearInterval(alive);
        clearTimeout(bouncing?.timer);
        if (interrupts) line.unwatch();
      };
      const lose = (error: unknown) => {
        if (over) return;
        stop();
        changes.fail(lostFault(where, error));
      };
      const read = async () => (await use(() => line.read())) === 1;
      const tell = async () => {
        bouncing = undefined;
        try {
          const high = await read();
          if (over || high === told) return;
          if (told !== undefined) changes.push(high);
          told = high;
        } catch (error) {
          lose(error);
        }
      };
      const settle = () => {
        if (over) return;
        const now = performance.now();
        const since = bouncing?.since ?? now;
        clearTimeout(bouncing?.timer);
        const wait = Math.max(0, Math.min(DEBOUNCE_MS, since + BOUNCES_AT_MOST_MS - now));
        bouncing = { since, timer: setTimeout(() => void tell(), wait) };
      };

      // onoff reads in its own event handler, where a throw (the chip is gone) would end the program.
      const readSync = line.readSync.bind(line);
      line.readSync = () => {
        try {
          return readSync();
        } catch (error) {
          lose(error);
          return 0;
        }
      };
      try {
        if (interrupts) {
          line.setEdge("both");
          line.watch(settle);
        }
        told = await read();
      } catch (error) {
        stop();
        await close();
        throw error instanceof Fault ? error : pinFault(where, error);
      }
      const look = interrupts ? () => void access(join(folder, "value")).catch(lose) : () => void tell();
      if (!over) alive = setInterval(look, interrupts ? ALIVE_MS : POLL_MS);
      return {
        changes,
        async read() {
          const high = await read();
          // The kernel takes a read for an answer to the edge before it, and may then tell nobody of that edge.
          if (interrupts && high !== told) settle();
          return high;
        },
        async close() {
          if (!over) stop();
          changes.end();
          await close();
        },
      };
    },

    async output(pin, initial) {
      const { line, use, close } = await take(pin, initial ? "high" : "low");
      return { write: (high) => use(() => line.write(high ? 1 : 0)), close };
    },
  };
}

/** A line that is ours until it is closed, once, after the last read or write has come back; or until the program ends. */
function heldLine(where: string, line: Line, exit: AtExit) {
  const forget = exit.add(() => line.unexport());
  const busy = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const letGo = async () => {
    await Promise.allSettled(busy); // else a read could meet another file under the same descriptor
    forget();
    try {
      line.unexport();
    } catch {
      // the chip went with the line
    }
  };
  return {
    line,
    async use<T>(work: () => Promise<T>): Promise<T> {
      if (closing !== undefined) throw new Fault("port-lost", where, "closed");
      const mine = work();
      busy.add(mine);
      try {
        return await mine;
      } catch (error) {
        throw lostFault(where, error);
      } finally {
        busy.delete(mine);
      }
    },
    close: () => {
      closing ??= letGo();
      return closing;
    },
  };
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const lostFault = (where: string, error: unknown): Fault =>
  error instanceof Fault ? error : new Fault("port-lost", where, codeOf(error), error);

function pinFault(where: string, error: unknown): Fault {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM") return new Fault("port-denied", where, code, error);
  if (code === "EBUSY") return new Fault("port-busy", where, code, error);
  return new Fault("port-missing", where, code, error);
}
