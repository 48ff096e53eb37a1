/** Fuzz of the WB-DALI's driver and of the Modbus line under it: every register says whatever it likes, on a bad wire. For tests only. */
import { duration, instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import type { ByteStream } from "../hal/bytes.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { Queue } from "../hal/queue.ts";
import type { Random } from "../hal/random.ts";
import { modbusLines } from "../modbus/lines.ts";
import type { ModbusReply, ModbusRequest } from "../modbus/pdu.ts";
import { decodeRequest, encodeReply } from "../modbus/rtu.ts";
import { below, type Driven, damaged, type FuzzTarget, noise } from "./fuzz.ts";
import { anyRequest } from "./fuzz-serial.ts";
import { wbDali } from "./wb-dali.ts";

const LIMIT = seconds(30);
const OPTIONS = { monitor: "on", supply: "keep" };
const PLACE = {
  port: "rs485",
  settings: { baud: 115_200 },
  address: 1,
  silent: "gateway-silent",
  patience: milliseconds(200),
} as const;

export const wbDaliTarget: FuzzTarget = { name: wbDali.name, drive };

/** What a unit may answer: a reply register mostly says that the frame was sent. */
function anyReply(request: ModbusRequest, random: Random): ModbusReply {
  if (random.next() < 0.01) return { kind: "exception", code: below(random, 256) };
  if (request.kind !== "read") return { kind: "written" };
  const many = <T>(one: () => T) => Array.from({ length: request.count }, one);
  if (request.table === "coils" || request.table === "discrete-inputs")
    return { kind: "bits", values: many(() => random.next() < 0.5) };
  if (request.count === 1) return { kind: "registers", values: [below(random, 8) * 256 + below(random, 256)] };
  return { kind: "registers", values: many(() => below(random, 0x10000)) };
}

async function drive(frames: number, random: Random, watch: (frames: number) => void = () => {}): Promise<Driven> {
  const clock = new VirtualClock(instant(0));
  const throws: string[] = [];
  let [replies, faults, reopened, done] = [0, 0, -1, 0];
  const failed = (error: unknown) => {
    if (error instanceof Fault) faults++;
    else throws.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  const open = async (): Promise<ByteStream> => {
    const chunks = new Queue<Uint8Array>();
    return {
      chunks,
      async write(bytes) {
        done++;
        const asked = decodeRequest(bytes);
        if (!asked) throw new Error("the driver says what is no request");
        if (random.next() < 1e-3) return chunks.fail(new Fault("port-lost", "rs485"));
        if (random.next() < 0.05) chunks.push(noise(random, below(random, 300)));
        const reply = encodeReply(asked, anyReply(asked.request, random));
        chunks.push(random.next() < 0.1 ? damaged(reply, random) : reply);
      },
      close: async () => chunks.end(),
    };
  };
  const lines = modbusLines({ bytes: () => ({ name: "rs485", open }), clock });

  while (done < frames) {
    reopened++;
    const { signal } = new AbortController();
    const opening = { clock, log: silent, signal, options: OPTIONS };
    const connecting = lines.unit(PLACE, signal).then((unit) => wbDali.open(unit, below(random, 3), opening));
    const gateway = await clock.run(connecting, LIMIT).catch(failed);
    if (!gateway) continue;
    let over = false;
    const ended = (async () => {
      for await (const _ of gateway.events);
    })()
      .catch(failed)
      .finally(() => {
        over = true;
      });
    while (!over && done < frames) {
      if (random.next() < 0.8)
        await clock.run(
          gateway.send(anyRequest(random)).then(() => replies++, failed),
          LIMIT,
        );
      await clock.advance(duration(below(random, 50)));
      watch(done);
    }
    await gateway.close();
    await ended;
  }
  return { frames: done, throws, replies, faults, reopened };
}
