import { test } from "uvu";
import * as assert from "uvu/assert";
import { lamp } from "../test-site.ts";
import { level, watts } from "../units.ts";
import { lampPower, powerFull, STANDBY } from "./energy.ts";

test("power goes with light, and stops at stand-by", () => {
  const { power } = lamp(0, 0);
  assert.is(power, 40);
  for (const [light, drawn] of [
    [100, 40],
    [50, 20],
    [2, 0.8],
    [0.1, STANDBY],
    [0, STANDBY],
  ] as const) {
    assert.is(lampPower(lamp(0, 0), level(light)), drawn);
  }
  assert.is(lampPower({ power: watts(0.2) }, level(0)), 0.2, "a lamp never draws more than at full");
});

test("full power is the sum of the lamps'", () => {
  assert.is(powerFull([lamp(0, 0), lamp(1, 30), lamp(2, 60), lamp(3, 90)]), 160);
});

test.run();
