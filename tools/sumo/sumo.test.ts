import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../../firmware/hal/fault.ts";
import { isUsage } from "../cli/usage.ts";
import { runSumo } from "./command.ts";
import { compare } from "./compare.ts";
import { loadSumo, type Played } from "./play.ts";
import { sumoHome, sumoProgram } from "./sumo.ts";

const netconvert = sumoProgram("netconvert");
const withSumo = sumoProgram() === null || netconvert === null ? test.skip : test;
if (withSumo === test.skip)
  console.log("SUMO is not installed: hulotte was not tried on it (apt-get install sumo sumo-tools)");

/** The crossing of the fixtures, its network made by the netconvert of this machine. */
async function withCrossing(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-sumo-"));
  try {
    await cp(new URL("../../sim/sumo/fixtures", import.meta.url), folder, { recursive: true });
    const files = [
      "--node-files",
      "crossing.nod.xml",
      "--edge-files",
      "crossing.edg.xml",
      "--output-file",
      "crossing.net.xml",
    ];
    const made = spawnSync(netconvert as string, ["--no-turnarounds", ...files], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, SUMO_HOME: sumoHome() },
    });
    assert.is(made.status, 0, made.stderr);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was printed while it ran, and how it ended. */
async function said(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { log, error } = console;
  const [out, err]: [string[], string[]] = [[], []];
  console.log = (text: string) => out.push(text);
  console.error = (text: string) => err.push(text);
  try {
    return { code: await runSumo(argv), out: out.join("\n"), err: err.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

const of = (runs: readonly Played[], strategy: string): Played =>
  runs.find((run) => run.strategy === strategy) as Played;

withSumo("hulotte works SUMO's signals: buses wait less, the others hardly more, nothing conflicts", () =>
  withCrossing(async (folder) => {
    const { runs } = await compare({
      file: join(folder, "crossing.sumocfg"),
      strategies: ["none", "engine", "simple", "actuated", "hulotte"],
      seeds: [1],
      jobs: 2,
      folder: join(folder, "out"),
    });
    const [none, hulotte, engine] = ["none", "hulotte", "engine"].map((strategy) => of(runs, strategy)) as [
      Played,
      Played,
      Played,
    ];
    for (const run of runs) {
      assert.is(run.bus.count, 6);
      assert.is(run.others.count, 354);
      assert.equal(run.monitorFaults, []);
      assert.is(run.safety.collisions, 0);
      assert.is(run.safety.teleports, 0);
    }
    // The same programme by hulotte's own engine: the same signals but for its start.
    assert.ok(Math.abs(engine.others.timeLoss / none.others.timeLoss - 1) < 0.05, `${engine.others.timeLoss}`);
    for (const strategy of ["simple", "actuated", "hulotte"])
      assert.ok(
        of(runs, strategy).bus.waiting < none.bus.waiting * 0.5,
        `${strategy} ${of(runs, strategy).bus.waiting}`,
      );
    assert.ok(hulotte.others.timeLoss < none.others.timeLoss * 1.1, `${hulotte.others.timeLoss}`);
    assert.ok((hulotte.worstWait as number) <= 120, `${hulotte.worstWait}`);
    assert.ok((hulotte.bySignal["C"]?.buses ?? 0) === 6);
  }),
);

withSumo("the command writes each run, the comparison and a page that needs nothing beside itself", () =>
  withCrossing(async (folder) => {
    const out = join(folder, "out");
    const { code, out: text } = await said([
      "run",
      join(folder, "crossing.sumocfg"),
      "--strategy",
      "hulotte",
      "--until",
      "120",
      "--out",
      out,
    ]);
    assert.is(code, 0);
    assert.match(text, /hulotte: bus waiting [\d.]+ s/);
    const run = JSON.parse(await readFile(join(out, "hulotte-1.json"), "utf8")) as Played;
    assert.is(run.seconds, 120);
    const page = await readFile(join(out, "comparison.html"), "utf8");
    assert.match(page, /<svg/);
    assert.not.match(page, /<script|https?:\/\/(?!www\.w3\.org)/);
  }),
);

withSumo("says what a scenario lacks: buses, signals, files", () =>
  withCrossing(async (folder) => {
    const changed = async (file: string, from: RegExp, to: string): Promise<void> => {
      const path = join(folder, file);
      await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
    };
    const why = (): Promise<string> =>
      loadSumo(join(folder, "crossing.sumocfg")).then(
        () => "none",
        (error: Error) => (error instanceof Fault || isUsage(error) ? error.message : `not told: ${error.message}`),
      );
    await changed("crossing.add.xml", /vClass="bus"/, 'vClass="truck"');
    assert.match(await why(), /no buses: no vehicle of class bus, coach or tram/);
    for (const file of ["crossing.net.xml", "crossing.add.xml"]) await changed(file, /<tlLogic[\s\S]*<\/tlLogic>/, "");
    assert.match(await why(), /no signals/);
    await changed("crossing.sumocfg", /crossing\.net\.xml/, "gone.net.xml");
    assert.match(await why(), /gone\.net\.xml: cannot be read: ENOENT/);
  }),
);

test("wrong calls are told with what is allowed", async () => {
  for (const [argv, expected] of [
    [["ride", "x"], /no command "sumo ride x"/],
    [["run"], /\.sumocfg is missing/],
    [["run", "x", "--strategy", "best"], /allowed none, simple, actuated, hulotte/],
    [["run", "x", "--seeds", "0"], /--seeds 0: allowed is a whole number/],
  ] as const) {
    const error = await runSumo(argv).catch((error: unknown) => error);
    assert.ok(isUsage(error));
    assert.match((error as Error).message, expected);
  }
  assert.match((await said(["help"])).out, /hulotte sumo run/);
});

test.run();
