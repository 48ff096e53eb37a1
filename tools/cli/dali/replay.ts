import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { decode } from "../../../firmware/dali/codec.ts";
import type { ForwardFrame } from "../../../firmware/dali/frame.ts";
import type { GatewayRequest, Priority } from "../../../firmware/dali/gateway.ts";
import type { Traffic } from "../../../firmware/dali/traffic.ts";
import type { OpenBus } from "./bus.ts";
import type { Capture } from "./capture.ts";
import { Picture } from "./picture.ts";
import { trafficReader } from "./traffic-text.ts";
import { plainLine } from "./view.ts";

/** Prints a capture line by line, in the time it took divided by `speed`; 0: at once. */
export async function replay({ traffic }: Capture, speed: number, signal: AbortSignal): Promise<void> {
  const picture = new Picture();
  let before = 0;
  for (const one of traffic) {
    if (speed > 0 && one.at > before) await sleep((one.at - before) / speed, undefined, { signal });
    before = one.at;
    console.log(plainLine(picture.see(one), 0));
  }
  const { own, foreign, errors, missed } = picture.counts;
  console.log(`${own} own frames, ${foreign} of other masters, ${errors} errors, ${missed} unseen`);
}

/** A frame that a capture holds, as it can be sent again. */
function again(
  traffic: Traffic,
): { request: GatewayRequest; was: (Traffic & { kind: "sent" }) | undefined } | undefined {
  if (traffic.kind === "sent") {
    const { frame, twice, priority, reply } = traffic;
    return { request: { frame, twice, priority, answers: reply !== null }, was: traffic };
  }
  if (traffic.kind !== "foreign" || (traffic.bits !== 16 && traffic.bits !== 24)) return undefined;
  const frame: ForwardFrame = { bits: traffic.bits, data: traffic.data };
  const said = decode(frame);
  const answers = "row" in said && said.row.answers;
  return { request: { frame, twice: false, answers, priority: 3 as Priority }, was: undefined };
}

/**
 * Sends the forward frames of a capture on a bus, as far apart as they were divided by `speed` (0: one after the other), and says
 * where an answer is not as it was. Resolves with how many were not. Throws Fault.
 */
export async function replayOnto({ gateway, signal }: OpenBus, { traffic }: Capture, speed: number): Promise<number> {
  // both follow what ENABLE DEVICE TYPE opens
  const [then, now] = [new Picture(), trafficReader()];
  let differ = 0;
  let sent = 0;
  let before: number | undefined;
  for (const one of traffic) {
    const frame = again(one);
    if (!frame) continue;
    if (speed > 0 && before !== undefined && one.at > before)
      await sleep((one.at - before) / speed, undefined, { signal });
    signal.throwIfAborted();
    before = one.at;
    const { request, was } = frame;
    const reply = await gateway.send(request);
    sent++;
    const line = then.see(one);
    const { answer } = now({ kind: "sent", at: one.at, took: 0, ...request, reply: request.answers ? reply : null });
    if (!was?.reply || isDeepStrictEqual(was.reply, reply)) continue;
    differ++;
    console.log(`${plainLine(line, 0)}, now ${answer}`);
  }
  console.log(`${sent} frames sent, ${differ} answers differ`);
  return differ;
}
