/** The channels of a node: where each is published, whether it runs, and who starts and stops it. */
import { milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal, JournalRecord } from "../../hal/journal.ts";
import type { Log } from "../../hal/log.ts";
import { compile } from "../compile.ts";
import { THROTTLE, type ThrottlePayload } from "../payload.ts";
import type { ChannelSpec, Status } from "../table.ts";
import { topicOf } from "../topic.ts";
import { decode } from "../wire/cbor.ts";
import type { Delivery, Message } from "../wire/connection.ts";
import { Channel } from "./channel.ts";
import type { LiveGate } from "./live-gate.ts";
import type { Receipts } from "./outbox.ts";
import { PlainChannel } from "./plain-channel.ts";
import type { Outgoing, Source } from "./publisher.ts";
import { RecordedChannel } from "./recorded-channel.ts";
import { statusStream } from "./records.ts";
import type { Replayed } from "./replay.ts";

const KEPT: Delivery = { qos: 1, retain: true };
const isThrottle = compile(THROTTLE);

interface Placed {
  readonly code: string;
  readonly spec: ChannelSpec;
  readonly channel: Channel;
  readonly source: Source;
  /** Of the journal, where it is replayed. */
  readonly stream: string | undefined;
  readonly cares: ((record: JournalRecord) => boolean) | undefined;
  readonly restart: () => void;
  /** It is stopped, and the broker may still keep a status of the time when it was not. */
  stale: boolean;
}

export interface NodeChannelsOptions {
  readonly node: string;
  readonly statuses: Readonly<Record<string, Status>>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly receipts: Receipts;
  /** Whether personal channels may run. */
  readonly gate: Pick<LiveGate, "isOpen" | "closesAt">;
  /** Messages wait to be handed over. */
  readonly onReady: () => void;
  /** Records of a stream were left to the replay. */
  readonly onLeft: (stream: string) => void;
  /** Says that a channel runs or not. */
  readonly post: (letter: Outgoing) => void;
}

export class NodeChannels {
  readonly #options: NodeChannelsOptions;
  readonly #placed: readonly Placed[];
  /** Throttles that said nothing valid. */
  ignored = 0;

  constructor(options: NodeChannelsOptions) {
    this.#options = options;
    this.#placed = Object.entries(options.statuses).flatMap(([code, status]) =>
      status.channels.map((spec) => place(options, code, status, spec)),
    );
  }

  get sources(): readonly Source[] {
    return [this.#pruning(), ...this.#placed.map(({ source }) => source)];
  }

  get replayed(): readonly Replayed[] {
    return this.#placed.flatMap(({ code, spec, stream, cares }) => {
      if (stream === undefined || cares === undefined) return [];
      return [{ stream, topic: topicOf(this.#options.node, "replay", code, spec.name), cares }];
    });
  }

  update(code: string, values: Readonly<Record<string, unknown>>, at: Parameters<Channel["update"]>[1]): void {
    for (const one of this.#placed) if (one.code === code) one.channel.update(values, at);
  }

  /** The stream of a channel; undefined where it keeps none, null where there is no such channel. */
  streamOf(code: string, name: string | undefined): string | undefined | null {
    const one = this.#find(code, name);
    return one ? one.stream : null;
  }

  /** For a new session: the state of every channel, and what the broker must not keep any more. */
  states(): readonly Outgoing[] {
    const states = this.#placed.map((one) => this.#state(one));
    return [...states, ...this.#placed.filter(({ stale }) => stale).map((one) => this.#cleared(one))];
  }

  /** Takes one message on a throttle topic of this node. RSMP 4 draft, "Throttle". */
  throttle(code: string, name: string | undefined, message: Message): void {
    const { clock, log, gate } = this.#options;
    const one = this.#find(code, name);
    const decoded = decode(message.payload);
    if (message.retain || !one || !decoded.ok || !isThrottle(decoded.value)) {
      this.ignored++;
      log.warn({ topic: message.topic }, "throttle ignored");
      return;
    }
    const { action, timeout } = decoded.value as ThrottlePayload;
    if (action === "stop") {
      one.channel.stop();
      return this.#stopped(one);
    }
    if (one.spec.personal && !gate.isOpen) {
      this.ignored++;
      // Its state is not said again: whoever starts what is stopped would hear it and start it once more.
      log.warn({ topic: message.topic }, "live data is not allowed now");
      return;
    }
    one.stale = false;
    if (one.channel.start(clock.now(), timeout === undefined ? undefined : milliseconds(timeout * 1000))) one.restart();
    this.#options.post(this.#state(one));
  }

  #find(code: string, name: string | undefined): Placed | undefined {
    return this.#placed.find((one) => one.code === code && one.spec.name === name);
  }

  /** Asked before any channel: one whose time is over, or that is allowed no longer, says nothing more. */
  #pruning(): Source {
    const { clock, gate } = this.#options;
    const record = () => {
      for (const one of this.#placed) {
        if (one.channel.expired(clock.now())) this.#stopped(one);
        if (!this.#isPersonal(one) || gate.isOpen) continue;
        one.channel.stop();
        this.#stopped(one);
      }
    };
    const wakeAt = () => (this.#placed.some((one) => this.#isPersonal(one)) ? gate.closesAt : null);
    return { record, next: () => null, wakeAt, begin() {} };
  }

  #isPersonal = ({ spec, channel }: Placed): boolean => spec.personal === true && channel.running;

  #stopped(one: Placed): void {
    one.stale = true;
    this.#options.post(this.#state(one));
    this.#options.post(this.#cleared(one));
  }

  #state({ code, spec, channel }: Placed): Outgoing {
    return {
      topic: topicOf(this.#options.node, "channel", code, spec.name),
      payload: { state: channel.running ? "running" : "stopped" },
      delivery: KEPT,
    };
  }

  /** An empty retained message clears what the broker keeps, so that nobody takes it for live. */
  #cleared(one: Placed): Outgoing {
    return {
      topic: topicOf(this.#options.node, "status", one.code, one.spec.name),
      payload: undefined,
      delivery: KEPT,
      done: ({ kind }) => {
        if (kind !== "lost") one.stale = false;
      },
    };
  }
}

function place(options: NodeChannelsOptions, code: string, status: Status, spec: ChannelSpec): Placed {
  const { node, journal, clock } = options;
  const channel = new Channel(status, spec);
  const topic = topicOf(node, "status", code, spec.name);
  // A process that was killed may have left it running.
  const common = { code, spec, channel, stale: !channel.running };
  if (!spec.replay) {
    const source = new PlainChannel(channel, topic, spec.qos, clock);
    return { ...common, source, stream: undefined, cares: undefined, restart: () => source.restart() };
  }
  const stream = statusStream(code, spec.name);
  const onLeft = () => options.onLeft(stream);
  const source = new RecordedChannel({ ...options, channel, stream, topic, qos: spec.qos, onLeft });
  const cares = (record: JournalRecord) => source.cares(record);
  return { ...common, source, stream, cares, restart: () => journal.restart(stream) };
}
