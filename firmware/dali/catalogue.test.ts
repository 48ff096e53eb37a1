import { test } from "uvu";
import * as assert from "uvu/assert";
import { commands, gearCommands } from "./catalogue.ts";

test("no two rows share a code", () => {
  const seen = new Map<string, string>();
  for (const { name, family, kind, deviceType, code, span } of commands) {
    for (let at = code; at < code + span; at++) {
      const place = `${kind} ${deviceType ?? ""} ${at}`;
      assert.is(seen.get(place), undefined, `${family} ${name} and ${seen.get(place)} are both ${place}`);
      seen.set(place, `${family} ${name}`);
    }
  }
});

test("every part is whole", () => {
  const count = new Map<number, number>();
  for (const { part } of commands) count.set(part, (count.get(part) ?? 0) + 1);
  assert.equal(Object.fromEntries(count), {
    102: 86,
    103: 92,
    202: 32,
    207: 24,
    209: 28,
    250: 2,
    251: 1,
    252: 1,
    253: 1,
    301: 10,
    302: 5,
    303: 14,
    304: 8,
  });
  assert.is(gearCommands.length, 86);
});

test("a row's manner is that of its place in the code space", () => {
  for (const { name, family, kind, code, twice, answers, deviceType } of commands) {
    const said = `${family} ${name}`;
    assert.not(twice && answers, said);
    const asks = /^(QUERY|COMPARE|VERIFY|READ|DIRECT WRITE)|^WRITE MEMORY LOCATION$/.test(name);
    assert.is(answers, asks, said);
    // the device types' own opcodes: IEC 62386-102 11.2
    if (deviceType !== undefined) assert.ok(kind === "addressed" && code >= 0xe0, said);
    if (kind === "device" || kind === "instance") {
      const once = name === "CATCH MOVEMENT" || name === "CANCEL HOLD TIMER";
      assert.is(twice, !asks && !once, said);
    }
  }
});

test.run();
