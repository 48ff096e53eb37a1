import type { DimmingCurve } from "../../controllers/model.ts";
import type { Watts } from "../../controllers/units.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Random } from "../../firmware/hal/random.ts";
import type { ReplyTiming } from "../bus-timing.ts";
import type { SearchOptions } from "../search-target.ts";
import type { ColourOptions } from "./colour.ts";
import type { MemoryOptions } from "./memory.ts";

/** What one gear is like. All but the first four may be absent: then it is a good LED driver without memory beyond bank 0. */
export interface GearOptions extends SearchOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** 0..63; null or absent: none yet. */
  readonly address?: number | null;
  /** Electrical power at full light. */
  readonly power: Watts;
  readonly curve?: DimmingCurve;
  /** PHM, the lowest arc power level the hardware can do, 1..254. */
  readonly physicalMinimum?: number;
  /** ms from mains to light; until then it hears nothing. Absent: 500. */
  readonly bootTime?: number;
  /** How soon it answers; absent: `jitter`. */
  readonly reply?: ReplyTiming;
  /** ms until what was set outlives a mains cut; SAVE PERSISTENT VARIABLES makes it last at once. Absent: 300. */
  readonly nvmDelay?: number;
  /** The random address it has from before; absent: 0xFFFFFF, never randomised. */
  readonly randomAddress?: number;
  /** It never answers VERIFY SHORT ADDRESS. */
  readonly muteVerify?: boolean;
  /** Ascending; absent: 6 (LED), and 8 with `colour`. */
  readonly deviceTypes?: readonly number[];
  /** Which edition of IEC 62386-102 it keeps to, as QUERY VERSION NUMBER tells it: absent 8, that is 2.0; 1 is the first. */
  readonly version?: number;
  /** Manufacturer's operating modes that it has beside 0, each 0x80..0xFF. */
  readonly operatingModes?: readonly number[];
  /** DT6: the shortest fast fade time it can do, in 25 ms, 4..27; absent: 4. */
  readonly minFastFadeTime?: number;
  /** DT8: what colours it can do; absent: none. */
  readonly colour?: ColourOptions;
  /** Memory banks beside bank 0 (D4i); absent: none. */
  readonly memory?: MemoryOptions;
}
