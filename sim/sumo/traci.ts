import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { Fault } from "../../firmware/hal/fault.ts";
import { command, message, Reader, type Value, Writer } from "./traci-bytes.ts";
import { COMMAND, type Domain, SIGNAL, SUBSCRIBE, TYPE } from "./traci-words.ts";

/** What a step brought: by domain and object, the variables that are subscribed to. */
export type Told = Readonly<Record<Domain, ReadonlyMap<string, ReadonlyMap<number, Value>>>>;

/** What is asked for between two steps: goes to SUMO as one message. */
export type Order =
  /** Told after each step from now on, until the object is gone. */
  | {
      readonly kind: "subscribe";
      readonly domain: Domain;
      readonly object: string;
      readonly variables: readonly number[];
    }
  /** From the next step on each link shows its letter, until it is told another: the programme is left. */
  | { readonly kind: "state"; readonly signal: string; readonly state: string }
  /** The phase that runs lasts so long from now on, s; its programme goes on after it. */
  | { readonly kind: "phase"; readonly signal: string; readonly left: number };

/** SUMO at the other end of a stream, as its only client (TraCI, protocol 20 and later). One call at a time. */
export interface Traci {
  readonly protocol: number;
  readonly software: string;
  /** Throws Fault `protocol` with what SUMO says where it refuses one; those before it are done. */
  order(orders: readonly Order[]): Promise<void>;
  /** One step of the simulation. */
  step(): Promise<Told>;
  /** Ends the simulation: SUMO writes its outputs and goes. */
  close(): Promise<void>;
}

const OLDEST = 20;
const MOST = 64 << 20;
const DOMAIN_OF = new Map(
  Object.entries(SUBSCRIBE).map(([domain, { answer }]) => [answer as number, domain as Domain]),
);

/** Greets SUMO. Throws Fault `port-lost` when it goes, `protocol` where it does not speak TraCI 20 or later. */
export async function connectTraci(stream: ByteStream): Promise<Traci> {
  const answers = messages(stream.chunks);
  const ask = async (commands: readonly Uint8Array[]): Promise<Reader> => {
    await stream.write(message(commands));
    const { value, done } = await answers.next();
    if (done) throw new Fault("port-lost", "sumo", "it went without an answer");
    return new Reader(value);
  };
  const version = await ask([command(COMMAND.getVersion)]);
  status(version, COMMAND.getVersion);
  version.head();
  const [protocol, software] = [version.integer(), version.string()];
  if (protocol < OLDEST)
    throw new Fault("protocol", "sumo", `TraCI ${protocol} of ${software}: allowed ${OLDEST} and later`);
  return {
    protocol,
    software,
    async order(orders) {
      if (orders.length === 0) return;
      const reader = await ask(orders.map(bytesOf));
      for (const order of orders) {
        status(reader, idOf(order));
        // What it is now comes at once; the next step tells it anew.
        if (order.kind === "subscribe") reader.at = reader.head().end;
      }
    },
    async step() {
      const reader = await ask([command(COMMAND.step, new Writer().double(0).done())]);
      status(reader, COMMAND.step);
      return toldIn(reader);
    },
    async close() {
      try {
        status(await ask([command(COMMAND.close)]), COMMAND.close);
      } catch (error) {
        if (!(error instanceof Fault) || error.kind !== "port-lost") throw error; // gone already
      }
      await stream.close();
    },
  };
}

const idOf = (order: Order): number =>
  order.kind === "subscribe" ? SUBSCRIBE[order.domain].command : COMMAND.setSignal;

const FOREVER = 1e9;

function bytesOf(order: Order): Uint8Array {
  const content = new Writer();
  switch (order.kind) {
    case "subscribe":
      content.double(0).double(FOREVER).string(order.object).ubyte(order.variables.length);
      for (const variable of order.variables) content.ubyte(variable);
      break;
    case "state":
      content.ubyte(SIGNAL.state).string(order.signal).ubyte(TYPE.string).string(order.state);
      break;
    case "phase":
      content.ubyte(SIGNAL.phaseDuration).string(order.signal).ubyte(TYPE.double).double(order.left);
      break;
  }
  return command(idOf(order), content.done());
}

function status(reader: Reader, asked: number): void {
  const { id, end } = reader.head();
  const result = reader.ubyte();
  const detail = reader.string();
  if (id !== asked) throw new Fault("protocol", "sumo", `an answer to ${id} where ${asked} was asked`);
  if (result !== 0) throw new Fault("protocol", "sumo", detail);
  reader.at = end;
}

function toldIn(reader: Reader): Told {
  const told = Object.fromEntries(Object.keys(SUBSCRIBE).map((domain) => [domain, new Map()])) as Record<
    Domain,
    Map<string, Map<number, Value>>
  >;
  const count = reader.integer();
  for (let i = 0; i < count; i++) {
    const { id, end } = reader.head();
    const domain = DOMAIN_OF.get(id);
    if (!domain) throw new Fault("protocol", "sumo", `no subscription answers with ${id}`);
    const object = reader.string();
    const variables = new Map<number, Value>();
    for (let left = reader.ubyte(); left > 0; left--) {
      const variable = reader.ubyte();
      const isRefused = reader.ubyte() !== 0;
      const value = reader.value();
      if (isRefused) throw new Fault("protocol", "sumo", `${domain} ${object}: ${String(value)}`);
      variables.set(variable, value);
    }
    told[domain].set(object, variables);
    reader.at = end;
  }
  return told;
}

/** Whole messages, without the length before them, however the stream cuts them. */
async function* messages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const parts: Uint8Array[] = [];
  let have = 0;
  const joined = (): Uint8Array => {
    const whole = new Uint8Array(have);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
  let need = 4;
  for await (const chunk of chunks) {
    parts.push(chunk);
    have += chunk.length;
    while (have >= need) {
      const whole = parts.length === 1 ? (parts[0] as Uint8Array) : joined();
      const length = new DataView(whole.buffer, whole.byteOffset).getInt32(0);
      if (length < 4 || length > MOST) throw new Fault("protocol", "sumo", `a message of ${length} bytes`);
      need = length;
      const isWhole = have >= length;
      if (isWhole) yield whole.subarray(4, length);
      const rest = isWhole ? whole.subarray(length) : whole;
      parts.splice(0, parts.length, rest);
      have = rest.length;
      if (!isWhole) break;
      need = 4;
    }
  }
}
