/** Boxes that cannot send a frame twice are handed it two times; whether the pair was one (IEC 62386-101 9.3). */
import { type ForwardFrame, wireTime } from "../dali/frame.ts";

/** Longest from the end of the first frame to the start of the second, ms. */
const PAIR = 94;
/** What the line and a USB adapter may add to one of two times that a driver takes, ms. */
const JITTER = 20;

/** Whether gear took both for a pair, when each was known to be over at these times (ms), as far as the times can tell. */
export const isPair = (frame: ForwardFrame, first: number, second: number): boolean =>
  second - first - wireTime(frame.bits) <= PAIR - JITTER;
