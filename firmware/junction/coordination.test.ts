/** A coordinated junction whose clock is set: it finds its place in the street's green wave again, and no road user is hurried. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";

const file = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const CYCLE = 70;
const text = `${file.slice(0, file.indexOf("    # The wires"))}    engine: { simulated: true }\n`.replace(
  `cycle: ${CYCLE}\n`,
  `cycle: ${CYCLE}\n        offset: 20\n`,
);
/** Amber and all red, as the example's defaults are, s. */
const INTERGREEN = 5;
const LEAST_GREEN = 6;

const letter = ({ cockpit }: JunctionSite, group: string) =>
  cockpit.status.get("tlc.groups")?.get(`signalgroupstatus tlc/1/${group}`);

/** Watches both streets; `begun`: second of the cycle, by the clock on the wall, in which A's last green began. */
async function watch(site: JunctionSite, time: number): Promise<{ begun: number; shortest: number; least: number }> {
  const STEP = milliseconds(200);
  let [begun, shortest, least] = [Number.NaN, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const last = { A: { is: letter(site, "A"), from: 0, to: 0 }, B: { is: letter(site, "B"), from: 0, to: 0 } };
  for (let at = STEP as number; at <= time; at += STEP) {
    await site.clock.advance(STEP);
    for (const [group, other] of [
      ["A", "B"],
      ["B", "A"],
    ] as const) {
      const [mine, its] = [last[group], last[other]];
      const is = letter(site, group);
      if (is === "1" && mine.is !== "1") {
        mine.from = at;
        if (group === "A") begun = (site.clock.now() / 1000) % CYCLE;
        assert.is.not(letter(site, other), "1");
        if (its.to > 0) shortest = Math.min(shortest, (at - its.to) / 1000);
      }
      if (is !== "1" && mine.is === "1") {
        mine.to = at;
        if (mine.from > 0) least = Math.min(least, (at - mine.from) / 1000);
      }
      mine.is = is;
    }
  }
  return { begun, shortest, least };
}

for (const by of [-3_600_000, 31_500])
  test(`the clock is set by ${by / 1000} s: coordination is found again within 10 minutes, every intergreen and green whole`, async () => {
    assert.match(text, /offset: 20/);
    const site = await startSite({ config: text });
    await site.clock.advance(minutes(8));
    const before = await watch(site, minutes(3));
    site.clock.jump(by);
    const during = await watch(site, minutes(10));
    const after = await watch(site, minutes(3));
    const apart = Math.abs(after.begun - before.begun);
    assert.ok(
      Math.min(apart, CYCLE - apart) <= 0.4,
      `second ${before.begun} of the cycle before, ${after.begun} after`,
    );
    for (const { shortest, least } of [before, during, after]) {
      assert.ok(shortest >= INTERGREEN && shortest < 60, `an intergreen of ${shortest} s`);
      assert.ok(least >= LEAST_GREEN && least < 60, `a green of ${least} s`);
    }
    assert.equal([...site.cockpit.alarms], []);
    assert.is(site.cockpit.status.get("tlc.junctions")?.get("mode tlc/1"), "running");
    await site.clock.run(site.end(), seconds(3));
  });

test.run();
