import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { wallHour } from "../../controllers/footfall/hourly.ts";
import { CsvProblem, readCounts } from "./csv.ts";

const HEAD = "ts_local,north,south";
const lines = (...rows: string[]) => [HEAD, ...rows].join("\n");
const refused = (text: string, message: RegExp) => {
  try {
    readCounts(text);
  } catch (error) {
    assert.instance(error, CsvProblem);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable("it was taken");
};

test("hours, holes and empty cells find their place, in whatever order and dress", () => {
  const text = '\uFEFFtime,"north",south\r\n2026-03-02 05:00:00,12,\r\n2026-03-01T23:00,7.0, 3 \r\n\r\n';
  const { from, sensors, people } = readCounts(text);
  assert.equal(sensors, ["north", "south"]);
  assert.is(from, wallHour(2026, 3, 1, 0));
  const [north, south] = people as [Float32Array, Float32Array];
  assert.is(north.length, 96, "two days, and two to come");
  assert.equal([north[23], north[29], south[23]], [7, 12, 3]);
  assert.ok(Number.isNaN(south[29]) && Number.isNaN(north[24]));
  assert.is(north.filter((n) => !Number.isNaN(n)).length, 2);
});

test("the hour that comes twice when clocks go back is the mean of both; three times is a mistake", () => {
  const twice = ["2026-10-25 02:00:00,10,", "2026-10-25 02:00:00,20,4"];
  const { people } = readCounts(lines(...twice));
  assert.equal([people[0]?.[2], people[1]?.[2]], [15, 4]);
  refused(lines(...twice, "2026-10-25 02:00:00,1,1"), /^line 4: the hour 2026-10-25 02:00:00 for the third time/);
});

test("what is wrong is named by line and column, with what is allowed", () => {
  refused("", /line 1/);
  refused(HEAD, /a line an hour/);
  refused("time\n2026-01-01 00:00,", /line 1: .* a column for each sensor/);
  refused("time,a,a\n2026-01-01 00:00,1,1", /line 1, column 3: a second sensor "a"/);
  refused("time,a,\n2026-01-01 00:00,1,1", /line 1, column 3: a sensor without a name/);
  refused(lines("2026-01-01 00:00,1,2", "2026-01-01 01:00,1"), /^line 3: 2 columns: allowed are 3/);
  refused(lines("2026-01-01 00:00,1,x"), /^line 2, column 3 \(south\): "x": allowed is a number from 0/);
  refused(lines("2026-01-01 00:00,-1,2"), /^line 2, column 2 \(north\): "-1"/);
  refused(lines("2026-01-01 00:00,1e99,2"), /"1e99"/);
  refused(lines("2026-01-01 00:00Z,1,2"), /^line 2, column 1: "2026-01-01 00:00Z": allowed is local time/);
  refused(lines("2026-01-01 00:30,1,2"), /begin of an hour/);
  refused(lines("2026-02-30 00:00,1,2"), /there is no such time/);
  refused(lines("2026-01-01 24:00,1,2"), /there is no such time/);
  refused(lines("01/02/2026 00:00,1,2"), /allowed is local time/);
  refused(lines("0001-01-01 00:00,1,2"), /there is no such time/);
  refused(`${lines("1000-01-01 00:00,1,2", "9999-01-01 00:00,1,2")}`, /allowed are up to 40000000 values/);
});

test("whatever the text: it is read or refused, with no other mistake", async () => {
  const cell = fc.oneof(fc.constantFrom("", "1", "2026-01-01 00:00:00", "NaN", ",", '"'), fc.string({ maxLength: 12 }));
  await fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }), (rows) => {
      try {
        readCounts(rows.map((row) => row.join(",")).join("\n"));
      } catch (error) {
        assert.instance(error, CsvProblem);
      }
    }),
  );
});

test.run();
