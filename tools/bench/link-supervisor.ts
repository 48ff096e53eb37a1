import type { TSchema } from "typebox";
import { exampleOf } from "../../firmware/link/describe/example.ts";
import { CABINET_MODULES, offered } from "../../firmware/link/modules.ts";
import { channelValuesSchema, iso } from "../../firmware/link/payload.ts";
import { connectSupervisor } from "../../firmware/link/supervisor.ts";
import { type ChannelSpec, channelAttributes, type Status, sourceOf } from "../../firmware/link/table.ts";
import { topicOf } from "../../firmware/link/topic.ts";
import { encode } from "../../firmware/link/wire/cbor.ts";
import type { ConnectionOptions, Message, OpenSession } from "../../firmware/link/wire/connection.ts";
import { systemClock } from "../../firmware/linux/clock.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, median } from "./line.ts";

/** A city: so many cabinets, each with so many lamps, counters, meters and doors. */
const CABINETS = 200;
const COMPONENTS = { lighting: 128, footfall: 4, energy: 1, access: 3 } as const;
const WORDS = { lighting: "lamp/1", footfall: "counter", energy: "meter", access: "door" } as const;
/** Components of a lamp's entry where its channel does not say. */
const MOST = 16;
const DAY = 86_400_000;
const ROUNDS = 5;
const BEGIN = Date.UTC(2026, 1, 24);

interface Entry {
  readonly topic: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly ts: number;
  readonly complete: boolean;
}

/** Entries that one cabinet tells by default in six hours, without what happens by chance; with the time of each. */
function quarterDay(node: string, random: SeededRandom): Entry[] {
  const entries: Entry[] = [];
  for (const [code, status] of Object.entries(offered(CABINET_MODULES).statuses)) {
    for (const spec of status.channels) {
      if (spec.start !== "running" || code === "cabinet.inventory") continue;
      const every = typeof spec.event === "object" ? Math.min(spec.event.every, spec.periodic) : spec.periodic;
      for (let at = BEGIN; at < BEGIN + DAY / 4; at += every) {
        const parts = partsOf(code, spec);
        for (const components of parts) {
          entries.push({
            topic: topicOf(node, "status", code, spec.name),
            values: valuesOf(status, spec, components, random),
            ts: at,
            complete: parts.length === 1,
          });
        }
      }
    }
  }
  return entries.sort((a, b) => a.ts - b.ts);
}

/** Component ids of each entry of one update. */
function partsOf(code: string, { most = MOST }: ChannelSpec): string[][] {
  const kind = code.split(".")[0] as keyof typeof COMPONENTS;
  const all = Array.from({ length: COMPONENTS[kind] ?? 1 }, (_, n) => `${WORDS[kind] ?? "cabinet"}/${n}`);
  return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => all.slice(i * most, (i + 1) * most));
}

function valuesOf(status: Status, spec: ChannelSpec, components: readonly string[], random: SeededRandom) {
  const { properties } = channelValuesSchema(status, spec) as unknown as { properties: Record<string, TSchema> };
  const values: Record<string, unknown> = {};
  for (const name of channelAttributes(status, spec)) {
    const schema = properties[name] as TSchema;
    const isMap = sourceOf(status, name)?.attribute.each;
    const example = exampleOf(schema, "lamp/1/5");
    if (!isMap) values[name] = varied(example, schema, random);
    else {
      const [inner] = Object.values(
        (schema as unknown as { patternProperties: Record<string, TSchema> }).patternProperties,
      );
      const one = Object.values(example as object)[0] as unknown;
      values[name] = Object.fromEntries(components.map((id) => [id, varied(one, inner as TSchema, random)]));
    }
  }
  return values;
}

/** Numbers as they are measured: one decimal, or none where the table wants integers. */
function varied(example: unknown, schema: TSchema, random: SeededRandom): unknown {
  if (typeof example !== "number") return example;
  const { type, minimum = 0, maximum = 1000 } = schema as { type?: string; minimum?: number; maximum?: number };
  const value = minimum + random.next() * Math.min(1000, maximum - minimum);
  return type === "integer" ? Math.floor(value) : Math.floor(value * 10) / 10;
}

interface Traffic {
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly values: number;
}

/** What the city's cabinets tell in a quarter of a day, mixed as it comes; `round` goes on with the numbers. */
function traffic(days: readonly Entry[][], round: number, seqs: Map<string, number>): Traffic {
  const messages: Message[] = [];
  let bytes = 0;
  let values = 0;
  const all = days.flat().sort((a, b) => a.ts - b.ts);
  for (const { topic, values: told, ts, complete } of all) {
    const seq = seqs.get(topic) ?? 0;
    seqs.set(topic, seq + 1);
    const payload = encode({ entries: [{ ts: iso(ts + (round * DAY) / 4), values: told, seq }] });
    bytes += payload.length;
    for (const one of Object.values(told))
      values += typeof one === "object" && one !== null ? Object.keys(one).length : 1;
    messages.push({ topic, payload, retain: complete, responseTopic: undefined, correlation: undefined, user: {} });
  }
  return { messages, bytes, values };
}

/**
 * How many status entries a second one core decodes, validates, keeps in the cache, puts in order and gives to its user: from the MQTT
 * message to `onEntry`. The mixture is what cabinets of 128 lamps tell by default; each entry is a message of its own.
 */
export async function supervisorFigures(): Promise<readonly Figure[]> {
  const random = new SeededRandom(3);
  let receive: ConnectionOptions["onMessage"] = () => {};
  const open: OpenSession = (options, onReady) => {
    receive = options.onMessage;
    queueMicrotask(() => onReady(false));
    const { promise: over, resolve } = Promise.withResolvers<number | null>();
    return {
      connected: true,
      over,
      reason: "",
      hasRoom: () => true,
      inFlight: 0,
      publish: () => true,
      farewell: async () => {},
      end: async () => resolve(0),
    };
  };
  let given = 0;
  const supervisor = connectSupervisor({
    url: "mqtt://none",
    open,
    id: "cockpit",
    clock: systemClock,
    random,
    // Time passes here some thousand times as fast as in the street.
    rate: { perSecond: 1e9, burst: 1e9 },
    onEntry: () => {
      given++;
    },
  });
  await supervisor.ready;
  const nodes = Array.from({ length: CABINETS }, (_, n) => `21231/cab-${String(n).padStart(4, "0")}`);
  for (const node of nodes) {
    const payload = encode("online");
    receive({
      topic: topicOf(node, "presence"),
      payload,
      retain: true,
      responseTopic: undefined,
      correlation: undefined,
      user: {},
    });
  }
  const days = nodes.map((node) => quarterDay(node, random));
  const seqs = new Map<string, number>();
  const rates: number[] = [];
  let [entries, bytes, values] = [0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const said = traffic(days, round, seqs);
    const began = performance.now();
    for (const message of said.messages) receive(message);
    rates.push((said.messages.length / (performance.now() - began)) * 1000);
    entries += said.messages.length;
    bytes += said.bytes;
    values += said.values;
    // What was set going meanwhile is no part of the next round.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { malformed, flooded } = supervisor;
  await supervisor.close();
  const value = median(rates);
  return [
    {
      name: "supervisor, status entries",
      value,
      unit: "entries/s",
      target: 20_000,
      least: true,
      parts: {
        entries,
        cabinets: CABINETS,
        "bytes an entry": Number((bytes / entries).toPrecision(4)),
        "values an entry": Number((values / entries).toPrecision(4)),
        "us an entry": Number((1e6 / value).toPrecision(4)),
        malformed,
        flooded,
      },
      holds: given === entries && malformed === 0 && flooded === 0,
    },
  ];
}
