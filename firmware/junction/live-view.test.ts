/** What is told of a junction moment by moment, by the whole runtime with a bus that comes. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../../controllers/units.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";

const file = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const simulated = `${file.slice(0, file.indexOf("    # The wires"))}    engine: { simulated: true }\n`;

interface Coming {
  readonly a: number;
  readonly d?: number;
  readonly e?: number;
  readonly l?: string;
  readonly late?: number;
}
type Spans = readonly { readonly s: string; readonly to: string }[];
const told = ({ cockpit }: JunctionSite, code: string, name: string) => cockpit.status.get(code)?.get(name);
const coming = (site: JunctionSite) => told(site, "tlc.priority.approach", "vehicles tlc/1") as readonly Coming[];
const spans = (site: JunctionSite, name: "plan" | "base") =>
  told(site, "tlc.priority.plan", `${name} tlc/1`) as Spans | undefined;

test("the inventory tells what a junction is drawn from", async () => {
  const site = await startSite({ config: simulated });
  assert.equal(told(site, "cabinet.inventory", "junctions tlc/1"), {
    name: "Place Darcy",
    groups: [
      { id: "A", kind: "vehicle" },
      { id: "B", kind: "vehicle" },
      { id: "PA", kind: "pedestrian" },
      { id: "PB", kind: "pedestrian" },
    ],
    stages: [
      { id: "avenue", groups: ["A", "PB"] },
      { id: "side", groups: ["B", "PA"] },
    ],
    approaches: [{ id: 1, name: "avenue from the west", group: "A", bearing: 90 }],
  });
  await site.clock.run(site.end(), seconds(3));
});

test("a bus is told where it is and when it comes, and never who it is; then it is gone", async () => {
  const site = await startSite({ config: simulated });
  await site.clock.advance(seconds(10));
  assert.equal(coming(site), []);
  const [approach] = site.config.junctions[0]?.junction.approaches ?? [];
  assert.ok(approach);
  const seen: Coming[] = [];
  let differs = 0;
  await site.drive({
    vehicle: 423,
    line: approach.line,
    from: 340,
    to: 60,
    speed: 11,
    held(before) {
      const [one] = coming(site);
      if (one) seen.push(one);
      if (JSON.stringify(spans(site, "plan")) !== JSON.stringify(spans(site, "base"))) differs++;
      const isRed = told(site, "tlc.groups", "signalgroupstatus tlc/1/A") !== "1";
      return isRed && before < 6 && before > -6;
    },
  });
  await site.clock.advance(seconds(40));
  assert.equal(coming(site), []);
  assert.ok(seen.length > 20, `${seen.length}`);
  for (const one of seen) {
    assert.is(one.a, 1);
    assert.is(one.l, "L1");
    assert.is(one.late, 120);
    for (const name of Object.keys(one)) assert.ok(["a", "d", "e", "s", "l", "late"].includes(name), name);
  }
  const distances = seen.map(({ d = Number.NaN }) => d);
  assert.ok(distances[0]! > 280 && Math.min(...distances) < 15, distances.join(" "));
  assert.ok(seen.some(({ e = Number.NaN }) => e > 15));
  assert.ok(differs > 0, "priority changed nothing");
  await site.clock.run(site.end(), seconds(3));
});

test("the plan is told with ends to come, stage after stage; that of another's controller is not", async () => {
  const site = await startSite({ config: simulated });
  for (let i = 0; i < 100; i++) {
    await site.clock.advance(seconds(1));
    const plan = spans(site, "plan") ?? [];
    assert.ok(plan.length >= 2 && plan.length <= 24, `${plan.length}`);
    assert.is(plan[0]?.s, told(site, "tlc.groups", "stages tlc/1"));
    const ends = plan.map(({ to }) => Date.parse(to));
    assert.ok(ends[0]! >= site.clock.now() - 1000, "an end that is over");
    assert.equal(
      ends,
      ends.toSorted((a, b) => a - b),
    );
    assert.equal(plan, spans(site, "base"), "nobody asks for anything");
  }
  await site.clock.run(site.end(), seconds(3));

  const theirs = await startSite({ config: file });
  await theirs.clock.advance(seconds(5));
  assert.equal(coming(theirs), []);
  assert.is(spans(theirs, "plan"), undefined);
  // Or the states of its groups would never be published.
  assert.is(told(theirs, "tlc.groups", "stage"), 0);
  await theirs.clock.run(theirs.end(), seconds(3));
});

test.run();
