import { PassThrough } from "node:stream";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { guestShell } from "./console.ts";

/** A guest whose shell is `answer`: what it prints for a command, and the code it ends with. */
function guest(answer: (command: string) => readonly [text: string, code: number] | undefined) {
  const output = new PassThrough();
  const input = new PassThrough();
  input.on("data", (chunk: Buffer) => {
    const [, command = "", mark] = /^\{ ([\s\S]*)\n\} 2>&1; printf .* (\d+) \$\?\n$/.exec(chunk.toString()) ?? [];
    const said = answer(command);
    if (said) output.write(`${said[0]}\n<<${mark}>> ${said[1]}\n`);
  });
  return { output, input, shell: guestShell(output, input) };
}

test("ready is what the guest says of itself", async () => {
  const { output, shell } = guest(() => undefined);
  output.write("[    0.1] noise\r\nguest: rea");
  output.write("dy 2.26\r\n");
  assert.is(await shell.ready, 2.26);
});

test("commands run one after the other, each gets its own output", async () => {
  const { shell } = guest((command) => [`said ${command}\nand more`, 0]);
  const said = await Promise.all(["one", "two", "three"].map((command) => shell.run(command)));
  assert.equal(
    said.map((text) => text.trim()),
    ["said one\nand more", "said two\nand more", "said three\nand more"],
  );
});

test("a command that fails rejects with its output, and the next one works", async () => {
  const { shell } = guest((command) => (command === "bad" ? ["no such thing", 127] : ["fine", 0]));
  let message = "";
  await shell.run("bad").catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /`bad` ended with 127: no such thing/);
  assert.is((await shell.run("good")).trim(), "fine");
});

test("a command that never ends rejects in time, and says which", async () => {
  const { shell } = guest((command) => (command === "hang" ? undefined : ["fine", 0]));
  let message = "";
  await shell.run("hang", 50).catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /did not end `hang` within 50 ms/);
});

test("what the guest says by itself is no command's output", async () => {
  const { output, shell } = guest(() => {
    output.write("@runtime up 17\n");
    return ["mine", 0];
  });
  const said: string[] = [];
  shell.onSaid = (line) => void said.push(line);
  assert.is((await shell.run("look")).trim(), "mine");
  assert.equal(said, ["runtime up 17"]);
});

test("a guest that ends before it is ready rejects with its last words", async () => {
  const { output, shell } = guest(() => undefined);
  output.write("Kernel panic\n");
  await new Promise((resolve) => setImmediate(resolve));
  output.destroy();
  let message = "";
  await shell.ready.catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, /before it was ready[\s\S]*Kernel panic/);
});

test.run();
