import type { StatusValues } from "../link/modules.ts";
import { type Figures, hottest } from "./figures.ts";

/** The figures as the status `cabinet.health` has them; what is not known is left out. */
export function healthValues(figures: Figures): Partial<StatusValues<"cabinet.health">> {
  const { machine, link, journal, versions } = figures;
  const { roundTrip, lost } = link.quality;
  const temperature = machine && hottest(machine);
  return {
    version: versions.runtime,
    draft: versions.draft,
    node: versions.node,
    kernel: versions.kernel.slice(0, 80),
    clockSet: figures.clock !== "unset",
    clock: figures.clock,
    supply: word(machine?.underVoltage, "low", "good"),
    speed: word(machine?.throttled, "slowed", "full"),
    uptime: Math.round(figures.uptime),
    reconnects: Math.max(0, link.connections - 1),
    lost,
    ...(roundTrip === null ? {} : { roundTrip: Math.round(roundTrip) }),
    ...(typeof temperature === "number" ? { temperature: tenths(temperature) } : {}),
    ...(machine && {
      ...(machine.disk && machine.disk.size > 0
        ? { diskFree: Math.min(100, tenths((100 * machine.disk.free) / machine.disk.size)) }
        : {}),
      ...(machine.written === null ? {} : { written: tenths(machine.written / 1e6) }),
      ...(machine.memory ? { memoryFree: megabytes(machine.memory.free) } : {}),
      rss: megabytes(machine.resident),
      load: Math.round(machine.load * 100) / 100,
      delay: Math.round(machine.delay.longest),
    }),
    ...(journal && {
      pending: journal.pending,
      dropped: Object.values(journal.dropped).reduce((sum, one) => sum + one, 0),
    }),
  };
}

const word = <W extends string>(is: boolean | null | undefined, yes: W, no: W): W | "unknown" =>
  is === null || is === undefined ? "unknown" : is ? yes : no;

const tenths = (value: number): number => Math.round(value * 10) / 10;
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
