import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../../../controllers/units.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { freePort, hasMosquitto, runMosquitto } from "../../../tools/mosquitto.ts";
import { systemClock } from "../../linux/clock.ts";
import { STATUSES } from "../modules.ts";
import { iso } from "../payload.ts";
import { connectSupervisor } from "../supervisor.ts";
import { encode } from "../wire/cbor.ts";

const TABLES = {
  "access.contacts": {
    ...STATUSES["access.contacts"],
    channels: [{ qos: 1, periodic: 900_000, minInterval: 200, start: "running", replay: true }],
  },
} as const;
const MESSAGES = 40;

/** Resolves once `is` holds; rejects after 5 s. */
async function until(is: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !is(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(is());
}

const share = hasMosquitto() ? test : test.skip;

share("at a real broker each message goes to one member of a group, and answers to who asked", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hulotte-share-"));
  const port = await freePort();
  const file = join(folder, "mosquitto.conf");
  await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nuser root\n`);
  const broker = await runMosquitto(file, port);
  const url = `mqtt://127.0.0.1:${port}`;
  const given: [string[], string[]] = [[], []];
  const members = given.map((mine, i) =>
    connectSupervisor({
      url,
      id: `desk-${i}`,
      share: "city",
      clock: systemClock,
      random: new SeededRandom(i),
      statuses: TABLES,
      onEntry: ({ node, seq }) => mine.push(`${node} ${seq}`),
    }),
  );
  await Promise.all(members.map(({ ready }) => ready));
  const cabinet = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0 });
  cabinet.on("message", (_topic, _payload, { properties = {} }) => {
    const { responseTopic = "", correlationData } = properties;
    const answer = Buffer.from(encode({ entries: [], complete: true }));
    if (correlationData) cabinet.publish(responseTopic, answer, { qos: 1, properties: { correlationData } });
  });
  await cabinet.subscribeAsync("n/fetch/#", { qos: 1 });
  for (let seq = 0; seq < MESSAGES; seq++) {
    const payload = encode({ entries: [{ ts: iso(seq), seq, values: { open: { "door/1": true } } }] });
    await cabinet.publishAsync("n/status/access.contacts", Buffer.from(payload), { qos: 1 });
  }
  await until(() => given.flat().length >= MESSAGES);
  const wanted = Array.from({ length: MESSAGES }, (_, seq) => `n ${seq}`);
  assert.equal(given.flat().sort(), wanted.sort());
  assert.ok(
    given.every(({ length }) => length > 0),
    `${given.map(({ length }) => length)}`,
  );
  for (const member of members) {
    const answer = await member.fetch("n", "access.contacts", { from: instant(0), to: instant(1000) });
    assert.equal(answer, { ok: true, entries: [], beginning: false, end: false });
  }
  cabinet.end(true);
  await Promise.all(members.map((member) => member.close()));
  await broker.stop();
  await rm(folder, { recursive: true });
});

test.run();
