/** What came of a command reaches who asked, whatever breaks meanwhile. RSMP 4 draft, "Result". */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, seconds } from "../../../controllers/units.ts";
import { type LinkScene, linkScene, NODE, NOW, SUPERVISOR } from "../../../sim/link-scene.ts";
import { Authority } from "../commands/authority.ts";
import { iso } from "../payload.ts";

const CODE = "lighting.level.set";
const RESULT = `${SUPERVISOR}/result/${CODE}`;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Starts a node that does commands of the one supervisor, after `takes`. */
async function obedient(takes = 0) {
  const made = await linkScene();
  const state = { done: 0 };
  const begin = async () => {
    const authority = new Authority({ clock: made.clock, unsigned: SUPERVISOR });
    await made.start({ authority });
    made.link.setInventory(["lamp/1/0"]);
    made.link.onCommand(CODE, async ({ component, values }) => {
      await made.clock.sleep(milliseconds(takes), "a command");
      state.done++;
      return { ok: true, values: { component: [...component], ...values } };
    });
    await made.clock.advance(seconds(1));
  };
  made.kill();
  await begin();
  made.heard.length = 0;
  const ask = (level: number, correlation = `c${level}`) =>
    made.say(
      `command/${CODE}`,
      { component: "lamp", values: { level, until: iso(NOW + hours(1)) } },
      { responseTopic: RESULT, correlation: bytes(correlation) },
    );
  return { made, state, begin, ask };
}
const results = ({ heard }: LinkScene) =>
  heard
    .filter(({ topic }) => topic === RESULT)
    .map(({ value, correlation }) => [
      new TextDecoder().decode(correlation),
      (value as { ok: boolean; values: { level: number } }).ok && (value as { values: { level: number } }).values.level,
    ]);

test("a result goes where it was asked for, with its correlation, unretained", async () => {
  const { made, ask } = await obedient();
  ask(30);
  await made.clock.advance(seconds(1));
  assert.equal(results(made), [["c30", 30]]);
  assert.not(made.heard.find(({ topic }) => topic === RESULT)?.retain);
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test("results of a time without a session follow, in order", async () => {
  const { made, state, ask } = await obedient(2000);
  for (const level of [1, 2, 3]) {
    ask(level);
    await made.clock.advance(milliseconds(100));
  }
  made.broker.cut(NODE);
  await made.clock.advance(seconds(10));
  assert.is(state.done, 3);
  assert.equal(results(made), []);
  made.broker.restore(NODE);
  await made.clock.advance(seconds(20));
  assert.equal(results(made), [
    ["c1", 1],
    ["c2", 2],
    ["c3", 3],
  ]);
  await made.end();
});

test("a result that was lost with its session is told again in the next", async () => {
  const { made, ask } = await obedient();
  let cut = false;
  made.broker.fate = (client, topic) => {
    if (client !== NODE || topic !== RESULT || cut) return { kind: "taken" };
    cut = true;
    return { kind: "cut", reached: false };
  };
  ask(30);
  await made.clock.advance(seconds(20));
  assert.equal(results(made), [["c30", 30]]);
  assert.is(made.link.counters().pending, 0);
  await made.end();
});

test("a result that the process did not live to tell is told by the next", async () => {
  const { made, state, begin, ask } = await obedient();
  made.broker.fate = (client, topic) =>
    client === NODE && topic === RESULT ? { kind: "cut", reached: false } : { kind: "taken" };
  ask(30);
  await made.clock.advance(seconds(1));
  assert.equal(results(made), []);
  made.kill();
  made.broker.fate = () => ({ kind: "taken" });
  await begin();
  await made.clock.advance(seconds(5));
  assert.equal(results(made), [["c30", 30]]);
  assert.is(state.done, 1);
  await made.end();
});

test("what anybody can provoke is answered, and never written to the disk", async () => {
  const { made } = await obedient();
  const before = made.journal.health.records;
  const nobody = `nobody/result/${CODE}`;
  const values = { level: 3, until: iso(NOW + hours(1)) };
  made.say(`command/${CODE}`, new Uint8Array([0xff]), { responseTopic: RESULT, correlation: bytes("c") });
  made.say(`command/${CODE}`, { component: "lamp", values }, { responseTopic: nobody, correlation: bytes("c") });
  await made.clock.advance(seconds(1));
  const kinds = made.heard
    .filter(({ topic }) => topic === RESULT || topic === nobody)
    .map(({ value }) => (value as { error?: { kind: string } }).error?.kind);
  assert.equal(kinds, ["malformed", "unsigned"]);
  assert.is(made.journal.health.records - before, made.journal.position("alarm/cabinet.command").seq);
  await made.end();
});

test.run();
