import { hours, milliseconds, seconds } from "../../controllers/units.ts";
import { silent } from "../../firmware/hal/log.ts";
import { exampleOf } from "../../firmware/link/describe/example.ts";
import { type MessageSpec, messagesOf } from "../../firmware/link/describe/messages.ts";
import { connectSupervisor } from "../../firmware/link/supervisor.ts";
import { topicOf } from "../../firmware/link/topic.ts";
import { type Connection, type Delivery, keepConnected } from "../../firmware/link/wire/connection.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import { settled, VirtualClock } from "../../sim/clock.ts";
import { NODE, NOW } from "../../sim/link-scene.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Hostile } from "./hostile.ts";
import { aboutOf, deliveryOf, type Fuzzed, fuzz, isRight, PAUSE, SUPERVISOR } from "./link-fuzz-run.ts";

const PEER = "intruder";

/** A supervisor that follows three nodes, one of them captured, and strangers beside them. */
export async function fuzzSupervisor(count: number, seed: number): Promise<Fuzzed> {
  const random = new SeededRandom(seed);
  const hostile = new Hostile(random);
  const clock = new VirtualClock(NOW);
  const broker = new MemoryBroker(clock);
  const told: string[] = [];
  const common = { url: "mqtt://simulated", open: broker.open, clock, random, log: silent };
  const supervisor = connectSupervisor({
    ...common,
    id: SUPERVISOR,
    onMessage: ({ topic }) => told.push(`message ${topic}`),
    onEntry: (entry) => told.push(`entry ${JSON.stringify(entry)}`),
    onAlarm: (event) => told.push(`alarm ${JSON.stringify(event)}`),
  });
  // A captured node hears the questions, and answers them.
  const questions = new Map<string, Uint8Array>();
  const intruder = keepConnected({
    ...common,
    clientId: PEER,
    subscriptions: [`${NODE}/command/#`, `${NODE}/fetch/#`],
    onConnect() {},
    onMessage: ({ responseTopic, correlation }) => {
      if (responseTopic !== undefined && correlation) questions.set(responseTopic, correlation);
    },
    onRoom() {},
  });
  await clock.run(supervisor.ready, seconds(5));
  await clock.advance(seconds(5));
  const specs = messagesOf().filter(({ from }) => from === "node");
  const byType = [...Map.groupBy(specs, ({ type }) => type).values()];
  const nodes = [NODE, "21231/cab-0118", "21231/cab-0119"];
  const changes: string[] = [];
  const say = (spec: MessageSpec, node: string, payload: Uint8Array, delivery: Delivery) => {
    const topic = `${spec.to === "node" ? node : SUPERVISOR}/${aboutOf(hostile, spec)}`;
    const correlation = questions.get(topic) ?? delivery.correlation;
    intruder.publish(topic, payload, { ...delivery, ...(correlation && { correlation }) });
  };
  const ask = async () => {
    const { code, channel } = hostile.pick(specs.filter(({ type }) => type === "history"));
    const span = { from: NOW, to: clock.now() };
    const [command, fetched] = await Promise.all([
      supervisor.command(NODE, "lighting.level.release", { component: "lamp", values: {} }, PAUSE),
      supervisor.fetch(NODE, code ?? "", span, channel),
    ]);
    if (command.ok || fetched.ok)
      changes.push(`supervisor: a false answer was believed: ${JSON.stringify({ command, fetched, code })}`);
  };

  for (const node of nodes) await tell(intruder, node, "online");
  await clock.advance(seconds(1));
  told.length = 0;
  const before = picture(supervisor.nodes);
  let stranger = 0;
  const fuzzed = await fuzz(count, async (most) => {
    let sent = 0;
    const asked = ask();
    await settled();
    for (; sent < most; sent++) {
      const isAnswer = hostile.below(4) === 0;
      const spec = isAnswer
        ? hostile.pick(answersTo(specs, [...questions.keys()]))
        : hostile.pick(hostile.pick(byType));
      const payload = hostile.payload(exampleOf(spec.payload, "lamp/1/0"));
      // Empty, it clears what is retained, which is right for a status.
      if (isRight(spec, payload) || payload.length === 0) continue;
      const node = hostile.below(10) === 0 ? `stranger-${stranger++}` : hostile.pick(nodes);
      say(spec, node, payload, deliveryOf(hostile, spec));
      if (sent % 10 === 9) await settled();
    }
    await clock.run(asked, hours(1));
    questions.clear();
    await clock.advance(milliseconds(PAUSE));
    for (const what of told.splice(0)) changes.push(`supervisor: ${what}`);
    return Math.max(1, sent);
  });
  if (picture(supervisor.nodes) !== before) changes.push(`supervisor: ${picture(supervisor.nodes).slice(0, 200)}`);

  await tell(intruder, NODE, "shutdown");
  await clock.advance(seconds(1));
  const alive = supervisor.nodes.get(NODE)?.presence === "shutdown" && supervisor.connected;
  await clock.run(Promise.all([supervisor.close(), intruder.close()]), seconds(5));
  return { ...fuzzed, changes, alive, refused: supervisor.malformed };
}

/** The messages that would answer these questions. */
const answersTo = (specs: readonly MessageSpec[], topics: readonly string[]): readonly MessageSpec[] =>
  specs.filter(
    ({ to, type, code, channel }) =>
      to === "supervisor" && (topics.length === 0 || topics.includes(topicOf(SUPERVISOR, type, code, channel))),
  );

const tell = async (intruder: Connection, node: string, presence: string): Promise<void> => {
  intruder.publish(
    topicOf(node, "presence"),
    new TextEncoder().encode(String.fromCharCode(0x60 + presence.length) + presence),
    {
      qos: 1,
      retain: true,
    },
  );
  await settled();
};

/** All that a supervisor holds, as text. */
const picture = (nodes: object): string =>
  JSON.stringify(nodes, (_, value: unknown) => (value instanceof Map ? [...value] : value));
