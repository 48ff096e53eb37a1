/**
 * `make bench-runtime`: the runtime as a process of its own, `hulotte run`, against a simulated bus on real time over TCP, and
 * a simulated night on virtual time. The wire's times are those of IEC 62386-101: they bound what can be reached.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duration, hours, instant, seconds } from "../../controllers/units.ts";
import { readConfig } from "../../firmware/config/read.ts";
import { decodeGear } from "../../firmware/dali/frame.ts";
import { connectSupervisor } from "../../firmware/link/supervisor.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import type { Heard } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { simulateCabinet } from "../../sim/hardware.ts";
import { pace } from "../../sim/pace.ts";
import { SeededRandom } from "../../sim/random.ts";
import { startRig } from "../../sim/rig.ts";
import { streamOf } from "../../sim/socket.ts";
import { startBroker } from "../broker.ts";
import { median, percentile, print, progress } from "./line.ts";

const ROOT = join(import.meta.dirname, "../..");
const STARTS = 5;
const COMMANDS = 300;
const LAMPS = 64;

/** A cabinet with one full bus: 64 lamps, each read twice every 20 s, as much as the polling budget lets through. */
const cabinetYaml = (broker: string, bus: number) => `
node: bench/cabinet
site: { name: bench, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "${broker}" }
commands: { unsigned: bench-supervisor } # a real street signs
streets: [{ name: street, length: 1000 }]
buses: [{ id: bus/1, gateway: luba, port: "tcp://127.0.0.1:${bus}", pollEvery: 20 }]
lamps: [{ bus: bus/1, addresses: 0-63, street: street, position: 5, every: 15, power: 42, class: P3, reducedClass: P5 }]
schedules: [{ name: always, periods: [{ from: "12:00", level: 60 }], off: "11:59" }]
`;

/** The bus on real time, reached over TCP as a gateway on a LAN is. */
async function startStreet(broker: string) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const yaml = cabinetYaml(broker, port);
  const read = readConfig(yaml);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const clock = new VirtualClock(instant(Date.now()));
  const stop = new AbortController();
  const live = pace(clock, systemClock, stop.signal);
  const cabinet = simulateCabinet(read.config, clock, new SeededRandom(1), 0);
  server.on("connection", (socket) =>
    cabinet.attach(`tcp://127.0.0.1:${port}`, live.live(streamOf(socket.setNoDelay(true)))),
  );
  const file = join(mkdtempSync(join(tmpdir(), "hulotte-bench-")), "cabinet.yaml");
  writeFileSync(file, yaml);
  const bus = cabinet.buses.get("bus/1");
  if (!bus) throw new Error("no bus");
  /** Real time of a moment of the bus. */
  const origin = Date.now() - clock.monotonic();
  return {
    file,
    /** Calls `listener` for each frame on the bus with the real time (epoch ms) of its last bit. */
    onFrame: (listener: (heard: Heard, endedAt: number) => void) =>
      bus.onFrame((heard) => listener(heard, origin + heard.end)),
    close() {
      stop.abort();
      server.close();
    },
  };
}

type Street = Awaited<ReturnType<typeof startStreet>>;

const startRuntime = (file: string): ChildProcess =>
  spawn(join(ROOT, "tools/hulotte"), ["run", file, "--log", "warn"], { stdio: ["ignore", "ignore", "inherit"] });

async function stopRuntime(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** From the call of `hulotte run` to the last bit of the first frame on the bus, s: the median of some starts. */
async function coldStart(street: Street): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const first = Promise.withResolvers<number>();
    const off = street.onFrame((_, endedAt) => first.resolve(endedAt));
    const began = Date.now();
    const child = startRuntime(street.file);
    times.push(((await first.promise) - began) / 1000);
    off();
    await stopRuntime(child);
    await systemClock.sleep(duration(500), "the bus falls silent");
  }
  progress(`cold starts: ${times.map((t) => t.toFixed(2)).join(" ")} s`);
  return median(times);
}

/** From publishing a level command to the last bit of its DALI frame, ms, for commands at random moments of the polling. */
async function commandLatencies(street: Street, broker: string): Promise<number[]> {
  const supervisor = connectSupervisor({
    url: broker,
    id: "bench-supervisor",
    clock: systemClock,
    random: { next: Math.random },
  });
  await supervisor.ready;
  const latencies: number[] = [];
  const last = new Map<number, number>();
  for (let i = 0; i < COMMANDS; i++) {
    // Slower than the rate at which a cabinet takes commands.
    await systemClock.sleep(duration(210 + Math.random() * 100), "next command");
    const address = Math.floor(Math.random() * LAMPS);
    const done = Promise.withResolvers<number>();
    const off = street.onFrame((heard, endedAt) => {
      if (heard.kind !== "forward" || heard.frame.bits !== 16) return;
      const { kind, ...gear } = decodeGear(heard.frame.data);
      if (kind === "arc" && "to" in gear && gear.to.kind === "short" && gear.to.address === address)
        done.resolve(endedAt);
    });
    const until = new Date(Date.now() + 60_000).toISOString();
    const published = Date.now();
    // Another level than the lamp has, so that there is always a frame.
    const level = last.get(address) === 80 ? 20 : 80;
    last.set(address, level);
    const values = { level, until };
    const result = supervisor.command("bench/cabinet", "lighting.level.set", {
      component: `lamp/1/${address}`,
      values,
    });
    latencies.push((await done.promise) - published);
    const outcome = await result;
    if (!outcome.ok) throw new Error(`command refused: ${outcome.error.message}`);
    off();
  }
  await supervisor.close();
  return latencies;
}

/** Resident memory of a process, MB. */
const residentMemory = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;

/** Twelve simulated hours of the demonstration street, people walking, every frame on the wire; s. */
async function night(): Promise<number> {
  const read = readConfig(readFileSync(join(ROOT, "tools/demo/cabinet.yaml"), "utf8"));
  if (!read.ok) throw new Error("the demonstration's cabinet.yaml is not valid");
  const began = performance.now();
  const rig = startRig({ config: read.config, start: instant(Date.UTC(2026, 10, 18, 18)), people: 90 });
  await rig.clock.advance(hours(12));
  const time = (performance.now() - began) / 1000;
  await rig.clock.run(rig.end(), seconds(5));
  return time;
}

const broker = await startBroker(0);
const street = await startStreet(broker.url);
progress("cold start ...");
print({ name: "cold start to first DALI frame", value: await coldStart(street), unit: "s", target: 1.5 });

const child = startRuntime(street.file);
progress("waiting until every lamp has been read ...");
await systemClock.sleep(seconds(25), "warm-up");
progress(`${COMMANDS} commands ...`);
const latencies = await commandLatencies(street, broker.url);
progress(`latency median ${median(latencies)} ms, most ${percentile(latencies, 100)} ms`);
const memory = residentMemory(child.pid as number);
await stopRuntime(child);
street.close();
await broker.close();
print({ name: "resident memory without inference", value: memory, unit: "MB", target: 100 });
print({ name: "level command, publish to last bit, p99", value: percentile(latencies, 99), unit: "ms", target: 80 });

progress("a simulated night ...");
print({ name: "simulated night, 24 lamps, 12 h", value: await night(), unit: "s", target: 10 });
process.exit(0);
