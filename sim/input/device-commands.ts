/** What a control device does as a whole, IEC 62386-103 11.4 and 11.5; memory banks are not answered. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/device.ts";
import { byCode } from "../gear/table.ts";
import { UNSET } from "../search-target.ts";
import type { InputDevice } from "./device.ts";

type Act = (device: InputDevice) => number | undefined;

const YES = 0xff;
/** IEC 62386-103 edition 2.0, major in the upper six bits. */
const VERSION = 8;
const QUIET_FOR = 15 * 60_000;

const twice =
  (act: (device: InputDevice) => void): Act =>
  (device) => {
    if (device.again()) act(device);
    return undefined;
  };
const yes = (is: boolean): number | undefined => (is ? YES : undefined);

/** DTR2 and DTR1 are sixteen groups, from group `first`. */
const groups = (first: 0 | 16, join: boolean): Act =>
  twice((device) => {
    const bits = (((device.dtr2 << 8) | device.dtr1) << first) >>> 0;
    const { kept } = device;
    device.nvm.set(kept, "groups", (join ? kept.groups | bits : kept.groups & ~bits) >>> 0);
  });

function reset(device: InputDevice): void {
  const { kept, nvm } = device;
  nvm.set(kept, "groups", 0);
  nvm.set(kept, "randomAddress", UNSET);
  device.powerCycleSeen = false;
  for (const { settings, sensor } of device.instances) {
    nvm.set(settings, "enabled", true);
    nvm.set(settings, "scheme", 0);
    nvm.set(settings, "filter", sensor.filter);
    nvm.set(settings, "priority", sensor.priority);
    for (const which of settings.groups.keys()) nvm.set(settings.groups, which, MASK);
  }
}

const isReset = ({ kept, instances }: InputDevice): boolean =>
  kept.groups === 0 &&
  kept.randomAddress === UNSET &&
  instances.every(
    ({ settings, sensor }) =>
      settings.enabled &&
      settings.scheme === 0 &&
      settings.filter === sensor.filter &&
      settings.priority === sensor.priority &&
      settings.groups.every((group) => group === MASK),
  );

const status = (device: InputDevice): number =>
  cmd.queryDeviceStatus.row.reading.byteOf({
    quiescentMode: device.quiescent,
    missingShortAddress: device.shortAddress === null,
    powerCycleSeen: device.powerCycleSeen,
    resetState: isReset(device),
  });

const CAPABILITIES = cmd.queryDeviceCapabilities.row.reading.byteOf({ instancesPresent: true });

const COMMANDS = byCode<Act>([
  [
    cmd.resetPowerCycleSeen,
    twice((device) => {
      device.powerCycleSeen = false;
    }),
  ],
  [cmd.reset, twice(reset)],
  [cmd.setShortAddress, twice((device) => device.takeShortAddress(device.dtr0))],
  [cmd.addToDeviceGroups0To15, groups(0, true)],
  [cmd.addToDeviceGroups16To31, groups(16, true)],
  [cmd.removeFromDeviceGroups0To15, groups(0, false)],
  [cmd.removeFromDeviceGroups16To31, groups(16, false)],
  [
    cmd.startQuiescentMode,
    twice((device) => {
      device.quietUntil = device.now + QUIET_FOR;
    }),
  ],
  [
    cmd.stopQuiescentMode,
    twice((device) => {
      device.quietUntil = Number.NEGATIVE_INFINITY;
    }),
  ],
  [cmd.savePersistentVariables, twice((device) => device.nvm.save())],
  [cmd.queryDeviceStatus, status],
  [cmd.queryMissingShortAddress, (device) => yes(device.shortAddress === null)],
  [cmd.queryVersionNumber, () => VERSION],
  [cmd.queryNumberOfInstances, ({ instances }) => instances.length],
  [cmd.queryContentDtr0, ({ dtr0 }) => dtr0],
  [cmd.queryContentDtr1, ({ dtr1 }) => dtr1],
  [cmd.queryContentDtr2, ({ dtr2 }) => dtr2],
  [cmd.queryRandomAddressH, ({ search }) => search.randomAddress >> 16],
  [cmd.queryRandomAddressM, ({ search }) => (search.randomAddress >> 8) & 0xff],
  [cmd.queryRandomAddressL, ({ search }) => search.randomAddress & 0xff],
  [cmd.queryOperatingMode, () => 0],
  [cmd.queryQuiescentMode, (device) => yes(device.quiescent)],
  [cmd.queryDeviceGroups0To7, ({ groups: all }) => all & 0xff],
  [cmd.queryDeviceGroups8To15, ({ groups: all }) => (all >>> 8) & 0xff],
  [cmd.queryDeviceGroups16To23, ({ groups: all }) => (all >>> 16) & 0xff],
  [cmd.queryDeviceGroups24To31, ({ groups: all }) => all >>> 24],
  [cmd.queryDeviceCapabilities, () => CAPABILITIES],
  [cmd.queryResetState, (device) => yes(isReset(device))],
]);

export const deviceCommand = (device: InputDevice, opcode: number): number | undefined => COMMANDS[opcode]?.(device);
