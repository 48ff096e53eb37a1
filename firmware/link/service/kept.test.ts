import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Ack } from "../wire/connection.ts";
import { Kept } from "./kept.ts";

const CAME: Ack = { kind: "acknowledged" };
const COMPLETE = { qos: 1, retain: true } as const;
const EVENT = { qos: 1, retain: false } as const;

test("kept from the acknowledgement of a complete message until something after it fails", () => {
  const kept = new Kept();
  kept.sent(EVENT)(CAME);
  assert.is(kept.isKept, false);
  kept.sent(COMPLETE)(CAME);
  kept.sent(EVENT)(CAME);
  assert.is(kept.isKept, true);
  kept.sent(EVENT)({ kind: "lost" });
  assert.is(kept.isKept, false);
  kept.sent(COMPLETE)(CAME);
  kept.sent(EVENT)({ kind: "refused", reason: 0x97 });
  assert.is(kept.isKept, false);
});

test("what failed after a complete message was sent counts, whichever is told first", () => {
  const kept = new Kept();
  const complete = kept.sent(COMPLETE);
  kept.sent(EVENT)({ kind: "lost" });
  complete(CAME);
  assert.is(kept.isKept, false);
});

test("a message that nobody acknowledges is not known to be kept", () => {
  const kept = new Kept();
  kept.sent({ qos: 0, retain: true })(CAME);
  assert.is(kept.isKept, false);
});

test.run();
