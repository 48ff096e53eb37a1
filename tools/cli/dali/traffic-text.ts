import type { Decoded } from "../../../firmware/dali/codec.ts";
import { follow } from "../../../firmware/dali/follow.ts";
import type { ForwardFrame } from "../../../firmware/dali/frame.ts";
import type { Reply } from "../../../firmware/dali/gateway.ts";
import { answerText } from "../../../firmware/dali/reading.ts";
import { formatDecoded } from "../../../firmware/dali/text/format.ts";
import type { Traffic } from "../../../firmware/dali/traffic.ts";

/** One thing on the bus as a line of text: `what` and, of a question, `answer`. */
export interface TrafficText {
  /** `->` ours, `*>` of another master, `*<` an answer to it, `!!` what went wrong. */
  readonly mark: "->" | "*>" | "*<" | "!!";
  readonly what: string;
  readonly answer: string;
}

/** A reply in the words of what was asked. */
export function replyText(said: Decoded, reply: Reply): string {
  if ("row" in said) return answerText(said.row.reading, reply);
  return reply.kind === "byte" ? String(reply.value) : reply.kind === "none" ? "no answer" : "several answers";
}

/** Turns traffic into text, in the order in which it came: what ENABLE DEVICE TYPE opens is remembered, whoever sent it. */
export function trafficReader(): (traffic: Traffic) => TrafficText {
  const bus = follow();
  const said = (frame: ForwardFrame) => bus.decode(frame);
  /** What another master asked last. */
  let asked: Decoded | undefined;
  return (traffic) => {
    const question = asked;
    asked = undefined;
    switch (traffic.kind) {
      case "sent": {
        const what = said(traffic.frame);
        const answer = traffic.reply === null ? "" : replyText(what, traffic.reply);
        return { mark: "->", what: `${formatDecoded(what)}${traffic.twice ? " twice" : ""}`, answer };
      }
      case "failed":
        return { mark: "!!", what: formatDecoded(said(traffic.frame)), answer: traffic.fault };
      case "foreign": {
        const { bits, data } = traffic;
        if (bits === 16 || bits === 24) {
          asked = said({ bits, data });
          return { mark: "*>", what: formatDecoded(asked), answer: "" };
        }
        if (bits !== 8) return { mark: "*<", what: `${bits} bits: 0x${data.toString(16).toUpperCase()}`, answer: "" };
        const reply = { kind: "byte", value: data } as const;
        return { mark: "*<", what: question ? replyText(question, reply) : String(data), answer: "" };
      }
      case "framing-error":
        bus.missed();
        return { mark: "!!", what: "framing error", answer: "" };
      case "bus":
        bus.missed();
        return { mark: "!!", what: traffic.fault === null ? "the bus works again" : traffic.fault, answer: "" };
      case "gap":
        bus.missed();
        return { mark: "!!", what: `${traffic.frames} frames passed unseen`, answer: "" };
    }
  };
}
