/** Completion, and what is wrong with a call. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Usage } from "../usage.ts";
import { BASH, completions } from "./completion.ts";
import { readOptions } from "./options.ts";
import { VERBS } from "./verbs.ts";

const CONFIG = join(import.meta.dirname, "../../demo/cabinet.yaml");
const after = (line: string) => completions(line, VERBS);

test("verbs, options, gateways, buses and addresses", async () => {
  assert.equal(await after("hulotte da"), ["dali"]);
  assert.equal(await after("hulotte dali mon"), ["monitor"]);
  assert.equal(await after("hulotte dali audit --rep"), ["--repair"]);
  assert.equal(await after("hulotte dali send --gateway l"), ["luba", "lw14"]);
  assert.equal(await after(`hulotte dali scan --config ${CONFIG} `), ["1", "2"]);
  assert.equal(await after(`hulotte dali audit --config ${CONFIG} 1 A6`), ["A6", "A60", "A61", "A62", "A63"]);
  assert.equal(await after("hulotte dali scan --config "), []);
  assert.equal(await after("hulotte dali nonsense "), []);
  assert.equal(await after("hulotte dali"), ["dali"]);
});

test("an option of the gateway that is named; bash has the part before = already", async () => {
  const line = "hulotte dali scan --gateway luba --port tcp://h:1 --option ";
  assert.equal(await after(`${line}fai`), ["failures=silent", "failures=coded"]);
  assert.equal(await after(`${line}failures=c`), ["coded"]);
});

test("commands within quotes; one that goes on is followed until it can go on in several ways", async () => {
  const line = "hulotte dali send 1 ";
  const found = await after(`${line}"QueryActualL`);
  assert.ok(found.length > 1 && found.every((one) => one.startsWith("QueryActualLevel(")), found.join());
  assert.equal(await after(`${line}'DAPC(A5, 2`), ["DAPC(A5, 254)"]);
  assert.equal(await after(`${line}"Off(A1)" "Terminat`), ["Terminate()"]);
  for (const one of await after(`${line}Terminat`)) assert.match(one, /^".*"$/);
  assert.equal(await after(`${line}"DTR0(`), ["DTR0(0)", "DTR0(255)"]);
  assert.equal(await after(`${line}"Frame24`), ["Frame24(", "Frame24(..."]);
});

test("bash takes the script, and asks the command with the line up to the cursor", () => {
  const folder = mkdtempSync(join(tmpdir(), "hulotte-completion-"));
  const asked = join(folder, "hulotte");
  writeFileSync(asked, `#!/bin/sh\nshift 2\necho "$2" > ${folder}/line\nprintf 'DAPC(A5, \\nDAPC(A6, \\n'\n`, {
    mode: 0o755,
  });
  const program = `${BASH}
compopt() { echo "compopt $1 $2"; }
COMP_LINE='hulotte dali send 1 "DAPC(A xyz' COMP_POINT=26
_hulotte ${asked}
printf '%s|' "\${COMPREPLY[@]}"
cat ${folder}/line
complete -p hulotte`;
  const { stdout, stderr } = spawnSync("bash", ["-c", program], { encoding: "utf8" });
  assert.is(stderr, "");
  assert.match(stdout, /^(compopt -o nospace\n)+DAPC\(A5, \|DAPC\(A6, \|hulotte dali send 1 "DAPC\(\n/);
  assert.match(stdout, /complete -o default -F _hulotte hulotte/);
});

const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Usage) return error.message;
    throw error;
  }
  return "none";
};

test("options are read, and what is wrong is named with what is allowed", () => {
  const flags = { whole: { type: "boolean" }, count: { type: "string" } } as const;
  const read = readOptions(["1", "--whole", "--unit", "7", "--option", "a=b=c", "--option", "d="], flags);
  assert.equal([read.rest, read.flags["whole"], read.unit, read.options], [["1"], true, 7, { a: "b=c", d: "" }]);
  assert.is(read.config, "cabinet.yaml");
  assert.match(
    refused(() => readOptions(["--hole"], flags)),
    /^--hole is no option here: allowed --whole, --count, --config,/,
  );
  assert.match(
    refused(() => readOptions(["--unit", "248"], flags)),
    /^--unit is 248: allowed 1 to 247$/,
  );
  assert.match(
    refused(() => readOptions(["--unit", "1e2"], flags)),
    /^--unit is 1e2/,
  );
  assert.match(
    refused(() => readOptions(["--option", "abc"], flags)),
    /^--option is abc: allowed is name=value$/,
  );
  assert.match(
    refused(() => readOptions(["--config"], flags)),
    /--config/,
  );
});

test("what a verb cannot mean is refused before a bus is opened", async () => {
  const never = () => Promise.reject(new Error("a bus was opened"));
  const refusal = async (verb: string, words: readonly string[], more: readonly string[] = []): Promise<string> => {
    const called = readOptions(more, VERBS[verb]?.flags ?? {});
    const call = { options: called, words, signal: new AbortController().signal, meant: never, on: never };
    try {
      await VERBS[verb]?.run(call);
    } catch (error) {
      if (error instanceof Usage) return error.message;
      throw error;
    }
    return "none";
  };
  assert.match(await refusal("send", []), /^which command\? such as/);
  assert.match(await refusal("send", ["DAP(A1)"]), /did you mean DAPC/);
  assert.is(await refusal("scan", ["2"]), "too many words: 2");
  assert.is(await refusal("commission", [], ["--count", "65"]), "--count is 65: allowed 1 to 64");
  assert.match(await refusal("show", ["A64"]), /^A64: allowed a short address, A0 to A63$/);
  assert.match(await refusal("show", ["A1", "A2"]), /^which gear\?/);
  assert.match(await refusal("replay", []), /^which capture\?/);
  assert.is(await refusal("replay", ["/nowhere/x"]), "/nowhere/x: cannot be read: ENOENT");
  assert.match(await refusal("monitor", [], ["--seconds", "0"]), /^--seconds is 0: allowed 1 to/);
  assert.match(await refusal("list", ["xyzzy"]), /^no command is like "xyzzy"/);
  assert.match(await refusal("completion", ["fish"]), /allowed bash$/);
});

test.run();
