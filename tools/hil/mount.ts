/** What of a cabinet goes where in the emulated machine: each device behind a USB plug of its own, so that it can be pulled. */
import { parseDocument } from "yaml";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { PinAddress } from "../../firmware/hal/pin.ts";
import { attachments, pinsOf } from "../../sim/scenarios/devices.ts";
import { RigMissing } from "./rig.ts";

export interface Mounting {
  /** The configuration as the machine's runtime needs it. */
  readonly text: string;
  /** Serial lines, by the address that the cabinet's own configuration has. */
  readonly serial: readonly { readonly id: string; readonly name: string; readonly address: string }[];
  /** CP2112s: one for each I2C adapter, one for each GPIO chip. */
  readonly bridges: readonly Bridge[];
}

export interface Bridge {
  readonly id: string;
  /** The adapter or the chip it stands for, as the cabinet's own configuration names it. */
  readonly adapter?: string;
  readonly chip?: string;
  /** The chip's lines, in the order of the CP2112's. */
  readonly pins: readonly PinAddress[];
}

const EXPANDER = /.@0x[0-9a-fA-F]{1,2}$/;
const LINES = 8;

/** `placeOf`: the USB place (`1-2`) of the n-th CP2112. Rejects with RigMissing what no machine of the rig has room for. */
export function mount(text: string, config: CabinetConfig, placeOf: (index: number) => string): Mounting {
  const devices = [...attachments(config)];
  // Units that share a Modbus line share its plug.
  const serial = devices.flatMap(([component, device], index) =>
    device.on === "port" && devices.findIndex(([, one]) => one.on === "port" && one.port === device.port) === index
      ? [{ id: `serial${index}`, name: component.replace(/[^a-z0-9]/g, "-"), address: device.port }]
      : [],
  );
  const pins = pinsOf(config);
  const expander = pins.find(({ chip }) => EXPANDER.test(chip));
  // The guest's kernel would have to be told of the chip at each replug; a door that is never found is a wrong verdict.
  if (expander) throw new RigMissing(`${expander.chip}: the emulated machine has no expanders; in-process has`);
  const chips = [...new Set(pins.map(({ chip }) => chip))];
  const adapters = [
    ...new Set([
      ...devices.flatMap(([, device]) => (device.on === "i2c" ? [device.adapter] : [])),
      ...config.outputs.flatMap(({ readBack }) => (readBack ? [readBack.i2c.adapter] : [])),
    ]),
  ];
  const bridges: Bridge[] = [
    ...adapters.map((adapter) => ({ adapter, pins: [] })),
    ...chips.map((chip) => ({ chip, pins: distinct(pins.filter((pin) => pin.chip === chip)) })),
  ].map((bridge, index) => ({ id: `bridge${index}`, ...bridge }));
  for (const { chip, pins: lines } of bridges)
    if (lines.length > LINES)
      throw new RigMissing(`${chip}: ${lines.length} lines; the emulated machine has room for ${LINES} of a chip`);

  const adapterOf = (name: string): string =>
    `CP2112 SMBus Bridge @${placeOf(bridges.findIndex(({ adapter }) => adapter === name))}`;
  const pinOf = ({ chip, offset }: PinAddress): PinAddress => {
    const index = bridges.findIndex((bridge) => bridge.chip === chip);
    const line = (bridges[index] as Bridge).pins.findIndex((pin) => pin.offset === offset);
    return { chip: `cp2112_gpio @${placeOf(index)}`, offset: line };
  };

  const document = parseDocument(text);
  for (const list of ["buses", "outputs", "counters", "contacts", "meters"] as const)
    (config[list] as readonly Entry[]).forEach((entry, index) => {
      const set = (path: readonly (string | number)[], value: unknown) => document.setIn([list, index, ...path], value);
      const line = serial.find(({ address }) => address === entry.port);
      if (entry.port !== undefined) set(["port"], `/dev/serial/by-id/usb-${line?.name}`);
      if (entry.i2c) set(["i2c", "adapter"], adapterOf(entry.i2c.adapter));
      const wire = (at: readonly (string | number)[], given: PinAddress) => {
        const pin = pinOf(given);
        set([...at, "pin", "chip"], pin.chip);
        set([...at, "pin", "offset"], pin.offset);
      };
      if (entry.pin) wire([], entry.pin);
      for (const [at, relay] of (entry.relays ?? []).entries()) wire(["relays", at], relay.pin);
      if (entry.readBack) set(["readBack", "i2c", "adapter"], adapterOf(entry.readBack.i2c.adapter));
    });
  return { text: document.toString(), serial, bridges };
}

interface Entry {
  readonly port?: string;
  readonly i2c?: { readonly adapter: string };
  readonly pin?: PinAddress;
  readonly relays?: readonly { readonly pin: PinAddress }[];
  readonly readBack?: { readonly i2c: { readonly adapter: string } };
}

const distinct = (pins: readonly PinAddress[]): PinAddress[] =>
  pins.filter((pin, index) => pins.findIndex(({ offset }) => offset === pin.offset) === index);
