import { Fault } from "../hal/fault.ts";
import type { OpenLine, User } from "./line.ts";
import type { UnitPlace } from "./lines.ts";
import { checkRequest, type ModbusReply, type ModbusRequest } from "./pdu.ts";
import type { ModbusUnit } from "./unit.ts";

/** One user's hold on a unit of an open line. */
export function unitOn(
  line: OpenLine,
  place: UnitPlace & Pick<User, "patience">,
  leave: () => Promise<void>,
): ModbusUnit {
  const { port, address, silent, patience, count = () => {} } = place;
  const name = `${port} unit ${address}`;
  let discarded = 0;
  const user: User = {
    address,
    patience,
    count(what, by) {
      if (what === "discarded") discarded += by;
      count(what, by);
    },
  };
  const ended = new AbortController();
  const lost = () => ended.abort(line.over.reason);
  if (line.over.aborted) lost();
  else line.over.addEventListener("abort", lost, { once: true });
  let left: Promise<void> | undefined;
  line.join(user);

  /** null where there was no answer. */
  const ask = async (request: ModbusRequest, once = false): Promise<ModbusReply | null> => {
    checkRequest(request);
    if (left !== undefined) throw new Fault("port-lost", name, "closed");
    const reply = await line.ask(user, request, once);
    if (reply?.kind !== "exception") return reply;
    throw new Fault("protocol", name, `it refuses ${request.kind}: exception ${reply.code}`);
  };
  const must = async (request: ModbusRequest): Promise<ModbusReply> => {
    const reply = await ask(request);
    if (!reply) throw new Fault(silent, name, "no reply");
    return reply;
  };
  const bits = async (table: "coils" | "discrete-inputs", first: number, number: number) => {
    const reply = await must({ kind: "read", table, first, count: number });
    return reply.kind === "bits" ? reply.values : [];
  };
  const registers = async (table: "holding-registers" | "input-registers", first: number, number: number) => {
    const reply = await must({ kind: "read", table, first, count: number });
    return reply.kind === "registers" ? reply.values : [];
  };

  return {
    name,
    get discarded() {
      return discarded;
    },
    ended: ended.signal,
    readCoils: (first, number) => bits("coils", first, number),
    readDiscreteInputs: (first, number) => bits("discrete-inputs", first, number),
    readHoldingRegisters: (first, number) => registers("holding-registers", first, number),
    readInputRegisters: (first, number) => registers("input-registers", first, number),
    writeCoil: async (at, on) => void (await must({ kind: "write-coil", at, on })),
    writeRegister: async (at, value) => void (await must({ kind: "write-register", at, value })),
    writeCoils: async (first, values) => void (await must({ kind: "write-coils", first, values })),
    writeRegisters: async (first, values) => void (await must({ kind: "write-registers", first, values })),
    writeRegistersOnce: async (first, values) => (await ask({ kind: "write-registers", first, values }, true)) !== null,
    close() {
      if (!left) {
        const reason = new Fault("port-lost", name, "closed");
        line.part(user, reason);
        line.over.removeEventListener("abort", lost);
        // before anybody is told, who may close it again
        left = leave();
        ended.abort(reason);
      }
      return left;
    },
  };
}
