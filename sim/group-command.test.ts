/** A cockpit's command for a group of lamps that begins later: from the supervisor over the link to the gear, and over a restart. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minutes, seconds } from "../controllers/units.ts";
import { startNode } from "../firmware/link/node.ts";
import { iso } from "../firmware/link/payload.ts";
import { connectSupervisor } from "../firmware/link/supervisor.ts";
import { MemoryBroker } from "./broker.ts";
import { settled, VirtualClock } from "./clock.ts";
import { cabinetOf, EMPTY, lamps, NIGHT } from "./pair.ts";
import { memoryStore } from "./ports.ts";
import { SeededRandom } from "./random.ts";
import { startRig } from "./rig.ts";

const NODE = "21231/lone";
const config = cabinetOf(
  NODE,
  `
streets: [{ name: rue du Lac, length: 300 }]
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 160 }]
groups: [{ name: market, members: [lamp/1/1, lamp/1/3] }]
commands: { unsigned: desk }
${lamps("0-4")}`,
);

test("a group's level begins at its time, gives way to one that is for now, and ends; a restart forgets neither", async () => {
  const clock = new VirtualClock(NIGHT);
  const broker = new MemoryBroker(clock);
  const rig = startRig({
    config,
    start: NIGHT,
    clock,
    store: memoryStore(),
    connect: (options, process) => startNode({ ...options, open: process.session(broker.open) }),
  });
  const desk = connectSupervisor({
    url: "mqtt://simulated",
    id: "desk",
    clock,
    random: new SeededRandom(1),
    open: broker.open,
  });
  await clock.advance(minutes(1));
  const command = async (component: string, values: { level: number; from?: string; until: string }) => {
    const outcome = desk.command(NODE, "lighting.level.set", { component, values });
    await clock.advance(seconds(3));
    return clock.run(outcome, seconds(1));
  };
  const light = () => config.lamps.map(({ id }) => Math.round(rig.cabinet.light(id)));
  const lit = (levels: readonly number[], when: string) =>
    assert.ok(
      light().every((one, i) => Math.abs(one - (levels[i] as number)) <= 1),
      `${when}: ${levels} wanted, ${light()} found`,
    );
  const empty = Array(5).fill(EMPTY);
  const market = [EMPTY, 90, EMPTY, 90, EMPTY];
  lit(empty, "an empty street");

  const [from, until] = [iso(NIGHT + minutes(30)), iso(NIGHT + minutes(60))];
  const outcome = await command("group/market", { level: 90, from, until });
  assert.equal(outcome, {
    ok: true,
    values: { component: ["lamp/1/1", "lamp/1/3"], level: 90, from, until },
  });
  await clock.advance(minutes(10));
  lit(empty, "its time has not come");
  assert.ok((await command("lamp/1/3", { level: 20, until: iso(NIGHT + minutes(20)) })).ok);
  await clock.advance(seconds(10));
  lit([EMPTY, EMPTY, EMPTY, 20, EMPTY], "another, for now, stands beside it");
  rig.kill();
  await settled();
  rig.restart();
  await clock.advance(minutes(12));
  lit(empty, "that one is over");
  await clock.advance(minutes(9));
  lit(market, "now it is time");
  await clock.advance(minutes(29));
  lit(empty, "and it is over");

  const wrong = await command("group/nobody", { level: 90, from, until: iso(NIGHT + minutes(120)) });
  assert.is(wrong.ok ? null : wrong.error.kind, "unknown-component");
  await desk.close();
  await clock.run(rig.end(), seconds(5));
});

test.run();
