/** Against a fake of the service manager's socket. Skipped where no systemd-notify or no Python is. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { systemdService } from "./service.ts";

const PATH = process.env["PATH"] ?? "";
const there = (program: string) => spawnSync(program, ["--version"]).status === 0;
const withSocket = there("systemd-notify") && there("python3") ? test : test.skip;

/** Prints each datagram as a line of hexadecimal digits. A descriptor that comes along is closed, as a manager does after a barrier. */
const LISTEN = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).hex(), flush=True)
`;

withSocket(
  "ready, alive and stopping come to the socket as sd_notify(3) has them, the status on one line",
  async () => {
    const socket = join(mkdtempSync(join(tmpdir(), "hulotte-notify-")), "notify");
    const listener = spawn("python3", ["-c", LISTEN, socket], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      let text = "";
      listener.stdout.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      while (!text.includes("bound")) await once(listener.stdout, "data");
      const service = systemdService({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "60000000", PATH });
      assert.is(service?.patience, 60_000);
      assert.is(await service?.tell("ready", "26 lamps\nWATCHDOG=1 lit"), true);
      assert.is(await service?.tell("alive"), true);
      assert.is(await service?.tell("stopping"), true);
      const heard = () =>
        text
          .split("\n")
          .slice(1, -1)
          .map((hex) => Buffer.from(hex, "hex").toString())
          .filter((datagram) => !datagram.startsWith("BARRIER="));
      while (heard().length < 3) await once(listener.stdout, "data");
      const datagrams = heard();
      assert.equal(
        datagrams.map((datagram) => datagram.trimEnd().split("\n")),
        [["READY=1", "STATUS=26 lamps WATCHDOG=1 lit"], ["WATCHDOG=1"], ["STOPPING=1"]],
      );
    } finally {
      listener.kill();
    }
  },
);

test("without the manager's socket there is none; its patience counts for the process it names only", () => {
  assert.is(systemdService({}), null);
  const patience = (env: NodeJS.ProcessEnv) => systemdService({ NOTIFY_SOCKET: "/x", ...env }, 42)?.patience;
  assert.is(patience({}), null);
  assert.is(patience({ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "42" }), 3000);
  assert.is(patience({ WATCHDOG_USEC: "3000000", WATCHDOG_PID: "41" }), null);
  assert.is(patience({ WATCHDOG_USEC: "soon" }), null);
});

test("a notice that nobody takes is false, and no fault", async () => {
  assert.is(await systemdService({ NOTIFY_SOCKET: "/nowhere/notify", PATH })?.tell("alive"), false);
  assert.is(await systemdService({ NOTIFY_SOCKET: "/nowhere/notify", PATH: "/nowhere" })?.tell("alive"), false);
});

test.run();
