import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ComponentId, Wish } from "../controllers/model.ts";
import { duration, instant } from "../controllers/units.ts";
import { VirtualClock } from "../sim/clock.ts";
import { memoryStore } from "../sim/ports.ts";
import { silent } from "./hal/log.ts";
import type { Store } from "./hal/store.ts";
import type { CommandHandler } from "./link/link.ts";
import { obeyCockpit } from "./operator.ts";

async function desk(store: Store, clock: VirtualClock) {
  const wished: Wish[] = [];
  const standing = new Map<ComponentId, Wish>();
  const cancelled: ComponentId[] = [];
  const handlers = new Map<string, CommandHandler<never>>();
  await obeyCockpit({
    loop: {
      async wish(more) {
        wished.push(...more);
        for (const wish of more) standing.set(wish.target, wish);
      },
      async cancel(lamps) {
        cancelled.push(...lamps);
        for (const lamp of lamps) standing.delete(lamp);
      },
      standing: () => [...standing.values()].filter(({ until }) => until > clock.now()),
    },
    link: { onCommand: (code, handler) => void handlers.set(code, handler as CommandHandler<never>) },
    clock,
    store,
    log: silent,
  });
  const command = (code: string, component: string[], values: object) =>
    handlers.get(code)?.({ component, values } as never);
  const set = (lamp: string, level: number, forMs: number) =>
    command("lighting.level.set", [lamp], { level, until: new Date(clock.now() + forMs).toISOString() });
  return { wished, cancelled, set, release: (lamp: string) => command("lighting.level.release", [lamp], {}) };
}

const start = () => new VirtualClock(instant(1_800_000_000_000));
const seen = (wishes: readonly Wish[]) => wishes.map(({ target, level, rank }) => `${target} ${level} ${rank}`);

test("what was acknowledged comes back after a restart: the last wish of each lamp, less what was withdrawn or expired", async () => {
  const store = memoryStore();
  const clock = start();
  const before = await desk(store, clock);
  await before.set("lamp/1/0", 30, 600_000);
  await before.set("lamp/1/0", 40, 600_000);
  await before.set("lamp/1/1", 50, 600_000);
  await before.set("lamp/1/2", 60, 1000);
  await before.release("lamp/1/1");
  assert.equal(before.cancelled, ["lamp/1/1"]);
  await clock.advance(duration(5000));
  assert.equal(seen((await desk(store, clock)).wished), ["lamp/1/0 40 operator"]);
});

test("a lamp is told at once, the cockpit only when the wish is on the disk", async () => {
  const written = Promise.withResolvers<void>();
  const { wished, set } = await desk({ read: async () => null, write: () => written.promise }, start());
  let answered = false;
  const result = set("lamp/1/0", 30, 1000)?.then(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(wished.length, 1);
  assert.is(answered, false);
  written.resolve();
  await result;
  assert.is(answered, true);
});

test("a disk that refuses is a command that failed, not one that was done", async () => {
  const broken = { read: async () => null, write: async () => Promise.reject(new Error("no space left")) };
  const { set } = await desk(broken, start());
  let failed = false;
  await set("lamp/1/0", 30, 1000)?.catch(() => {
    failed = true;
  });
  assert.ok(failed);
});

test("a damaged store costs the wishes, never the start", async () => {
  for (const text of ["", "{", '{"a":1}', '[{"target":3}]', '[{"target":"lamp/1/0","level":900,"until":1e13}]']) {
    const store = memoryStore();
    await store.write("operator-wishes", new TextEncoder().encode(text));
    assert.equal((await desk(store, start())).wished, [], text);
  }
});

test.run();
