import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes } from "../../../controllers/units.ts";
import { simulatedLine } from "../../../sim/simulated-line.ts";
import { dapc } from "../commands/gear.ts";
import { readDeviceTypes } from "./device-types.ts";

test("none, one or several device types; nobody says nothing", async () => {
  const types = [[], [6], [6, 8, 50, 51, 52]];
  const on = simulatedLine(3, { gear: (index) => ({ deviceTypes: types[index] ?? [] }) });
  for (const address of [0, 1, 2]) assert.equal(await on.run(readDeviceTypes(address)), types[address]);
  assert.is(await on.run(readDeviceTypes(9)), null);
});

test("a command to the gear in between starts the list anew, it does not shorten it", async () => {
  const on = simulatedLine(1, { gear: () => ({ deviceTypes: [6, 8, 50, 51, 52] }) });
  const user = async () => {
    await on.clock.sleep(milliseconds(180), "user");
    await on.scheduler.send(dapc(0, 100), { priority: 2 });
  };
  const work = on.scheduler.run(readDeviceTypes(0), { priority: 5 });
  const [types] = await on.clock.run(Promise.all([work, user()]), minutes(1));
  assert.equal(types, [6, 8, 50, 51, 52]);
  assert.ok(on.traffic().forward > 2 + 6, "it was begun again");
});

test("with noise, the right list or none", async () => {
  let told = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const noise = { replyLost: 0.05, replySpoilt: 0.03, gearMisses: 0.03 };
    const on = simulatedLine(2, { seed, noise, gear: () => ({ deviceTypes: [6, 8, 51] }) });
    const types = await on.run(readDeviceTypes(1));
    if (!types) continue;
    told++;
    assert.equal(types, [6, 8, 51], `seed ${seed}`);
  }
  assert.ok(told > 55, `${told} of 60`);
});

test.run();
