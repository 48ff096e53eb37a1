import { test } from "uvu";
import * as assert from "uvu/assert";
import { fuzzNode } from "./link-fuzz-node.ts";
import type { Fuzzed } from "./link-fuzz-run.ts";
import { fuzzSupervisor } from "./link-fuzz-supervisor.ts";

const PAYLOADS = 3000;

function holds({ sent, crashes, changes, refused, alive }: Fuzzed): void {
  assert.equal([...new Set(crashes)], []);
  assert.equal([...new Set(changes)], []);
  assert.ok(alive, "a good message is still understood");
  assert.ok(sent >= PAYLOADS);
  // The others are of topics that nobody has, and answers to what nobody asked: they are not read.
  assert.ok(refused > sent / 2, `${refused} of ${sent} were read and refused`);
}

test("hostile payloads on every topic of a node crash nothing and move nothing", async () =>
  holds(await fuzzNode(PAYLOADS, 11)));

test("hostile payloads on every topic of a supervisor crash nothing and are told to nobody", async () =>
  holds(await fuzzSupervisor(PAYLOADS, 12)));

test.run();
