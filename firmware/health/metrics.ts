import { CLOCK_QUALITIES } from "../hal/clock.ts";
import type { Room } from "../hal/machine.ts";
import type { Figures } from "./figures.ts";
import type { Family, Sample } from "./openmetrics.ts";

type Labels = Readonly<Record<string, string>>;

/** One sample, or none where the figure is not known. */
const one = (value: number | boolean | null | undefined, labels?: Labels): readonly Sample[] =>
  value === null || value === undefined ? [] : [{ value: Number(value), ...(labels ? { labels } : {}) }];

const each = (values: Readonly<Record<string, number | null>>, label: string): readonly Sample[] =>
  Object.entries(values).flatMap(([name, value]) => one(value, { [label]: name }));

const room = (name: string, what: string, value: Room | null | undefined): readonly Family[] => [
  {
    name: `hulotte_${name}_free_bytes`,
    type: "gauge",
    unit: "bytes",
    help: `${what}, free`,
    samples: one(value?.free),
  },
  {
    name: `hulotte_${name}_size_bytes`,
    type: "gauge",
    unit: "bytes",
    help: `${what}, in all`,
    samples: one(value?.size),
  },
];

/**
 * The figures of a cabinet as metrics. Of lamps only how many are in which state: what a single lamp does tells where somebody walks.
 */
export const metricsOf = (figures: Figures): readonly Family[] => [
  {
    name: "hulotte",
    type: "info",
    help: "What runs: versions of the runtime, of Node.js, of the kernel, and the RSMP 4 draft it speaks",
    samples: one(1, { ...figures.versions }),
  },
  {
    name: "hulotte_uptime_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Time since the runtime began",
    samples: one(figures.uptime),
  },
  {
    name: "hulotte_clock",
    type: "stateset",
    help: "How good wall time is",
    samples: CLOCK_QUALITIES.map((quality) => ({
      labels: { hulotte_clock: quality },
      value: Number(figures.clock === quality),
    })),
  },
  ...machineMetrics(figures.machine),
  ...linkMetrics(figures),
  ...journalMetrics(figures.journal),
  {
    name: "hulotte_bus_utilisation_ratio",
    type: "gauge",
    unit: "ratio",
    help: "Part of the last minute that a DALI bus was in use",
    samples: each(figures.buses, "bus"),
  },
  {
    name: "hulotte_lamps",
    type: "gauge",
    help: "Lamps by state",
    samples: figures.lamps ? each({ ...figures.lamps }, "state") : [],
  },
];

const machineMetrics = (machine: Figures["machine"]): readonly Family[] => [
  {
    name: "hulotte_temperature_celsius",
    type: "gauge",
    unit: "celsius",
    help: "Temperatures of the machine, by the kernel's name of the sensor",
    samples: each(machine?.temperatures ?? {}, "sensor"),
  },
  {
    name: "hulotte_under_voltage",
    type: "gauge",
    help: "1 while the supply is below what the board needs",
    samples: one(machine?.underVoltage),
  },
  {
    name: "hulotte_throttled",
    type: "gauge",
    help: "1 while the processor is slowed down for heat or supply",
    samples: one(machine?.throttled),
  },
  ...room("disk", "File system of the cabinet's state", machine?.disk),
  ...room("memory", "Memory of the machine", machine?.memory),
  {
    name: "hulotte_resident_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Resident memory of the runtime",
    samples: one(machine?.resident),
  },
  {
    name: "hulotte_written_bytes",
    type: "counter",
    unit: "bytes",
    help: "What the runtime has had written to disks since it began",
    samples: one(machine?.written),
  },
  {
    name: "hulotte_cpu_seconds",
    type: "counter",
    unit: "seconds",
    help: "Processor time the runtime has used",
    samples: one(machine?.cpu),
  },
  {
    name: "hulotte_load_ratio",
    type: "gauge",
    unit: "ratio",
    help: "Programs that wanted a processor, mean of the last minute, for each processor there is",
    samples: one(machine?.load),
  },
  {
    name: "hulotte_loop_delay_seconds",
    type: "gauge",
    unit: "seconds",
    help: "How late the event loop came to what was due, in the minute before the last reading",
    samples: machine ? each({ mean: machine.delay.mean / 1000, longest: machine.delay.longest / 1000 }, "of") : [],
  },
];

const linkMetrics = ({ link }: Figures): readonly Family[] => [
  { name: "hulotte_link_connected", type: "gauge", help: "1 while there is a session", samples: one(link.connected) },
  counter("link_sessions", "Sessions with the broker", one(link.connections)),
  counter("link_published", "Messages handed to the broker", one(link.published)),
  counter("link_dropped", "Live updates dropped for want of a session or of room", one(link.dropped)),
  counter("link_commands", "Commands that came", one(link.commands)),
  counter("link_refused", "Commands refused, by reason", each(link.refused, "reason")),
  counter("link_repeated", "Commands that came again", one(link.repeated)),
  counter("link_ignored", "Messages without an answer", one(link.ignored)),
  counter("link_replayed", "Entries that were told by replay", one(link.replayed)),
  counter("link_fetches", "Fetches that were answered", one(link.fetches)),
  {
    name: "hulotte_link_in_flight",
    type: "gauge",
    help: "Messages whose acknowledgement is outstanding",
    samples: one(link.inFlight),
  },
  {
    name: "hulotte_link_round_trip_seconds",
    type: "gauge",
    unit: "seconds",
    help: "From a message to its acknowledgement, smoothed",
    samples: one(link.quality.roundTrip === null ? null : link.quality.roundTrip / 1000),
  },
  counter(
    "link_acknowledgements",
    "Messages by what became of them",
    each(
      {
        acknowledged: link.quality.acknowledged,
        refused: link.quality.refused,
        lost: link.quality.lost,
      },
      "outcome",
    ),
  ),
];

const journalMetrics = (journal: Figures["journal"]): readonly Family[] => [
  {
    name: "hulotte_journal_ok",
    type: "gauge",
    help: "1 while what is recorded is on the disk",
    samples: one(journal && journal.state === "ok"),
  },
  {
    name: "hulotte_journal_pending",
    type: "gauge",
    help: "Records that the broker has not yet got",
    samples: one(journal?.pending),
  },
  { name: "hulotte_journal_records", type: "gauge", help: "Records kept", samples: one(journal?.records) },
  {
    name: "hulotte_journal_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Size of the journal's files",
    samples: one(journal?.bytes),
  },
  counter(
    "journal_dropped",
    "Records dropped before they were delivered, by class",
    each(journal?.dropped ?? {}, "class"),
  ),
  counter("journal_quarantined", "Records that the broker refused for good", one(journal?.quarantined)),
  counter("journal_rebuilt", "Journals begun anew because the file could not be read", one(journal?.rebuilt)),
];

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name: `hulotte_${name}`,
  type: "counter",
  help,
  samples,
});
