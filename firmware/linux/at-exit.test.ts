import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { atExit } from "./at-exit.ts";

const undoing = `
  import { atExit } from "${new URL("./at-exit.ts", import.meta.url)}";
  const exit = atExit();
  exit.add(() => { throw new Error("cannot"); });
  exit.add(() => console.log("undone"));
  exit.add(() => console.log("never"))();
`;

async function said(end: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", undoing + end]);
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return text;
}

test("what is added is undone however the program ends, and what was called off is not", async () => {
  for (const end of [
    "",
    "process.exit(1)",
    "throw new Error('ours')",
    "setTimeout(() => { throw 1 })",
    "Promise.reject(new Error())",
  ])
    assert.is(await said(end), "undone\n", end);
});

test("it listens only as long as there is something to undo", () => {
  const exit = atExit();
  const before = process.listenerCount("exit");
  const undo = () => {};
  const off = [exit.add(undo), exit.add(undo)];
  assert.is(process.listenerCount("exit"), before + 1);
  off[0]?.();
  off[0]?.();
  assert.is(process.listenerCount("exit"), before + 1);
  off[1]?.();
  assert.is(process.listenerCount("exit"), before);
});

test.run();
