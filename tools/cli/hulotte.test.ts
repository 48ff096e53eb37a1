import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const ROOT = join(import.meta.dirname, "../..");
const DEMO = join(ROOT, "tools/demo/cabinet.yaml");

function hulotte(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "tools/hulotte"), args, {
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

/** The demonstration's file with changes, in a folder of its own. */
function file(change: (text: string) => string): string {
  const path = join(mkdtempSync(join(tmpdir(), "hulotte-cli-")), "cabinet.yaml");
  writeFileSync(path, change(readFileSync(DEMO, "utf8")));
  return path;
}

test("help lists every command and what run takes; without a command it is the same", () => {
  const { status, stdout } = hulotte("help");
  assert.is(status, 0);
  for (const word of ["run", "check", "hil", "schema", "version", "--broker", "--config", "--log", "--state"])
    assert.match(stdout, word);
  assert.is(hulotte().stdout, stdout);
  assert.is(hulotte("run", "--help").stdout, stdout);
});

test("a call that is wrong ends with 2 and says what is allowed", () => {
  const wrong = (args: string[], allowed: RegExp) => {
    const { status, stderr } = hulotte(...args);
    assert.is(status, 2, args.join(" "));
    assert.match(stderr, allowed);
  };
  wrong(["light"], /allowed run, check, console, dali, forecast, hil/);
  wrong(["run", "--brokr", "x"], /--brokr/);
  wrong(["run", DEMO, "--log", "loud"], /allowed trace, debug/);
  wrong(["check", "a.yaml", "b.yaml"], /one file/);
  wrong(["programme", DEMO, "--lamp", "lamp/9/9"], /no such lamp; the file has \d+, lamp\/1\/0 to/);
  wrong(["programme", DEMO, "--date", "2026-02-29"], /allowed a day such as 2026-12-25/);
  wrong(["run", "/nowhere.yaml"], /cannot be read: ENOENT/);
  wrong(["check", "/nowhere.yaml"], /cannot be read: ENOENT/);
});

test("check and run refuse a bad file with all of its problems, each with its line, and drive nothing", () => {
  const bad = file((text) =>
    text.replace("gateway: luba", "gateway: lubba").replace("latitude: 47.322", "latitude: 147"),
  );
  for (const command of ["check", "run"]) {
    const { status, stderr } = hulotte(command, bad);
    assert.is(status, 2);
    assert.match(stderr, /cabinet\.yaml:\d+:\d+ {2}site\.latitude: found 147, allowed/);
    assert.match(stderr, /cabinet\.yaml:\d+:\d+ {2}buses\[0\]\.gateway: found "?lubba"?, allowed/);
  }
});

test("a good file is good, and a password file that is missing is named", () => {
  const { status, stdout } = hulotte("check", DEMO);
  assert.is(status, 0);
  assert.match(stdout, /good, 26 lamps, 4 counters/);
  const secret = file((text) =>
    text.replace("# username: cab-0117", "username: cab-0117\n  passwordFile: ./not-there"),
  );
  const run = hulotte("run", secret);
  assert.is(run.status, 2);
  assert.match(run.stderr, /mqtt\.passwordFile: cannot be read: ENOENT/);
});

test("hil has options and help of its own, and plays a scenario to its exit code", () => {
  assert.match(hulotte("hil", "--help").stdout, "--timeline FILE");
  assert.is(hulotte("hil").status, 2);
  const door = join(ROOT, "sim/scenarios/suite/door.yaml");
  const { status, stdout } = hulotte("hil", door);
  assert.is(status, 0);
  assert.match(stdout, /^ok .* in-process .*\n1 run: 1 passed/);
  const wrong = join(mkdtempSync(join(tmpdir(), "hulotte-cli-")), "door.yaml");
  const text = readFileSync(door, "utf8").replace("cabinet: ", `cabinet: ${join(ROOT, "sim/scenarios/suite")}/`);
  writeFileSync(wrong, text.replace("door/1", "door/7"));
  const refused = hulotte("hil", wrong);
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /door\.yaml:\d+:\d+ {2}steps\[\d\].*found "?door\/7"?, allowed/);
});

test("schema prints the published JSON Schema", () => {
  const published = readFileSync(join(ROOT, "firmware/config/cabinet.schema.json"), "utf8");
  assert.equal(JSON.parse(hulotte("schema").stdout), JSON.parse(published));
});

test.run();
