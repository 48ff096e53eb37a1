import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { atExit } from "./at-exit.ts";
import { systemClock } from "./clock.ts";
import { fileJournal } from "./journal.ts";

const LIMITS = { bytes: 20_000_000, age: 30 * 86_400_000 };

/** A program that appends as fast as it can, and tells what was resolved, before it is killed. */
function appender(folder: string): ChildProcess {
  const of = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    const { fileJournal } = await import(${of("./journal.ts")});
    const { systemClock } = await import(${of("./clock.ts")});
    const random = { next: Math.random };
    const exit = { add: () => () => {} };
    const journal = await fileJournal(${JSON.stringify(folder)}, ${JSON.stringify(LIMITS)}, systemClock, random, exit);
    const add = async (stream, kind, size) => {
      const { run, seq, id } = await journal.append({ stream, class: kind, at: Date.now(), body: new Uint8Array(size) });
      process.stdout.write(stream + " " + run + " " + seq + " " + id + "\\n");
      if (kind === "result") journal.delivered([id]);
    };
    const go = async (...how) => { for (;;) await add(...how); };
    go("alarm/a", "alarm", 300); go("result", "result", 3000); go("status/p", "periodic", 9000);
    for (;;) await Promise.all(Array.from({ length: 20 }, () => add("status/e", "event", 100)));`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
}

test("killed at any moment, all that was resolved is there, and no number is missing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-kill-"));
  const random = new SeededRandom(7);
  const resolved = new Set<string>();
  for (let life = 0; life < 20; life++) {
    const child = appender(folder);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    let timer: NodeJS.Timeout | undefined;
    lines.on("line", (line) => {
      resolved.add(line);
      timer ??= setTimeout(() => child.kill("SIGKILL"), random.next() * 80);
    });
    await ended;
    clearTimeout(timer);
  }
  assert.ok(resolved.size > 200, `${resolved.size} resolved`);
  const journal = await fileJournal(folder, LIMITS, systemClock, { next: Math.random }, atExit());
  const kept = ["alarm/a", "result", "status/p", "status/e"].map((stream) =>
    journal.range(stream, instant(0), instant(8.64e15), 0, 1e6),
  );
  const keys = new Set(kept.flat().map(({ stream, run, seq, id }) => `${stream} ${run} ${seq} ${id}`));
  for (const line of resolved) assert.ok(keys.has(line), `${line} is lost`);
  for (const stream of kept)
    assert.equal(
      stream.map(({ run, seq }) => [run, seq]),
      stream.map((_, i) => [0, i]),
    );
  assert.equal(journal.health.dropped, { periodic: 0, event: 0, result: 0, alarm: 0 });
  await journal.close();
  rmSync(folder, { recursive: true });
});

test.run();
