import { test } from "uvu";
import * as assert from "uvu/assert";
import * as device from "./commands/device.ts";
import * as gear from "./commands/gear.ts";
import * as led from "./commands/led.ts";
import { follow } from "./follow.ts";

const LED = gear.enableDeviceType(6).frame;
const curve = led.selectDimmingCurve(1).frame;

test("a device type is open for the frame after it and for its second sending, no longer", () => {
  const line = follow();
  assert.is(line.decode(curve).kind, "unknown");
  line.decode(LED);
  for (let sending = 0; sending < 2; sending++) {
    const said = line.decode(curve);
    assert.ok(said.kind === "gear" && said.row === led.selectDimmingCurve.row, `sending ${sending}`);
  }
  assert.is(line.decode(led.queryFeatures(1).frame).kind, "unknown");
  line.decode(LED);
  line.decode(gear.off(1).frame);
  assert.is(line.decode(curve).kind, "unknown");
});

test("control devices' frames close nothing, lost frames do", () => {
  const line = follow();
  line.decode(LED);
  line.decode(device.terminate().frame);
  assert.is(line.decode(curve).kind, "gear");
  line.decode(LED);
  line.missed();
  assert.is(line.decode(curve).kind, "unknown");
});

test.run();
