/** `hulotte dali commission` as a technician calls it, Ctrl-C included. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hulotte, startBus, startHulotte, type TestBus } from "./test-bus.ts";

const TERMINATE = 0xa100;
const frames = ({ heard }: TestBus): number[] =>
  heard.flatMap((one) => (one.kind === "forward" && one.frame.bits === 16 ? [one.frame.data] : []));

type Context = { bus: TestBus };
const dark = suite<Context>("a bus with new gear");
dark.before(async (context) => {
  context.bus = await startBus(Array.from({ length: 5 }, () => ({})));
  context.bus.speed = 3;
});
dark.after(({ bus }) => bus.close());

dark(
  "Ctrl-C ends a commissioning within a second, TERMINATE last; the next goes on, the third changes nothing",
  async ({ bus }) => {
    const call = ["dali", "commission", ...bus.place, "--count", "5"];
    const cut = startHulotte(bus.folder, call);
    // what the first was given is kept once the second has its own
    while (bus.gear.filter(({ shortAddress }) => shortAddress !== null).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    cut.child.kill("SIGINT");
    const { status, stderr } = await cut.ended;
    assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
    assert.equal([status, stderr], [1, "cut off: `commission` again goes on from here\n"]);
    assert.is(frames(bus).at(-1), TERMINATE);

    const given = bus.gear.map(({ shortAddress }) => shortAddress);
    const rest = await hulotte(bus.folder, ...call);
    assert.equal([rest.status, rest.stderr], [0, ""]);
    assert.match(rest.stdout, /^going on with the run that was cut off/);
    assert.equal(bus.gear.map(({ shortAddress }) => shortAddress).toSorted(), [0, 1, 2, 3, 4]);
    for (const [i, address] of given.entries()) if (address !== null) assert.is(bus.gear[i]?.shortAddress, address);
    const again = await hulotte(bus.folder, ...call);
    assert.equal([again.status, again.stdout.match(/^A\d +unchanged +[0-9a-f]{6}$/gm)?.length], [0, 5], again.stdout);
    assert.match(again.stdout, /^5 unchanged, 0 changed, 0 new, 0 missing; \d+ frames/m);
  },
);

dark("where nothing can be kept, nothing is begun", async ({ bus }) => {
  const file = join(bus.folder, "file");
  writeFileSync(file, "");
  const before = frames(bus).length;
  const { status, stderr } = await hulotte(bus.folder, "dali", "commission", ...bus.place, "--state", join(file, "x"));
  assert.is(status, 2);
  assert.match(stderr, /file\/x: cannot be used: ENOTDIR; --state names another/);
  assert.is(frames(bus).length, before);
});
dark.run();
