import { resolve } from "node:path";
import type { Ports, TlsDoor } from "../hal/ports.ts";
import { atExit } from "./at-exit.ts";
import { bytePort } from "./bytes.ts";
import { listenTcp } from "./bytes-listen.ts";
import { keptClock } from "./clock.ts";
import { edgeStream } from "./edges.ts";
import { gpioTools } from "./gpio-tools.ts";
import { linuxI2c } from "./i2c.ts";
import { fileJournal } from "./journal.ts";
import { doorOf, visitors } from "./local-socket.ts";
import { webPage } from "./pages.ts";
import { linuxPins } from "./pin.ts";
import { fileStore } from "./store.ts";

/** The machine's real ports. Paths of devices and of files that are relative are taken from `base`; small state is kept in `state`. */
export function linuxPorts(base: string, state: string): Ports {
  const clock = keptClock();
  const exit = atExit();
  const tools = gpioTools();
  const random = { next: Math.random };
  return {
    clock,
    random,
    store: fileStore(state),
    journal: (limits) => fileJournal(state, limits, clock, random, exit),
    bytes: (address, settings) => bytePort(address.includes("://") ? address : resolve(base, address), settings),
    i2c: linuxI2c(clock).open,
    ...linuxPins(tools, exit),
    edges: (pin) => edgeStream(pin, tools, exit),
    page: webPage,
    listen: (address, port, signal, tls) => listenTcp(address, port, signal, tls && doorIn(base, tls)),
    visitors: (signal) => visitors(doorOf(state), signal),
  };
}

const doorIn = (base: string, { ca, certificate, key, ...door }: TlsDoor): TlsDoor => ({
  ...door,
  ca: resolve(base, ca),
  certificate: resolve(base, certificate),
  key: resolve(base, key),
});
