/** Time and chance of the machine Node-RED runs on: these nodes live in a host program that has no ports to hand in. */
import { setTimeout as passed } from "node:timers/promises";
import { duration, instant } from "../controllers/units.ts";
import type { SupervisorOptions } from "../firmware/link/supervisor.ts";

export const clock: SupervisorOptions["clock"] = {
  now: () => instant(Date.now()),
  monotonic: () => duration(performance.now()),
  isSet: () => true,
  quality: () => "held",
  sleep: (d, _name, signal) =>
    passed(d, undefined, signal ? { signal } : {}).catch(() => {
      throw signal?.reason;
    }),
};

const draw = new Uint32Array(1);

/** Unforeseeable: correlations of commands must not be guessed by another client. */
export const random: SupervisorOptions["random"] = {
  next: () => (crypto.getRandomValues(draw)[0] as number) / 2 ** 32,
};
