/**
 * `make bench-hil`: hardware in the loop, measured: one line of JSON for each row of the table in the README, in its order. All
 * in QEMU without hardware virtualisation: an emulated machine is some ten times slower than a cabinet's.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Observation } from "../../sim/scenarios/model.ts";
import { fuzzUsb } from "../../sim/usb/fuzz.ts";
import type { StressResult } from "../guest/stress.ts";
import { readScene } from "../hil/command-files.ts";
import { type PoweredCabinet, poweredCabinet } from "../hil/powered.ts";
import { openQemu } from "../hil/rig-qemu.ts";
import { SUITE } from "../hil/suite.ts";
import { startWorkbench } from "../hil/workbench.ts";
import { median, percentile, print, progress } from "./line.ts";
import { playSuite, type SuiteFigures } from "./suite.ts";

const EVENING = Date.parse("2026-11-18T20:00:00+01:00");
const POWER_ONS = 3;
const POWER_CUTS = Number(process.env["POWER_CUTS"] ?? 20);
const UNPLUGS = Number(process.env["UNPLUGS"] ?? 10);
const FUZZ_PACKETS = 100_000;

/** A cabinet of 24 lamps: 22 on two DALI buses, two on a 0-10 V chip. */
const CABINET = `
node: bench/cabinet
site: { name: bench, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://broker:1883" }
commands: { unsigned: hil/cockpit } # a real street signs
privacy: { live: anyone }
streets: [{ name: street, length: 1000 }]
buses:
  - { id: bus/1, gateway: luba, port: /dev/serial/by-id/usb-a }
  - { id: bus/2, gateway: luba, port: /dev/serial/by-id/usb-b }
outputs: [{ id: output/1, kind: gp8403, i2c: { adapter: i2c1, address: 0x58 } }]
lamps:
  - { bus: bus/1, addresses: 0-11, street: street, position: 5, every: 15, power: 42, class: P3, reducedClass: P5 }
  - { bus: bus/2, addresses: 0-9, street: street, position: 200, every: 15, power: 42, class: P3, reducedClass: P5 }
  - { id: lamp/dac/0, output: output/1, channel: 0, street: street, position: 500, power: 42, class: P3, reducedClass: P5 }
  - { id: lamp/dac/1, output: output/1, channel: 1, street: street, position: 510, power: 42, class: P3, reducedClass: P5 }
counters:
  - { id: counter/1, kind: ascii, port: /dev/serial/by-id/usb-c, street: street, position: 5 }
schedules: [{ name: always, periods: [{ from: "12:00", level: 60 }], off: "11:59" }]
`;
const LAMPS = 24;

/** Resolves with the first observation for which `wanted` holds, or undefined after `ms`. */
function seen(
  cabinet: PoweredCabinet,
  wanted: (seen: Observation) => boolean,
  ms: number,
): Promise<Observation | undefined> {
  return new Promise((resolve) => {
    const done = (found: Observation | undefined) => {
      stop();
      clearTimeout(late);
      resolve(found);
    };
    const late = setTimeout(() => done(undefined), ms);
    const stop = cabinet.onSeen((observation) => {
      if (wanted(observation)) done(observation);
    });
  });
}

let played: Promise<SuiteFigures> | undefined;
const suiteFigures = () => {
  played ??= playSuite();
  return played;
};

async function scenarios(): Promise<void> {
  const suite = await suiteFigures();
  print({
    name: "scenarios in CI: all in-process and in QEMU, 3 on raspi3b",
    value: suite.minutes,
    unit: "min",
    target: 10,
    holds: suite.failed === 0 && suite.inQemu >= 20 && suite.onRaspi >= 3,
    parts: { inProcess: suite.inProcess, inQemu: suite.inQemu, onRaspi: suite.onRaspi, failed: suite.failed },
  });
}

async function powerOn(): Promise<void> {
  const parts: { shell: number; runtime: number; frame: number }[] = [];
  for (let i = 0; i < POWER_ONS; i++) {
    const cabinet = await poweredCabinet("virt", CABINET, EVENING);
    const runtime = seen(cabinet, ({ kind }) => kind === "runtime", 60_000);
    const frame = seen(cabinet, ({ kind }) => kind === "frame", 60_000);
    await cabinet.on();
    const after = (found: Observation | undefined) => ((found?.at ?? Number.POSITIVE_INFINITY) - cabinet.since) / 1000;
    parts.push({ shell: await cabinet.booted(), runtime: after(await runtime), frame: after(await frame) });
    progress(`power on: ${JSON.stringify(parts.at(-1))}`);
    await cabinet.close();
  }
  const part = (of: "shell" | "runtime" | "frame") => Number(median(parts.map((one) => one[of])).toFixed(2));
  print({
    name: "guest: power on to first DALI frame, median of 3",
    value: part("frame"),
    unit: "s",
    target: 12,
    parts: {
      kernelAndShell: part("shell"),
      runtimeBegins: part("runtime"),
      runtimeToFrame: Number((part("frame") - part("runtime")).toFixed(2)),
    },
  });
}

async function i2cStress(): Promise<void> {
  const workbench = await startWorkbench("virt", 2);
  const said = await workbench.prove("stress", 900_000);
  await workbench.close();
  const result = JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1)) as StressResult;
  print({
    name: "I2C stress, 3,000 mixed transfers with faults: wrong values",
    value: result.wrong,
    unit: "transfers",
    target: 0,
    holds: result.transfers === 3000 && result.faultsUninjected === 0 && result.edgesSeen === result.edgesMade,
    parts: { ...result, faults: JSON.stringify(result.faults) },
  });
}

async function unplugged(): Promise<void> {
  const rig = await openQemu("virt")({ jobs: 1, keep: false, say: progress, signal: new AbortController().signal });
  const scene = readScene(join(SUITE, "evening.yaml"));
  if (!scene.ok) throw new Error("the suite's evening cannot be read");
  const stage = await rig.makeStage(scene.scene.play);
  const alarms: string[] = [];
  const listen = async (ms: number) => {
    const end = stage.now() + ms;
    while (stage.now() < end) {
      await stage.pass(end);
      for (const one of stage.take())
        if (one.kind === "alarm") alarms.push(`${one.code} ${one.component} ${one.active ? "on" : "off"}`);
    }
  };
  await listen(10_000);
  const first = await stage.facts();
  alarms.length = 0;
  let odd = 0;
  for (let i = 0; i < UNPLUGS; i++) {
    const component = ["bus/1", "output/1", "counter/1", "door/1"][i % 4] as string;
    await stage.perform({ kind: "plug", component, present: false });
    await listen(10_000);
    const raised = alarms.splice(0);
    await stage.perform({ kind: "plug", component, present: true });
    await listen(15_000);
    const cleared = alarms.splice(0);
    const fine =
      raised.length > 0 &&
      raised.every((alarm) => alarm.endsWith(" on")) &&
      raised.every((alarm) => cleared.includes(alarm.replace(/on$/, "off"))) &&
      raised.length === cleared.length;
    if (!fine) odd++;
    progress(`unplugged ${component}: ${raised.join(", ")}; then ${cleared.join(", ")}`);
  }
  await listen(5000);
  const last = await stage.facts();
  await stage.end();
  await rig.close();
  print({
    name: "unplugged 10 s, ten times: descriptors leaked",
    value: (last.descriptors ?? Number.NaN) - (first.descriptors ?? 0),
    unit: "descriptors",
    target: 0,
    holds: odd === 0 && last.pid === first.pid,
    parts: { times: UNPLUGS, sameProcess: String(last.pid === first.pid), roundsWithOtherAlarms: odd },
  });
}

async function powerCuts(): Promise<void> {
  const cabinet = await poweredCabinet("virt", CABINET, EVENING);
  const light = new Map<string, number>();
  let results = 0;
  cabinet.onSeen((one) => {
    if (one.kind === "light") light.set(one.lamp, one.level);
    if (one.kind !== "result") return;
    if (one.ok) results++;
    else progress(`refused: ${one.error} ${one.message}`);
  });
  const allAt = (levels: readonly number[]) => () =>
    light.size === LAMPS && levels.some((level) => [...light.values()].every((one) => Math.abs(one - level) < 3));
  await cabinet.on();
  await seen(cabinet, allAt([60]), 60_000);
  const times: number[] = [];
  let unreadable = 0;
  let lost = 0;
  /** Levels that lamps may rightly have: the last one acknowledged, and what was sent since without an answer. */
  let possible = [60];
  for (let i = 0; i < POWER_CUTS; i++) {
    // Commands follow each other until the power goes: any moment of a write may be hit.
    const cut = performance.now() + 500 + Math.random() * 3000;
    while (performance.now() < cut) {
      const level = 20 + Math.floor(Math.random() * 80);
      possible.push(level);
      const before = results;
      const command = cabinet.command({
        kind: "command",
        code: "lighting.level.set",
        component: "lamp",
        level,
        lasts: 3_600_000,
      });
      await Promise.race([command, pause(Math.max(0, cut - performance.now()))]);
      if (results > before) possible = [level];
    }
    await cabinet.off();
    await pause(300);
    const reached = seen(cabinet, allAt(possible), 40_000);
    await cabinet.on();
    const found = await reached;
    const took = found ? (found.at - cabinet.since) / 1000 : Number.POSITIVE_INFINITY;
    if (!found) {
      lost++;
      progress(`lost: lamps at ${[...new Set(light.values())].join(", ")} %; ${await cabinet.guest().log()}`);
    }
    times.push(took);
    const journal = await cabinet.guest().guestFile("/var/lib/hulotte/operator-wishes");
    try {
      JSON.parse(journal);
    } catch {
      unreadable++;
    }
    if (!found) progress(`journal: ${journal.slice(0, 300)}`);
    progress(`power cut ${i + 1}: lamps at ${possible.join(" or ")} % after ${took.toFixed(1)} s`);
    // What stands now is what the next cut may not lose.
    possible = possible.filter((level) => allAt([level])());
  }
  await cabinet.close();
  print({
    name: "power cut at random moments: lamps at target after power on, slowest",
    value: percentile(times, 100),
    unit: "s",
    target: 20,
    holds: unreadable === 0 && lost === 0,
    parts: {
      cuts: POWER_CUTS,
      median: Number(median(times).toFixed(1)),
      journalsUnreadable: unreadable,
      targetsLost: lost,
    },
  });
}

async function sameVerdicts(): Promise<void> {
  const suite = await suiteFigures();
  print({
    name: "the same scenario in-process and in QEMU: verdicts that differ",
    value: suite.differing,
    unit: "scenarios",
    target: 0,
    parts: { compared: suite.compared, medianLateMs: suite.medianLate, mostLateMs: suite.mostLate },
  });
}

async function fuzz(): Promise<void> {
  const result = await fuzzUsb(1, FUZZ_PACKETS);
  print({
    name: "fuzz of the usbredir and CP2112 parsers, 100,000 packets: heap growth",
    value: result.heapGrowth / 1e6,
    unit: "MB",
    target: 8,
    holds: result.packets >= FUZZ_PACKETS,
    parts: { packets: result.packets, breaches: result.breaches, mostHeldBytes: result.mostHeld },
  });
}

async function memory(): Promise<void> {
  const cabinet = await poweredCabinet("virt", CABINET, EVENING);
  await cabinet.on();
  await seen(cabinet, ({ kind }) => kind === "frame", 60_000);
  await pause(45_000);
  const guest = cabinet.guest();
  const before = await guest.processTime();
  const began = performance.now();
  await pause(20_000);
  const used = (await guest.processTime()) - before;
  const facts = await guest.facts();
  const cpu = (used * 1000) / (performance.now() - began);
  await cabinet.close();
  print({
    name: "memory of the runtime in the guest, 24 lamps",
    value: (facts.resident ?? Number.NaN) / 1e6,
    unit: "MB",
    target: 100,
    parts: { cpuAtRestPercentOfAnEmulatedCore: Number((cpu * 100).toFixed(1)) },
  });
}
/** In the order of the table; `node tools/bench/hil.ts 2 5` measures the second and the fifth row only. */
const ROWS = [scenarios, powerOn, i2cStress, unplugged, powerCuts, sameVerdicts, fuzz, memory];
const asked = process.argv.slice(2).map(Number);
for (const [index, row] of ROWS.entries()) if (asked.length === 0 || asked.includes(index + 1)) await row();
process.exit(0);
