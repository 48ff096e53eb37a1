/** The pins' contract and the troubles of sysfs, on a kernel that is played: files for its GPIO, a stand-in for onoff and for gpiod's tools. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds } from "../../controllers/units.ts";
import { settled } from "../../sim/clock.ts";
import { faultOf, realTime } from "../hal/contract/bench.ts";
import { type PinBench, pinContract } from "../hal/contract/pin.ts";
import type { Fault } from "../hal/fault.ts";
import { atExit } from "./at-exit.ts";
import { systemClock } from "./clock.ts";
import { edgeStream } from "./edges.ts";
import { gpioTools } from "./gpio-tools.ts";
import { type Line, linuxPins } from "./pin.ts";
import { PIN_ROOTS } from "./pin-chip.ts";

/** The test runner has its own. */
const LISTENERS = process.listenerCount("exit");
const BASE = 512;
const LINES = 8;
const pause = (ms: number) => systemClock.sleep(milliseconds(ms), "real time");
const failure = (code: string) => Object.assign(new Error(code), { code });

/** A machine with one chip, its lines' levels, and the files by which Linux shows them. */
class FakeKernel {
  readonly root = fs.mkdtempSync(join(tmpdir(), "hulotte-kernel-"));
  readonly roots = {
    ...PIN_ROOTS,
    gpio: join(this.root, "gpio"),
    proc: join(this.root, "proc"),
    dev: join(this.root, "dev"),
  };
  readonly levels = Array.from({ length: LINES }, () => false);
  readonly open = new Map<number, { watchers: (() => void)[]; edges: boolean }>();
  readonly opened: string[] = [];
  interrupts = true;
  /** How often a line was read. */
  reads = 0;
  /** What the next export fails with. */
  refuse: string | undefined;
  #present = false;
  readonly #fifos: number[] = [];

  constructor(version = "v1.6.3") {
    for (const folder of ["gpio", "proc", "dev", "device/gpiochip3", "bin"])
      fs.mkdirSync(join(this.root, folder), { recursive: true });
    fs.writeFileSync(join(this.roots.gpio, "unexport"), "");
    for (let i = 0; i < LINES; i++) execFileSync("mkfifo", [join(this.root, `line${i}`)]);
    for (let i = 0; i < LINES; i++) this.#fifos.push(fs.openSync(join(this.root, `line${i}`), "r+"));
    // Like the real one it has a file of the line open before it prints, and prints only what comes from then on.
    this.script(
      "gpiomon",
      `[ "$1" = --version ] && { echo "gpiomon (libgpiod) ${version}"; exit; }
       for offset; do :; done
       [ -e ${this.root}/dev/gpiochip3 ] || { echo "gpiomon: No such file or directory" >&2; exit 1; }
       mkdir -p ${this.root}/proc/$$/fd && ln -s anon_inode:gpio-event ${this.root}/proc/$$/fd/3
       exec cat < ${this.root}/line$offset`,
    );
    this.script("gpioget", `for offset; do :; done; cat ${this.root}/level$offset`);
    this.plug();
    for (let i = 0; i < LINES; i++) this.set(i, false);
  }

  script(name: string, text: string): void {
    fs.writeFileSync(join(this.root, "bin", name), `#!/bin/sh\n${text}\n`);
    fs.chmodSync(join(this.root, "bin", name), 0o755);
  }

  tools() {
    return gpioTools(`${this.root}/bin:/usr/bin:/bin`);
  }

  plug(): void {
    this.#present = true;
    const chip = join(this.roots.gpio, `gpiochip${BASE}`);
    fs.mkdirSync(chip);
    for (const [file, value] of Object.entries({ label: "chip", base: BASE, ngpio: LINES }))
      fs.writeFileSync(join(chip, file), `${value}\n`);
    fs.symlinkSync(join(this.root, "device"), join(chip, "device"));
    fs.writeFileSync(join(this.roots.dev, "gpiochip3"), "");
  }

  pull(): void {
    this.#present = false;
    for (const entry of fs.readdirSync(this.roots.gpio))
      if (entry !== "unexport") fs.rmSync(join(this.roots.gpio, entry), { recursive: true });
    fs.rmSync(join(this.roots.dev, "gpiochip3"));
  }

  set(line: number, high: boolean): void {
    fs.writeFileSync(join(this.root, `level${line}`), high ? "1\n" : "0\n");
    if (this.levels[line] === high) return;
    this.levels[line] = high;
    // Who reads the queue may come later: gpiomon of a closed stream must not leave edges to the next one.
    if (fs.readdirSync(this.roots.proc).length > 0) {
      const ns = Math.round(performance.now() * 1e6);
      const text = `${high ? 1 : 0} ${Math.floor(ns / 1e9)} ${ns % 1e9}\n`;
      fs.writeSync(this.#fifos[line] as number, text);
    }
    const state = this.open.get(BASE + line);
    if (state?.edges) for (const watcher of state.watchers) watcher();
  }

  /** The children that hold a line have died or been killed: the kernel forgets them. */
  reap(): void {
    for (const pid of fs.readdirSync(this.roots.proc))
      if (!fs.existsSync(`/proc/${pid}`)) fs.rmSync(join(this.roots.proc, pid), { recursive: true });
  }

  /** As onoff does it: its event handler reads, and a throw of that would be nobody's. */
  export(number: number, direction: "in" | "high" | "low"): Line {
    if (this.refuse !== undefined) throw failure(this.refuse);
    const folder = join(this.roots.gpio, `gpio${number}`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(join(folder, "value"), "");
    if (this.interrupts) fs.writeFileSync(join(folder, "edge"), "none");
    this.opened.push(`${number} ${direction}`);
    const state: { watchers: (() => void)[]; edges: boolean } = { watchers: [], edges: false };
    this.open.set(number, state);
    if (direction !== "in") this.set(number - BASE, direction === "high");
    const check = () => {
      if (!this.#present) throw failure("ENODEV");
      if (this.open.get(number) !== state) throw failure("EBADF");
      return this.levels[number - BASE] ? 1 : 0;
    };
    const line = {
      read: async () => {
        this.reads++;
        await pause(1);
        return check();
      },
      readSync: check,
      write: async (value: 0 | 1) => {
        check();
        this.set(number - BASE, value === 1);
      },
      watch: (heard: (error: null, value: 0 | 1) => void) => {
        state.watchers.push(() => heard(null, line.readSync()));
      },
      unwatch: () => void state.watchers.splice(0),
      setEdge: () => {
        state.edges = true;
      },
      unexport: () => {
        if (this.open.get(number) !== state) throw new Error("let go twice");
        this.open.delete(number);
        fs.rmSync(folder, { recursive: true, force: true });
      },
    };
    return line as unknown as Line;
  }

  ports() {
    const exit = atExit();
    const tools = this.tools();
    const pins = linuxPins(tools, exit, this.roots, (number, direction) => this.export(number, direction));
    return { ...pins, edges: (pin: Parameters<typeof edgeStream>[0]) => edgeStream(pin, tools, exit, this.roots) };
  }

  end(): void {
    for (const fifo of this.#fifos) fs.closeSync(fifo);
    fs.rmSync(this.root, { recursive: true });
  }
}

const PULSE = milliseconds(4);
const pin = { chip: "chip", offset: 0 };

async function bench(kernel = new FakeKernel()): Promise<PinBench> {
  const ports = kernel.ports();
  return {
    ...realTime(systemClock),
    ports: {
      ...ports,
      async edges(address) {
        kernel.reap();
        return ports.edges(address);
      },
    },
    in: pin,
    out: { chip: "chip", offset: 1 },
    drive: async (high) => {
      kernel.reap();
      kernel.set(0, high);
    },
    seen: async () => kernel.levels[1] === true,
    pulse: PULSE,
    async pulses(count) {
      for (let i = 0; i < 2 * count; i++) {
        kernel.set(0, i % 2 === 0);
        await pause(PULSE);
      }
    },
    unplug: async () => kernel.pull(),
    replug: async () => kernel.plug(),
    close: async () => {
      assert.is(process.listenerCount("exit"), LISTENERS, "something is still to be undone");
      kernel.end();
    },
  };
}

pinContract("Linux, gpiod 1.6", () => bench());
test("a line without interrupts is read now and then instead", async () => {
  const kernel = new FakeKernel();
  kernel.interrupts = false;
  const input = await kernel.ports().input(pin);
  const changes = input.changes[Symbol.asyncIterator]();
  for (const high of [true, false]) {
    const began = performance.now();
    kernel.set(0, high);
    assert.is((await changes.next()).value, high);
    assert.ok(performance.now() - began < 500);
  }
  kernel.pull();
  assert.is(await faultOf(changes.next()), "port-lost");
  await input.close();
  kernel.end();
});

const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: Fault) => `${error.kind} ${error.message}`,
  );

test("a line that a killed process left exported is let go and taken anew", async () => {
  const kernel = new FakeKernel();
  fs.mkdirSync(join(kernel.roots.gpio, `gpio${BASE}`));
  const input = await kernel.ports().input(pin);
  assert.is(fs.readFileSync(join(kernel.roots.gpio, "unexport"), "utf8"), String(BASE));
  assert.equal(kernel.opened, [`${BASE} in`]);
  await input.close();
  kernel.end();
});

test("a line that a living process has open is busy, and stays its own", async () => {
  const kernel = new FakeKernel();
  const value = join(kernel.roots.gpio, `gpio${BASE}`, "value");
  fs.mkdirSync(join(kernel.roots.gpio, `gpio${BASE}`));
  fs.writeFileSync(value, "");
  fs.mkdirSync(join(kernel.roots.proc, "77/fd"), { recursive: true });
  fs.writeFileSync(join(kernel.roots.proc, "77/comm"), "doorman\n");
  fs.symlinkSync(fs.realpathSync(value), join(kernel.roots.proc, "77/fd/21"));
  assert.match(await messageOf(kernel.ports().output(pin, true)), /^port-busy .*held by doorman \(pid 77\)/);
  assert.equal([kernel.opened, fs.readFileSync(join(kernel.roots.gpio, "unexport"), "utf8")], [[], ""]);
  kernel.end();
});

test("what the kernel refuses is a fault that says why, and by whom it is held", async () => {
  const kernel = new FakeKernel();
  kernel.script("gpioinfo", `printf '\\tline   0: unnamed "kettle" input active-high [used]\\n'`);
  for (const [code, fault] of [
    ["EBUSY", /^port-busy .*held by kettle/],
    ["EACCES", /^port-denied .*EACCES/],
    ["EPERM", /^port-denied /],
    ["EINVAL", /^port-missing .*EINVAL/],
  ] as const) {
    kernel.refuse = code;
    assert.match(await messageOf(kernel.ports().input(pin)), fault);
  }
  kernel.end();
});

test("bounces are told as one change, a blink as none, endless chatter now and then", async () => {
  const kernel = new FakeKernel();
  const input = await kernel.ports().input(pin);
  const told: boolean[] = [];
  const listen = (async () => {
    for await (const high of input.changes) told.push(high);
  })();
  for (let i = 0; i < 7; i++) {
    kernel.set(0, i % 2 === 0);
    await pause(1);
  }
  await pause(60);
  assert.equal(told, [true]);
  kernel.set(0, false);
  kernel.set(0, true);
  await pause(60);
  assert.equal(told, [true]);
  kernel.reads = 0;
  let edges = 0;
  for (const until = performance.now() + 700; performance.now() < until; edges++) {
    kernel.set(0, edges % 2 === 1);
    await settled();
  }
  assert.ok(kernel.reads >= 3 && kernel.reads < edges / 4, `looked ${kernel.reads} times at ${edges} edges`);
  await input.close();
  await listen;
  kernel.end();
});

test("a read that takes the place of an edge's event is told as the edge would have been", async () => {
  const kernel = new FakeKernel();
  const input = await kernel.ports().input(pin);
  const changes = input.changes[Symbol.asyncIterator]();
  for (const high of [true, false]) {
    kernel.levels[0] = high; // no watcher hears of it: the read came first
    assert.is(await input.read(), high);
    assert.equal(await Promise.race([changes.next(), pause(500)]), { done: false, value: high });
  }
  await input.close();
  kernel.end();
});

test("a chip that goes in the middle of an edge is a lost port, not the end of the program", async () => {
  const kernel = new FakeKernel();
  const input = await kernel.ports().input(pin);
  const lost = faultOf(input.changes[Symbol.asyncIterator]().next());
  const { watchers } = kernel.open.get(BASE) as { watchers: (() => void)[] };
  const [event] = [...watchers];
  kernel.pull();
  event?.();
  assert.is(await lost, "port-lost");
  assert.equal(watchers, [], "an event that cannot be taken would come for ever");
  await input.close();
  assert.is(await faultOf(input.read()), "port-lost");
  kernel.end();
});

test("closing waits for a read on its way", async () => {
  const kernel = new FakeKernel();
  const input = await kernel.ports().input(pin);
  const reading = input.read();
  await Promise.all([input.close(), input.close()]);
  assert.is(await reading, false);
  kernel.end();
});

for (const version of ["v1.6.3", "v2.2.1"])
  test(`gpiomon ${version}: a child that dies, or says nonsense, is a fault`, async () => {
    for (const [end, fault] of [
      ["exit 3", "port-lost"],
      [`echo "event: RISING EDGE"; exec sleep 60`, "protocol"],
    ] as const) {
      const kernel = new FakeKernel(version);
      const gpiomon = fs.readFileSync(join(kernel.root, "bin/gpiomon"), "utf8");
      kernel.script("gpiomon", gpiomon.replace(/exec cat.*/, `read -r _ < ${kernel.root}/line0; ${end}`));
      const stream = await kernel.ports().edges(pin);
      kernel.set(0, true);
      assert.is(await faultOf(stream.changes[Symbol.asyncIterator]().next()), fault);
      await stream.close();
      kernel.end();
    }
  });

test("a first edge to the level that the line already had is none", async () => {
  const kernel = new FakeKernel();
  const stream = await kernel.ports().edges(pin);
  fs.appendFileSync(join(kernel.root, "line0"), "0 5 100\n1 5 200\n0 5 300\n0 5 400\n");
  const levels: boolean[] = [];
  for await (const { high } of stream.changes) if (levels.push(high) === 3) break;
  assert.equal(levels, [true, false, false]);
  await stream.close();
  kernel.end();
});

test("a gpiomon that does not get the line is a fault, by its own words", async () => {
  const kernel = new FakeKernel();
  const start = `[ "$1" = --version ] && { echo "gpiomon (libgpiod) v1.6.3"; exit; }`;
  kernel.script("gpiomon", `${start}\necho "gpiomon: error waiting for events: Device or resource busy" >&2; exit 1`);
  assert.match(await messageOf(kernel.ports().edges(pin)), /^port-busy .*error waiting/);
  kernel.script("gpiomon", `${start}\nexec sleep 60`);
  const began = performance.now();
  assert.match(await messageOf(kernel.ports().edges(pin)), /^port-missing /);
  assert.ok(performance.now() - began < 8000);
  assert.is(process.listenerCount("exit"), LISTENERS);
  kernel.end();
});

test("a consumer that stands still loses the line, not edges in silence", async () => {
  const kernel = new FakeKernel();
  const stream = await kernel.ports().edges(pin);
  for (let i = 0; i < 5000; i++) {
    kernel.set(0, i % 2 === 0);
    if (i % 100 === 0) await pause(1);
  }
  await pause(200);
  let last = false;
  const read = async () => {
    for await (const { high } of stream.changes) last = high;
  };
  assert.is(await faultOf(read()), "port-lost");
  assert.type(last, "boolean");
  await stream.close();
  kernel.end();
});

test.run();
