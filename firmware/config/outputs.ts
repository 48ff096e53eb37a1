import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, seconds } from "../../controllers/units.ts";
import type { LineSettings } from "../hal/bytes.ts";
import type { PinAddress } from "../hal/pin.ts";
import { MODBUS_OUTPUTS, type ModbusOutputKind, OUTPUTS, type OutputKind } from "../outputs/list.ts";
import type { ReadBackInput } from "../outputs/options.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ConfigFile } from "./schema.ts";

export type OutputConfig = {
  readonly id: ComponentId;
  readonly relays: readonly RelayConfig[];
  readonly readBack?: ReadBackConfig;
} & (
  | { readonly kind: OutputKind; readonly i2c: ChipAddress }
  | {
      readonly kind: ModbusOutputKind;
      readonly port: string;
      readonly address: number;
      readonly baud: number;
      readonly safety?: Duration;
    }
);

export interface ChipAddress {
  /** Alias in the device tree, or name of the adapter. */
  readonly adapter: string;
  /** 7-bit. */
  readonly address: number;
}

export interface RelayConfig {
  readonly lamps: readonly ComponentId[];
  readonly pin: PinAddress;
  readonly onWhen: "high" | "low";
  readonly hold: Duration;
}

export interface ReadBackConfig {
  readonly i2c: ChipAddress;
  /** Volts. */
  readonly tolerance: number;
  readonly lasting: Duration;
  readonly inputs: readonly ReadBackInput[];
}

type OutputEntry = NonNullable<ConfigFile["outputs"]>[number];

/** What rules and defaults need to know of a kind of output. */
export function outputDriver(
  kind: OutputKind | ModbusOutputKind,
):
  | { readonly wire: "i2c"; readonly channels: number }
  | { readonly wire: "modbus"; readonly channels: number; readonly settings: LineSettings } {
  return kind in OUTPUTS
    ? { wire: "i2c", channels: OUTPUTS[kind as OutputKind].channels }
    : { wire: "modbus", ...MODBUS_OUTPUTS[kind as ModbusOutputKind] };
}

/** From an entry that passed every check; `lamps` are all of the output. */
export function outputOf(entry: OutputEntry, lamps: readonly ComponentId[]): OutputConfig {
  const { id, kind, i2c, port, address, baud, safety, relays = [], readBack } = entry;
  const driver = outputDriver(kind);
  const wire =
    driver.wire === "i2c"
      ? { i2c }
      : {
          port,
          address,
          baud: baud ?? driver.settings.baud,
          ...(safety === undefined ? {} : { safety: seconds(safety) }),
        };
  return {
    id,
    kind,
    ...wire,
    relays: relays.map((relay) => ({
      lamps: relay.lamps ?? lamps,
      pin: relay.pin,
      onWhen: relay.onWhen,
      hold: seconds(relay.hold ?? DEFAULTS.relay.hold),
    })),
    ...(readBack
      ? {
          readBack: {
            i2c: readBack.i2c,
            tolerance: readBack.tolerance ?? DEFAULTS.readBack.tolerance,
            lasting: seconds(readBack.lasting ?? DEFAULTS.readBack.lasting),
            inputs: readBack.inputs,
          },
        }
      : {}),
  } as OutputConfig;
}
