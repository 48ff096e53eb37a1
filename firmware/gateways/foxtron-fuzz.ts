import { encodeFoxtron } from "./foxtron-frame.ts";
import { encodeFromBox, type FromBox, ITEM } from "./foxtron-message.ts";
import { below, type FrameMaker, noise, oneOf } from "./fuzz.ts";

/** Valid frames of a Foxtron box, by chance. For tests only. */
export const foxtronFrame: FrameMaker = (random, request) => {
  const frame =
    request && random.next() < 0.7
      ? request.frame
      : oneOf(random, [
          { bits: 16, data: below(random, 0x10000) },
          { bits: 24, data: below(random, 0x1000000) },
          { bits: 25, data: below(random, 0x2000000) },
          { bits: 0, data: 0 },
        ]);
  const own = random.next() < 0.6;
  const answer = random.next() < 0.2 ? null : below(random, 256);
  const item = oneOf(random, [ITEM.firmware, ITEM.power, ITEM.queue, below(random, 256)]);
  // mostly good, so that requests go on
  const value = random.next() < 0.7 ? 0 : below(random, 0x10000);
  const messages: readonly FromBox[] = [
    { kind: "heard", own, ...frame },
    { kind: "answered", own, ...frame, answer },
    { kind: "special", code: random.next() < 0.5 ? 0 : below(random, 10) },
    { kind: "value", item, value },
    { kind: "written", item, value, result: below(random, 3) },
  ];
  if (random.next() < 0.05) return encodeFoxtron(noise(random, 1 + below(random, 12)));
  return encodeFoxtron(encodeFromBox(oneOf(random, messages)));
};
