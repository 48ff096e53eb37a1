import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, minutes, seconds } from "../../../controllers/units.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { CHANNELS, type LinkScene, linkScene, SUPERVISOR } from "../../../sim/link-scene.ts";
import { Authority } from "../commands/authority.ts";
import { STATUSES } from "../modules.ts";
import type { NodeOptions } from "../node.ts";
import { iso } from "../payload.ts";
import type { Status } from "../table.ts";
import { LiveGate } from "./live-gate.ts";

/** The scene's channels, of which the live one stands under the gate, as in the catalogue. */
const [live, ...others] = (CHANNELS["lighting.lamps"] as Status).channels;
const LAMPS: Readonly<Record<string, Status>> = {
  ...CHANNELS,
  "lighting.lamps": { ...(CHANNELS["lighting.lamps"] as Status), channels: [{ ...live, personal: true }, ...others] },
};
const CODE = "cabinet.live.allow";

async function scene(policy?: NodeOptions["live"]): Promise<LinkScene> {
  const made = await linkScene({ statuses: LAMPS, ...(policy ? { live: policy } : {}) });
  made.kill();
  await made.start({ authority: new Authority({ clock: made.clock, unsigned: SUPERVISOR }) });
  await made.clock.advance(seconds(1));
  made.heard.length = 0;
  return made;
}
let asked = 0;
async function allow(made: LinkScene, ms: number): Promise<unknown> {
  const correlation = new TextEncoder().encode(`ask ${++asked}`);
  const values = { until: iso(instant(made.clock.now() + ms)) };
  made.say(`command/${CODE}`, { values }, { responseTopic: `${SUPERVISOR}/result/${CODE}`, correlation });
  await made.clock.advance(seconds(1));
  const result = made.heard.findLast(({ topic }) => topic === `${SUPERVISOR}/result/${CODE}`)?.value;
  const { ok, error } = result as { ok: boolean; error?: { kind: string } };
  return ok || error?.kind;
}
async function start(made: LinkScene, about = "lighting.lamps/live", timeout = 43_200): Promise<string[]> {
  made.heard.length = 0;
  made.say(`throttle/${about}`, { action: "start", timeout });
  await made.clock.advance(seconds(1));
  return channelStates(made);
}
const channelStates = ({ heard }: LinkScene): string[] =>
  heard.filter(({ about }) => about.startsWith("channel/")).map(({ value }) => (value as { state: string }).state);
let level = 0;
/** How many entries live levels make of a change. */
async function told(made: LinkScene): Promise<number> {
  const about = "status/lighting.lamps/live";
  made.heard.length = 0;
  made.link.update("lighting.lamps", { actualLightState: { "lamp/1/0": level++ % 100 } }, made.clock.now());
  await made.clock.advance(seconds(2));
  return made.heard.filter((one) => one.about === about && one.payload.length > 0).length;
}

test("live levels are told to nobody until an entitled command allows it, and for no longer", async () => {
  const made = await scene();
  assert.equal(await start(made), [], "no word, so that nobody starts what is stopped for ever");
  assert.is(await told(made), 0);
  assert.is(await allow(made, minutes(10)), true);
  assert.is(await told(made), 0, "allowed is not started");
  assert.equal(await start(made), ["running"]);
  assert.is(await told(made), 1);
  made.heard.length = 0;
  await made.clock.advance(minutes(10));
  assert.equal(channelStates(made), ["stopped"]);
  assert.is(
    made.heard.findLast(({ about }) => about === "status/lighting.lamps/live")?.payload.length,
    0,
    "and cleared",
  );
  assert.is(await told(made), 0);
  assert.equal(await start(made), []);
  await made.end();
});

test("the last word counts: sooner or later", async () => {
  const made = await scene();
  await allow(made, hours(3));
  await start(made);
  await allow(made, minutes(1));
  await made.clock.advance(minutes(2));
  assert.is(await told(made), 0);
  await allow(made, hours(3));
  await start(made);
  await made.clock.advance(hours(2));
  assert.is(await told(made), 1);
  await made.end();
});

test("what is no live data of people needs no such word; a restart forgets it", async () => {
  const made = await scene();
  assert.equal(await start(made, "lighting.buses"), ["running"]);
  await allow(made, hours(3));
  made.kill();
  await made.start();
  await made.clock.advance(seconds(1));
  assert.equal(await start(made), []);
  await made.end();
});

test("allowed to anyone, or to nobody, or for too long", async () => {
  const open = await scene("anyone");
  assert.equal(await start(open), ["running"]);
  await open.end();
  const shut = await scene("never");
  assert.is(await allow(shut, minutes(1)), "forbidden");
  assert.equal(await start(shut), []);
  await shut.end();
  const made = await scene();
  assert.is(await allow(made, hours(13)), "too-far");
  assert.equal(await start(made), []);
  await made.end();
});

test("a wall clock that is set leaves the span as it was", () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 1, 24, 20)));
  let now = 0;
  const gate = new LiveGate({
    policy: "signed",
    clock: { now: () => instant(clock.now() + now), monotonic: () => clock.monotonic() },
  });
  assert.ok(gate.allow(instant(clock.now() + minutes(10))));
  now = 3_600_000;
  assert.ok(gate.isOpen);
  assert.is(gate.closesAt, clock.now() + now + minutes(10));
});

test("each channel that tells levels, people or power as they change is personal, stands still by itself and is not kept", () => {
  const statuses = Object.entries<Status>(STATUSES);
  const personal = statuses.flatMap(([code, { channels }]) =>
    channels.filter((one) => one.personal).map((one) => [code, one] as const),
  );
  assert.equal(personal.map(([code]) => code).sort(), [
    "energy.power",
    "footfall.counts",
    "lighting.buses",
    "lighting.diagnostics",
    "lighting.energy",
    "lighting.lamps",
    "tlc.priority.approach",
  ]);
  for (const [code, one] of personal) assert.ok(one.start === "stopped" && one.prune && !one.replay, code);
});

test.run();
