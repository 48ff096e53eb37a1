import { execFileSync, spawnSync } from "node:child_process";
import { linkSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { realTime, until } from "../hal/contract/bench.ts";
import { journalContract } from "../hal/contract/journal.ts";
import type { Journal, RecordClass } from "../hal/journal.ts";
import { type KeptJournal, keepJournal } from "../hal/journal-keeper.ts";
import { atExit } from "./at-exit.ts";
import { systemClock } from "./clock.ts";
import { fileJournal } from "./journal.ts";
import { openSqlite } from "./journal-sqlite.ts";

const RANDOM = { next: Math.random };

/** The machine's time, with a wall clock that is set by hand. */
function wallClock() {
  const wrong = { by: 0, isSet: true };
  const clock: Clock = {
    ...systemClock,
    now: () => instant(systemClock.now() + wrong.by),
    isSet: () => wrong.isSet,
  };
  return { clock, wrong };
}

journalContract("sqlite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-journal-"));
  const { clock, wrong } = wallClock();
  const opened: KeptJournal[] = [];
  return {
    ...realTime(clock),
    async open(limits) {
      const journal = await keepJournal(
        (suspect) => openSqlite(join(folder, "journal.db"), suspect, clock, RANDOM),
        limits,
        clock,
        RANDOM,
      );
      opened.push(journal);
      return journal;
    },
    kill: () => opened.at(-1)?.abandon(),
    jump(ms, isSet) {
      wrong.by += ms;
      wrong.isSet = isSet;
    },
    async close() {
      for (const journal of opened) await journal.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const LIMITS = { bytes: 8_000_000, age: 30 * 86_400_000 };
const PAUSE = milliseconds(20);

function inFolder(folder = mkdtempSync(join(tmpdir(), "hulotte-journal-"))) {
  const exit = atExit();
  const begin = () => fileJournal(folder, LIMITS, systemClock, RANDOM, exit);
  const add = (journal: Journal, stream: string, kind: RecordClass = "result", size = 1) =>
    journal.append({ stream, class: kind, at: systemClock.now(), body: new Uint8Array(size).fill(7) });
  const all = (journal: Journal, stream: string) => journal.range(stream, instant(0), instant(8.64e15), 0, 1e6);
  return { folder, begin, add, all };
}

test("nobody else may read it, and nothing but its files is left", async () => {
  const { folder, begin, add } = inFolder();
  const journal = await begin();
  await add(journal, "a");
  assert.equal(readdirSync(folder).sort(), ["journal.db", "journal.db-wal"]);
  for (const name of readdirSync(folder)) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  await journal.close();
  assert.equal(readdirSync(folder).sort(), ["journal.db", "journal.db-wal"]);
});

test("another process that has it is a fault by name", async () => {
  const { folder, begin, add, all } = inFolder();
  const journal = await begin();
  await add(journal, "a");
  const module = new URL("./journal-sqlite.ts", import.meta.url).href;
  const child = spawnSync(process.execPath, [
    "--input-type=module",
    "-e",
    `const { openSqlite } = await import(${JSON.stringify(module)});
     const clock = { monotonic: () => 0, isSet: () => true, now: () => Date.now() };
     await openSqlite(${JSON.stringify(join(folder, "journal.db"))}, false, clock, { next: Math.random })
       .then(() => console.log("open"), (error) => console.log(error.kind));`,
  ]);
  assert.is(child.stdout.toString().trim(), "port-busy");
  assert.is(all(journal, "a").length, 1);
  await journal.close();
});

for (const [how, end] of [
  ["by a mistake", 'throw new Error("a mistake");'],
  ["without a close", "process.exitCode = 1;"],
] as const)
  test(`what a program that ends ${how} had written stays in the log`, async () => {
    const { folder, begin, all } = inFolder();
    const of = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const child = spawnSync(process.execPath, [
      "--input-type=module",
      "-e",
      `const { linuxPorts } = await import(${of("./ports.ts")});
       const ports = linuxPorts("/", ${JSON.stringify(folder)});
       const journal = await ports.journal({ bytes: 8e6, age: 1e9 });
       await journal.append({ stream: "a", class: "alarm", at: Date.now(), body: new Uint8Array(3) });
       ${end}`,
    ]);
    assert.is(child.status, 1, child.stderr.toString());
    assert.ok(statSync(join(folder, "journal.db-wal")).size > 0);
    const journal = await begin();
    assert.is(all(journal, "a").length, 1);
    await journal.close();
  });

test("a log that a death during the close left under its other name is found", async () => {
  const { folder, begin, add, all } = inFolder();
  for (const both of [false, true]) {
    const journal = await begin();
    await add(journal, "a");
    await journal.close();
    const log = join(folder, "journal.db-wal");
    if (both) linkSync(log, `${log}.kept`);
    else renameSync(log, `${log}.kept`);
  }
  const journal = await begin();
  assert.is(all(journal, "a").length, 2);
  assert.equal(readdirSync(folder).sort(), ["journal.db", "journal.db-wal"]);
  await journal.close();
});

test("a file that is none is set aside, two of them at most, and numbers that may have been used are not used again", async () => {
  const { folder, begin, add } = inFolder();
  let run = -1;
  for (let i = 0; i < 4; i++) {
    const journal = await begin();
    assert.is(journal.health.rebuilt, Math.min(i, 1), "what the file told is lost with it");
    const record = await add(journal, "a");
    assert.ok(record.run > run && record.seq === 0);
    run = record.run;
    await journal.close();
    rmSync(join(folder, "journal.db-wal"));
    writeFileSync(join(folder, "journal.db"), `garbage ${i} `.repeat(2000));
  }
  const aside = (n: number) => readFileSync(join(folder, `journal.damaged-${n}`), "utf8").slice(0, 9);
  const journal = await begin();
  assert.equal([aside(1), aside(2)], ["garbage 3", "garbage 2"]);
  assert.ok(!readdirSync(folder).includes("journal.damaged-3"));
  await journal.close();
});

test("pages that went bad are noticed at work: a new file goes on after the numbers of the old one", async () => {
  const { folder, begin, add, all } = inFolder();
  let journal = await begin();
  for (let i = 0; i < 300; i++) void add(journal, i % 2 ? "a" : "b", "event", 900);
  const last = await add(journal, "b", "event");
  journal.delivered([last.id]);
  await journal.close();
  journal = await begin();
  await journal.close(); // all is in the database, and the log may go
  rmSync(join(folder, "journal.db-wal"));
  const path = join(folder, "journal.db");
  const file = readFileSync(path);
  file.fill(0xff, 20 * 4096, file.length);
  writeFileSync(path, file);
  journal = await begin();
  all(journal, "a");
  await until(
    systemClock,
    "rebuilt",
    () => journal.health.rebuilt === 1 && journal.health.state === "ok",
    seconds(9),
    PAUSE,
  );
  const next = await add(journal, "b");
  assert.equal([next.run, next.seq], [last.run, last.seq + 1], "memory knows what was given out");
  assert.ok(readdirSync(folder).includes("journal.damaged-1"));
  await journal.close();
  journal = await begin();
  assert.equal(journal.position("a"), { run: 0, seq: 150 });
  assert.equal(journal.position("b"), { run: 0, seq: last.seq + 2 });
  await journal.close();
});

/** A small file system of its own; a test of the real thing, where we may make one. */
function mounted(options: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-mount-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  return folder;
}
const unmount = (folder: string) => {
  execFileSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true });
};
const onMount = process.getuid?.() === 0 ? test : test.skip;
if (onMount === test.skip) console.log("not root: disks that are full or read-only are not tried");

onMount("a full disk: what comes is kept in memory, and written once there is room", async () => {
  const folder = mounted("size=1m");
  try {
    const { begin, add, all } = inFolder(folder);
    const journal = await begin();
    const first = await add(journal, "a", "alarm", 1000);
    writeFileSync(join(folder, "filler"), new Uint8Array(600_000));
    let told = 0;
    journal.onHealth(() => told++);
    const runs = new Set<number>();
    let count = 1;
    for (; journal.health.state === "ok"; count++) runs.add((await add(journal, "a", "alarm", 20_000)).run);
    assert.equal([journal.health.state, told], ["full", 1]);
    const more = await add(journal, "a", "alarm", 1000);
    assert.is(all(journal, "a").length, count + 1);
    rmSync(join(folder, "filler"));
    await until(systemClock, "written", () => journal.health.state === "ok", seconds(5), PAUSE);
    await journal.close();
    const again = await begin();
    const kept = all(again, "a");
    assert.equal([kept.length, kept[0], kept.at(-1)], [count + 1, first, more]);
    assert.is(runs.size, 2);
    await again.close();
  } finally {
    unmount(folder);
  }
});

onMount(
  "a disk that is read-only at the start: the journal begins in memory, and goes to the disk when it can",
  async () => {
    const folder = mounted("size=4m");
    try {
      const { begin, add, all } = inFolder(folder);
      let journal = await begin();
      const first = await add(journal, "a");
      await journal.close();
      execFileSync("mount", ["-o", "remount,ro", folder]);
      journal = await begin();
      assert.is(journal.health.state, "read-only");
      const second = await add(journal, "a");
      assert.ok(second.id > first.id && second.run > first.run);
      execFileSync("mount", ["-o", "remount,rw", folder]);
      await until(systemClock, "written", () => journal.health.state === "ok", seconds(5), PAUSE);
      assert.equal(all(journal, "a"), [first, second]);
      await journal.close();
    } finally {
      unmount(folder);
    }
  },
);

test.run();
