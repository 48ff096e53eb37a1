import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { CLOCK_QUALITIES } from "../clock.ts";
import { type Bench, contract } from "./bench.ts";

/** A clock under load may wake late, by so much; never early. */
const LATE = 1000;
/** Wall time is in whole milliseconds and may be trimmed by a time server. */
const TRIM = 20;

export function clockContract(name: string, open: () => Promise<Bench>): void {
  contract(`${name}: clock`, open, {
    "a sleep lasts as long as was asked, and never less": async ({ clock }) => {
      for (const ms of [0, 1, 7, 50, 250]) {
        const before = clock.monotonic();
        await clock.sleep(milliseconds(ms), "a sleep");
        const lasted = clock.monotonic() - before;
        assert.ok(lasted >= ms - 1e-6 && lasted < ms + LATE, `${ms} ms took ${lasted}`);
      }
    },

    "sleeps end in the order of their ends": async ({ clock }) => {
      const ended: number[] = [];
      const sleep = async (ms: number) => {
        await clock.sleep(milliseconds(ms), "one of some");
        ended.push(ms);
      };
      await Promise.all([300, 100, 200].map(sleep));
      assert.equal(ended, [100, 200, 300]);
    },

    "a sleep that is aborted rejects with the reason, at once, even before it began": async ({ clock }) => {
      for (const when of ["before", "during"] as const) {
        const abort = new AbortController();
        const reason = new Error("enough");
        if (when === "before") abort.abort(reason);
        const before = clock.monotonic();
        const sleep = clock.sleep(seconds(60), "a long one", abort.signal).then(
          () => "slept",
          (error: unknown) => error,
        );
        await clock.sleep(milliseconds(10), "a short one");
        abort.abort(reason);
        assert.is(await sleep, reason);
        assert.ok(clock.monotonic() - before < LATE);
      }
    },

    "both scales go on together": async ({ clock }) => {
      const before = { wall: clock.now(), passed: clock.monotonic() };
      await clock.sleep(milliseconds(500), "half a second");
      const wall = clock.now() - before.wall;
      const passed = clock.monotonic() - before.passed;
      assert.ok(Math.abs(wall - passed) < TRIM, `${wall} ms of wall time in ${passed} ms`);
    },

    "it is set where its quality is not unset": async ({ clock }) => {
      assert.ok(CLOCK_QUALITIES.includes(clock.quality()));
      assert.is(clock.isSet(), clock.quality() !== "unset");
    },
  });
}

/** For a machine whose wall clock may be set: root, in a guest of its own. */
export interface WallBench extends Bench {
  /** Sets the wall clock forward, or back where below 0, as an operator does. */
  jump(ms: number): Promise<void>;
}

const HOUR = 3_600_000;

export function wallContract(name: string, open: () => Promise<WallBench>): void {
  contract(`${name}: wall clock that is set`, open, {
    "time that passes does not jump with it, and sleeps keep their span": async (bench) => {
      const { clock } = bench;
      for (const ms of [HOUR, -HOUR, -HOUR, HOUR]) {
        const before = { wall: clock.now(), passed: clock.monotonic() };
        const sleep = clock.sleep(seconds(2), "over the jump").then(() => clock.monotonic() - before.passed);
        await bench.jump(ms);
        const lasted = await sleep;
        assert.ok(lasted >= 2000 - 1e-6 && lasted < 2000 + LATE * 3, `2 s took ${lasted} ms`);
        const wall = clock.now() - before.wall - (clock.monotonic() - before.passed);
        assert.ok(Math.abs(wall - ms) < LATE * 3, `set by ${ms} ms, moved by ${wall}`);
      }
    },

    "a date from before this program was made is not believed": async (bench) => {
      const { clock } = bench;
      const back = clock.now();
      await bench.jump(-back + 86_400_000);
      const then = { set: clock.isSet(), quality: clock.quality() };
      await bench.jump(back - 86_400_000);
      assert.equal(then, { set: false, quality: "unset" });
      assert.is(clock.isSet(), true);
    },
  });
}
