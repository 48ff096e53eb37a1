import { resolve } from "node:path";
import type { Ports } from "../hal/ports.ts";
import { bytePort } from "./bytes.ts";
import { systemClock } from "./clock.ts";
import { i2cBus } from "./i2c.ts";
import { inputPin, outputPin } from "./pin.ts";
import { fileStore } from "./store.ts";

/** The machine's real ports. Device paths that are relative are taken from `base`; small state is kept in `state`. */
export function linuxPorts(base: string, state: string): Ports {
  return {
    clock: systemClock,
    random: { next: Math.random },
    store: fileStore(state),
    bytes: (address, settings) => bytePort(address.includes("://") ? address : resolve(base, address), settings),
    i2c: i2cBus,
    input: inputPin,
    output: outputPin,
  };
}
