/** A supervisor arrives at a node that has a past: what it asks for, and how many may do so at once. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes, seconds } from "../../../controllers/units.ts";
import { MemoryBroker } from "../../../sim/broker.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { CHANNELS, type LinkScene, linkScene, NODE, NOW } from "../../../sim/link-scene.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { silent } from "../../hal/log.ts";
import { type AlarmCode, CABINET_MODULES, offered } from "../modules.ts";
import { iso } from "../payload.ts";
import { connectSupervisor, type SupervisorOptions } from "../supervisor.ts";
import { parseTopic } from "../topic.ts";
import { encode } from "../wire/cbor.ts";

const CODES = Object.keys(offered(CABINET_MODULES).alarms) as AlarmCode[];

/** A node each of whose streams has a past; counts what it is asked. */
async function scene() {
  const made = await linkScene();
  const asked: string[] = [];
  made.broker.watch = (_, topic) => {
    const { type, code, channel } = parseTopic(topic) ?? {};
    if (type === "fetch") asked.push(channel === undefined ? `${code}` : `${code}/${channel}`);
  };
  return { made, asked };
}

function arrive({ broker, clock }: LinkScene, n: number, more: Partial<SupervisorOptions> = {}) {
  const given: string[] = [];
  const supervisor = connectSupervisor({
    url: "mqtt://simulated",
    open: broker.open,
    id: `watcher-${n}`,
    clock,
    random: new SeededRandom(n),
    statuses: CHANNELS,
    onEntry: ({ code, seq }) => given.push(`${code} ${seq}`),
    onAlarm: ({ code, seq }) => given.push(`${code} ${seq}`),
    ...more,
  });
  return { supervisor, given };
}

function happen({ link, clock }: LinkScene): void {
  for (const code of CODES) {
    link.alarm(code, "door/1", true, "once", clock.now());
    link.alarm(code, "door/1", false, "", clock.now());
  }
}

test("ten that want all there is are all answered at once, and none of their questions is dropped", async () => {
  const { made, asked } = await scene();
  happen(made);
  await made.clock.advance(minutes(5));
  const watchers = Array.from({ length: 10 }, (_, n) => arrive(made, n, { since: instant(0) }));
  await made.clock.advance(seconds(60));
  assert.ok(asked.length >= 10 * CODES.length, `${asked.length}`);
  assert.is(made.link.counters().ignored, 0);
  for (const { given } of watchers)
    for (const code of CODES) assert.ok(given.includes(`${code} 0`) && given.includes(`${code} 1`), code);
  for (const { supervisor } of watchers) await made.clock.run(supervisor.close(), seconds(2));
  await made.end();
});

test("one that comes back asks of no alarm code and of no window that cannot be missing; what it missed it gets", async () => {
  const { made, asked } = await scene();
  const { clock } = made;
  happen(made);
  made.event(1);
  made.link.update("footfall.counts", { people: { "counter/1": 1 } }, clock.now());
  await clock.advance(minutes(5));
  const first = arrive(made, 1);
  await clock.advance(minutes(1));
  assert.not.ok(asked.some((code) => CODES.includes(code as AlarmCode)));
  const resume = first.supervisor.positions();
  await clock.run(first.supervisor.close(), seconds(2));
  asked.length = 0;
  made.link.alarm("access.door", "door/2", true, "missed", clock.now());
  made.link.alarm("access.door", "door/2", false, "missed", clock.now());
  await clock.advance(minutes(1));
  const second = arrive(made, 1, { resume });
  await clock.advance(minutes(1));
  assert.equal(
    asked.filter((code) => CODES.includes(code as AlarmCode)),
    ["access.door"],
  );
  assert.equal(
    second.given.filter((one) => one.startsWith("access.door")),
    ["access.door 2", "access.door 3"],
  );
  await clock.run(second.supervisor.close(), seconds(2));
  await made.end();
});

test("the last window is asked about only where another could have followed it", async () => {
  const power = { "activePower.avg": { "meter/1": 400 } };
  for (const [about, values, age, fetches] of [
    ["energy.power/hourly", power, 5, 0],
    ["energy.power/hourly", power, 65, 1],
    ["access.contacts", { open: { "door/1": true } }, 5, 1],
  ] as const) {
    const clock = new VirtualClock(NOW);
    const broker = new MemoryBroker(clock);
    const asked: string[] = [];
    broker.watch = (_, topic) => topic.includes("/fetch/") && asked.push(topic);
    const say = (about: string, payload: unknown, retain = true) =>
      node.publish(`${NODE}/${about}`, encode(payload), { qos: 1, retain });
    const node = broker.open(
      {
        ...{
          url: "mqtt://simulated",
          clientId: NODE,
          subscriptions: [],
          clock,
          random: new SeededRandom(1),
          log: silent,
        },
        ...{ onConnect() {}, onMessage() {}, onRoom() {} },
      },
      () => {
        say("presence", "online");
        const entry = { ts: iso(NOW - age * 60_000), values, seq: 7 };
        say(`status/${about}`, { entries: [entry] });
      },
    );
    await clock.advance(seconds(1));
    const given: number[] = [];
    const supervisor = connectSupervisor({
      url: "mqtt://simulated",
      open: broker.open,
      id: "watcher",
      clock,
      random: new SeededRandom(2),
      onEntry: ({ seq }) => given.push(seq),
    });
    await clock.advance(minutes(1));
    assert.equal(given, [7]);
    assert.is(asked.length, fetches, `${about} ${age} minutes`);
    await clock.run(supervisor.close(), seconds(2));
  }
});

test.run();
