import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../controllers/units.ts";
import { keepJournal } from "../firmware/hal/journal-keeper.ts";
import { silent } from "../firmware/hal/log.ts";
import type { Ports } from "../firmware/hal/ports.ts";
import { keepConnected } from "../firmware/link/wire/connection.ts";
import { MemoryBroker } from "./broker.ts";
import { settled, VirtualClock } from "./clock.ts";
import { memoryDisk } from "./journal.ts";
import { mortal } from "./mortal.ts";
import { SimulatedPin } from "./pin.ts";
import { type PipeEnd, SimulatedPort } from "./pipe.ts";
import { memoryStore } from "./ports.ts";
import { SeededRandom } from "./random.ts";

const PIN = { chip: "chip", offset: 1 };

function setUp() {
  const clock = new VirtualClock(instant(0));
  const pin = new SimulatedPin();
  const ends: PipeEnd[] = [];
  const told: string[] = [];
  const port = new SimulatedPort("line", (far) => ends.push(far));
  const disk = memoryDisk();
  const ports: Ports = {
    clock,
    random: new SeededRandom(1),
    store: memoryStore(),
    journal: (limits) => keepJournal(disk.open, limits, clock, new SeededRandom(1)),
    bytes: () => port,
    i2c: async (name) => ({
      name,
      async transfer(address) {
        told.push(`transfer ${address}`);
        return Uint8Array.of(1);
      },
      async close() {
        told.push("closed");
      },
    }),
    input: async () => pin.input(),
    output: async (_, initial) => pin.output(initial),
    edges: async () => pin.edges(clock),
  };
  return { clock, pin, ends, told, process: mortal(ports), ports };
}

/** Whether a promise settles now that nothing else happens. */
async function settles(work: Promise<unknown>): Promise<boolean> {
  let done = false;
  const note = () => {
    done = true;
  };
  work.then(note, note);
  await settled();
  await settled();
  return done;
}

const open = async ({ process }: ReturnType<typeof setUp>) => ({
  stream: await process.ports.bytes("line", { baud: 9600 }).open(new AbortController().signal),
  bus: await process.ports.i2c("i2c1"),
  input: await process.ports.input(PIN),
  output: await process.ports.output(PIN, false),
  edges: await process.ports.edges(PIN),
});

test("a living process works, and what it has open is counted", async () => {
  const made = setUp();
  const { stream, bus, input, output, edges } = await open(made);
  assert.is(made.process.open, 5);
  await made.ends[0]?.write(Uint8Array.of(7));
  for await (const chunk of stream.chunks) {
    assert.equal([...chunk], [7]);
    break;
  }
  assert.equal([...(await bus.transfer(3, new Uint8Array(), 1))], [1]);
  await output.write(true);
  assert.is(await input.read(), true);
  for await (const edge of edges.changes) {
    assert.is(edge.high, true);
    break;
  }
  await made.process.ports.store.write("kept", Uint8Array.of(5));
  for (const handle of [stream, bus, input, output, edges]) await handle.close();
  assert.is(made.process.open, 0);
});

test("killed, whatever it waits for never comes and whatever it does has no effect", async () => {
  const made = setUp();
  const { stream, bus, input, output, edges } = await open(made);
  const { clock, ports } = made.process;
  await ports.store.write("kept", Uint8Array.of(5));
  const waiting: Promise<unknown>[] = [
    clock.sleep(milliseconds(10), "nap"),
    stream.chunks[Symbol.asyncIterator]().next(),
    input.changes[Symbol.asyncIterator]().next(),
    edges.changes[Symbol.asyncIterator]().next(),
  ];
  made.process.kill();
  waiting.push(
    bus.transfer(3, new Uint8Array(), 1),
    output.write(true),
    input.read(),
    stream.write(Uint8Array.of(1)),
    ports.i2c("i2c1"),
    ports.store.write("kept", Uint8Array.of(6)),
    clock.sleep(milliseconds(1), "nap"),
  );
  made.pin.set(true);
  await made.clock.advance(milliseconds(100));
  for (const one of waiting) assert.not(await settles(one));
  assert.equal(made.told, ["closed"]);
  assert.equal([...((await made.ports.store.read("kept")) ?? [])], [5]);
});

test("killed, what it had open is closed by the system: the device sees it go", async () => {
  const made = setUp();
  await open(made);
  made.process.kill();
  assert.is(made.process.open, 0);
  const gone = await made.ends[0]?.write(Uint8Array.of(1)).catch((error: { kind: string }) => error.kind);
  assert.is(gone, "port-lost");
});

test("killed, what its journal had not written is lost, what it was told stays, and the next process may have it", async () => {
  const { clock, process, ports } = setUp();
  const limits = { bytes: 1e6, age: 1e9 };
  const journal = await process.ports.journal(limits);
  const add = (kind: "alarm" | "event") =>
    journal.append({ stream: kind, class: kind, at: clock.now(), body: new Uint8Array(1) });
  await add("alarm");
  const unwritten = add("event");
  process.kill();
  await clock.advance(milliseconds(5000));
  assert.not(await settles(unwritten));
  assert.not(await settles(add("alarm")));
  const next = await mortal(ports).ports.journal(limits);
  assert.equal([next.position("alarm").seq, next.position("event").seq], [1, 0]);
  assert.equal(next.waiting(), ["alarm"]);
  assert.is(clock.kept, 0);
});

test("killed, its session with the broker breaks without a word from it", async () => {
  const { clock, process } = setUp();
  const broker = new MemoryBroker(clock);
  const heard: string[] = [];
  const client = (clientId: string, open = broker.open) =>
    keepConnected({
      url: "mqtt://simulated",
      open,
      clientId,
      will: { topic: `will/${clientId}`, payload: new Uint8Array(1) },
      subscriptions: ["#"],
      clock: clientId === "mortal" ? process.clock : clock,
      random: new SeededRandom(1),
      log: silent,
      onConnect: () => void heard.push(`${clientId} connected`),
      onDisconnect: () => void heard.push(`${clientId} disconnected`),
      onMessage: ({ topic }) => void heard.push(`${clientId} ${topic}`),
      onRoom() {},
    });
  const watcher = client("watcher");
  const connection = client("mortal", process.session(broker.open));
  await settled();
  assert.ok(connection.connected && connection.hasRoom());
  heard.length = 0;
  process.kill();
  assert.not(connection.connected);
  assert.not(connection.hasRoom());
  assert.not(connection.publish("late", new Uint8Array(1), { qos: 1, retain: false }));
  watcher.publish("news", new Uint8Array(1), { qos: 1, retain: false });
  await settled();
  broker.drop("mortal");
  await clock.advance(milliseconds(60_000));
  assert.equal(heard, ["watcher news", "watcher will/mortal"]);
});

test.run();
