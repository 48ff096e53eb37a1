import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, metres } from "../../controllers/units.ts";
import { problemOf } from "./check.ts";
import { STATUSES, type StatusCode } from "./modules.ts";
import { valuesSchema } from "./payload.ts";
import { reporter } from "./report.ts";

const at = instant(Date.UTC(2026, 1, 24, 20, 1));
const HOUR = hours(1);

/** What the cockpit is told of one forecast. */
function toldOf(
  from: number,
  low: number,
  middle: number,
  high: number,
): Record<string, Record<string, unknown>> | null {
  let told = null;
  const link = {
    update(code: StatusCode, values: object) {
      const wrong = problemOf(valuesSchema(STATUSES[code]), values);
      if (wrong) throw new TypeError(`${wrong.field} ${wrong.message}`);
      if (code === "footfall.forecast") told = values as Record<string, Record<string, unknown>>;
    },
    alarm() {},
    setInventory() {},
  };
  const counters = [{ id: "counter/1", street: "rue Musette", position: metres(5) }];
  const site = { lamps: [], counters, joins: [], timeZone: "Europe/Paris" };
  const report = reporter(link, { site, siteName: "Musette", zones: [], streets: [], contacts: [], meters: [] }, at);
  const begin = instant(from);
  report.reading({
    kind: "forecast",
    source: "counter/1",
    from: begin,
    to: instant(from + HOUR),
    low,
    middle,
    high,
    at,
  });
  return told;
}

test("whatever is expected, no forecast tells a number of 1 to 10 people, and none is far from the truth", () => {
  const hundredths = (most: number) => fc.integer({ min: 0, max: most * 100 }).map((n) => n / 100);
  const people = fc.oneof(hundredths(15), hundredths(100_000));
  return fc.assert(
    fc.property(people, people, people, (a, b, c) => {
      const told = toldOf(at - 60_000, a, b, c);
      for (const [name, value] of [
        ["low", a],
        ["middle", b],
        ["high", c],
      ] as const) {
        const said = told?.[name]?.["counter/1"] as number;
        assert.ok(said === 0 || said >= 11, `${name} ${said}`);
        assert.ok(Math.abs(said - value) <= 5.5, `${said} for ${value}`);
      }
    }),
  );
});

test("only the hour at hand is told", () => {
  assert.ok(toldOf(at - 60_000, 20, 30, 40));
  assert.is(toldOf(at + 22 * HOUR, 20, 30, 40), null);
  assert.is(toldOf(at - HOUR, 20, 30, 40), null);
});

test.run();
