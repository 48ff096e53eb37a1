import { test } from "uvu";
import * as assert from "uvu/assert";
import { gearCommands } from "../catalogue.ts";
import { type Command, MASK } from "../command.ts";
import { BROADCAST, group } from "../frame.ts";
import { COLLISION, NO_REPLY } from "../gateway.ts";
import { ask, type Sequence } from "../sequence.ts";
import * as table from "./gear.ts";

test("frames are those of the standard", () => {
  const data = (command: Command<unknown>) => command.frame.data.toString(16).padStart(4, "0");
  assert.equal(
    [
      table.dapc(0, 254),
      table.queryActualLevel(5),
      table.setFadeTime(BROADCAST),
      table.compare(),
      table.goToScene(group(2), 15),
      table.addToGroup(63, 7),
      table.querySceneLevel(1, 3),
      table.initialise(MASK),
      table.programShortAddress(7),
      table.queryStatus(1),
    ].map(data),
    ["00fe", "0ba0", "ff2e", "a900", "851f", "7f67", "03b3", "a5ff", "b707", "0390"],
  );
});

test("configuration, INITIALISE and RANDOMISE go out twice, queries answer", () => {
  for (const row of gearCommands) {
    const configures = row.kind === "addressed" && row.code >= 0x20 && row.code < 0x90;
    assert.is(row.twice, configures || row.name === "INITIALISE" || row.name === "RANDOMISE", row.name);
    const asks = /^(QUERY|COMPARE|VERIFY|READ)|^WRITE MEMORY LOCATION$/.test(row.name);
    assert.is(row.answers, asks, row.name);
  }
});

test("a COMPARE answered by several at once is a YES, never silence", () => {
  assert.is(table.compare().read(COLLISION), true);
  assert.is(table.compare().read({ kind: "byte", value: 0xff }), true);
  assert.is(table.compare().read(NO_REPLY), false);
});

test("replies are read as what they mean", () => {
  assert.equal(table.queryActualLevel(1).read({ kind: "byte", value: 200 }), { kind: "value", value: 200 });
  assert.equal(table.queryActualLevel(1).read({ kind: "byte", value: 255 }), { kind: "value", value: null });
  assert.equal(table.queryActualLevel(1).read(NO_REPLY), { kind: "none" });
  assert.equal(table.queryActualLevel(1).read(COLLISION), { kind: "collision" });
  assert.equal(table.queryShortAddress().read({ kind: "byte", value: 0x7f }), { kind: "value", value: 63 });
  assert.equal(table.queryFadeTimeFadeRate(1).read({ kind: "byte", value: 0x47 }), {
    kind: "value",
    value: { fadeTime: 4, fadeRate: 7 },
  });
  const names = [
    "controlGearFailure",
    "lampFailure",
    "lampOn",
    "limitError",
    "fadeRunning",
    "resetState",
    "missingShortAddress",
    "powerCycleSeen",
  ] as const;
  for (const [bit, name] of names.entries()) {
    const answer = table.queryStatus(1).read({ kind: "byte", value: 1 << bit });
    assert.is(answer.kind, "value");
    if (answer.kind !== "value") continue;
    for (const other of names) assert.is(answer.value[other], other === name, `bit ${bit}, ${other}`);
  }
});

test("a wrong use of a reply does not compile", () => {
  // checked by tsc: each line below must be an error, or the directive above it is one
  function* wrong(): Sequence<void> {
    // @ts-expect-error a level is no yes or no
    const present: boolean = yield* ask(table.queryActualLevel(3));
    // @ts-expect-error OFF has no reply
    const level: number = yield* ask(table.off(3));
    // @ts-expect-error a status has no level
    const { value }: { value: number } = yield* ask(table.queryStatus(3));
    // @ts-expect-error a level may be nobody's: its kind comes first
    const bare: number | null = (yield* ask(table.queryActualLevel(3))).value;
    assert.ok([present, level, value, bare]);
  }
  const right: Sequence<boolean> = ask(table.queryLampFailure(3));
  assert.type(wrong, "function");
  assert.type(right.next, "function");
});

test("parameters out of range are refused by name", () => {
  assert.throws(() => table.goToScene(1, 16), /GO TO SCENE is 16: allowed 0 to 15/);
  assert.throws(() => table.dtr0(256), /DTR0 data/);
  assert.throws(() => table.queryStatus(64), /address is 64/);
  assert.throws(() => table.dapc(0, 256), /level is 256/);
});

test.run();
