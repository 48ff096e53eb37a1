import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { GearDiagnostics } from "../gear.ts";
import type { Reading } from "../model.ts";
import { frozen, lamp as lampOf } from "../test-site.ts";
import { instant, level, watts } from "../units.ts";
import { diagnosed, lost, reset, UNSEEN } from "./diagnosis.ts";
import { type DiagnosisCause, RULES } from "./diagnosis-model.ts";

const lamp = lampOf(1, 0);
const START = 1_790_000_000_000;
const MINUTE = 60_000;

/** A lamp on a clock of its own: what is seen of it, and what that tells. */
function watched() {
  let state = UNSEEN;
  let now = START;
  let target = 0;
  const told: string[] = [];
  const see = (reading: Reading) => {
    const result = diagnosed(lamp, frozen(state), level(target), reading);
    state = result.state;
    for (const { cause, message } of result.verdicts) told.push(`${message === null ? "-" : "+"} ${cause}`);
    return result.verdicts.map(({ message }) => message);
  };
  const base = () => ({ source: lamp.id, at: instant(now) });
  const it = {
    told,
    state: () => state,
    lose: () => {
      state = lost(state);
    },
    wait: (minutes: number) => {
      now += minutes * MINUTE;
    },
    level: (percent: number) => see({ kind: "level", ...base(), level: level(percent) }),
    status: (lit: boolean | undefined, more: { failed?: boolean; shared?: boolean } = {}) =>
      see({
        kind: "lamp",
        ...base(),
        lampFailure: more.failed ?? false,
        gearFailure: false,
        ...(lit === undefined ? {} : { lit }),
        ...(more.shared === undefined ? {} : { shared: more.shared }),
      }),
    power: (w: number) => see({ kind: "power", ...base(), power: watts(w) }),
    diagnostics: (gear: GearDiagnostics) => see({ kind: "gear-diagnostics", ...base(), gear }),
    decide: (percent: number) => {
      target = percent;
    },
    /** Its target changes, and the line says that it was sent. */
    tell: (percent: number) => {
      target = percent;
      it.level(percent);
    },
    /** Poll after poll finds it at `percent`, and it is told again each time. */
    strays: (percent: number, times: number) => {
      for (let i = 0; i < times; i++) {
        it.wait(1);
        it.level(percent);
        it.level(target);
      }
    },
    steady: (w: number, times: number) => {
      for (let i = 0; i < times; i++) {
        it.wait(5);
        it.power(w);
      }
    },
  };
  return it;
}

test("a lamp that does what it is told shows nothing, whatever it is told", () => {
  const it = watched();
  for (const percent of [100, 41, 60, 80, 41, 0, 0, 100, 20, 0]) {
    it.tell(percent);
    it.power(99);
    it.status(percent > 0);
    it.steady(percent === 0 ? 0.4 : 0.4 * percent, 3);
  }
  assert.equal(it.told, []);
});

test("a lamp that gives light though told 0 is a day-burner until it is seen dark; a night between changes nothing", () => {
  const it = watched();
  it.tell(0);
  assert.equal(it.status(true), ["it is told 0 % and gives light"]);
  it.tell(80);
  it.status(true);
  it.tell(0);
  it.status(true);
  assert.equal(it.told, ["+ burns-by-status"]);
  it.status(false);
  assert.equal(it.told, ["+ burns-by-status", "- burns-by-status"]);
});

test("one that is read back above 0 again and again burns, one that draws power too", () => {
  const it = watched();
  it.tell(0);
  it.strays(100, 3);
  assert.equal(it.told, [], "three may be frames lost");
  it.strays(100, 1);
  assert.equal(it.told, ["+ burns-by-level"]);
  it.level(0);
  assert.equal(it.told, ["+ burns-by-level", "- burns-by-level"]);
  it.strays(100, 4);
  it.tell(40);
  it.tell(0);
  assert.is(it.told.length, 3, "a night between shows nothing");
  it.status(false);
  assert.is(it.told.at(-1), "- burns-by-level");

  const drawing = watched();
  drawing.tell(0);
  drawing.power(38);
  drawing.steady(38, 1);
  assert.equal(drawing.told, [], "its fade may still run, and once is noise");
  drawing.steady(38, 1);
  drawing.steady(3.5, 4);
  assert.equal(drawing.told, ["+ burns-by-power"], "less, but not dark");
  drawing.steady(0.5, 2);
  assert.equal(drawing.told, ["+ burns-by-power", "- burns-by-power"]);
});

test("a lamp that gives no light though told to is dark, by its status or by its power", () => {
  const it = watched();
  it.tell(80);
  assert.equal(it.status(false), ["it is told 80 % and gives no light"]);
  it.status(true);
  assert.equal(it.told, ["+ dark-by-status", "- dark-by-status"]);
  const drawing = watched();
  drawing.tell(80);
  drawing.steady(0.4, 2);
  drawing.steady(33, 2);
  assert.equal(drawing.told, ["+ dark-by-power", "- dark-by-power"]);
  const weak = watched();
  weak.tell(1);
  weak.steady(0.7, 9);
  assert.equal(weak.told, [], "next to nothing is what 1 % draws");
});

test("a lamp that goes dark by itself three times cycles, until it burned on for three hours", () => {
  const it = watched();
  it.tell(80);
  it.status(true);
  for (let i = 0; i < 3; i++) {
    it.wait(20);
    it.status(false);
    it.wait(10);
    it.status(true);
  }
  assert.ok(it.told.includes("+ cycles"), it.told.join());
  assert.is(it.told.at(-1), "+ cycles", "and it is not called well at each return of its light");
  it.wait(170);
  it.power(33);
  assert.is(it.told.at(-1), "+ cycles");
  it.wait(20);
  it.power(33);
  assert.equal(it.told.slice(-2), ["- cycles", "- dark-by-status"]);
});

test("nights are not cycles: who is told to go dark goes dark", () => {
  const it = watched();
  for (let i = 0; i < 10; i++) {
    it.tell(80);
    it.status(true);
    it.wait(15);
    it.tell(0);
    it.status(false);
    it.wait(15);
  }
  assert.equal(it.told, []);
});

test("a lamp that never lights is dark, and does not cycle; nor does one that was not seen since it was told to go on", () => {
  const it = watched();
  for (let i = 0; i < 10; i++) {
    it.tell(80);
    it.status(false);
    it.wait(15);
    it.tell(0);
    it.status(false);
    it.wait(15);
  }
  assert.equal(it.told, ["+ dark-by-status"]);
  const unseen = watched();
  for (let i = 0; i < 6; i++) {
    unseen.tell(80);
    unseen.status(true);
    unseen.tell(0);
    unseen.tell(80);
    unseen.status(false);
    unseen.tell(0);
  }
  assert.not(unseen.told.includes("+ cycles"), unseen.told.join());
});

test("a lamp's own count of starts shows cycles that no question saw", () => {
  const it = watched();
  it.tell(0);
  it.diagnostics({ lampStarts: 100 });
  for (let i = 0; i < 5; i++) {
    it.tell(50);
    it.tell(0);
  }
  it.diagnostics({ lampStarts: 105 });
  assert.equal(it.told, []);
  assert.equal(it.diagnostics({ lampStarts: 109 }), ["it started 4 times by itself since it was last asked"]);
});

test("a lamp found elsewhere than told four times in a row does not dim; one lost frame is none, nor are four in four nights", () => {
  const it = watched();
  it.tell(40);
  for (let night = 0; night < 8; night++) {
    it.strays(100, 1);
    it.level(40);
  }
  assert.equal(it.told, []);
  it.strays(100, 4);
  assert.equal(it.told, ["+ strays"]);
  it.tell(60);
  it.level(60);
  it.level(60);
  assert.equal(it.told, ["+ strays"], "twice where it was told: not yet");
  it.level(60);
  assert.equal(it.told, ["+ strays", "- strays"]);
});

test("a level on the way, of an older target, is no fault", () => {
  const it = watched();
  it.tell(100);
  for (const [sent, next] of [
    [80, 60],
    [40, 20],
    [80, 100],
    [60, 41],
    [80, 0],
    [20, 40],
    [0, 60],
  ] as const) {
    // the next target is decided already when the line says that the one before was sent
    it.decide(next);
    it.level(sent);
    it.level(next);
  }
  assert.equal([it.told, it.state().doubts], [[], {}]);
});

test("after the line was lost a lamp may be anywhere", () => {
  const it = watched();
  it.tell(40);
  for (let i = 0; i < 10; i++) {
    it.lose();
    it.level(100);
    it.level(40);
  }
  assert.equal(it.told, []);
});

test("power is learnt at each level, told when it changes, and not learnt while it is wrong", () => {
  const it = watched();
  for (const percent of [100, 40]) {
    it.tell(percent);
    it.steady(0.35 * percent, 60);
  }
  const { curve } = it.state();
  it.steady(0.35 * 40 * 1.3, 3);
  assert.equal(it.told, []);
  const said = (() => {
    it.wait(5);
    return it.power(0.35 * 40 * 1.3);
  })();
  assert.match(String(said[0]), /^it draws 18\.2 W at 40 %, expected 14\.0 W ± 1\.7 W$/);
  it.steady(0.35 * 40 * 1.3, 100);
  assert.is(it.state().curve, curve, "what is wrong teaches nothing");
  it.steady(0.35 * 40 * 1.09, 10);
  assert.equal(it.told, ["+ power"], "nearly right is not right");
  it.steady(0.35 * 40, 4);
  assert.equal(it.told, ["+ power", "- power"]);
  it.tell(100);
  it.steady(35 * 0.75, 4);
  assert.is(it.told.at(-1), "+ power", "too little is wrong, too");
});

test("the wattage of the configuration finds what is grossly wrong from the first night", () => {
  const it = watched();
  it.tell(100);
  it.steady(40 * 1.6, 4);
  assert.equal(it.told, ["+ power"]);
});

test("a lamp that draws the same at every level does not dim, whatever level it tells", () => {
  const it = watched();
  for (const percent of [100, 40]) {
    it.tell(percent);
    it.steady(0.4 * percent, 10);
  }
  it.tell(100);
  it.steady(40, 2);
  it.tell(40);
  it.steady(40, 3);
  assert.equal(it.told, ["+ draws-the-same"]);
  it.tell(100);
  it.steady(40, 9);
  assert.equal(it.told, ["+ draws-the-same"], "at the level where it is stuck it is right, and nothing is shown");
  it.tell(40);
  it.steady(16, 2);
  assert.equal(it.told, ["+ draws-the-same", "- draws-the-same"]);
});

test("what heat explains is not a power fault, also when that was told before any temperature was known", () => {
  const it = watched();
  it.tell(100);
  it.steady(40, 20);
  it.steady(25, 4);
  it.diagnostics({ lampTemperature: 95 });
  it.steady(25, 4);
  assert.equal(it.told, ["+ power", "+ hot", "- power"]);
});

test("where temperatures are measured, low power waits for the next", () => {
  for (const [degrees, told] of [
    [95, "+ hot"],
    [60, "+ power"],
  ] as const) {
    const it = watched();
    it.tell(100);
    it.diagnostics({ lampTemperature: 60 });
    it.steady(40, 20);
    it.diagnostics({ lampTemperature: 60 });
    it.steady(25, 10);
    assert.equal(it.told, []);
    it.diagnostics({ lampTemperature: degrees });
    it.steady(25, 4);
    assert.equal(it.told, [told]);
  }
});

test("heat: what gear says itself, and output that is low while it was measured to be hot", () => {
  const it = watched();
  it.tell(100);
  assert.equal(it.diagnostics({ gearTemperature: 88, conditions: ["gear-derating"] }), [
    "it says gear-derating; gear at 88 °C",
  ]);
  it.steady(24, 10);
  it.diagnostics({ gearTemperature: 70, conditions: [] });
  it.diagnostics({ gearTemperature: 70, conditions: [] });
  assert.equal(it.told, ["+ derates", "- derates"], "its low power has been explained");

  const silent = watched();
  silent.tell(100);
  silent.steady(40, 20);
  silent.diagnostics({ lampTemperature: 95 });
  silent.steady(30, 2);
  assert.equal(silent.told, ["+ hot"]);
  silent.diagnostics({ lampTemperature: 60 });
  silent.steady(30, 20);
  assert.equal(silent.told, ["+ hot"], "no other fault while it may be hot at other hours");
  silent.steady(40, 8);
  assert.equal(silent.told, ["+ hot", "- hot"]);
});

test("conditions of gear and lamp are their failures; a shared address is told", () => {
  const it = watched();
  it.tell(100);
  it.diagnostics({ conditions: ["gear-shutdown", "lamp-open"] });
  it.diagnostics({ conditions: [] });
  assert.equal(it.told, ["+ gear-condition", "+ lamp-condition"], "once without is not enough");
  it.diagnostics({ conditions: [] });
  assert.equal(it.told.slice(2), ["- gear-condition", "- lamp-condition"]);
  it.status(undefined, { shared: true });
  it.status(undefined, { shared: false });
  assert.equal(it.told.slice(4), ["+ address", "- address"]);
});

test("nothing read of it, nothing kept: the very same state", () => {
  const it = watched();
  const identity: Reading = { kind: "gear-identity", source: lamp.id, gear: {}, at: instant(START) };
  assert.is(diagnosed(lamp, UNSEEN, level(0), identity).state, UNSEEN);
  assert.is(lost(UNSEEN), UNSEEN);
  assert.is(reset(UNSEEN, instant(START)), UNSEEN);
  it.tell(40);
  it.wait(10);
  it.level(40);
  const before = it.state();
  it.status(true);
  it.status(true);
  assert.is(it.state().levelAt, before.levelAt);
});

test("whatever is read: what begins has not begun, what ends has begun, and one more piece than its rule is never needed", async () => {
  const step = fc.oneof(
    fc.constantFrom(0, 40, 80, 100).map((percent) => ({ kind: "tell" as const, percent })),
    fc.constantFrom(0, 40, 100).map((percent) => ({ kind: "level" as const, percent })),
    fc.boolean().map((lit) => ({ kind: "status" as const, lit })),
    fc.constantFrom(0, 5, 16, 40, 80).map((w) => ({ kind: "power" as const, w })),
    fc.constantFrom(1, 30, 500).map((minutes) => ({ kind: "wait" as const, minutes })),
  );
  await fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const it = watched();
      for (const one of steps) {
        if (one.kind === "tell") it.tell(one.percent);
        else if (one.kind === "level") it.level(one.percent);
        else if (one.kind === "status") it.status(one.lit);
        else if (one.kind === "power") it.power(one.w);
        else it.wait(one.minutes);
      }
      const standing = new Set<string>();
      for (const word of it.told) {
        const cause = word.slice(2);
        assert.is(standing.has(cause), word.startsWith("-"), it.told.join());
        if (word.startsWith("-")) standing.delete(cause);
        else standing.add(cause);
      }
      for (const [cause, doubt] of Object.entries(it.state().doubts)) {
        assert.is(standing.has(cause), doubt.stands);
        const rule = RULES[cause as DiagnosisCause];
        assert.ok(doubt.contrary < (doubt.stands ? rule.ends : rule.begins));
      }
    }),
  );
});

test.run();
