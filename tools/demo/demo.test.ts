/** The two promises of the demonstration that only whole processes can break: what a cockpit sees of them, and their end. */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import { duration } from "../../controllers/units.ts";
import { keepLive } from "../../firmware/link/live.ts";
import type { StatusPayload } from "../../firmware/link/payload.ts";
import { connectSupervisor, type Supervisor, type SupervisorMessage } from "../../firmware/link/supervisor.ts";
import { decode } from "../../firmware/link/wire/cbor.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { startBroker } from "../broker.ts";

const NODE = "21231/cab-0117";
/** Of the processes' command lines. */
const RUNTIME = "hulotte.[jt]s run .*var/demo/cabinet.yaml";
const SIMULATOR = "^[^ ]*node [^ ]*sim/main.ts cabinet.yaml";
const run = promisify(execFile);
const outsideClient = spawnSync("mosquitto_sub", ["--help"]).error === undefined;
const never = new AbortController().signal;

/** Polls until `found` gives something; fails after `ms`, which is the promise that is tested. */
async function within<T>(ms: number, what: string, found: () => T | undefined | false): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = found();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await systemClock.sleep(duration(20), what, never);
  }
}

/** The process that `make run` starts, with everything under it. */
async function startDemonstration(broker: string, env: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, "demo.ts")], {
    env: { ...process.env, BROKER: broker, LOG: "warn", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  const page = await within(30_000, "the page's address", () => /The street is lit: (\S+)/.exec(text)?.[1]);
  return { child, page, said: () => text };
}

test("a broker that the page cannot be let through to is refused at once, with what is allowed", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "demo.ts")], {
    env: { ...process.env, BROKER: "mqtts://127.0.0.1:8883" },
    encoding: "utf8",
    timeout: 10_000,
  });
  assert.is(status, 2, stderr);
  assert.match(stderr, /BROKER is mqtts:.*allowed is mqtt:/);
});

/** Process ids whose command line holds `part`, below this test's demonstration. */
const pids = (part: string): number[] => {
  try {
    return execFileSync("pgrep", ["-f", part], { encoding: "utf8" }).trim().split("\n").map(Number);
  } catch {
    return [];
  }
};

/** A cockpit that looks at the lamps' levels. The demonstration's clock may run sixty times as fast as ours. */
function lookAt(url: string, heard: (message: SupervisorMessage) => void = () => {}) {
  const looking = new AbortController();
  const supervisor = connectSupervisor({
    url,
    id: "test-cockpit",
    clock: systemClock,
    random: { next: Math.random },
    onMessage(message) {
      live.take(message);
      heard(message);
    },
  });
  const live = keepLive({
    supervisor,
    clock: systemClock,
    codes: ["lighting.lamps"],
    timeout: 7200,
    signal: looking.signal,
  });
  const close = async () => {
    looking.abort();
    await supervisor.close();
  };
  return { supervisor, close };
}

const remote = (supervisor: Supervisor) => supervisor.nodes.get(NODE);
const lamps = (supervisor: Supervisor) => remote(supervisor)?.statuses.get("lighting.lamps/live");
const levels = (supervisor: Supervisor): Record<string, number> =>
  (lamps(supervisor)?.values["actualLightState"] ?? {}) as Record<string, number>;

test("of a killed runtime a new one brings the state back; a killed simulator is an alarm until it returns; Ctrl-C ends all", async () => {
  const broker = await startBroker(0);
  const demonstration = await startDemonstration(broker.url);
  const { supervisor, close } = lookAt(broker.url);
  await supervisor.ready;

  try {
    await within(10_000, "online", () => remote(supervisor)?.presence === "online");
    await within(10_000, "26 lamps", () => Object.keys(levels(supervisor)).length === 26);
    assert.is((await fetch(demonstration.page)).status, 200);

    const before = lamps(supervisor)?.ts as string;
    const [runtime] = pids(RUNTIME);
    assert.ok(runtime, "the runtime is a process of its own");
    process.kill(runtime as number, "SIGKILL");
    // Back within 5 s nobody hears that it was away: its last will waits so long.
    await within(5000, "a new runtime", () => pids(RUNTIME).some((pid) => pid !== runtime));
    await within(
      10_000,
      "state again",
      () => (lamps(supervisor)?.ts ?? "") > before && Object.keys(levels(supervisor)).length === 26,
    );
    assert.is(remote(supervisor)?.presence, "online");

    const [simulator] = pids(SIMULATOR);
    process.kill(simulator as number, "SIGKILL");
    const alarms = () => remote(supervisor)?.alarms.get("lighting.bus");
    await within(5000, "a bus alarm", () => (alarms()?.size ?? 0) === 2);
    await within(25_000, "the alarm's end", () => (alarms()?.size ?? 0) === 0);
    const after = pids(RUNTIME);
    assert.is(after.length, 1);

    const ended = once(demonstration.child, "exit");
    const began = Date.now();
    demonstration.child.kill("SIGINT");
    await within(2000, "shutdown", () => remote(supervisor)?.presence === "shutdown");
    await ended;
    assert.ok(Date.now() - began < 2000, `ended after ${Date.now() - began} ms`);
    assert.equal(pids(SIMULATOR), []);
    assert.equal(pids(RUNTIME), []);
  } finally {
    demonstration.child.kill("SIGINT");
    await close();
    await broker.close();
  }
});

test("without pseudo-terminals it runs over TCP; sixty times as fast it raises no false alarm; an outside client reads its status", async () => {
  const broker = await startBroker(0);
  const folder = mkdtempSync(join(tmpdir(), "hulotte-no-python-"));
  writeFileSync(join(folder, "python3"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const demonstration = await startDemonstration(broker.url, { PATH: `${folder}:${process.env["PATH"]}` });
  const alarms = new Set<string>();
  const { supervisor, close } = lookAt(broker.url, (message) => {
    if (message.type !== "alarm") return;
    for (const { active, component } of message.payload.entries) if (active) alarms.add(`${message.code} ${component}`);
  });
  await supervisor.ready;
  try {
    await within(10_000, "26 lamps", () => Object.keys(levels(supervisor)).length === 26);
    assert.match(demonstration.said(), /devices on TCP/);

    const { simulator } = (await (await fetch(new URL("config.json", demonstration.page))).json()) as {
      simulator: string;
    };
    const control = new WebSocket(simulator);
    let now = 0;
    control.on("message", (text) => {
      now = JSON.parse(String(text)).now;
    });
    await once(control, "open");
    control.send(JSON.stringify({ type: "speed", value: 60 }));
    await within(2000, "the time", () => now > 0);
    const [began, simulated] = [Date.now(), now];
    await within(20_000, "five simulated minutes", () => now - simulated > 300_000);
    // Paced by real time: never faster, and on a busy machine not much slower.
    assert.ok(Date.now() - began > 4500, `${Date.now() - began} ms`);
    control.close();
    assert.equal([...alarms], []);

    if (!outsideClient) return;
    const { port } = new URL(broker.url);
    const topic = `${NODE}/status/lighting.lamps/live`;
    const { stdout } = await run("mosquitto_sub", [
      "-V",
      "5",
      "-p",
      port,
      "-t",
      topic,
      "-C",
      "8",
      "-W",
      "15",
      "-F",
      "%x",
    ]);
    // On a busy machine a change may come before what the topic keeps.
    const lamps = new Set<string>();
    for (const line of stdout.trim().split("\n")) {
      const payload = decode(new Uint8Array(Buffer.from(line, "hex")));
      assert.ok(payload.ok);
      const { entries } = (payload.ok ? payload.value : {}) as StatusPayload;
      for (const { values } of entries)
        for (const lamp of Object.keys((values["actualLightState"] ?? {}) as object)) lamps.add(lamp);
    }
    assert.is(lamps.size, 26);
  } finally {
    demonstration.child.kill("SIGINT");
    await once(demonstration.child, "exit");
    await close();
    await broker.close();
  }
});

test("a free port is found when the first is taken, and the broker speaks on it", async () => {
  const first = await startBroker(18_830);
  const second = await startBroker(18_830);
  assert.is.not(first.url, second.url);
  const socket = connect(Number(new URL(second.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
  await Promise.all([first.close(), second.close()]);
});

test.run();
