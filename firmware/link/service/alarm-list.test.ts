import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { addressOf, namedBy } from "../component.ts";
import { type AlarmEntry, iso } from "../payload.ts";
import { encode } from "../wire/cbor.ts";
import { MOST_BYTES } from "../wire/guard.ts";
import { alarmList } from "./alarm-list.ts";

const AT = Date.UTC(2026, 1, 24, 20);
const entry = (component: string, n: number, values: Partial<AlarmEntry["values"]> = {}): AlarmEntry => ({
  ...{ ts: iso(AT + n), component, active: true },
  values: { message: "", ...values },
  seq: n,
});
/** As many lamps as a cabinet may have: 16 lines of 64. */
const lamps = (valuesOf: (n: number) => Partial<AlarmEntry["values"]>, bus = (n: number) => `${n}`) =>
  Array.from({ length: 1024 }, (_, n) => entry(`lamp/${bus(n >> 6)}/${n % 64}`, n, valuesOf(n)));

const named = (list: readonly AlarmEntry[]) => list.flatMap(({ component = "" }) => namedBy(component, 2000));
const isOneMessage = (list: readonly AlarmEntry[]) =>
  encode({ entries: list, full: true }).length <= MOST_BYTES && list.length <= 1024;

/** All are named, each once, and the message is one. */
function isWhole(all: readonly AlarmEntry[], list: readonly AlarmEntry[]): void {
  assert.ok(isOneMessage(list));
  assert.equal(named(list).sort(), all.map(({ component }) => component).sort());
}

test("what fits is told as it is", () => {
  const some = lamps(() => ({ message: "no light" })).slice(0, 500);
  assert.is(alarmList(some), some);
});

test("of many the words are cut as far as they must be, never within a character", () => {
  const many = lamps(() => ({ message: "💡".repeat(50) })).slice(0, 500);
  const list = alarmList(many);
  isWhole(many, list);
  assert.is(list.length, 500);
  for (const { values } of list) {
    assert.ok(values.message.length > 10 && values.message.isWellFormed());
    assert.ok(many[0]?.values.message.startsWith(values.message));
  }
});

test("1,024 lamps fit always: those that say the same share an entry of the last time and number", () => {
  const same = lamps(() => ({ message: "no light" }));
  const list = alarmList(same);
  isWhole(same, list);
  assert.equal(list[0], { ...entry("lamp/0/0-62,63", 63), values: { message: "no light" } });
  assert.is(list.length, 16);
  // Each with words and marks of its own: the words go.
  const until = (n: number) => (n % 4 === 0 ? { suspended: iso(AT + n * 1000) } : {});
  const different = lamps(
    (n) => ({
      message: `${n} W instead of 40 W`.repeat(5),
      ...(n % 2 ? { acknowledged: true as const } : {}),
      ...until(n),
    }),
    (n) => `${"b".repeat(20)}-${n}`,
  );
  isWhole(different, alarmList(different));
});

test("whatever stands, it is one message", () => {
  const marks = fc.constantFrom({}, { acknowledged: true as const }, { suspended: iso(AT) });
  const some = fc.record({ count: fc.integer({ min: 300, max: 1100 }), size: fc.nat(200), marks });
  fc.assert(
    fc.property(some, ({ count, size, marks: one }) => {
      const all = Array.from({ length: count }, (_, n) =>
        entry(`lamp/${n >> 6}/${n % 64}`, n, { message: "x".repeat(size), ...one }),
      );
      isWhole(all, alarmList(all));
    }),
    { numRuns: 30 },
  );
});

test("words of their own are kept where sharing is enough", () => {
  const list = alarmList(lamps((n) => ({ message: n < 10 ? `own ${n}` : "no light" })));
  assert.equal(list.filter(({ component }) => !component?.includes(",")).length, 10);
  assert.is(list.find(({ component }) => component === "lamp/0/3")?.values.message, "own 3");
});

test("what no address shortens enough is counted: nobody takes the list for all", () => {
  const long = Array.from({ length: 1000 }, (_, n) => entry(`door/${n}/${"x".repeat(100)}`, n));
  const list = alarmList([{ ts: iso(AT), active: true, values: { message: "the node" } }, ...long]);
  assert.ok(isOneMessage(list));
  assert.is(list[0]?.component, undefined);
  const more = list.at(-1);
  assert.is(more?.component, undefined);
  assert.is(more?.values.message, `${1000 - (list.length - 2)} more, too many for one message`);
  assert.is(more?.ts, long.at(-1)?.ts);
  assert.ok(list.length > 300);
});

const name = fc.oneof(
  { weight: 5, arbitrary: fc.nat(40).map(String) },
  fc.constantFrom("north-2", "2-6", "9-1", "007", "a", "1e3", "1234567890", "0-0"),
);

test("addresses name the components that they are made of, and are told from ids", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 1, maxLength: 60 }),
      fc.constantFrom("", "a/", "a/b/"),
      (names, parent) => {
        const ids = names.map((one) => parent + one);
        const made = addressOf(ids);
        for (const { address, components } of made) {
          assert.equal([...namedBy(address, 2000)].sort(), [...components].sort());
          assert.ok(address.length <= 256);
          assert.is(address.includes(","), components.length > 1);
        }
        assert.equal(made.flatMap(({ components }) => components).sort(), ids.sort());
      },
    ),
  );
  const long = Array.from({ length: 300 }, (_, n) => `${"p".repeat(120)}/${n * 2}`);
  assert.ok(addressOf(long).every(({ address }) => address.length <= 256));
  assert.is(namedBy("a/0-999999999,5", 1024).length, 1024);
});

test.run();
