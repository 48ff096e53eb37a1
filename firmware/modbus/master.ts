import type { Duration } from "../../controllers/units.ts";
import type { ByteStream } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { encodeRequest, type ReadReply, type ReadRequest, ReplyReader } from "./rtu.ts";

export interface MasterOptions {
  readonly stream: ByteStream;
  readonly clock: Clock;
  readonly where: string;
  readonly replyLimit: Duration;
  readonly signal: AbortSignal;
  /** Told of bytes that were no part of a reply. */
  readonly discard: (bytes: number) => void;
}

/** The asking end of a Modbus RTU line. */
export interface ModbusMaster {
  /** Takes in what the line says; lasts as long as the stream and fails as it does. Must be running for `ask` to hear. */
  listen(): Promise<void>;
  /** One request, one reply; null where none came in time. One at a time. */
  ask(request: ReadRequest): Promise<ReadReply | null>;
}

export function modbusMaster({ stream, clock, where, replyLimit, signal, discard }: MasterOptions): ModbusMaster {
  const stray = (chunk: Uint8Array) => discard(chunk.length);
  let heard = stray;

  return {
    async listen() {
      for await (const chunk of stream.chunks) heard(chunk);
    },
    async ask(request) {
      const reader = new ReplyReader(request);
      const replied = Promise.withResolvers<ReadReply>();
      heard = (chunk) => {
        const reply = reader.push(chunk);
        if (!reply) return;
        heard = stray;
        replied.resolve(reply);
      };
      await stream.write(encodeRequest(request));
      const reply = await Promise.race([replied.promise, clock.sleep(replyLimit, `reply to ${where}`, signal)]);
      heard = stray;
      if (!reply) reader.giveUp();
      discard(reader.discarded);
      return reply ?? null;
    },
  };
}
