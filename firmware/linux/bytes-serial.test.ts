import { rmSync, symlinkSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ByteStream } from "../hal/bytes.ts";
import { faultOf } from "../hal/contract/bench.ts";
import { serialPort } from "./bytes-serial.ts";
import { haveSocat, Plug, terminals } from "./plug.ts";

const settings = { baud: 38400 };
const never = new AbortController().signal;
const withPlug = haveSocat ? test : test.skip;

async function take(stream: ByteStream, n: number): Promise<void> {
  let count = 0;
  for await (const chunk of stream.chunks) {
    count += chunk.length;
    if (count >= n) break;
  }
}

withPlug("a line that is in use is busy, and free again as soon as it is closed", async () => {
  const plug = new Plug();
  await plug.plugIn();
  const port = serialPort(plug.path, settings);
  let stream = await port.open(never);
  for (let i = 0; i < 20; i++) {
    assert.is(await faultOf(port.open(never)), "port-busy");
    await stream.close();
    stream = await port.open(never);
  }
  await stream.close();
  await plug.pull();
});

withPlug(
  "a line whose path is gone or became another is lost within 2 s, though the old device still lives",
  async () => {
    const [plug, other] = [new Plug(), new Plug()];
    await plug.plugIn();
    await other.plugIn();
    const link = `${plug.path}-by-id`;
    for (const target of [null, other.path]) {
      symlinkSync(plug.path, link);
      const stream = await serialPort(link, settings).open(never);
      const reading = faultOf(take(stream, 1));
      const writing = faultOf(stream.write(Uint8Array.of(1)));
      rmSync(link);
      if (target) symlinkSync(target, link);
      const from = performance.now();
      assert.is(await reading, "port-lost");
      assert.ok(performance.now() - from < 2000, `${performance.now() - from} ms`);
      assert.is(await writing, "none");
      assert.is(await faultOf(stream.write(Uint8Array.of(1))), "port-lost");
      await stream.close();
      rmSync(link, { force: true });
    }
    await plug.pull();
    await other.pull();
  },
);

withPlug("fifty replugs, half of them while bytes pour in: no descriptor and no listener is left", async () => {
  const plug = new Plug();
  await plug.plugIn();
  const port = serialPort(plug.path, settings, 50); // looked at more often, for the sake of the test's time
  await (await port.open(never)).close();
  const before = terminals();
  for (let round = 0; round < 50; round++) {
    const stream = await port.open(never);
    if (round % 2) plug.say(new Uint8Array(4096));
    const reading = faultOf(take(stream, 1e6));
    await plug.pull();
    assert.is(await reading, "port-lost");
    await stream.close();
    assert.is(terminals(), before, `after round ${round}`);
    await plug.plugIn();
  }
  await plug.pull();
});

withPlug("an opening that is no longer wanted gives the line back", async () => {
  const plug = new Plug();
  await plug.plugIn();
  const before = terminals();
  const abort = new AbortController();
  const reason = new Error("no longer wanted");
  const opening = serialPort(plug.path, settings).open(abort.signal);
  abort.abort(reason);
  try {
    await opening;
    assert.unreachable();
  } catch (error) {
    assert.is(error, reason);
  }
  assert.is(terminals(), before);
  await (await serialPort(plug.path, settings).open(never)).close();
  await plug.pull();
});

withPlug("a line without modem bits opens whatever is asked of them", async () => {
  const plug = new Plug();
  await plug.plugIn();
  const stream = await serialPort(plug.path, { ...settings, rts: false, dtr: true }).open(never);
  await stream.close();
  await plug.pull();
});

test.run();
