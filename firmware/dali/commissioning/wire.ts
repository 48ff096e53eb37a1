/** What commissioning says on the bus, alike for control gear (16 bits) and control devices (24 bits). */
import { type Answer, type Command, MASK } from "../command.ts";
import * as device from "../commands/device.ts";
import * as gear from "../commands/gear.ts";
import { UNADDRESSED_DEVICES } from "../device-frame.ts";
import { BROADCAST_UNADDRESSED } from "../frame.ts";

type Ask = (address: number) => Command<Answer<number>>;
type Byte = (byte: number) => Command<void>;

export interface Wire {
  /** Opens the 15 minutes in which units can be found: those without a short address, or the one that has it. */
  readonly initialise: (whom: "unaddressed" | number) => Command<void>;
  /** INITIALISE opens them for units that have an address, too: each that is found is asked for it. */
  readonly findsAddressed: boolean;
  readonly randomise: Command<void>;
  readonly compare: Command<boolean>;
  readonly withdraw: Command<void>;
  readonly terminate: Command<void>;
  /** SEARCHADDRH, M and L. */
  readonly searchAddress: readonly [Byte, Byte, Byte];
  /** Gives the unit at the search address a short address; null takes it away. */
  readonly program: (address: number | null) => Command<void>;
  /** The short address of the unit at the search address; null: it has none. */
  readonly queryShort: Command<Answer<number | null>>;
  /** Whether any unit has no short address: whoever asks needs no INITIALISE. */
  readonly queryMissing: Command<boolean>;
  /** QUERY RANDOM ADDRESS H, M and L of a short address. */
  readonly randomAddress: readonly [Ask, Ask, Ask];
  /** DTR0 and SET SHORT ADDRESS: all units at `from` go to `to`; null takes their address away. */
  readonly move: (from: number, to: number | null) => readonly [Command<void>, Command<void>];
}

const carried = (address: number | null): number => (address === null ? MASK : (address << 1) | 1);

export const GEAR: Wire = {
  initialise: (whom) => gear.initialise(whom === "unaddressed" ? MASK : carried(whom)),
  findsAddressed: false,
  randomise: gear.randomise(),
  compare: gear.compare(),
  withdraw: gear.withdraw(),
  terminate: gear.terminate(),
  searchAddress: [gear.searchAddrH, gear.searchAddrM, gear.searchAddrL],
  program: (address) => gear.programShortAddress(carried(address)),
  queryShort: gear.queryShortAddress(),
  queryMissing: gear.queryMissingShortAddress(BROADCAST_UNADDRESSED),
  randomAddress: [gear.queryRandomAddressH, gear.queryRandomAddressM, gear.queryRandomAddressL],
  move: (from, to) => [gear.dtr0(carried(to)), gear.setShortAddress(from)],
};

const ALL_DEVICES = 0x7f;

/**
 * `all`: INITIALISE goes to all devices (0x7F, seen to work on real ones), not to those without an address (0xFF: not
 * verified that every model obeys it).
 */
export const devices = (all: boolean): Wire => ({
  initialise: (whom) => device.initialise(whom === "unaddressed" ? (all ? ALL_DEVICES : MASK) : whom),
  findsAddressed: all,
  randomise: device.randomise(),
  compare: device.compare(),
  withdraw: device.withdraw(),
  terminate: device.terminate(),
  searchAddress: [device.searchAddrH, device.searchAddrM, device.searchAddrL],
  program: (address) => device.programShortAddress(address ?? MASK),
  queryShort: device.queryShortAddress(),
  queryMissing: device.queryMissingShortAddress(UNADDRESSED_DEVICES),
  randomAddress: [device.queryRandomAddressH, device.queryRandomAddressM, device.queryRandomAddressL],
  move: (from, to) => [device.dtr0(to ?? MASK), device.setShortAddress(from)],
});
