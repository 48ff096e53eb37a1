import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { settled, VirtualClock } from "../../sim/clock.ts";
import type { Clock } from "../hal/clock.ts";
import { realTime } from "../hal/contract/bench.ts";
import { clockContract } from "../hal/contract/clock.ts";
import { keptClock, systemClock } from "./clock.ts";
import { isSynchronised, readAdjtimex, readTimedatectl } from "./clock-quality.ts";

for (const [name, clock] of [
  ["system", systemClock],
  ["kept", keptClock(async () => true)],
] as const)
  clockContract(name, async () => ({ ...realTime(clock), close: async () => {} }));

const NOW = Date.UTC(2026, 10, 22);

function sources(scripts: Record<string, string>, mark?: number) {
  const path = mkdtempSync(join(tmpdir(), "hulotte-clock-"));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(path, name), 0o755);
  }
  const timesync = join(path, "synchronized");
  if (mark !== undefined) {
    writeFileSync(timesync, "");
    utimesSync(timesync, mark / 1000, mark / 1000);
  }
  return { path, timesync };
}

const busybox = (status: string) =>
  `[ "$1" = adjtimex ] && printf '    mode:         0\\n-o  offset:       0 us\\n    status:       ${status}\\n'`;
const timedatectl = (word: string) => `[ "$*" = "show --property=NTPSynchronized --value" ] && echo ${word}`;

test("the kernel's word counts, then timedatectl's, then the mark of systemd-timesyncd", async () => {
  const kept = busybox("0x2001 (PLL | NANO)");
  const loose = busybox("0x40 (UNSYNC)");
  for (const [scripts, mark, is] of [
    [{ busybox: kept, timedatectl: timedatectl("no") }, undefined, true],
    [{ busybox: loose, timedatectl: timedatectl("yes") }, NOW, false],
    [{ busybox: "exit 127", timedatectl: timedatectl("yes") }, undefined, true],
    [{ timedatectl: timedatectl("no") }, NOW, false],
    [{ timedatectl: "exit 1" }, NOW - 3_600_000, true],
    [{}, NOW - 40_000_000, false],
    [{}, NOW + 60_000, false],
    [{}, undefined, false],
  ] as const)
    assert.is(await isSynchronised(NOW, sources(scripts, mark)), is, JSON.stringify([scripts, mark]));
});

test("what the tools say is read exactly", () => {
  assert.is(readAdjtimex("    status:       0x2041 (PLL | UNSYNC | NANO)\n"), false);
  assert.is(readAdjtimex("    status:       8257 (PLL | UNSYNC | NANO)\n"), false);
  assert.is(readAdjtimex("    status:       1 (PLL)\n"), true);
  assert.is(readAdjtimex("busybox: applet not found"), undefined);
  assert.is(readAdjtimex(undefined), undefined);
  assert.equal(["yes\n", "no\n", "", undefined].map(readTimedatectl), [true, false, undefined, undefined]);
});

test("the kernel is asked at the beginning, and again when its word is a minute old; nobody waits for it", async () => {
  const base = new VirtualClock(instant(NOW));
  const clock: Clock = {
    now: () => base.now(),
    monotonic: () => base.monotonic(),
    isSet: () => base.isSet(),
    quality: () => base.quality(),
    sleep: (...how) => base.sleep(...how),
  };
  const answers: ((is: boolean | Error) => void)[] = [];
  const ask = () =>
    new Promise<boolean>((resolve, reject) => answers.push((is) => (is instanceof Error ? reject(is) : resolve(is))));
  const kept = keptClock(ask, clock);
  assert.is(answers.length, 1);
  assert.is(kept.quality(), "held");
  answers[0]?.(true);
  await settled();
  assert.is(kept.quality(), "synchronised");
  await base.advance(milliseconds(59_999));
  assert.is(kept.quality(), "synchronised");
  assert.is(answers.length, 1);
  await base.advance(seconds(1));
  assert.is(kept.quality(), "synchronised");
  assert.is(kept.quality(), "synchronised");
  assert.is(answers.length, 2);
  answers[1]?.(new Error("no tool"));
  await settled();
  assert.is(kept.quality(), "held");
  base.trust = "unset";
  assert.equal([kept.isSet(), kept.quality()], [false, "unset"]);
});

test("no sleep ends early, wherever in a millisecond it began", async () => {
  const early: number[] = [];
  for (let i = 0; i < 400; i++) {
    const from = performance.now();
    while (performance.now() < from + (i % 10) / 10);
    const began = systemClock.monotonic();
    await systemClock.sleep(milliseconds(2), "a short one");
    const lasted = systemClock.monotonic() - began;
    if (lasted < 2 - 1e-6) early.push(lasted);
  }
  assert.equal(early, []);
});

test("after a pause of the whole process an answer that is here goes before the time-out that is due", async () => {
  const child = spawn("sh", ["-c", "echo here; sleep 0.03; echo answer"], { stdio: ["ignore", "pipe", "inherit"] });
  const outcome = new Promise<string>((resolve) => {
    child.stdout.once("data", () => {
      child.stdout.once("data", () => resolve("answer"));
      systemClock.sleep(milliseconds(60), "time-out").then(
        () => resolve("time-out"),
        () => {},
      );
      const until = performance.now() + 200;
      while (performance.now() < until); // the answer comes, and cannot be heard
    });
  });
  assert.is(await outcome, "answer");
});

test.run();
