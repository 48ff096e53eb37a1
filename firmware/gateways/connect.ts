import type { DaliGateway } from "../dali/gateway.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import { type GatewayKind, optionsOf } from "./kind.ts";

/** Where a bus' box is, as the configuration says. Which of them it must say, its kind decides. */
export interface GatewayPlace {
  readonly port?: string;
  readonly i2c?: { readonly adapter: string; readonly address: number };
  readonly options?: Readonly<Record<string, string>>;
}

/** How to open a box, again and again. Throws TypeError where its place lacks what the kind needs. */
export function connection(
  kind: GatewayKind,
  place: GatewayPlace,
  { bytes, i2c, clock }: Pick<Ports, "bytes" | "i2c" | "clock">,
  log: Log,
): (signal: AbortSignal) => Promise<DaliGateway> {
  const options = optionsOf(kind, place.options);
  const opening = (signal: AbortSignal) => ({ clock, log, signal, options });
  const missing = (what: string) => new TypeError(`gateway ${kind.name} needs ${what}`);
  switch (kind.wire) {
    case "bytes": {
      if (place.port === undefined) throw missing("a port");
      const port = bytes(place.port, kind.settings);
      return async (signal) => kind.open(await port.open(signal), opening(signal));
    }
    case "i2c": {
      const { i2c: chip } = place;
      if (!chip) throw missing("i2c");
      return async (signal) => kind.open(await i2c(chip.adapter), chip.address, opening(signal));
    }
    case "modbus":
      throw missing("a line");
  }
}
