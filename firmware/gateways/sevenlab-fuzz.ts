import { below, type FrameMaker, oneOf } from "./fuzz.ts";
import { encodeMessage, type SevenLabMessage, STATUS } from "./sevenlab-message.ts";

/** Valid messages of a SevenLab box, by chance. For tests only. */
export const sevenlabMessage: FrameMaker = (random, request) => {
  const head = { tick: below(random, 2 ** 32), loopback: random.next() < 0.5 };
  const frame =
    request && random.next() < 0.6
      ? request.frame
      : oneOf(random, [
          { bits: 8, data: below(random, 0x100) },
          { bits: 16, data: below(random, 0x10000) },
          { bits: 24, data: below(random, 0x1000000) },
          { bits: 32, data: below(random, 2 ** 32) },
        ]);
  const status = random.next() < 0.9 ? oneOf(random, Object.values(STATUS)) : 0x80 | below(random, 128);
  const messages: readonly SevenLabMessage[] = [
    { kind: "frame", ...head, ...frame },
    { kind: "frame", ...head, ...frame },
    { kind: "status", ...head, status, data: below(random, 2 ** 32) },
    { kind: "title" },
    { kind: "version", version: `${below(random, 10)}.${below(random, 10)}.${below(random, 10)}` },
  ];
  return encodeMessage(oneOf(random, messages));
};
