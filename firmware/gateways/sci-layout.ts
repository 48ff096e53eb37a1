import { CONTROL, type Layout, MODE } from "./sci-message.ts";

/** Which way a box reads 16-bit frames, and which way it tells them. */
export interface Layouts {
  readonly sent: Layout;
  readonly received: Layout;
}

/**
 * A frame to find out: broadcast commands 0xFF or 0xFE, as the box reads it. Gear does nothing on either: they belong to device
 * types, and ENABLE DEVICE TYPE is not before them (IEC 62386-102 11.7.14).
 */
export const PROBE = { first: CONTROL.monitor | CONTROL.echo | MODE.forward16, data: 0xfffffe } as const;
const AS_HIGH = 0xffff;
const AS_LOW = 0xfffe;

/** What the data of the probe's echo, a 16-bit frame, tells; undefined where it is not the probe, or nobody can tell. */
export function layoutsBy(data: number): Layouts | undefined {
  switch (data) {
    case AS_HIGH << 8:
      return { sent: "high", received: "high" };
    case AS_HIGH:
      return { sent: "high", received: "low" };
    case AS_LOW << 8:
      return { sent: "low", received: "high" };
    case AS_LOW:
      return { sent: "low", received: "low" };
    default:
      return undefined;
  }
}

/** Whether it is the probe's echo, also as the bytes that were sent: then nobody can tell. */
export const isEcho = (data: number): boolean => data === PROBE.data || layoutsBy(data) !== undefined;
