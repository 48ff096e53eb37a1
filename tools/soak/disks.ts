/**
 * What a cabinet does when its disk is full, read-only, torn or damaged, and when its clock jumps by ten years: it names the trouble, its lamps
 * go on being lit, and what it recorded arrives. The runtime is a process of its own; its disk is a tmpfs that we mount, so this needs root.
 */
import { type ChildProcess, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds, seconds } from "../../controllers/units.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { type Figure, progress } from "../bench/line.ts";
import { openStage } from "./stage.ts";
import { LAMPS, NODE } from "./street.ts";

const TOLD_WITHIN = seconds(60);
const TEN_YEARS = 10 * 365.25 * 86_400_000;
const DISK = "8m";

const pause = (ms: number) => systemClock.sleep(milliseconds(ms), "soak");

/** A small disk of its own. */
function mountDisk(): { path: string; remount(how: "ro" | "rw"): void; close(): void } {
  const path = mkdtempSync(join(tmpdir(), "hulotte-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", path]);
  return {
    path,
    remount: (how) => void execFileSync("mount", ["-o", `remount,${how}`, path]),
    close() {
      execFileSync("umount", ["-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Writes until there is no room, then a byte at a time. */
function fill(path: string): string {
  const file = join(path, "filler");
  const handle = openSync(file, "w");
  for (const size of [1 << 16, 4096, 1]) {
    try {
      for (;;) writeSync(handle, Buffer.alloc(size));
    } catch {
      // full for this size
    }
  }
  closeSync(handle);
  return file;
}

export async function diskFigures(): Promise<readonly Figure[]> {
  const disk = mountDisk();
  const state = join(disk.path, "state");
  const stage = await openStage({ state });
  const { street, supervisor, heard } = stage;
  let runtime: ChildProcess = street.run("fatal");
  const trials: string[] = [];
  let failed = 0;
  let dark = 0;

  const alarm = (code: string) => supervisor.nodes.get(NODE)?.alarms.get(code);
  const raised = (code: string) => [...(alarm(code)?.values() ?? [])].map(({ values }) => values.message).join("; ");
  const until = async (what: string, holds: () => boolean): Promise<boolean> => {
    const deadline = systemClock.monotonic() + TOLD_WITHIN;
    while (systemClock.monotonic() < deadline) {
      if (street.lit() < LAMPS) dark++;
      if (holds()) return true;
      await pause(100);
    }
    progress(
      `not within ${TOLD_WITHIN / 1000} s: ${what}; alarms: ${raised("cabinet.journal")} ${raised("cabinet.clock")}`,
    );
    return false;
  };
  const doorsTold = async () => {
    const before = heard.count;
    await street.setDoor(0, true);
    await pause(500);
    await street.setDoor(0, false);
    return until("a door is told", () => heard.count >= before + 2);
  };
  const trial = async (name: string, ...steps: (() => Promise<boolean> | boolean)[]) => {
    progress(name);
    let ok = true;
    for (const step of steps) ok = ok && (await step());
    trials.push(`${name}: ${ok ? "ok" : "FAILED"}`);
    if (!ok) failed++;
  };
  const act = (work: () => unknown) => async () => {
    await work();
    return true;
  };
  const restart = async (between: () => void) => {
    const ended = once(runtime, "exit");
    runtime.kill("SIGKILL");
    await ended;
    await until("offline", () => supervisor.nodes.get(NODE)?.presence === "offline");
    between();
    runtime = street.run("fatal");
  };
  const online = () => until("online", () => supervisor.nodes.get(NODE)?.presence === "online");
  const journalAlarm = (word: RegExp | null) => () =>
    until(`alarm cabinet.journal ${word}`, () =>
      word === null ? raised("cabinet.journal") === "" : word.test(raised("cabinet.journal")),
    );
  const clockAlarm = (word: RegExp | null) => () =>
    until(`alarm cabinet.clock ${word}`, () =>
      word === null ? raised("cabinet.clock") === "" : word.test(raised("cabinet.clock")),
    );

  await supervisor.ready;
  await online();
  await until("lit", () => street.lit() === LAMPS);
  dark = 0;

  let filler = "";
  await trial(
    "a full disk",
    act(() => {
      filler = fill(disk.path);
    }),
    doorsTold,
    journalAlarm(/full/),
    act(() => rmSync(filler)),
    doorsTold,
    journalAlarm(null),
  );
  await trial(
    "a read-only disk",
    // A disk whose files are open for writing stays writable: it is found read-only, as after an error that the kernel met.
    () => restart(() => disk.remount("ro")).then(() => true),
    online,
    doorsTold,
    journalAlarm(/read-only/),
    act(() => disk.remount("rw")),
    doorsTold,
    journalAlarm(null),
  );
  await trial(
    "a torn last page of the journal's log",
    doorsTold,
    () =>
      restart(() => {
        const log = join(state, "journal.db-wal");
        truncateSync(log, Math.max(0, statSync(log).size - 1000));
      }).then(() => true),
    online,
    doorsTold,
  );
  await trial(
    "a damaged journal",
    () =>
      restart(() => {
        // Either alone is made good by the other.
        for (const name of ["journal.db", "journal.db-wal"]) {
          const handle = openSync(join(state, name), "r+");
          writeSync(handle, randomBytes(4096), 0, 4096, 0);
          closeSync(handle);
        }
      }).then(() => true),
    journalAlarm(/set aside/),
    doorsTold,
  );
  for (const way of [1, -1]) {
    await trial(
      `the clock ${way > 0 ? "ten years on" : "ten years back"}`,
      act(() => street.jump(way * TEN_YEARS)),
      doorsTold,
      clockAlarm(/./),
      act(() => street.jump(-way * TEN_YEARS)),
      doorsTold,
    );
  }
  const ended = once(runtime, "exit");
  runtime.kill("SIGTERM");
  await ended;
  await stage.close();
  disk.close();
  return [
    {
      name: "disk faults and clock jumps: without a named alarm, or with entries not had",
      value: failed,
      unit: "",
      target: 0,
      parts: { ...Object.fromEntries(trials.map((line, i) => [String(i + 1), line])), looksAtDarkLamps: dark },
      holds: dark === 0,
    },
  ];
}
