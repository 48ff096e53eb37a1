import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Filter, passes } from "./filter.ts";
import type { Report } from "./report.ts";

const open: Filter = { node: "", types: [], code: "", component: "" };
const lamp: Report = {
  node: "21231/cab-0117",
  type: "status",
  code: "lighting.lamps",
  component: "lamp/1/5",
  at: null,
  payload: {},
  complete: true,
};
const presence: Report = { ...lamp, type: "presence", code: "", component: "", payload: "online" };

const cases: [string, Partial<Filter>, Report, boolean][] = [
  ["an open filter lets everything through", {}, lamp, true],
  ["the node itself", { node: "21231/cab-0117" }, lamp, true],
  ["another node", { node: "21231/cab-011" }, lamp, false],
  ["any node of a city", { node: "21231/+" }, lamp, true],
  ["any node of another city", { node: "69123/+" }, lamp, false],
  ["+ is one level", { node: "+" }, lamp, false],
  ["+ in front", { node: "+/cab-0117" }, lamp, true],
  ["the type", { types: ["status"] }, lamp, true],
  ["other types", { types: ["alarm", "presence"] }, lamp, false],
  ["the code", { code: "lighting.lamps" }, lamp, true],
  ["its first word", { code: "lighting" }, lamp, true],
  ["half a word", { code: "light" }, lamp, false],
  ["a longer code", { code: "lighting.lamps.more" }, lamp, false],
  ["the component", { component: "lamp/1/5" }, lamp, true],
  ["its group", { component: "lamp/1" }, lamp, true],
  ["another with the same beginning", { component: "lamp/1" }, { ...lamp, component: "lamp/11/5" }, false],
  ["the cabinet as a whole is no lamp", { component: "lamp" }, { ...lamp, component: "" }, false],
  ["presence is not asked for code or component", { code: "lighting", component: "lamp/1" }, presence, true],
  ["presence is asked for its node", { node: "69123/+" }, presence, false],
  ["presence is asked for its type", { types: ["status"] }, presence, false],
];

for (const [name, filter, report, expected] of cases) {
  test(name, () => {
    assert.is(passes({ ...open, ...filter }, report), expected);
  });
}

test.run();
