/** For the tests beside it: serial devices (socat's pseudo-terminals) that are plugged in and pulled. No product needs it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const haveSocat = (() => {
  try {
    execFileSync("socat", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** A pseudo-terminal whose far end is ours, as a serial device is that is plugged in and pulled. */
export class Plug {
  readonly path = join(mkdtempSync(join(tmpdir(), "hulotte-pty-")), "tty");
  #child: ChildProcess | undefined;
  heard: number[] = [];

  async plugIn(): Promise<void> {
    const child = spawn("socat", [`pty,raw,echo=0,link=${this.path}`, "STDIO"], { stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    this.heard = [];
    child.stdin.on("error", () => {}); // what is said to a pulled device
    child.stdout.on("data", (chunk: Buffer) => this.heard.push(...chunk));
    while (!existsSync(this.path)) await pause(5);
  }

  say(bytes: Uint8Array): void {
    this.#child?.stdin?.write(bytes);
  }

  /** The device and its path go, as on a USB unplug. */
  async pull(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    rmSync(this.path, { force: true });
    if (!child) return;
    child.kill("SIGKILL");
    await once(child, "close");
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Descriptors of terminals that this process holds. */
export const terminals = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /\/dev\/(pts|tty)|deleted/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false; // the descriptor of this very listing
    }
  }).length;
