import { test } from "uvu";
import * as assert from "uvu/assert";
import { fromThisMachine } from "./socket.ts";

test("a page from elsewhere is kept out, this machine's pages and programs are not", () => {
  for (const origin of ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", undefined])
    assert.ok(fromThisMachine(origin === undefined ? {} : { origin }), String(origin));
  for (const origin of ["https://example.org", "http://127.0.0.1.example.org", "null", "file://"])
    assert.not(fromThisMachine({ origin }), origin);
});

test.run();
