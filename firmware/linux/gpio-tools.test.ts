import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Fault } from "../hal/fault.ts";
import { gpioTools, parseHolder, toolFault } from "./gpio-tools.ts";

/** A folder of programs that are not the real ones, to be put into PATH before what the shell needs. */
function programs(scripts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-tools-"));
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:/usr/bin:/bin`;
}

const OLD = `echo "$0 (libgpiod) v1.6.3"`;
const NEW = `echo "$0 (libgpiod) v2.2.1"`;
const saysItsArguments = (version: string) => `[ "$1" = --version ] && { ${version}; exit; }; echo "$@"`;

const kind = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: Fault) => `${error.kind} ${error.message}`,
  );

async function argumentsOf(version: string): Promise<string> {
  const tools = gpioTools(programs({ gpiomon: saysItsArguments(version), setpriv: "exit 1" }));
  const child = await tools.monitor("gpiochip2", 5, "x");
  let said = "";
  for await (const chunk of child.stdout) said += chunk;
  return said.trim();
}

test("each release is asked in its own words", async () => {
  assert.is(await argumentsOf(OLD), "--line-buffered --format %e %s %n gpiochip2 5");
  assert.is(await argumentsOf(NEW), "--format %e %S --chip gpiochip2 5");
});

test("each release's gpioget is understood", async () => {
  for (const [version, right] of [
    [OLD, "gpiochip2 5"],
    [NEW, "--numeric --chip gpiochip2 5"],
  ] as const)
    for (const level of [0, 1]) {
      const path = programs({ gpiomon: version, gpioget: `[ "$*" = "${right}" ] && echo ${level}` });
      assert.is(await gpioTools(path).level("gpiochip2", 5, "x"), level === 1);
    }
});

test("without the package the port is missing and the fault names it; once it is installed it works", async () => {
  const path = programs({});
  const tools = gpioTools(path.split(":")[0]);
  assert.match(await kind(tools.level("gpiochip0", 0, "chip:0")), /^port-missing chip:0.*apt-get install gpiod/);
  assert.match(await kind(tools.monitor("gpiochip0", 0, "chip:0")), /^port-missing chip:0.*apt-get install gpiod/);
  assert.is(await tools.holder("gpiochip0", 0), undefined);
  const folder = path.split(":")[0] as string;
  for (const [name, text] of [
    ["gpiomon", `#!/bin/sh\n${OLD}\n`],
    ["gpioget", "#!/bin/sh\necho 1\n"],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  assert.is(await tools.level("gpiochip0", 0, "chip:0"), true);
});

test("a line that is held is busy, and the fault says by whom", async () => {
  const busy = `echo "gpioget: error reading GPIO values: Device or resource busy" >&2; exit 1`;
  const info = `printf 'gpiochip0 - 2 lines:\\n\\tline   0:      unnamed       unused   input  active-high \\n\\tline   1:      "DOOR"     "sysfs"   input  active-high [used]\\n'`;
  const tools = gpioTools(programs({ gpiomon: OLD, gpioget: busy, gpioinfo: info }));
  assert.match(await kind(tools.level("gpiochip0", 1, "chip:1")), "port-busy chip:1: port-busy (held by sysfs)");
  assert.match(await kind(tools.level("gpiochip0", 0, "chip:0")), "port-busy chip:0: port-busy (gpioget: error");
});

test("what the tools complain of is told apart", () => {
  for (const [said, fault] of [
    ["gpiomon: error waiting for events: Device or resource busy", "port-busy"],
    ["gpioget: error reading GPIO values: Permission denied", "port-denied"],
    ["gpioget: error reading GPIO values: Operation not permitted", "port-denied"],
    ["gpioget: cannot find GPIO chip character device 'gpiochip0'", "port-missing"],
    ["", "port-missing"],
  ] as const) {
    const { kind, message } = toolFault("chip:1", said);
    assert.is(kind, fault);
    assert.match(message, said);
  }
  assert.ok(toolFault("x", "a".repeat(10_000)).message.length < 300);
});

test("the holder is read from both releases' gpioinfo", () => {
  const old = `gpiochip0 - 54 lines:
	line   1:      unnamed       unused   input  active-high 
	line  10:      "GPIO 10"  "my tool"  output  active-high [used]
	line  11:      unnamed       kernel   input  active-high [used]
`;
  const now = `gpiochip0 - 54 lines:
	line   1:	"A"             	input
	line  10:	unnamed         	output drive=open-drain consumer="my tool"
	line  11:	unnamed         	input consumer=kernel
`;
  for (const text of [old, now]) {
    assert.is(parseHolder(text, 1), undefined);
    assert.is(parseHolder(text, 10), "my tool");
    assert.is(parseHolder(text, 11), "kernel");
    assert.is(parseHolder(text, 0), undefined);
  }
});

test("gpiomon does not outlive a program that is killed", async () => {
  const path = programs({ gpiomon: `[ "$1" = --version ] && { ${OLD}; exit; }; exec sleep 60` });
  const program = `
    import { gpioTools } from "${new URL("./gpio-tools.ts", import.meta.url)}";
    const child = await gpioTools(process.env.TOOLS).monitor("gpiochip0", 0, "x");
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const env = { ...process.env, TOOLS: path };
  const runtime = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], { env });
  const [said] = (await once(runtime.stdout, "data")) as [Buffer];
  const pid = Number(String(said));
  // A child that nobody waits for any more stays as a zombie where nothing takes it in.
  const runs = () => {
    try {
      return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false;
    }
  };
  assert.is(runs(), true);
  runtime.kill("SIGKILL");
  await once(runtime, "close");
  for (let i = 0; i < 100 && runs(); i++) await pause(10);
  assert.is(runs(), false);
});

test("a tool that hangs is given up", async () => {
  const tools = gpioTools(programs({ gpiomon: OLD, gpioget: "exec sleep 60" }));
  const began = performance.now();
  assert.match(await kind(tools.level("gpiochip0", 0, "x")), "port-missing");
  assert.ok(performance.now() - began < 8000);
});

test.run();
