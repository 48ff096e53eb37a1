import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { band } from "./band.ts";
import { bars } from "./bars.ts";
import { heatMap } from "./heat-map.ts";
import { energyUnit, figure, ticks } from "./scale.ts";
import { fitted, markup, type Shape, shape } from "./shape.ts";

const texts = (of: Shape): string[] =>
  of.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.tag === "text" ? [String(child.children[0])] : []), ...texts(child)],
  );
const all = (of: Shape, kind: string): Shape[] =>
  of.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.attributes["class"] === kind ? [child] : []), ...all(child, kind)],
  );

test("an axis has few round steps from nought to the top or a little above it", () => {
  assert.equal(ticks(100), [0, 20, 40, 60, 80, 100]);
  assert.equal(ticks(0.07, 4), [0, 0.02, 0.04, 0.06, 0.08]);
  assert.equal(ticks(0), [0, 1]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (top) => {
      const steps = ticks(top);
      assert.ok(steps.length >= 2 && steps.length <= 6);
      assert.ok((steps.at(-1) as number) >= top * (1 - 1e-9));
      assert.ok((steps.at(-2) as number) < top);
    }),
  );
});

test("figures and units are as short as they can be told", () => {
  assert.equal([9.187, 12.34, 1234.6, 0, 60].map(figure), ["9.19", "12.3", "1,235", "0", "60"]);
  assert.equal(
    [900, 2e3, 3e6, 4e9].map((largest) => energyUnit(largest).name),
    ["Wh", "kWh", "MWh", "GWh"],
  );
  assert.is(fitted("boulevard de la Trémouille", 80).length, 12);
  assert.is(fitted("lane", 80), "lane");
});

test("markup is escaped, text and values", () => {
  const text = markup(shape("text", { class: 'a"b' }, "<&>", shape("tspan")));
  assert.is(text, '<text class="a&quot;b">&lt;&amp;&gt;<tspan></tspan></text>');
});

test("a bar is as long as its value, and says it", () => {
  const rows = [
    { label: "old", value: 10, kind: "reference" as const },
    { label: "new", value: 2.5, kind: "ours" as const, note: "less" },
  ];
  const drawn = bars(rows, { title: "t", unit: "kWh", width: 600 });
  const [old] = all(drawn, "bar reference");
  const [ours] = all(drawn, "bar ours");
  assert.ok(Math.abs(Number(old?.attributes["width"]) / Number(ours?.attributes["width"]) - 4) < 0.01);
  assert.ok(texts(drawn).includes("2.50 kWh · less"));
});

test("a heat map has a cell for each stretch of like light, and none is lost", () => {
  const row = (values: (number | null)[], label: string) => ({ group: "street", label, values });
  const drawn = heatMap([row([0, 0, 100, null], "a"), row([55, 55, 55, 55], "b")], {
    title: "t",
    columns: ["16:00", "", "", ""],
    scale: ["off", "full"],
    width: 408,
  });
  const cells = drawn.children.filter((child) => typeof child !== "string" && child.tag === "g") as Shape[];
  const kinds = cells.map((group) => group.children.slice(1).map((cell) => (cell as Shape).attributes["class"]));
  assert.equal(kinds, [["heat0", "heat9", "unknown"], ["heat5"]]);
  const widths = cells.map((group) =>
    group.children.slice(1).reduce((sum, cell) => sum + Number((cell as Shape).attributes["width"]), 0),
  );
  assert.is(widths[0], widths[1]);
});

test("where a value or a band is not known there is a gap, and the key names only what is there", () => {
  const point = (value: number | null, high: number | null) => ({ label: "", value, low: high, middle: high, high });
  const options = {
    title: "t",
    unit: "people",
    names: ["seen", "expected", "range"] as const,
    width: 600,
    height: 200,
  };
  const drawn = band([point(20, 30), point(null, 30), point(25, null), point(30, 30)], options);
  assert.is(all(drawn, "line").length, 2 + 1, "two stretches and the key");
  assert.is(all(drawn, "band").length, 2 + 1);
  assert.ok(["seen", "expected", "range"].every((name) => texts(drawn).includes(name)));
  const alone = band([point(20, null), point(30, null)], options);
  assert.not.ok(texts(alone).includes("expected"));
  assert.not.match(markup(band([], options)), /NaN|Infinity/);
});

test.run();
