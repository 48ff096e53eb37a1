/** Forward frames of two masters that begin together (IEC 62386-101 9.2). */
import { type ForwardFrame, wireTime } from "../firmware/dali/frame.ts";
import type { Transmission } from "./bus.ts";
import { BREAK, UNSEEN } from "./bus-timing.ts";

/** Whether two masters, of which one begins at `start` and the other at `other`, are both on the wire with unlike frames. */
export function inEachOthersWay(a: Transmission, b: Transmission, start: number, other: number): boolean {
  if (a === b || !(a.foreign || b.foreign) || other - start > UNSEEN) return false;
  if (a.by !== undefined && a.by === b.by) return false;
  // equal frames at once read as one; the second of the two is sent once more
  return a.frame.bits !== b.frame.bits || a.frame.data !== b.frame.data;
}

/** When the wire is free of two frames that began at `start`: both see the first bit that differs, and make a break. */
export function spoiltAt(a: ForwardFrame, b: ForwardFrame, start: number): number {
  const shorter = Math.min(a.bits, b.bits);
  const unlike = (a.data >>> (a.bits - shorter)) ^ (b.data >>> (b.bits - shorter));
  const alike = unlike === 0 ? shorter : Math.clz32(unlike) - (32 - shorter);
  // the start bit, the bits alike, and the half of the one that is not
  return start + wireTime(8) * ((1.5 + alike) / 9) + BREAK;
}
