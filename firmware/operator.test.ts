import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ComponentId, Rank, Target, Wish } from "../controllers/model.ts";
import { duration, instant, level } from "../controllers/units.ts";
import { inForceAt, standingAfter } from "../controllers/wishes.ts";
import { VirtualClock } from "../sim/clock.ts";
import { memoryStore } from "../sim/ports.ts";
import { silent } from "./hal/log.ts";
import type { Store } from "./hal/store.ts";
import { problemOf } from "./link/check.ts";
import type { CommandHandler } from "./link/link.ts";
import { lighting } from "./link/modules/lighting.ts";
import { encode } from "./link/wire/cbor.ts";
import { obeyCockpit } from "./operator.ts";

async function desk(store: Store, clock: VirtualClock, targets: readonly Target[] = []) {
  const wished: Wish[] = [];
  let standing: readonly Wish[] = [];
  const cancelled: ComponentId[] = [];
  const handlers = new Map<string, CommandHandler<never>>();
  await obeyCockpit({
    loop: {
      async wish(more) {
        wished.push(...more);
        standing = standingAfter(standing, [], more, clock.now());
        return targets;
      },
      async cancel(lamps) {
        cancelled.push(...lamps);
        standing = standingAfter(standing, lamps, [], clock.now());
      },
      standing: () => inForceAt(standing, clock.now()),
    },
    link: { onCommand: (code, handler) => void handlers.set(code, handler as CommandHandler<never>) },
    clock,
    store,
    log: silent,
  });
  const command = (code: string, component: string[], values: object, issuer = "cockpit") =>
    handlers.get(code)?.({ component, values, issuer } as never);
  const set = (lamp: string, level: number, forMs: number) =>
    command("lighting.level.set", [lamp], { level, until: new Date(clock.now() + forMs).toISOString() });
  return { wished, cancelled, set, command, release: (lamp: string) => command("lighting.level.release", [lamp], {}) };
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

test("the result says where another target won, grouped by cause, and nothing where the wish won everywhere", async () => {
  const target = (i: number, percent: number, rank: Rank, reason: string): Target => ({
    lamp: `lamp/1/${i}`,
    level: level(percent),
    rank,
    reason,
  });
  const clock = start();
  const until = new Date(clock.now() + 1000).toISOString();
  const lamps = [0, 1, 2, 3].map((i) => `lamp/1/${i}`);
  const ask = async (targets: readonly Target[]) => {
    const { command } = await desk(memoryStore(), clock, targets);
    return command("lighting.level.set", lamps, { level: 30, until });
  };
  const won = lamps.map((_, i) => target(i, 30, "operator", "cockpit"));
  const plain = { ok: true, values: { component: lamps, level: 30, until } };
  assert.equal(await ask([...won, target(9, 100, "safety", "not asked for")]), plain);
  const lost = [
    target(0, 30, "operator", "cockpit"),
    target(1, 80, "operator", "cockpit"),
    target(2, 100, "safety", "fire"),
    target(3, 100, "safety", "fire"),
  ];
  const result = (await ask(lost)) as { values: { overruled: unknown } };
  assert.equal(result.values.overruled, {
    lamps: 3,
    by: [
      { component: ["lamp/1/2", "lamp/1/3"], level: 100, rank: "safety", reason: "fire" },
      { component: ["lamp/1/1"], level: 80, rank: "operator", reason: "cockpit" },
    ],
  });
  assert.is(problemOf(lighting.commands["lighting.level.set"].result, result.values), null);
});

test("a wish for later is kept over a restart, rules nobody yet, and ends what stands when it begins", async () => {
  const store = memoryStore();
  const clock = start();
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const standing: Target[] = [{ lamp: "lamp/1/0", level: level(100), rank: "schedule", reason: "schedule night" }];
  const { command, wished } = await desk(store, clock, standing);
  const asked = { level: 30, from: at(60_000), until: at(120_000) };
  assert.equal(await command("lighting.level.set", ["lamp/1/0"], asked, "mayor"), {
    ok: true,
    values: { component: ["lamp/1/0"], ...asked },
  });
  assert.is(wished[0]?.from, clock.now() + 60_000);
  const now = { level: 40, until: at(90_000) };
  const told = (await command("lighting.level.set", ["lamp/1/0"], now)) as { values: object };
  assert.equal(told.values, {
    component: ["lamp/1/0"],
    ...now,
    replaced: { lamps: 1, of: [{ component: ["lamp/1/0"], issuer: "mayor", until: at(120_000) }] },
    overruled: { lamps: 1, by: [{ component: ["lamp/1/0"], level: 100, rank: "schedule", reason: "schedule night" }] },
  });
  assert.is(problemOf(lighting.commands["lighting.level.set"].result, told.values), null);
  await command("lighting.level.set", ["lamp/1/1"], asked, "mayor");
  await clock.advance(duration(5000));
  const again = (await desk(store, clock)).wished.find(({ target }) => target === "lamp/1/1");
  assert.equal([again?.from, again?.until], [Date.parse(asked.from), Date.parse(asked.until)]);
});

test("a begin that is over is no begin; of wishes for later a lamp has eight, for now there is always room", async () => {
  const clock = start();
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const { command, wished } = await desk(memoryStore(), clock);
  const set = (from: number, until: number) =>
    command("lighting.level.set", ["lamp/1/0", "lamp/1/1"], { level: 30, from: at(from), until: at(until) });
  await set(-1000, 500);
  assert.is(wished[0]?.from, undefined);
  const store = memoryStore();
  const many = Array.from({ length: 8 }, (_, i) => ({
    target: "lamp/1/1",
    level: 30,
    from: clock.now() + (i + 1) * 1000,
    until: clock.now() + (i + 2) * 1000,
  }));
  await store.write("operator-wishes", new TextEncoder().encode(JSON.stringify(many)));
  const full = await desk(store, clock);
  const later = { level: 30, from: at(20_000), until: at(30_000) };
  assert.equal(await full.command("lighting.level.set", ["lamp/1/0", "lamp/1/1"], later), {
    ok: false,
    error: { kind: "busy", field: "component", message: "names lamp/1/1: allowed are 8 wishes at different times" },
  });
  const now = (await full.command("lighting.level.set", ["lamp/1/1"], { level: 30, until: at(1000) })) as {
    ok: boolean;
  };
  assert.ok(now.ok);
});

test("of two operators the later wins, and is told whose wish ended; also when the first comes back after a restart", async () => {
  const store = memoryStore();
  const clock = start();
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const { command } = await desk(store, clock);
  const set = "lighting.level.set";
  const until = at(60_000);
  await command(set, ["lamp/1/0", "lamp/1/1"], { level: 30, until }, "mayor");
  const replaced = { lamps: 1, of: [{ component: ["lamp/1/1"], issuer: "mayor", until }] };
  const asked = { level: 40, until: at(30_000) };
  const told = await command(set, ["lamp/1/1", "lamp/1/2"], asked);
  assert.equal(told, { ok: true, values: { component: ["lamp/1/1", "lamp/1/2"], ...asked, replaced } });
  assert.equal(await command(set, ["lamp/1/1"], asked), { ok: true, values: { component: ["lamp/1/1"], ...asked } });
  const later = await desk(store, clock);
  const wishes = later.wished.map(({ target, issuer }) => `${target} ${issuer}`);
  assert.equal(wishes, ["lamp/1/0 mayor", "lamp/1/1 cockpit", "lamp/1/2 cockpit"]);
});

test("1,024 lamps overruled by 1,024 causes are a result that its table allows and one message holds", async () => {
  const lamps = Array.from({ length: 1024 }, (_, i) => `lamp/${Math.floor(i / 64) + 1}/${i % 64}`);
  const targets = lamps.map(
    (lamp, i): Target => ({ lamp, level: level(100), rank: "safety", reason: `${i}`.repeat(40) }),
  );
  const clock = start();
  const until = new Date(clock.now() + 1000).toISOString();
  const { command } = await desk(memoryStore(), clock, targets);
  await command("lighting.level.set", lamps, { level: 20, until }, "x".repeat(128));
  const result = (await command("lighting.level.set", lamps, { level: 30, until })) as {
    values: { overruled: { lamps: number; by: unknown[] } };
  };
  assert.is(problemOf(lighting.commands["lighting.level.set"].result, result.values), null);
  assert.equal([result.values.overruled.lamps, result.values.overruled.by.length], [1024, 32]);
  assert.ok(encode(result).length < 40_000, `${encode(result).length} bytes`);
});

test("a damaged store costs the wishes, never the start", async () => {
  for (const text of ["", "{", '{"a":1}', '[{"target":3}]', '[{"target":"lamp/1/0","level":900,"until":1e13}]']) {
    const store = memoryStore();
    await store.write("operator-wishes", new TextEncoder().encode(text));
    assert.equal((await desk(store, start())).wished, [], text);
  }
});

test.run();
