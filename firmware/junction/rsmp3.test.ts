/** The whole cabinet as the supervisor of a controller that speaks RSMP 3, both in virtual time on a simulated network. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../controllers/units.ts";
import { type SimulatedSite, type SiteSettings, startRsmp3Site } from "../../sim/junction/rsmp3-site.ts";
import { type JunctionSite, startSite } from "../../sim/junction/site.ts";
import { SeededRandom } from "../../sim/random.ts";
import { frame } from "../rsmp3/frame.ts";
import { wire } from "../rsmp3/messages.ts";

const file = readFileSync(new URL("../../tools/examples/junction.yaml", import.meta.url), "utf8");
const text = `${file.slice(0, file.indexOf("    # The wires"))}    rsmp3: { site: RN+SI0001 }\n`;

async function scene(settings: Partial<SiteSettings> = {}): Promise<{ cabinet: JunctionSite; site: SimulatedSite }> {
  const cabinet = await startSite({ config: text });
  const { junction } = cabinet.config.junctions[0]!;
  const site = startRsmp3Site({
    clock: cabinet.clock,
    random: new SeededRandom(3),
    junction,
    connect: () => cabinet.ports.net.connect("127.0.0.1", 12_111),
    ...settings,
  });
  await cabinet.clock.advance(seconds(10));
  return { cabinet, site };
}
const end = async ({ cabinet, site }: Awaited<ReturnType<typeof scene>>) => {
  await cabinet.clock.run(cabinet.end(), seconds(3));
  site.end();
};
const told = ({ cockpit }: JunctionSite, code: string, name: string) => cockpit.status.get(code)?.get(name);
const listed = (cabinet: JunctionSite) =>
  (told(cabinet, "tlc.priority.requests", "status") ?? []) as { r: string; s: string; t: string }[];
const ask = (cabinet: JunctionSite, values: object) =>
  cabinet.clock.run(cabinet.cockpit.command("tlc.priority.request", { component: [], values } as never), seconds(5));
const WARNING = "tlc.hardware.warning tlc/1";

test("the handshake is in its order, and then the controller's signals are the cockpit's", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  assert.equal(site.transcript.slice(0, 13), [
    "connected",
    "> Version",
    "< MessageAck",
    "< Version",
    "> MessageAck",
    "> Watchdog",
    "< MessageAck",
    "< Watchdog",
    "> MessageAck",
    "> AggregatedStatus",
    "< MessageAck",
    "< StatusSubscribe",
    "> MessageAck",
  ]);
  assert.ok(site.isSubscribed);
  assert.not(cabinet.cockpit.alarms.has(WARNING));
  assert.is(told(cabinet, "tlc.junctions", "mode tlc/1"), "running");
  for (let i = 0; i < 80; i++) {
    await cabinet.clock.advance(seconds(1));
    const letter = { green: "1", red: "B", amber: "N" }[site.signal("A")];
    assert.is(told(cabinet, "tlc.groups", "signalgroupstatus tlc/1/A"), letter, `after ${i} s`);
  }
  await end(all);
});

test("M0022 goes out as texts, unused arguments left out, and S0033 comes to the cockpit", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  const states: string[] = [];
  await ask(cabinet, { type: "new", requestId: "r1", signalGroupId: "B", level: 9, eta: 30, vehicleType: "tram" });
  for (let i = 0; i < 30 && site.signal("B") !== "green"; i++) {
    const [one] = listed(cabinet);
    if (one && states.at(-1) !== one.s) states.push(one.s);
    await cabinet.clock.advance(seconds(1));
  }
  assert.is(site.signal("B"), "green", "it really changes its signals");
  const [first] = site.commands;
  assert.equal(Object.keys(first ?? {}).sort(), ["eta", "level", "requestId", "signalGroupId", "type", "vehicleType"]);
  assert.equal(
    { ...first, requestId: "" },
    { type: "new", requestId: "", signalGroupId: "B", level: "9", eta: "30", vehicleType: "tram" },
  );
  assert.is(listed(cabinet)[0]?.r, "r1", "by the cockpit's own name");
  assert.ok(states.includes("activated"), states.join());
  await ask(cabinet, { type: "cancel", requestId: "r1" });
  await cabinet.clock.advance(seconds(2));
  assert.equal(site.commands.at(-1), { requestId: first?.["requestId"] ?? "?", type: "cancel" });
  assert.equal(listed(cabinet), []);
  await end(all);
});

test("a bus on the road: its request goes to the controller, its passage ends it", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  const { line } = cabinet.config.junctions[0]!.junction.approaches[0]!;
  await cabinet.drive({
    vehicle: 17,
    line,
    from: 340,
    to: 60,
    speed: 11,
    held: (before) => before < 6 && before > -6 && site.signal("A") !== "green",
  });
  await cabinet.clock.advance(seconds(3));
  assert.is(site.commands[0]?.["type"], "new");
  assert.is(site.commands.at(-1)?.["type"], "cancel");
  assert.equal(new Set(site.commands.map(({ requestId }) => requestId)).size, 1);
  await end(all);
});

test("a controller that goes away: an alarm, requests end, and all is well once it is back", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  await ask(cabinet, { type: "new", requestId: "r1", signalGroupId: "B", eta: 60 });
  site.drop();
  await cabinet.clock.advance(seconds(2));
  assert.ok(cabinet.cockpit.alarms.has(WARNING));
  assert.equal(listed(cabinet), []);
  const refused = (await ask(cabinet, { type: "new", requestId: "r2", signalGroupId: "B" })) as { ok: boolean };
  assert.not(refused.ok);
  await cabinet.clock.advance(seconds(15));
  assert.not(cabinet.cockpit.alarms.has(WARNING));
  await end(all);
});

test("a controller that acknowledges nothing is left within 30 s and a look", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  site.mute(true);
  await ask(cabinet, { type: "new", requestId: "r1", signalGroupId: "B", eta: 60 });
  await cabinet.clock.advance(seconds(28));
  assert.not(cabinet.cockpit.alarms.has(WARNING));
  await cabinet.clock.advance(seconds(4));
  assert.ok(cabinet.cockpit.alarms.has(WARNING));
  await end(all);
});

test("fail-safe mode of the controller is a fault; another site, versions that nobody shares, are refused", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  site.fail(true);
  await cabinet.clock.advance(seconds(1));
  assert.ok(cabinet.cockpit.alarms.has(WARNING));
  await end(all);
  for (const wrong of [{ siteId: "RN+SI0002" }, { versions: ["3.1.4", "3.3.0"] }, { sxl: "1.3.0" }]) {
    const other = await scene(wrong);
    assert.equal(
      other.site.transcript.slice(0, 3),
      ["connected", "> Version", "< MessageNotAck"],
      JSON.stringify(wrong),
    );
    assert.ok(other.cabinet.cockpit.alarms.has(WARNING));
    await end(other);
  }
});

test("each core from 3.1.5 to 3.2.2 is spoken; without arrays S0033 is not asked for", async () => {
  for (const core of ["3.1.5", "3.2", "3.2.0", "3.2.1", "3.2.2"]) {
    const all = await scene({ versions: [core] });
    assert.ok(all.site.isSubscribed, core);
    await ask(all.cabinet, { type: "new", requestId: "r1", signalGroupId: "B", eta: 30 });
    assert.is(listed(all.cabinet)[0]?.r, "r1");
    await end(all);
  }
});

test("what was buffered while nobody heard says nothing of now; a command that is not known is a request that is rejected", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  await ask(cabinet, { type: "new", requestId: "r1", signalGroupId: "B", eta: 60 });
  await cabinet.clock.advance(seconds(1));
  const state = () => listed(cabinet)[0]?.s;
  const before = state();
  const say = (s: string, q: "old" | "recent") => {
    const t = new Date(cabinet.clock.now()).toISOString();
    const value = [{ r: site.commands[0]?.["requestId"], t, s }];
    const sS = [{ sCI: "S0033", n: "status", s: value, q }];
    site.say(frame(wire("StatusUpdate", { mId: `said ${s}`, cId: "TC", ntsOId: "", xNId: "", sTs: t, sS })));
    return cabinet.clock.advance(seconds(0.2));
  };
  await say("queued", "old");
  assert.is(state(), before);
  await say("queued", "recent");
  assert.is(state(), "queued");
  await end(all);

  const other = await scene({ refusesCommands: true });
  const states: string[] = [];
  await ask(other.cabinet, { type: "new", requestId: "r1", signalGroupId: "B", eta: 60 });
  for (let i = 0; i < 10; i++) {
    states.push(listed(other.cabinet)[0]?.s ?? "none");
    await other.cabinet.clock.advance(milliseconds(100));
  }
  assert.ok(states.includes("rejected"), states.join());
  assert.not(other.cabinet.cockpit.alarms.has(WARNING), "the connection goes on");
  await end(other);
});

test("what the controller says is wrong with it is the cockpit's alarm, the worst first, until it is mended", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  const ERROR = "tlc.hardware.error tlc/1";
  const alarms = () => [...cabinet.cockpit.alarms].map((one) => (Array.isArray(one) ? one[0] : one)).sort();
  let number = 0;
  const say = (aCId: string, cId: string, more: object) => {
    const ids = { mId: `alarm ${++number}`, cId, ntsOId: "", xNId: "", aCId, xACId: "", xNACId: "" };
    const whole = { ...ids, aSp: "Issue", ack: "notAcknowledged", sS: "notSuspended", rvs: [], ...more };
    site.say(frame(wire("Alarm", whole as never)));
    return cabinet.clock.advance(seconds(0.5));
  };
  const active = { aS: "Active", aTs: "2026-11-18T16:00:00.000Z", cat: "D" };
  await say("A0010", "TC", { ...active, pri: "3" });
  assert.equal(alarms(), [], "an open door");
  await say("A0301", "DL1", { ...active, pri: "3" });
  assert.equal(alarms(), [WARNING]);
  await say("A0201", "B", { ...active, pri: "2" });
  assert.equal(alarms(), [ERROR]);
  const asked = (await ask(cabinet, { type: "new", requestId: "r1", signalGroupId: "A", eta: 30 })) as { ok: boolean };
  assert.ok(asked.ok, "it is asked all the same");
  await say("A0201", "B", { ...active, aSp: "Suspend", sS: "Suspended", pri: "2" });
  assert.equal(alarms(), [WARNING]);
  await say("A0301", "DL1", { ...active, aS: "inActive", pri: "3" });
  assert.equal(alarms(), []);
  await say("A0008", "TC", { ...active, pri: "2" });
  assert.equal(alarms(), [ERROR]);
  const heard = site.transcript.filter((one) => one === "< MessageNotAck").length;
  assert.is(heard, 0, "each is acknowledged");
  site.drop();
  await cabinet.clock.advance(seconds(20));
  assert.equal(alarms(), [], "over a new connection it says what stands");
  await say("A0008", "TC", { ...active, pri: "2" });
  assert.equal(alarms(), [ERROR]);
  await end(all);
});

test("watchdogs keep a quiet connection for hours", async () => {
  const all = await scene();
  const connections = () => all.site.transcript.filter((one) => one === "connected").length;
  await all.cabinet.clock.advance(minutes(30));
  assert.is(connections(), 1);
  const heard = all.site.transcript.filter((one) => one === "< Watchdog").length;
  assert.ok(heard >= 30, `${heard} watchdogs in half an hour`);
  assert.not(all.cabinet.cockpit.alarms.has(WARNING));
  await end(all);
});

test("rubbish, unknown types and floods of bytes end the connection, and nothing else", async () => {
  const all = await scene();
  const { cabinet, site } = all;
  const bytes = (of: string) => new TextEncoder().encode(of);
  site.say(bytes('\f\f{"mType":"rSMsg","type":"Strange","mId":"x"}\f'));
  await cabinet.clock.advance(seconds(1));
  assert.is(site.transcript.at(-1) === "< MessageNotAck" || site.transcript.includes("< MessageNotAck"), true);
  assert.not(cabinet.cockpit.alarms.has(WARNING), "one is forgiven");
  site.say(new Uint8Array(1_100_000).fill(0x20));
  await cabinet.clock.advance(seconds(2));
  assert.ok(cabinet.cockpit.alarms.has(WARNING));
  await cabinet.clock.advance(seconds(20));
  assert.not(cabinet.cockpit.alarms.has(WARNING));
  for (let i = 0; i < 12; i++) site.say(bytes("{\f"));
  await cabinet.clock.advance(seconds(2));
  assert.ok(cabinet.cockpit.alarms.has(WARNING));
  await end(all);
});

test.run();
