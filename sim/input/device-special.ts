/** Special commands of control devices, IEC 62386-103 11.8. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/device.ts";
import { byCode } from "../gear/table.ts";
import type { InputDevice } from "./device.ts";

type Act = (device: InputDevice, data: number) => number | undefined;

/** INITIALISE: every device. */
const ALL = 0x7f;
const YES = 0xff;

const quietly =
  (act: (device: InputDevice, data: number) => void): Act =>
  (device, data) => {
    act(device, data);
    return undefined;
  };
/** Only after INITIALISE. */
const inSearch =
  (act: Act): Act =>
  (device, data) =>
    device.search.initialised ? act(device, data) : undefined;
const yes = (is: boolean): number | undefined => (is ? YES : undefined);

const SPECIAL = byCode<Act>([
  [cmd.terminate, quietly(({ search }) => search.terminate())],
  [
    cmd.initialise,
    quietly((device, data) => {
      if (device.again() && (data === ALL || data === (device.shortAddress ?? MASK))) device.search.initialise();
    }),
  ],
  [cmd.randomise, inSearch(quietly((device) => void (device.again() && device.search.randomise())))],
  [cmd.compare, inSearch(({ search }) => yes(search.compares))],
  [cmd.withdraw, inSearch(quietly(({ search }) => search.withdraw()))],
  [cmd.searchAddrH, inSearch(quietly(({ search }, data) => search.search(16, data)))],
  [cmd.searchAddrM, inSearch(quietly(({ search }, data) => search.search(8, data)))],
  [cmd.searchAddrL, inSearch(quietly(({ search }, data) => search.search(0, data)))],
  [
    cmd.programShortAddress,
    inSearch(quietly((device, data) => void (device.search.found && device.takeShortAddress(data)))),
  ],
  [cmd.verifyShortAddress, inSearch(({ shortAddress }, data) => yes(shortAddress !== null && shortAddress === data))],
  [cmd.queryShortAddress, inSearch((device) => (device.search.found ? (device.shortAddress ?? MASK) : undefined))],
  [
    cmd.dtr0,
    quietly((device, data) => {
      device.dtr0 = data;
    }),
  ],
  [
    cmd.dtr1,
    quietly((device, data) => {
      device.dtr1 = data;
    }),
  ],
  [
    cmd.dtr2,
    quietly((device, data) => {
      device.dtr2 = data;
    }),
  ],
]);

export const deviceSpecial = (device: InputDevice, code: number, data: number): number | undefined =>
  SPECIAL[code]?.(device, data);

/** DTR1:DTR0 and DTR2:DTR1 in one frame. */
export function devicePair(device: InputDevice, code: number, first: number, second: number): void {
  if (code === cmd.dtr1Dtr0.row.code) [device.dtr1, device.dtr0] = [first, second];
  else if (code === cmd.dtr2Dtr1.row.code) [device.dtr2, device.dtr1] = [first, second];
}
