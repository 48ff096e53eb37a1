import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours } from "../../controllers/units.ts";
import { countSessions } from "./link-sessions.ts";

const sum = (bytes: ReadonlyMap<string, number>) => bytes.values().reduce((all, one) => all + one, 0);

test("a session begins with what the broker cannot know, and a supervisor asks only what nothing else shows", async () => {
  const { node, first, again, fetches } = await countSessions(4, hours(1));
  assert.not.ok([...node].some(([about, bytes]) => about.startsWith("status/") && bytes > 0));
  assert.ok(sum(node) > 1000 && sum(node) < 4500, `${sum(node)}`);
  assert.ok(sum(first) < 3000 && sum(again) < 3000, `${sum(first)} ${sum(again)}`);
  assert.ok(fetches[0] > 0 && fetches[0] <= 8 && fetches[1] > 0 && fetches[1] <= 8, `${fetches}`);
  assert.ok((first.get("received/fetch") ?? 0) > 100 * fetches[0]);
});

test.run();
