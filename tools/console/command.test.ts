import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Usage } from "../cli/usage.ts";
import { runConsole } from "./command.ts";
import { isPassword, readUsers } from "./password.ts";

const ROOT = join(import.meta.dirname, "../..");
const HULOTTE = join(ROOT, "tools/hulotte");
const CABINET = ["--node", "21231/cab-0117", "--broker", "mqtt://127.0.0.1:1"];

function hulotte(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(HULOTTE, ["console", ...args], {
    encoding: "utf8",
    timeout: 20_000,
    input,
  });
  return { status, stdout, stderr };
}

function file(text: string, mode: number): string {
  const path = join(mkdtempSync(join(tmpdir(), "hulotte-console-")), "file");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test("a new user's line is printed, and no password that is too short; a call that is wrong says what is allowed", async () => {
  const made = hulotte(["password", "anne"], "a lamp in the Rue Musette\n");
  assert.is(made.status, 0, made.stderr);
  assert.is(await isPassword("a lamp in the Rue Musette", readUsers(made.stdout).get("anne")), true);
  const short = hulotte(["password", "anne"], "short\n");
  assert.equal([short.status, short.stdout], [2, ""]);
  assert.match(short.stderr, /allowed 12 to 1024/);
  const wrong = async (args: readonly string[], allowed: RegExp) => {
    const error = await runConsole(args).catch((usage) => usage);
    assert.instance(error, Usage);
    assert.match(error.message, allowed);
  };
  await wrong(["password", "an ne"], /allowed 1 to 32/);
  await wrong([], /--node and --broker/);
  await wrong([...CABINET, "--port", "x"], /--port x/);
  await wrong([...CABINET, "--host", "0.0.0.0"], /needs a certificate with its key and users with passwords/);
  await wrong([...CABINET, "--users", file(made.stdout, 0o644)], /others may read it \(0644\)/);
  await wrong([...CABINET, "--users", file("anne:hello", 0o600)], /line 1: the hash/);
  await wrong([...CABINET, "--certificate", "a"], /go together/);
});

test("it serves the page of the cabinet that the file describes, until it is ended", async () => {
  const served = spawn(HULOTTE, ["console", join(ROOT, "tools/demo/cabinet.yaml"), "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(served.stdout.setEncoding("utf8"), "data");
  const url = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(line)?.[1] ?? "";
  const config = (await (await fetch(`${url}config.json`)).json()) as { node: string; broker: string };
  assert.match(line, config.node);
  assert.is(config.broker, `${url.replace("http", "ws")}mqtt`);
  served.kill("SIGTERM");
  const [code] = await once(served, "exit");
  assert.is(code, 0);
});

test("it says when the broker may want a certificate that it was not given, and only then", async () => {
  const errorsOf = async (...args: string[]) => {
    const served = spawn(HULOTTE, ["console", "--node", "21231/cab-0117", "--port", "0", ...args]);
    let errors = "";
    served.stderr.setEncoding("utf8").on("data", (text) => {
      errors += text;
    });
    await once(served.stdout, "data");
    served.kill("SIGTERM");
    await once(served, "close");
    return errors;
  };
  assert.match(await errorsOf("--broker", "mqtts://127.0.0.1:1"), /^no --broker-certificate: where mqtts:/);
  assert.is(await errorsOf("--broker", "mqtt://127.0.0.1:1"), "");
});

test.run();
