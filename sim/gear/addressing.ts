/** Special commands, IEC 62386-102 11.7: the DTRs, and how gear is found and given its short address. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { takeShortAddress } from "./configuration.ts";
import type { Gear } from "./gear.ts";
import { yes } from "./queries.ts";
import { byCode } from "./table.ts";

type Act = (gear: Gear, data: number) => number | undefined;

const quietly =
  (act: (gear: Gear, data: number) => void): Act =>
  (gear, data) => {
    act(gear, data);
    return undefined;
  };
/** Only after INITIALISE. */
const inSearch =
  (act: Act): Act =>
  (gear, data) =>
    gear.initialised ? act(gear, data) : undefined;

/** The short address as these commands carry it. */
const carriedAddress = ({ shortAddress }: Gear): number => (shortAddress === null ? MASK : (shortAddress << 1) | 1);

function initialise(gear: Gear, data: number): void {
  if (data === 0 || data === carriedAddress(gear)) gear.search.initialise();
}

const SPECIAL = byCode<Act>([
  [
    cmd.terminate,
    quietly((gear) => {
      gear.search.terminate();
      gear.endIdentify();
    }),
  ],
  [
    cmd.dtr0,
    quietly((gear, data) => {
      gear.dtr0 = data;
    }),
  ],
  [
    cmd.dtr1,
    quietly((gear, data) => {
      gear.dtr1 = data;
    }),
  ],
  [
    cmd.dtr2,
    quietly((gear, data) => {
      gear.dtr2 = data;
    }),
  ],
  [cmd.initialise, quietly((gear, data) => void (gear.again() && initialise(gear, data)))],
  [cmd.randomise, inSearch(quietly((gear) => void (gear.again() && gear.search.randomise())))],
  [cmd.compare, inSearch((gear) => yes(gear.search.compares))],
  [cmd.withdraw, inSearch(quietly((gear) => gear.search.withdraw()))],
  [cmd.searchAddrH, inSearch(quietly((gear, data) => gear.search.search(16, data)))],
  [cmd.searchAddrM, inSearch(quietly((gear, data) => gear.search.search(8, data)))],
  [cmd.searchAddrL, inSearch(quietly((gear, data) => gear.search.search(0, data)))],
  [
    cmd.programShortAddress,
    inSearch(quietly((gear, data) => void (gear.search.found && takeShortAddress(gear, data)))),
  ],
  [
    cmd.verifyShortAddress,
    inSearch((gear, data) =>
      yes(!gear.options.muteVerify && gear.shortAddress !== null && data === carriedAddress(gear)),
    ),
  ],
  [cmd.queryShortAddress, inSearch((gear) => (gear.search.found ? carriedAddress(gear) : undefined))],
  [
    cmd.enableDeviceType,
    quietly((gear, data) => {
      if (gear.deviceTypes.includes(data)) gear.carry.type = data;
    }),
  ],
  [cmd.writeMemoryLocation, (gear, data) => gear.memory.write(data)],
  [cmd.writeMemoryLocationNoReply, quietly((gear, data) => void gear.memory.write(data))],
]);

/** Commands after which memory may still be written (IEC 62386-102 9.10.5). */
const KEEPS_WRITING: ReadonlySet<number> = new Set(
  [cmd.dtr0, cmd.dtr1, cmd.dtr2, cmd.writeMemoryLocation, cmd.writeMemoryLocationNoReply].map(({ row }) => row.code),
);

/** Does a special command and gives its answer. */
export function special(gear: Gear, code: number, data: number): number | undefined {
  if (!KEEPS_WRITING.has(code)) gear.memory.endWrite();
  return SPECIAL[code]?.(gear, data);
}
