import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readConfig } from "../../firmware/config/read.ts";
import { parseSign1 } from "../../firmware/link/commands/cose.ts";
import { DeskBench, NODE, short } from "../../firmware/link/commands/desk.bench.ts";
import { decode } from "../../firmware/link/wire/cbor.ts";
import { runKeys } from "./keys.ts";
import { Usage } from "./usage.ts";

const ROOT = join(import.meta.dirname, "../..");

function keys(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "tools/hulotte"), ["keys", ...args], { timeout: 20_000 });
  return { status, bytes: new Uint8Array(stdout), stdout: stdout.toString(), stderr: stderr.toString() };
}

/** What a call prints, in this process: starting one takes long. */
async function printed(...args: string[]): Promise<string> {
  const { log } = console;
  let text = "";
  console.log = (line: string) => {
    text += `${line}\n`;
  };
  try {
    assert.is(await runKeys(args), 0);
  } finally {
    console.log = log;
  }
  return text;
}
const folder = () => mkdtempSync(join(tmpdir(), "hulotte-keys-"));

test("a new key is 0600, never written over, and its lines are what a cabinet.yaml takes; what it signs is done", async () => {
  const out = join(folder(), "ops.jwk");
  const made = keys("new", "--id", "ops-1", "--issuer", "cockpit", "--out", out, "--codes", "lighting,access");
  assert.is(made.status, 0, made.stderr);
  assert.is(statSync(out).mode & 0o777, 0o600);
  const { d } = JSON.parse(readFileSync(out, "utf8")) as { d: string };
  assert.not.match(made.stdout, d);
  const again = keys("new", "--id", "ops-1", "--issuer", "cockpit", "--out", out);
  assert.is(again.status, 2);
  assert.match(again.stderr, /EEXIST/);
  assert.is(JSON.parse(readFileSync(out, "utf8")).d, d);

  const demo = readFileSync(join(ROOT, "tools/demo/cabinet.yaml"), "utf8");
  const yaml = join(folder(), "cabinet.yaml");
  writeFileSync(yaml, demo.replace("commands:\n  unsigned: cockpit\n", made.stdout));
  const read = readConfig(readFileSync(yaml, "utf8"));
  assert.ok(read.ok);
  const [key] = read.config.commands.keys;
  assert.equal(key?.codes, ["lighting", "access"]);
  assert.is(await printed("list", yaml), `${made.stdout.split("\n")[2]}\n`);
  assert.match(await printed("list", out), key?.publicKey as string);
  assert.not.match(await printed("list", out), d);

  const values = JSON.stringify({ level: 30, until: new Date(Date.now() + 600_000).toISOString() });
  const lamps = ["--component", "lamp/1", "--values", values, "--valid", "120", "--id", "by-hand-1"];
  const signed = keys("sign", "--key", out, "--node", NODE, "--code", "lighting.level.set", ...lamps);
  assert.is(signed.status, 0, signed.stderr);
  const sent = decode(parseSign1(signed.bytes)?.payload ?? new Uint8Array());
  assert.equal(sent.ok && (sent.value as { id: string }).id, "by-hand-1");
  const bench = await DeskBench.start(read.config.commands.keys);
  bench.clock.jump(Date.now() - bench.clock.now());
  assert.is(short(await bench.deliver(signed.bytes)), "ok");
  assert.is(bench.done.length, 1);
});

test("a call that is wrong is a Usage, which ends with 2, and says what is allowed", async () => {
  const out = join(folder(), "k.jwk");
  await printed("new", "--id", "k", "--issuer", "cockpit", "--out", out);
  const wrong = async (args: string[], allowed: RegExp) => {
    let error: unknown;
    await runKeys(args).catch((thrown) => {
      error = thrown;
    });
    assert.instance(error, Usage, args.join(" "));
    assert.match(String(error), allowed);
  };
  const sign = ["sign", "--key", out, "--node", NODE, "--code"];
  await wrong(["make"], /allowed new, list, sign/);
  await wrong(["new", "--issuer", "cockpit", "--out", out], /--id is missing/);
  await wrong(["new", "--id", "k", "--issuer", "a b", "--out", `${out}2`], /--issuer: node "a b"/);
  await wrong(["list"], /cabinet\.yaml or key files/);
  await wrong([...sign, "lighting.level.burn"], /no such command/);
  await wrong([...sign, "lighting.level.release"], /--component is missing/);
  await wrong([...sign, "cabinet.keys.revoke", "--component", "lamp", "--values", '{"id":"k"}'], /has none/);
  await wrong([...sign, "lighting.level.set", "--component", "lamp", "--values", '{"level":140}'], /--values: /);
  await wrong([...sign, "lighting.level.release", "--component", "lamp", "--valid", "90000"], /up to 86400/);
  await wrong([...sign, "lighting.level.release", "--component", "lamp", "--id", "short"], /8 to 64/);
  chmodSync(out, 0o640);
  await wrong([...sign, "lighting.level.release", "--component", "lamp"], /allowed is mode 0600/);
});

test("help says all of it", async () => {
  const help = await printed("help");
  for (const word of ["keys new", "keys list", "keys sign", "--codes", "--valid"]) assert.match(help, word);
});

test.run();
