import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Stage } from "../../sim/scenarios/stage.ts";
import { hil } from "./command.ts";
import { type OpenRig, RigMissing, type Rigs } from "./rig.ts";
import { RIGS } from "./targets.ts";

const STREET = join(import.meta.dirname, "../../sim/scenarios/suite/street.yaml");
const inProcess = RIGS["in-process"] as OpenRig;

const scenario = (name: string, expected: string, more = "") => `name: ${name}
given:
  cabinet: ${STREET}
  time: 2026-11-18T23:30:00+01:00
${more}steps:
  - do: { open: door/1 }
    expect: { status: { code: access.contacts, attribute: open, component: door/1, is: ${expected} } }
    within: 2 s
`;
const GOOD = scenario("The door is seen", "true");
const BAD = scenario("The door is not seen", "ajar");

/** A folder with these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "hulotte-hil-test-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

async function call(argv: readonly string[], rigs: Rigs = RIGS, stop = new AbortController()) {
  let out = "";
  const wrong: string[] = [];
  const code = await hil(argv, {
    rigs,
    screen: { write: (text) => (out += text), live: false, colour: false, columns: 80 },
    complain: (line) => wrong.push(line),
    signal: stop.signal,
  });
  return { code, out, wrong: wrong.join("\n") };
}

/** The same stages under another name, and what was asked of the rig. */
function twin(change: Partial<Awaited<ReturnType<OpenRig>>> = {}) {
  const asked = { opened: 0, closed: 0, stages: 0 };
  const open: OpenRig = async (options) => {
    asked.opened++;
    const real = await inProcess(options);
    return {
      ...real,
      ...change,
      async makeStage(play) {
        asked.stages++;
        const stage = await (change.makeStage ?? real.makeStage)(play);
        return { ...stage, target: "qemu" };
      },
      close: async () => void asked.closed++,
    };
  };
  return { asked, open };
}

test("all passed: 0; the folder's cabinet is passed over, folders below are not", async () => {
  const path = folder({ "a.yaml": GOOD, "b/c.yml": GOOD, "street.yaml": readFileSync(STREET, "utf8"), "x.txt": "no" });
  const { code, out, wrong } = await call([path]);
  assert.is(wrong, "");
  assert.is(code, 0);
  assert.match(out, /^ok {7}in-process {2}The door is seen/m);
  assert.match(out, /^2 runs: 2 passed, in /m);
});

test("a scenario failed: 1, with its line, what was expected and what was seen", async () => {
  const path = folder({ "good.yaml": GOOD, "bad.yaml": BAD });
  const { code, out } = await call([join(path, "good.yaml"), join(path, "bad.yaml")]);
  assert.is(code, 1);
  assert.match(out, /^FAILED {3}in-process {2}The door is not seen/m);
  assert.match(out, `${join(path, "bad.yaml")}:6`);
  assert.match(out, /expected: .*access\.contacts/);
  assert.match(out, /seen: .*true/);
});

test("a file that is wrong: 2, all problems of all files with line and what is allowed, and nothing is run", async () => {
  const path = folder({
    "a.yaml": GOOD.replace("within: 2 s", "within: soon"),
    "b.yaml": GOOD.replace(STREET, "./nowhere.yaml"),
    "c.yaml": "name: [",
  });
  const { code, out, wrong } = await call([path, join(path, "none.yaml")]);
  assert.is(code, 2);
  assert.is(out, "");
  assert.match(wrong, /a\.yaml:8:\d+ {2}steps\[0\]\.within: found "?soon"?, allowed/);
  assert.match(wrong, /b\.yaml:3:\d+ {2}given\.cabinet: .*there is none/);
  assert.match(wrong, /c\.yaml:1/);
  assert.match(wrong, /none\.yaml: cannot be read: ENOENT/);
  assert.match(wrong, /problems; nothing was run/);
  const empty = await call([folder({ "cabinet.yaml": readFileSync(STREET, "utf8") })]);
  assert.is(empty.code, 2);
  assert.match(empty.wrong, /no scenario in this folder/);
});

test("a call that is wrong: 2, and what is allowed", async () => {
  const calls: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /which scenarios/],
    [["--target", "moon", "a.yaml"], /--target moon: allowed in-process, qemu, raspi3b/],
    [["--target", "in-process,", "a.yaml"], /--target "": allowed/],
    [["--jobs", "0", "a.yaml"], /--jobs 0: allowed a whole number from 1 to 64/],
    [["--seed", "1e3", "a.yaml"], /--seed 1e3: allowed a whole number/],
    [["--frobnicate", "a.yaml"], /--frobnicate/],
  ];
  for (const [argv, allowed] of calls) {
    const { code, wrong } = await call(argv);
    assert.is(code, 2, argv.join(" "));
    assert.match(wrong, allowed);
  }
  const unknown = await call(["--target", "qemu", "a.yaml"], { "in-process": inProcess });
  assert.is(unknown.code, 2);
  assert.match(unknown.wrong, /allowed here in-process/);
});

test("help and list run nothing; list checks all files", async () => {
  const help = await call(["--help"]);
  assert.is(help.code, 0);
  for (const word of ["--target", "--junit", "--timeline", "--json", "--seed", "--jobs", "--list", "--keep"])
    assert.match(help.out, word);
  const only = "only: { targets: [qemu], because: it is about the kernel }\n";
  const path = folder({ "a.yaml": GOOD, "b.yaml": scenario("The kernel's", "true", only) });
  const { asked, open } = twin();
  const list = await call(["--list", "--target", "qemu", path], { qemu: open });
  assert.is(list.code, 0);
  assert.is(
    list.out,
    `${join(path, "a.yaml")}: The door is seen\n${join(path, "b.yaml")}: The kernel's  (only qemu)\n`,
  );
  assert.is(asked.opened, 0);
});

test("a scenario for other targets is skipped, without a stage or a rig, and that is no failure", async () => {
  const only = "only: { targets: [in-process], because: it needs virtual time }\n";
  const path = folder({ "a.yaml": scenario("Virtual", "true", only) });
  const { asked, open } = twin();
  const { code, out } = await call(["--target", "qemu", path], { qemu: open });
  assert.is(code, 0);
  assert.match(out, /^skipped {2}qemu {2}Virtual$/m);
  assert.match(out, /it needs virtual time/);
  assert.is(asked.opened, 0);
});

test("two targets: both run, verdicts and times are compared, rigs are closed", async () => {
  const path = folder({ "a.yaml": GOOD, "b.yaml": BAD });
  const { asked, open } = twin();
  const { code, out } = await call(["--target", "in-process,qemu", path], { ...RIGS, qemu: open });
  assert.is(code, 1);
  assert.match(out, "qemu against in-process: 2 scenarios compared, the same verdicts");
  assert.match(out, "4 runs: 2 passed, 2 failed");
  assert.equal(asked, { opened: 1, closed: 1, stages: 2 });
});

test("a rig that is missing: 2, said once with how to get it; the other target still runs and reports are written", async () => {
  const path = folder({ "a.yaml": GOOD, "b.yaml": GOOD });
  const missing: OpenRig = async () => {
    throw new RigMissing("qemu-system-aarch64 is not here: apt-get install qemu-system-arm, or run make hil");
  };
  const xml = join(path, "reports/junit.xml");
  const argv = ["--target", "qemu,in-process", "--junit", xml, path];
  const { code, out, wrong } = await call(argv, { ...RIGS, qemu: missing });
  assert.is(code, 2);
  assert.is(
    wrong,
    "hulotte hil: qemu: qemu-system-aarch64 is not here: apt-get install qemu-system-arm, or run make hil",
  );
  assert.match(out, "4 runs: 2 passed, 2 broken");
  assert.match(readFileSync(xml, "utf8"), /errors="2"/);
});

test("a stage that cannot be built, or breaks, is broken: 2, and the next scenario runs", async () => {
  const path = folder({ "a.yaml": GOOD, "b.yaml": GOOD });
  let first = true;
  const { open, asked } = twin({
    async makeStage(play) {
      if (!first)
        return (await inProcess({ jobs: 1, keep: false, say() {}, signal: AbortSignal.any([]) })).makeStage(play);
      first = false;
      throw new Error("the guest did not start");
    },
  });
  const { code, out } = await call(["--target", "qemu", path], { qemu: open });
  assert.is(code, 2);
  assert.match(out, /^BROKEN {3}qemu {2}The door is seen.*\n {9}the guest did not start$/m);
  assert.match(out, "1 passed, 1 broken");
  assert.is(asked.closed, 1);
});

test("the rig broke and a scenario failed: 2, for the rest is not known; a stage gets the cabinet's file as it is written", async () => {
  const path = folder({ "a.yaml": BAD, "b.yaml": GOOD });
  const texts: (string | undefined)[] = [];
  const { open } = twin({
    async makeStage(play) {
      texts.push(play.text);
      if (texts.length === 2) throw new Error("the guest did not start");
      return (await inProcess({ jobs: 1, keep: false, say() {}, signal: AbortSignal.any([]) })).makeStage(play);
    },
  });
  const { code, out } = await call(["--target", "qemu", path], { qemu: open });
  assert.match(out, "1 failed, 1 broken");
  assert.is(code, 2);
  assert.equal(texts, [readFileSync(STREET, "utf8"), readFileSync(STREET, "utf8")]);
});

test("reports are written where they were asked for; one that cannot be written is said, and the code is 2", async () => {
  const path = folder({ "a.yaml": BAD, plain: "a file" });
  const to = (name: string) => join(path, "out", name);
  const all = ["--junit", to("j.xml"), "--timeline", to("t.html"), "--json", to("o.json")];
  const { code } = await call([...all, join(path, "a.yaml")]);
  assert.is(code, 1);
  assert.match(readFileSync(to("j.xml"), "utf8"), /<failure type="expectation"/);
  assert.match(readFileSync(to("t.html"), "utf8"), "The door is not seen");
  const { outcomes } = JSON.parse(readFileSync(to("o.json"), "utf8"));
  assert.is(outcomes[0].report.verdict, "failed");
  assert.is(outcomes[0].file, join(path, "a.yaml"));
  const wrong = await call(["--junit", join(path, "plain/j.xml"), join(path, "a.yaml")]);
  assert.is(wrong.code, 2);
  assert.match(wrong.wrong, /plain\/j\.xml: cannot be written: E/);
});

test("--seed is another chance for every scenario", async () => {
  const path = folder({ "a.yaml": GOOD });
  const json = join(path, "o.json");
  await call(["--seed", "42", "--json", json, path]);
  assert.is(JSON.parse(readFileSync(json, "utf8")).outcomes[0].report.seed, 42);
});

test("--jobs: so many stages at a time and no more; reports keep the order of files", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const path = folder(Object.fromEntries(names.map((name) => [`${name}.yaml`, GOOD])));
  let [now, most, turn] = [0, 0, 0];
  const { open } = twin({
    async makeStage(play) {
      most = Math.max(most, ++now);
      const wait = ++turn % 2 ? 30 : 1;
      await new Promise((resolve) => setTimeout(resolve, wait));
      const real = await (await inProcess({ jobs: 1, keep: false, say() {}, signal: AbortSignal.any([]) })).makeStage(
        play,
      );
      const end = async () => {
        now--;
        await real.end();
      };
      return { ...real, end } satisfies Stage;
    },
  });
  const json = join(path, "o.json");
  const { code } = await call(["--target", "qemu", "--jobs", "2", "--json", json, path], { qemu: open });
  assert.is(code, 0);
  assert.is(most, 2);
  const { outcomes } = JSON.parse(readFileSync(json, "utf8")) as { outcomes: { file: string }[] };
  assert.equal(
    outcomes.map(({ file }) => file),
    names.map((name) => join(path, `${name}.yaml`)),
  );
});

test("given up by the person: the stage is ended, nothing more is begun, reports are written, 130", async () => {
  const path = folder({ "a.yaml": GOOD, "b.yaml": GOOD });
  const stop = new AbortController();
  const { open, asked } = twin({
    async makeStage(play) {
      const real = await (await inProcess({ jobs: 1, keep: false, say() {}, signal: AbortSignal.any([]) })).makeStage(
        play,
      );
      const ended = Promise.withResolvers<never>();
      return {
        ...real,
        // It would hang for ever.
        pass: () => {
          stop.abort();
          return ended.promise;
        },
        async end() {
          ended.reject(new Error("ended"));
          await real.end();
        },
      };
    },
  });
  const json = join(path, "o.json");
  const { code } = await call(["--target", "qemu", "--json", json, path], { qemu: open }, stop);
  assert.is(code, 130);
  assert.equal(asked, { opened: 1, closed: 1, stages: 1 });
  assert.is(JSON.parse(readFileSync(json, "utf8")).outcomes.length, 1);
});

test.run();
