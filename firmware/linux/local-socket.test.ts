import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Fault } from "../hal/fault.ts";
import { doorOf, localPort, visitors } from "./local-socket.ts";

const never = new AbortController().signal;
const door = () => doorOf(join(mkdtempSync(join(tmpdir(), "hulotte-door-")), "state"));
const faultOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof Fault ? error.kind : String(error)),
  );

test("who connects is a stream both ways; only the owner may connect; nothing is left at the end", async () => {
  const path = door();
  const abort = new AbortController();
  const guests = visitors(path, abort.signal);
  const first = guests.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(statSync(path).mode & 0o777, 0o600);
  const near = await localPort(path).open(never);
  const far = (await first).value;
  if (!far) throw new Error("nobody came");
  await near.write(Uint8Array.of(1, 2, 3));
  for await (const chunk of far.chunks) {
    assert.equal([...chunk], [1, 2, 3]);
    break;
  }
  await near.close();
  await far.close();
  const end = guests.next();
  abort.abort(new Error("end"));
  assert.is((await end).done, true);
  assert.not(existsSync(path));
});

/** Serves until aborted; every visitor is sent away. */
function hosting(path: string) {
  const abort = new AbortController();
  let came = 0;
  const done = (async () => {
    for await (const guest of visitors(path, abort.signal)) {
      came++;
      await guest.close();
    }
  })();
  const end = () => {
    abort.abort(new Error("end"));
    return done;
  };
  return { came: () => came, end, ready: new Promise((resolve) => setTimeout(resolve, 50)) };
}

test("a socket that a killed process left is replaced; one that lives is not", async () => {
  const path = door();
  const host = hosting(path);
  await host.ready;
  assert.is(await faultOf(visitors(path, never).next()), "port-busy");
  await host.end();
  writeFileSync(path, ""); // as good as a dead socket: nobody answers there
  const next = hosting(path);
  await next.ready;
  await (await localPort(path).open(never)).close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(next.came(), 1);
  await next.end();
});

test("nobody there, or a path that is too long, is a missing port", async () => {
  assert.is(await faultOf(localPort(door()).open(never)), "port-missing");
  assert.is(await faultOf(visitors(`/tmp/${"x".repeat(120)}/s`, never).next()), "port-missing");
});

test.run();
