import { test } from "uvu";
import * as assert from "uvu/assert";
import { site } from "../../controllers/test-site.ts";
import { hours, instant, level, seconds, watts } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryStore } from "../../sim/ports.ts";
import { silent } from "../hal/log.ts";
import type { CommandHandler } from "../link/link.ts";
import { openBooks } from "./books.ts";
import { type TellOptions, tellEnergy } from "./tell.ts";

const { lamps } = site();

async function start(clock = new VirtualClock(instant(Date.UTC(2026, 10, 20, 22))), store = memoryStore()) {
  const books = await openBooks({
    site: { lamps, own: watts(6), meters: [] },
    upkeep: new Map(),
    clock,
    store,
    log: silent,
  });
  const told: unknown[][] = [];
  let handler: CommandHandler<"lighting.hours.set"> | undefined;
  const link = {
    update: (...values: unknown[]) => void told.push(values),
    onCommand: (code: string, does: typeof handler) => {
      if (code === "lighting.hours.set") handler = does;
    },
  } as unknown as TellOptions["link"];
  tellEnergy({ books, link });
  const stop = new AbortController();
  const running = books.run(stop.signal);
  for (const { id } of lamps) books.reading({ kind: "level", source: id, level: level(100), at: clock.now() });
  const end = async () => {
    stop.abort();
    await clock.run(running, seconds(1));
  };
  return { clock, books, told, handler: () => handler as NonNullable<typeof handler>, end };
}

test("a day that is over is told once, by how its energy is known", async () => {
  const { clock, told, end } = await start();
  await clock.advance(hours(1.9));
  assert.equal(told, []);
  await clock.advance(hours(24));
  assert.equal(told, [
    [
      "energy.day",
      { day: "2026-11-20", hours: 2, metered: 0, measured: 0, modelled: 480, own: 12 },
      Date.UTC(2026, 10, 21),
    ],
  ]);
  await end();
});

test("a day whose end the cabinet did not live is told when it is back", async () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 20, 22)));
  const store = memoryStore();
  const before = await start(clock, store);
  await clock.advance(hours(0.5));
  await before.end();
  await clock.advance(hours(9));
  const { told, end } = await start(clock, store);
  await clock.advance(hours(1));
  const [[code, values] = []] = told;
  assert.is(code, "energy.day");
  assert.equal(values, { day: "2026-11-20", hours: 0.5, metered: 0, measured: 0, modelled: 120, own: 3 });
  await end();
});

test("burn hours are set by a command, and are kept", async () => {
  const { clock, books, handler, end } = await start();
  await clock.advance(hours(1));
  assert.is(Math.round(books.burnt("lamp/1/0")), 1);
  const result = await handler()({ component: ["lamp/1/0", "lamp/1/1"], values: { hours: 12_000 } });
  assert.equal(result, { ok: true, values: { component: ["lamp/1/0", "lamp/1/1"], hours: 12_000 } });
  assert.is(books.burnt("lamp/1/1"), 12_000);
  assert.is(Math.round(books.burnt("lamp/1/2")), 1);
  await end();
});

test.run();
