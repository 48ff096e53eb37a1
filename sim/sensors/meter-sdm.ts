import type { ByteStream } from "../../firmware/hal/bytes.ts";
import { decodeRequest, encodeReply } from "../../firmware/modbus/rtu.ts";
import { encodeFloat, SDM, SDM_VALUE } from "../../firmware/sensors/sdm-registers.ts";
import type { VirtualClock } from "../clock.ts";
import type { MeterTwin } from "./twin.ts";

const REQUEST_BYTES = 8;
/** An SDM answers within some tens of milliseconds. */
const ANSWER_MS = 40;
const NO_SUCH_REGISTER = 2;
const MS_PER_HOUR = 3_600_000;

/** A meter that adds up the power it is shown over simulated time. */
export function meterSdmTwin(clock: VirtualClock, unit = 1): MeterTwin {
  const far = new Set<ByteStream>();
  let power = 0;
  let wattHours = 0;
  let since: number = clock.monotonic();
  let silent = false;

  const addUp = () => {
    const now = clock.monotonic();
    wattHours += (power * (now - since)) / MS_PER_HOUR;
    since = now;
  };

  const valueAt = (register: number): number | undefined => {
    addUp();
    if (register === SDM.powerTotal || register === SDM.powerPhase1) return power;
    return register === SDM.energyImported ? wattHours / 1000 : undefined;
  };

  const answer = (end: ByteStream, frame: Uint8Array) => {
    const request = decodeRequest(frame);
    if (request?.unit !== unit || silent) return;
    const value = request.count === SDM_VALUE ? valueAt(request.register) : undefined;
    const reply =
      value === undefined
        ? encodeReply(unit, { kind: "exception", code: NO_SUCH_REGISTER })
        : encodeReply(unit, { kind: "registers", data: encodeFloat(value) });
    clock.after(ANSWER_MS, "simulated meter", () => {
      end.write(reply).catch(() => far.delete(end));
    });
  };

  const listen = async (end: ByteStream) => {
    let heard: number[] = [];
    for await (const chunk of end.chunks) {
      heard = [...heard, ...chunk];
      while (heard.length >= REQUEST_BYTES) {
        const frame = Uint8Array.from(heard.slice(0, REQUEST_BYTES));
        if (decodeRequest(frame)) {
          answer(end, frame);
          heard = heard.slice(REQUEST_BYTES);
        } else heard.shift();
      }
    }
  };

  return {
    attach(end) {
      far.add(end);
      listen(end).catch(() => far.delete(end)); // the runtime went away
    },
    show(watts) {
      addUp();
      power = watts;
    },
    energy() {
      addUp();
      return wattHours;
    },
    silence(on) {
      silent = on;
    },
    say(bytes) {
      for (const end of far) end.write(bytes).catch(() => far.delete(end));
    },
  };
}
