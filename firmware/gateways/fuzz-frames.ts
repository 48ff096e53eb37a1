/** Valid frames of boxes, by chance, for the fuzz. For tests only. */
import type { ForwardFrame } from "../dali/frame.ts";
import type { GatewayRequest } from "../dali/gateway.ts";
import type { Random } from "../hal/random.ts";
import { type AtxLine, encodeAtxLine } from "./atx-line.ts";
import { below, type FrameMaker, noise, oneOf } from "./fuzz.ts";
import { encodeLuba } from "./luba-frame.ts";
import { encodeAccepted, encodeDeviceInfo, encodeEvent, LUBA, type LubaEvent } from "./luba-message.ts";
import { encodeSci } from "./sci-frame.ts";
import { encodeStatus, type SciStatus } from "./sci-message.ts";

const anyFrame = (random: Random): ForwardFrame =>
  random.next() < 0.5 ? { bits: 16, data: below(random, 0x10000) } : { bits: 24, data: below(random, 0x1000000) };

/** Mostly the frame that is asked for, so that requests come to their ends. */
const likely = (random: Random, request: GatewayRequest | undefined): ForwardFrame =>
  request && random.next() < 0.7 ? request.frame : anyFrame(random);

export const lubaFrame: FrameMaker = (random, request) => {
  const tick = below(random, 0x10000);
  const event = (what: LubaEvent) => encodeLuba(LUBA.event, encodeEvent(what));
  switch (below(random, 9)) {
    case 0:
      return encodeLuba(0x21, encodeDeviceInfo({ gtin: below(random, 1e12), article: below(random, 1e8) }));
    case 1:
      return encodeLuba(0x33, encodeAccepted({ kind: "accepted", id: below(random, 4) }));
    case 2:
      return random.next() < 0.1
        ? encodeLuba(0x33, encodeAccepted({ kind: "refused", code: below(random, 256) }))
        : event({ kind: "framing-error", tick });
    case 3:
      return event({ kind: "noise", tick });
    case 4:
      return event({ kind: "received", tick, bits: 8, data: below(random, 256) });
    case 5:
      return event({ kind: "received", tick, ...anyFrame(random) });
    case 6:
      return event({ kind: "unknown", status: 0x40 | below(random, 0x40) });
    case 7:
      return event({ kind: "sent", tick, id: below(random, 4), ...likely(random, request) });
    default:
      return encodeLuba(0x21 + 2 * below(random, 16), noise(random, 1 + below(random, 23)));
  }
};

export const sciFrame: FrameMaker = (random, request) => {
  const statuses: readonly SciStatus[] = [
    { kind: "ok" },
    { kind: "no" },
    { kind: "byte", value: below(random, 256) },
    { kind: "frame", ...likely(random, request) },
    { kind: "error", code: below(random, 8) },
  ];
  const { first, data } = encodeStatus(oneOf(random, statuses), random.next() < 0.5 ? "high" : "low");
  return encodeSci(first, data);
};

export const atxLine: FrameMaker = (random, request) => {
  const lines: readonly AtxLine[] = [
    { kind: "none" },
    { kind: "byte", value: below(random, 256) },
    { kind: "spoilt", letter: oneOf(random, ["x", "z"] as const) },
    { kind: "heard", frame: likely(random, request) },
  ];
  return encodeAtxLine(oneOf(random, lines));
};
