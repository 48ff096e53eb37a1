/** The unit of systemd, judged by systemd itself. Skipped where there is none. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const UNIT = readFileSync(join(import.meta.dirname, "hulotte.service"), "utf8");
const withSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

/** The unit in a file of its own, with a program that this machine has. */
function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "hulotte-unit-")), "hulotte.service");
  writeFileSync(path, text.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
  return path;
}
const analyze = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
  return { status, text: stdout + stderr };
};

withSystemd("systemd takes the unit without a word, and finds it little exposed", () => {
  const good = analyze("verify", file(UNIT));
  assert.equal([good.status, good.text], [0, ""]);
  const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(
    analyze("security", "--offline=true", file(UNIT)).text,
  )?.[1];
  assert.ok(Number(exposure) <= 2.2, `exposure ${exposure}`);
});

test("it is watched, started again for ever, and may speak through systemd-notify", () => {
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(UNIT)?.[1];
  assert.equal(
    ["Type", "NotifyAccess", "Restart", "StartLimitIntervalSec", "StateDirectory", "NoNewPrivileges"].map(setting),
    ["notify", "all", "always", "0", "hulotte", "yes"],
  );
  assert.ok(Number(setting("WatchdogSec")) >= 20, "a minute-long stall of a bus is no hang");
});

test.run();
