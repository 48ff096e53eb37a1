import type { ComponentId } from "../../controllers/model.ts";
import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { PinAddress } from "../../firmware/hal/pin.ts";

/** How the machine reaches a component. */
export type Attachment =
  | { readonly on: "port"; readonly port: string }
  | { readonly on: "i2c"; readonly adapter: string; readonly address: number }
  | { readonly on: "pin"; readonly pin: PinAddress };

/** The components that are devices of their own, with how the machine reaches each. Lamps hang on lines, not on the machine. */
export function attachments(config: CabinetConfig): ReadonlyMap<ComponentId, Attachment> {
  const found = new Map<ComponentId, Attachment>();
  for (const device of [
    ...config.buses,
    ...config.outputs,
    ...config.counters,
    ...config.meters,
    ...config.contacts,
  ] as readonly Device[]) {
    if (device.port !== undefined) found.set(device.id, { on: "port", port: device.port });
    else if (device.i2c) found.set(device.id, { on: "i2c", ...device.i2c });
    else if (device.pin) found.set(device.id, { on: "pin", pin: device.pin });
  }
  return found;
}

interface Device {
  readonly id: ComponentId;
  readonly port?: string;
  readonly i2c?: { readonly adapter: string; readonly address: number };
  readonly pin?: PinAddress;
}

/** The pins that a configuration names, those of relays too, each once. */
export const pinsOf = (config: CabinetConfig): readonly PinAddress[] => [
  ...[...attachments(config).values()].flatMap((attachment) => (attachment.on === "pin" ? [attachment.pin] : [])),
  ...config.outputs.flatMap(({ relays }) => relays.map(({ pin }) => pin)),
];
