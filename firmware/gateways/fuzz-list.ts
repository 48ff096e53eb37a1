import { atx } from "./atx.ts";
import { AtxDecoder } from "./atx-line.ts";
import { foxtron } from "./foxtron.ts";
import { FoxtronDecoder } from "./foxtron-frame.ts";
import { foxtronFrame } from "./foxtron-fuzz.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { atxLine, lubaFrame, sciFrame } from "./fuzz-frames.ts";
import { serialTarget } from "./fuzz-serial.ts";
import { luba } from "./luba.ts";
import { LubaDecoder } from "./luba-frame.ts";
import { lw14Target } from "./lw14-fuzz.ts";
import { sci } from "./sci.ts";
import { SciDecoder } from "./sci-frame.ts";
import { sevenlab } from "./sevenlab.ts";
import { SevenLabDecoder } from "./sevenlab-decoder.ts";
import { sevenlabMessage } from "./sevenlab-fuzz.ts";
import { wbDaliTarget } from "./wb-dali-fuzz.ts";

/** Every driver that is fuzzed: one line each. `bound`: valid frames that damage before them may cost. For tests only. */
export const fuzzTargets: readonly FuzzTarget[] = [
  serialTarget({ kind: luba, decoder: () => new LubaDecoder("box"), make: lubaFrame, bound: 1 }),
  serialTarget({ kind: sci, decoder: () => new SciDecoder(), make: sciFrame, bound: 2 }),
  serialTarget({ kind: atx, decoder: AtxDecoder.fromBox, make: atxLine, bound: 1 }),
  serialTarget({ kind: foxtron, decoder: () => new FoxtronDecoder(), make: foxtronFrame, bound: 1 }),
  serialTarget({ kind: sevenlab, decoder: () => new SevenLabDecoder(), make: sevenlabMessage, bound: 1 }),
  lw14Target,
  wbDaliTarget,
];
