import { test } from "uvu";
import * as assert from "uvu/assert";
import { gearCommands } from "../../firmware/dali/catalogue.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { BROADCAST, BROADCAST_UNADDRESSED, forward16, forward24, group } from "../../firmware/dali/frame.ts";
import { pattern } from "./conditions.ts";
import { answerText, frameText } from "./frame-text.ts";

test("a frame is said in the standard's words, its address first", () => {
  const said: [{ frame: Parameters<typeof frameText>[0] }, string][] = [
    [cmd.dapc(3, 170), "DAPC 3 170"],
    [cmd.dapc(BROADCAST, 0), "DAPC broadcast 0"],
    [cmd.queryStatus(63), "QUERY STATUS 63"],
    [cmd.off(group(5)), "OFF group 5"],
    [cmd.setShortAddress(BROADCAST_UNADDRESSED), "SET SHORT ADDRESS unaddressed"],
    [cmd.goToScene(2, 9), "GO TO SCENE 2 9"],
    [cmd.dtr0(4), "DTR0 4"],
    [cmd.dtr0(0), "DTR0"],
    [cmd.goToScene(2, 0), "GO TO SCENE 2 0"],
    [cmd.terminate(), "TERMINATE"],
    [{ frame: forward24(0xc1fe05) }, "24 bits 0xC1FE05"],
    [{ frame: forward16(0xcdab) }, "16 bits 0xCDAB"],
  ];
  for (const [{ frame }, text] of said) assert.is(frameText(frame), text);
  assert.is(answerText(4), "answer 0x04");
  assert.is(answerText(null), "answer spoilt");
});

test("every 16-bit frame has words, and every command of the table its name", () => {
  const names = new Set<string>();
  for (let data = 0; data <= 0xffff; data++) {
    const text = frameText(forward16(data));
    assert.ok(text.length > 3 && !text.includes("undefined"), text);
    for (const { name } of gearCommands) if (text === name || text.startsWith(`${name} `)) names.add(name);
  }
  assert.is(names.size, new Set(gearCommands.map(({ name }) => name)).size);
});

test("in a pattern only the star stands for something else", () => {
  assert.ok(pattern("DAPC * 170").test("DAPC 3 170"));
  assert.ok(pattern("*").test(""));
  assert.not(pattern("DAPC *").test("xDAPC 3"));
  assert.not(pattern("QUERY GROUPS 0-7 ?").test("QUERY GROUPS 0-7 3"));
  assert.ok(pattern("a.b(c)[d]|^$\\/-+ *").test("a.b(c)[d]|^$\\/-+ e"));
  assert.not(pattern("a.b").test("axb"));
});

test.run();
