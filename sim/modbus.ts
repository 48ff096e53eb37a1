import type { ByteStream } from "../firmware/hal/bytes.ts";
import { checkRequest, type ModbusReply, type ModbusRequest, type ReadTable } from "../firmware/modbus/pdu.ts";
import { encodeReply, RequestReader } from "../firmware/modbus/rtu.ts";
import type { VirtualClock } from "./clock.ts";

const NO_SUCH_FUNCTION = 1;
const NO_SUCH_NUMBER = 2;
const NO_SUCH_VALUE = 3;

/** A device on a simulated Modbus line. */
export interface ModbusSlave {
  /** From the end of a request to the start of the reply, ms. */
  readonly thinks: number;
  /** Does what it is asked; null where it stays silent. */
  answer(request: ModbusRequest): ModbusReply | null;
}

/** The numbers of a device, for those that are there: undefined and false are refused. */
export interface Registers {
  read?(table: ReadTable, at: number): number | boolean | undefined;
  /** A coil or a holding register is written; false: there is none. Several of one request come in order. */
  write?(at: number, value: number | boolean): boolean;
}

/** A device that is nothing but its numbers. Answers as Modbus Application Protocol V1.1b3 6 says. */
export function registerSlave({ read, write }: Registers, thinks: number): ModbusSlave {
  const refused = (code: number): ModbusReply => ({ kind: "exception", code });
  return {
    thinks,
    answer(request) {
      checkRequest(request);
      if (request.kind === "read") {
        if (!read) return refused(NO_SUCH_FUNCTION);
        const values = Array.from({ length: request.count }, (_, i) => read(request.table, request.first + i));
        if (values.some((value) => value === undefined)) return refused(NO_SUCH_NUMBER);
        return request.table === "coils" || request.table === "discrete-inputs"
          ? { kind: "bits", values: values.map(Boolean) }
          : { kind: "registers", values: values.map(Number) };
      }
      if (!write) return refused(NO_SUCH_FUNCTION);
      const done =
        request.kind === "write-coil"
          ? write(request.at, request.on)
          : request.kind === "write-register"
            ? write(request.at, request.value)
            : request.values.every((value: number | boolean, i: number) => write(request.first + i, value));
      return done ? { kind: "written" } : refused(request.kind.endsWith("s") ? NO_SUCH_NUMBER : NO_SUCH_VALUE);
    },
  };
}

/** A Modbus line with devices on it, by address: what is said at its end reaches all of them. */
export class SimulatedModbus {
  readonly slaves = new Map<number, ModbusSlave>();
  readonly #clock: VirtualClock;
  readonly #ends = new Set<ByteStream>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Gives it the far end of a stream; it serves every end it was given that is still open. */
  attach(end: ByteStream): void {
    this.#ends.add(end);
    const serve = async () => {
      const reader = new RequestReader();
      for await (const chunk of end.chunks) {
        for (const { unit, request } of reader.push(chunk)) {
          const slave = this.slaves.get(unit);
          if (!slave) continue;
          const reply = slave.answer(request);
          if (!reply) continue;
          this.#clock.after(slave.thinks, "simulated Modbus unit", () => {
            end.write(encodeReply({ unit, request }, reply)).catch(() => this.#ends.delete(end));
          });
        }
      }
    };
    serve().catch(() => this.#ends.delete(end)); // the runtime went away
  }

  /** Puts bytes on the line as they are: for garbage. */
  say(bytes: Uint8Array): void {
    for (const end of this.#ends) end.write(bytes).catch(() => this.#ends.delete(end));
  }
}
