import type { BusEvent, DaliGateway, GatewayRequest, Reply } from "../dali/gateway.ts";
import type { Traffic } from "../dali/traffic.ts";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { Queue } from "../hal/queue.ts";
import { type Call, line, lines, type Said } from "./message.ts";

/** Both clocks of a cabinet at one moment, ms. */
export interface Moment {
  readonly monotonic: number;
  readonly now: number;
}

/** Looks on at a running cabinet's bus. `traffic` ends when the cabinet does. Throws the cabinet's Fault. */
export async function watchBus(
  stream: ByteStream,
  bus: string,
): Promise<{ readonly moment: Moment; readonly traffic: AsyncIterable<Traffic> }> {
  const { heard, ready } = await call(stream, { want: "watch", bus });
  return {
    moment: ready,
    traffic: (async function* () {
      for await (const said of heard) {
        if ("traffic" in said) yield said.traffic;
        if ("fault" in said) throw faultOf(said);
      }
    })(),
  };
}

/** Takes a bus from a running cabinet until the gateway is closed, or the connection ends. Throws the cabinet's Fault. */
export async function borrowBus(stream: ByteStream, bus: string): Promise<DaliGateway> {
  const { heard, ready } = await call(stream, { want: "borrow", bus });
  return new BorrowedGateway(stream, heard, ready.gateway);
}

const faultOf = ({ fault: { kind, where, text } }: Extract<Said, { fault: unknown }>): Fault =>
  new Fault(kind, where, text);

async function call(stream: ByteStream, what: Call) {
  await stream.write(line(what));
  const heard = said(stream);
  const first = await heard.next();
  if (first.done) throw new Fault("port-lost", "cabinet", "it ended");
  if ("fault" in first.value) throw faultOf(first.value);
  if (!("ready" in first.value)) throw new Fault("protocol", "cabinet", "it did not begin with ready");
  return { heard, ready: first.value.ready };
}

/** What the cabinet says is believed: it is the same program, and its socket is its user's. */
async function* said(stream: ByteStream): AsyncGenerator<Said, void, undefined> {
  for await (const text of lines(stream)) yield JSON.parse(text) as Said;
}

class BorrowedGateway implements DaliGateway {
  readonly description: string;
  readonly discarded = 0;
  readonly events = new Queue<BusEvent>();
  readonly #stream: ByteStream;
  #waiting: PromiseWithResolvers<Reply> | undefined;
  #over: { readonly reason: unknown } | undefined;

  constructor(stream: ByteStream, heard: AsyncIterable<Said>, description: string) {
    this.#stream = stream;
    this.description = description;
    void this.#listen(heard);
  }

  async send(request: GatewayRequest): Promise<Reply> {
    if (this.#over) throw this.#over.reason;
    if (this.#waiting) throw new TypeError("the gateway is busy: one request at a time");
    const waiting = Promise.withResolvers<Reply>();
    this.#waiting = waiting;
    const { frame, twice, answers, priority } = request;
    await this.#stream.write(line({ send: { frame, twice, answers, priority } }));
    return waiting.promise;
  }

  async close(): Promise<void> {
    this.events.end();
    this.#end(new Fault("port-lost", "cabinet", "closed"));
    await this.#stream.close();
  }

  async #listen(heard: AsyncIterable<Said>): Promise<void> {
    try {
      for await (const message of heard) this.#take(message);
      this.#end(new Fault("port-lost", "cabinet", "it ended"));
    } catch (error) {
      this.#end(error);
    }
  }

  #take(message: Said): void {
    if ("event" in message) return this.events.push(message.event);
    if ("fault" in message && message.end) return this.#end(faultOf(message));
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if ("reply" in message) waiting?.resolve(message.reply);
    else if ("fault" in message) waiting?.reject(faultOf(message));
  }

  #end(reason: unknown): void {
    this.#over ??= { reason };
    this.events.fail(reason);
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }
}
