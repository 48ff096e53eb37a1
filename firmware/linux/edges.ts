import { readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { edgeQueue } from "../hal/edge-queue.ts";
import { Fault } from "../hal/fault.ts";
import type { EdgeStream, PinAddress } from "../hal/pin.ts";
import type { AtExit } from "./at-exit.ts";
import { EdgeLines } from "./edge-lines.ts";
import { type GpioTools, type Monitor, toolFault } from "./gpio-tools.ts";
import { charDevice, nameOf, PIN_ROOTS, pinChip } from "./pin-chip.ts";

/** How long gpiomon may take to have the line. */
const READY_MS = 3000;
const READY_LOOK_MS = 10;
/** gpiomon does not notice on every kernel that its chip has gone. */
const ALIVE_MS = 1000;
/** Of what a child says in its last hour. */
const LAST_WORDS = 1000;

/**
 * Every edge of a line with the kernel's own time, through the line's character device and Debian's `gpiomon`: the files of
 * /sys/class/gpio keep no queue, and lose edges under load. A child that dies is Fault `port-lost`; without Debian's package `gpiod`
 * the port is missing.
 */
export async function edgeStream(
  pin: PinAddress,
  tools: GpioTools,
  exit: AtExit,
  roots = PIN_ROOTS,
): Promise<EdgeStream> {
  const where = nameOf(pin);
  const device = await charDevice(await pinChip(pin, roots));
  const high = await tools.level(device, pin.offset, where);
  const child = await tools.monitor(device, pin.offset, where);
  const queue = edgeQueue(where);
  const lines = new EdgeLines();
  let first = true;
  let lastWords = "";
  let ended: { readonly why: string } | undefined;

  const kill = () => void child.kill("SIGKILL");
  const forget = exit.add(kill);
  const gone = new Promise<void>((resolve) => {
    const end = (why: string) => {
      ended ??= { why };
      clearInterval(alive);
      forget();
      queue.fail(new Fault("port-lost", where, lastWords.trim() || why));
      resolve();
    };
    child.on("error", (error) => end(error.message));
    child.on("close", (code, signal) => end(`gpiomon ended: ${signal ?? code}`));
  });
  const lose = (fault: Fault) => {
    queue.fail(fault);
    kill();
  };
  child.stdout.setEncoding("latin1").on("data", (chunk: string) => {
    const edges = lines.push(chunk);
    for (const edge of edges ?? []) {
      // A polled chip (CP2112) compares with what it saw when a line of it was last watched: an edge to the level that it had is none.
      if (!first || edge.high !== high) queue.push(edge);
      first = false;
    }
    if (!edges) lose(new Fault("protocol", where, "gpiomon says what it never says"));
  });
  child.stderr.setEncoding("latin1").on("data", (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-LAST_WORDS);
  });
  const look = async () => {
    const here = await stat(join(roots.dev, device)).catch(() => undefined);
    if (!here) lose(new Fault("port-lost", where, `${device} is gone`));
  };
  const alive = setInterval(() => void look(), ALIVE_MS);

  const ready = await hasLine(child, roots.proc, () => ended !== undefined);
  if (!ready) {
    kill();
    await gone;
    throw toolFault(where, lastWords || ended?.why || "gpiomon did not take the line");
  }
  return {
    high,
    changes: queue.changes,
    async close() {
      queue.end();
      kill();
      await gone;
    },
  };
}

/** gpiomon does not say when it begins to see; but then it has a file of the line open. */
async function hasLine(child: Monitor, proc: string, over: () => boolean): Promise<boolean> {
  const folder = join(proc, String(child.pid), "fd");
  for (let left = READY_MS; left > 0 && !over(); left -= READY_LOOK_MS) {
    const files = await readdir(folder).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => "")));
    if (targets.some((target) => /^anon_inode:\[?gpio-/.test(target))) return true;
    await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS));
  }
  return false;
}
