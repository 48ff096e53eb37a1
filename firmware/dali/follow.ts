import { type Decoded, decode } from "./codec.ts";
import { enableDeviceType } from "./commands/gear.ts";
import type { ForwardFrame } from "./frame.ts";

/**
 * Decodes the forward frames of one bus in the order they were heard: what ENABLE DEVICE TYPE opens holds for the 16-bit
 * frame after it, and for that frame's second sending (IEC 62386-102 11.7.14, 9.4). `missed()`: frames were lost, so that
 * nothing is open.
 */
export function follow(): { readonly decode: (frame: ForwardFrame) => Decoded; readonly missed: () => void } {
  let open: { readonly type: number; readonly for?: number } | undefined;
  return {
    decode(frame) {
      if (frame.bits !== 16) return decode(frame);
      const type = open && (open.for === undefined || open.for === frame.data) ? open.type : undefined;
      const said = decode(frame, type);
      if (said.kind === "gear" && said.row === enableDeviceType.row) open = { type: said.value };
      else open = type === undefined ? undefined : { type, for: frame.data };
      return said;
    },
    missed() {
      open = undefined;
    },
  };
}
