/** Where a city permits less light than a class for empty streets, counters must have shown that they see: the whole runtime. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { minutes, seconds } from "../controllers/units.ts";
import { cabinetOf, NIGHT, SCHEDULED } from "../sim/pair.ts";
import { memoryStore } from "../sim/ports.ts";
import { type Rig, startRig } from "../sim/rig.ts";
import type { Store } from "./hal/store.ts";
import { provenBook } from "./proven.ts";

const config = cabinetOf(
  "21231/lone",
  `
streets: [{ name: rue du Lac, length: 300 }]
counters: [{ id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 160 }]
lamps:
  - { bus: bus/1, addresses: 0-4, street: rue du Lac, position: 10, every: 30, power: 42, class: P3, reducedClass: P5, empty: 10 }`,
);
/** Whoever is there when it starts is out of reach after so long: 200 m at 0.7 m/s, and the hold. */
const OUT_OF_REACH = seconds(200 / 0.7 + 15);

const start = (store: Store) => startRig({ config, start: NIGHT, store });
const lit = ({ cabinet }: Rig, level: number, when: string) => {
  const found = config.lamps.map(({ id }) => Math.round(cabinet.light(id)));
  assert.ok(
    found.every((one) => Math.abs(one - level) <= 1),
    `${when}: ${level} wanted, ${found} found`,
  );
};
const somebody = ({ cabinet }: Rig) => cabinet.counters.get("counter/1")?.pass("down");

test("a counter that saw nobody yet makes no street dark; one that did does, also after a restart", async () => {
  const rig = start(memoryStore());
  const { clock } = rig;
  await clock.advance(minutes(30));
  lit(rig, SCHEDULED, "perhaps it is blind");
  somebody(rig);
  await clock.advance(seconds(30 + OUT_OF_REACH / 1000 + 30));
  lit(rig, 10, "an empty street");
  rig.kill();
  rig.restart();
  await clock.advance(minutes(1));
  lit(rig, 100, "somebody may be between two counters");
  await clock.advance(seconds(OUT_OF_REACH / 1000 - 60 + 45));
  lit(rig, 10, "nobody came: it is known to see");
});

test("what cannot be read proves nothing, and ends nothing", async () => {
  const warned: unknown[] = [];
  const log = { error: (fields: unknown) => warned.push(fields) } as unknown as Parameters<typeof provenBook>[1];
  const store = memoryStore();
  for (const damaged of ["{", '"counter/1"', "null"]) {
    await store.write("counters-proven", new TextEncoder().encode(damaged));
    assert.equal((await provenBook(store, log)).known, [], damaged);
  }
  assert.is(warned.length, 3);
  const full: Store = { ...store, write: () => Promise.reject(new Error("full")) };
  (await provenBook(full, log)).keep(["counter/1"]);
  await new Promise(setImmediate);
  assert.is(warned.length, 5, "read again, and not written");
});

test.run();
