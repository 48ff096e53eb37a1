/** `hulotte dali` as a technician calls it: a process against a LUBA box with simulated gear on TCP. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cabinetFile, hulotte, startBus, startHulotte, type TestBus } from "./test-bus.ts";

type Context = { bus: TestBus };
const lit = suite<Context>("a bus with two lamps");
lit.before(async (context) => {
  context.bus = await startBus([{ address: 0 }, { address: 3 }]);
  context.bus.speed = 6;
});
lit.after(({ bus }) => bus.close());

lit("send prints each answer in the words of what was asked", async ({ bus }) => {
  const texts = [
    "DAPC(A3, 128)",
    "QueryActualLevel(A3)",
    "QueryActualLevel(A9)",
    "QueryStatus(Broadcast)",
    "LED.QueryGearType(A3)",
  ];
  const { status, stdout, stderr } = await hulotte(bus.folder, "dali", "send", ...bus.place, ...texts);
  assert.is(stderr, "");
  assert.is(status, 0);
  const [set, level, nobody, all, type] = stdout.split("\n");
  assert.is(set, "DAPC(A3, 128)");
  assert.is(level, "QueryActualLevel(A3)  128 (3.21 %)");
  assert.is(nobody, "QueryActualLevel(A9)  no answer");
  assert.match(all ?? "", /several answers/);
  assert.match(type ?? "", /^LED\.QueryGearType\(A3\) {2}\w+/);
  assert.is(bus.gear[1]?.arc, 128);
});

lit("one wrong command among good ones: nothing is sent", async ({ bus }) => {
  const before = bus.heard.length;
  const { status, stderr } = await hulotte(bus.folder, "dali", "send", ...bus.place, "Off(A3)", "DAPC(A99, 1)");
  assert.is(status, 2);
  assert.match(stderr, /address of DAPC is "A99": allowed A0 to A63/);
  assert.match(stderr, /hulotte dali help/);
  assert.is(bus.heard.length, before);
});

lit("scan lists who answers, names lamps and who is missing; --whole says who they are", async ({ bus }) => {
  const config = cabinetFile(bus, [0, 5]);
  const whole = await hulotte(bus.folder, "dali", "scan", "1", "--config", config, "--whole");
  assert.is(whole.stderr, "");
  assert.match(whole.stdout, /^A0 +lamp\/1\/0 +254 \(100 %\) +on.* DT6 +GTIN \d+, serial [0-9a-f]{16}$/m);
  assert.match(whole.stdout, /^A3 +- +/m);
  assert.match(whole.stdout, /A5 lamp\/1\/5 does not answer\n2 gear answer\n$/);
  assert.is(whole.status, 1);
});

lit("show tells what a gear does, is and keeps; of nobody that nobody answers", async ({ bus }) => {
  const { status, stdout } = await hulotte(bus.folder, "dali", "show", ...bus.place, "A0");
  assert.is(status, 0);
  assert.match(stdout, /^A0:\n {2}level +254 \(100 %\)\n {2}status +on/);
  assert.match(stdout, /is:\n {2}gtin +\d+\n {2}serial/);
  assert.match(stdout, /keeps:\n {2}curve +logarithmic\n {2}min level +1\n {2}max level +254/);
  assert.not.match(stdout, /fares|scene/);
  const nobody = await hulotte(bus.folder, "dali", "show", ...bus.place, "9");
  assert.equal([nobody.status, nobody.stdout], [1, "A9 does not answer\n"]);
});

lit("audit says what is not as the configuration wants it, --repair sets it, then all is", async ({ bus }) => {
  const call = ["dali", "audit", "1", "--config", cabinetFile(bus, [0, 3])];
  const found = await hulotte(bus.folder, ...call);
  assert.is(found.status, 1);
  assert.match(found.stdout, /^A0 lamp\/1\/0: fadeTime is 0, wanted \d+$/m);
  assert.match(found.stdout, /^2 gear are not as wanted$/m);
  const mended = await hulotte(bus.folder, ...call, "A3", "--repair");
  assert.equal([mended.status, mended.stdout.match(/: set$/gm)?.length], [0, 1], mended.stdout);
  const left = await hulotte(bus.folder, ...call);
  assert.match(left.stdout, /^A3 lamp\/1\/3: as wanted$/m);
  assert.match(left.stdout, /^1 gear are not as wanted$/m);
  const strange = await hulotte(bus.folder, ...call, "A7");
  assert.is(strange.status, 2);
  assert.match(strange.stderr, /A7 is no lamp of bus\/1/);
});

lit("monitor shows another master's frame, captures it, and the capture is played again", async ({ bus }) => {
  const file = join(bus.folder, "bus.capture");
  const call = ["dali", "monitor", ...bus.place, "--seconds", "3", "--capture", file];
  const monitor = startHulotte(bus.folder, call);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  bus.bus.transmit({ frame: { bits: 16, data: 0x07a0 }, priority: 3, twice: false, by: {}, foreign: true });
  const { status, stdout } = await monitor.ended;
  assert.is(status, 0);
  assert.match(stdout, /^ +\d+\.\d{3} {2}\*> {2}QueryActualLevel\(A3\)\n +\d+\.\d{3} {2}\*< {2}128 \(3\.21 %\)\n$/);
  const again = await hulotte(bus.folder, "dali", "replay", file, "--speed", "0");
  assert.is(again.stdout, `${stdout}0 own frames, 2 of other masters, 0 errors, 0 unseen\n`);
  const kept = await hulotte(bus.folder, ...call);
  assert.equal([kept.status, /is there already/.test(kept.stderr)], [2, true]);

  // as if we had asked then, when the lamp was brighter
  const reply = { kind: "byte", value: 200 };
  const sent = { kind: "sent", at: 3, took: 1, frame: { bits: 16, data: 0x07a0 }, twice: false, priority: 3, reply };
  writeFileSync(file, `${readFileSync(file, "utf8")}${JSON.stringify(sent)}\n`);
  const onto = await hulotte(bus.folder, "dali", "replay", file, "--speed", "0", ...bus.place);
  assert.is(onto.status, 1);
  assert.match(
    onto.stdout,
    /-> {2}QueryActualLevel\(A3\) .*200 \(22\.9 %\), now 128 \(3\.21 %\)\n2 frames sent, 1 answers differ\n/,
  );
});

lit("a gateway that goes ends the monitor with why", async ({ bus }) => {
  const monitor = startHulotte(bus.folder, ["dali", "monitor", ...bus.place]);
  const before = bus.heard.length;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  bus.unplug();
  const { status, stderr } = await monitor.ended;
  assert.equal([status, bus.heard.length], [1, before]);
  assert.match(stderr, /port-lost/);
});

lit("a cabinet that runs lends its bus, is looked on at, and goes on after", async ({ bus }) => {
  bus.speed = 1;
  const config = cabinetFile(bus, [0, 3]);
  const cabinet = startHulotte(bus.folder, ["run", config, "--log", "info"]);
  try {
    await cabinet.says(/gateway found/);
    const sent = await hulotte(bus.folder, "dali", "send", "1", "QueryControlGearPresent(A0)", "--config", config);
    assert.equal([sent.status, sent.stdout], [0, "QueryControlGearPresent(A0)  yes\n"], sent.stderr);
    assert.is(sent.stderr, "bus/1: lent by the cabinet that runs\n");
    const looked = await hulotte(bus.folder, "dali", "monitor", "1", "--config", config, "--seconds", "2");
    assert.equal([looked.status, looked.stderr], [0, ""]);
    // the cabinet's own frames: it works again
    assert.match(looked.stdout, /^ +\d+\.\d{3} {2}-> {2}\w+\(/m);
  } finally {
    cabinet.child.kill("SIGTERM");
  }
  assert.is((await cabinet.ended).status, 0);
});
lit.run();
