/** The built-in engine on simulated heads: what it shows, what its monitor does about faults of lamps, wires and itself. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { type SimulatedHeads, simulateHeads } from "../../sim/junction/heads.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";

const file = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const GROUPS = ["A", "B", "PA", "PB"];
const pins = (at: number) =>
  `red: { chip: heads, offset: ${at} }, amber: { chip: heads, offset: ${at + 1} }, green: { chip: heads, offset: ${at + 2} }`;
const HEADS = GROUPS.map((group, i) => `        - { group: ${group}, ${pins(i * 6)}, shows: { ${pins(i * 6 + 3)} } }`);
const PERMIT = 30;
const ALIVE = 31;
const text = `${file.slice(0, file.indexOf("    # The wires"))}    engine:
      permit: { chip: heads, offset: ${PERMIT} }
      alive: { pin: { chip: heads, offset: ${ALIVE} } }
      heads:
${HEADS.join("\n")}
`;

interface Scene {
  readonly site: JunctionSite;
  readonly heads: SimulatedHeads;
}
async function scene(config = text): Promise<Scene> {
  let heads: SimulatedHeads | undefined;
  const site = await startSite({
    config,
    around(cabinet, { junctions }) {
      heads = simulateHeads(cabinet.clock, junctions[0]!, (pin) => cabinet.wire(pin));
    },
  });
  return { site, heads: heads! };
}
const ERROR = "tlc.hardware.error tlc/1";
const told = ({ site: { cockpit } }: Scene, code: string, name: string) => cockpit.status.get(code)?.get(name);
const end = ({ site }: Scene) => site.clock.run(site.end(), seconds(3));
const until = async ({ site }: Scene, is: () => boolean, limit = 120) => {
  for (let i = 0; i < limit * 10 && !is(); i++) await site.clock.advance(seconds(0.1));
  assert.ok(is(), `not within ${limit} s`);
};

test("heads are red first, then every group gets its green in turn, and never two in conflict", async () => {
  const all = await scene();
  const { heads, site } = all;
  await site.clock.advance(seconds(1.5));
  for (const group of GROUPS) assert.is(heads.lit(group), "red");
  const greens = new Set<string>();
  heads.watch(() => {
    const green = GROUPS.filter((group) => /green|amber/.test(heads.lit(group)));
    for (const group of green) greens.add(group);
    assert.ok(
      green.every((group) => ["A", "PB"].includes(group)) || green.every((group) => ["B", "PA"].includes(group)),
      green.join(),
    );
  });
  await site.clock.advance(seconds(150));
  assert.equal([...greens].sort(), GROUPS);
  assert.ok(heads.permitted);
  assert.equal([...site.cockpit.alarms], []);
  for (const group of GROUPS)
    assert.is(
      told(all, "tlc.groups", `signalgroupstatus tlc/1/${group}`),
      { red: "B", green: "1", amber: "N" }[heads.lit(group)],
    );
  assert.is(told(all, "tlc.junctions", "mode tlc/1"), "running");
  await end(all);
  assert.not(heads.permitted, "after the end the hardware flashes");
});

for (const [what, group, colour, on] of [
  ["a green that is lit against a conflict", "B", "green", true],
  ["a red that has burnt out", "B", "red", false],
] as const)
  test(`${what}: flashing within 200 ms, for good, until a person resets it`, async () => {
    const all = await scene();
    const { heads, site } = all;
    await site.clock.advance(seconds(10));
    await until(all, () => heads.lit("A") === "green");
    heads.stick(group, colour, on);
    await site.clock.advance(seconds(0.22));
    assert.not(heads.permitted);
    await site.clock.advance(seconds(1));
    assert.ok(site.cockpit.alarms.has(ERROR));
    assert.is(told(all, "tlc.junctions", "mode tlc/1"), "flashing");
    assert.is(told(all, "tlc.groups", "signalgroupstatus tlc/1/A"), "c");
    heads.stick(group, colour, null);
    await site.clock.advance(seconds(60));
    assert.not(heads.permitted, "nobody has looked at it yet");
    const reset = site.cockpit.command("tlc.flashing.reset", { component: [], values: {} });
    assert.equal(await site.clock.run(reset, seconds(1)), { ok: true, values: { junction: "tlc/1" } });
    await site.clock.advance(seconds(7));
    assert.ok(heads.permitted);
    await until(all, () => heads.lit("B") === "green");
    assert.not(site.cockpit.alarms.has(ERROR));
    assert.not(
      ((await site.cockpit.command("tlc.flashing.reset", { component: [], values: {} })) as { ok: boolean }).ok,
    );
    await end(all);
  });

test("wires that are lost: flashing, and the watchdog line stands still", async () => {
  const all = await scene();
  const { heads, site } = all;
  await site.clock.advance(seconds(20));
  const pin = (offset: number) => site.cabinet.wire({ chip: "heads", offset });
  pin(3).unplug();
  await site.clock.advance(seconds(3));
  assert.not(heads.permitted);
  assert.ok(site.cockpit.alarms.has(ERROR));
  let edges = 0;
  pin(ALIVE).watch(() => edges++);
  await site.clock.advance(seconds(5));
  assert.is(edges, 0);
  await end(all);
});

test("a runtime that is killed leaves the watchdog line still: the hardware takes over", async () => {
  const all = await scene();
  const { site } = all;
  await site.clock.advance(seconds(5));
  let edges = 0;
  site.cabinet.wire({ chip: "heads", offset: ALIVE }).watch(() => edges++);
  await site.clock.advance(seconds(5));
  assert.ok(edges >= 9, `${edges}`);
  site.kill();
  edges = 0;
  await site.clock.advance(seconds(5));
  assert.is(edges, 0);
});

test("a clock that is set cuts no green and calls no monitor", async () => {
  const all = await scene();
  const { heads, site } = all;
  await site.clock.advance(seconds(10));
  await until(all, () => heads.lit("A") === "green");
  site.clock.jump(-3_600_000);
  await site.clock.advance(seconds(3));
  assert.is(heads.lit("A"), "green");
  site.clock.jump(7_200_000);
  await site.clock.advance(seconds(1));
  assert.is(heads.lit("A"), "green");
  await site.clock.advance(seconds(100));
  assert.ok(heads.permitted);
  assert.not(site.cockpit.alarms.has(ERROR));
  await end(all);
});

test("heads that are shown nowhere are judged the same, and a bus gets its green", async () => {
  const all = await scene(`${file.slice(0, file.indexOf("    # The wires"))}    engine: { simulated: true }\n`).catch(
    (error) => error,
  );
  assert.instance(all, TypeError);
  const site = await startSite({
    config: `${file.slice(0, file.indexOf("    # The wires"))}    engine: { simulated: true }\n`,
  });
  await site.clock.advance(seconds(20));
  const letter = () => site.cockpit.status.get("tlc.groups")?.get("signalgroupstatus tlc/1/A");
  let waited = 0;
  await site.drive({
    vehicle: 5,
    line: site.config.junctions[0]!.junction.approaches[0]!.line,
    from: 340,
    to: 60,
    speed: 11,
    held(before) {
      const isHeld = before < 6 && before > -6 && letter() !== "1";
      if (isHeld) waited++;
      assert.ok(waited < 90);
      return isHeld;
    },
  });
  assert.equal([...site.cockpit.alarms], []);
  assert.ok(
    waited <= 5,
    `it waited ${waited} s ${JSON.stringify([...(site.cockpit.status.get("tlc.junctions") ?? [])])}`,
  );
  assert.equal([...site.cockpit.alarms], []);
  await site.clock.run(site.end(), seconds(3));
});

test.run();
