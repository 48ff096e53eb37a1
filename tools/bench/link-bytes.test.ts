import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, minutes } from "../../controllers/units.ts";
import { isOk } from "./line.ts";
import { countDay, figureOf } from "./link-bytes.ts";

/** Evening: people are out, and lamps follow them. */
const EVENING = instant(Date.UTC(2026, 2, 18, 20, 58));

test("an hour of a small street: what is told by default, less than as JSON, and nothing live", async () => {
  const day = await countDay(minutes(70), 4, EVENING);
  const told = (about: string) => day.byCode.get(`status/${about}`) ?? 0;
  assert.ok(
    told("footfall.counts/windows") > 0 && told("lighting.lamps/hourly") > 0 && told("energy.power/hourly") > 0,
  );
  const live = [...day.byCode.keys()].filter((about) => about.startsWith("status/") && about.endsWith("/live"));
  for (const about of live) assert.ok((day.byCode.get(about) ?? 0) < 1000, `${about}: only cleared`);
  assert.ok((day.byCode.get("pings") ?? 0) > 0);
  assert.ok(day.json > day.bytes, `${day.json} of ${day.bytes}`);
  const figure = figureOf(day);
  assert.is(figure.value, day.bytes / 8);
  assert.is(isOk({ ...figure, value: 2001 }), false);
});

test.run();
