import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Figures } from "./figures.ts";
import { metricsOf } from "./metrics.ts";
import { type Family, openMetrics } from "./openmetrics.ts";

/** Reads an exposition by the grammar of OpenMetrics 1.0 and its rules on names; throws where a line breaks one. */
function parse(text: string): Map<string, number> {
  assert.ok(text.endsWith("# EOF\n"), "it ends with # EOF");
  const lines = text.slice(0, -"# EOF\n".length).split("\n");
  assert.is(lines.pop(), "");
  const found = new Map<string, number>();
  const families = new Set<string>();
  let family = { name: "", type: "", help: false };
  for (const line of lines) {
    const descriptor = /^# (TYPE|UNIT|HELP) ([a-zA-Z_][a-zA-Z0-9_]*) (.*)$/.exec(line);
    if (descriptor) {
      const [, kind, name = "", rest = ""] = descriptor;
      if (kind === "TYPE") {
        assert.ok(!families.has(name), `${name} once`);
        families.add(name);
        family = { name, type: rest, help: false };
      } else assert.is(name, family.name);
      if (kind === "UNIT") assert.ok(name.endsWith(`_${rest}`), line);
      if (kind === "HELP") {
        assert.match(rest, /^([^"\\]|\\["\\n])*$/);
        family.help = true;
      }
      continue;
    }
    const sample = /^([a-zA-Z_][a-zA-Z0-9_]*)(\{.*\})? (\+Inf|-Inf|NaN|-?[0-9.]+(e[+-]?[0-9]+)?)$/.exec(line);
    assert.ok(sample, `a sample: ${line}`);
    const [, name = "", labels = "", value = ""] = sample;
    const suffix = { gauge: "", counter: "_total", info: "_info", stateset: "" }[family.type];
    assert.is(name, family.name + suffix, line);
    assert.ok(family.help, `${name} has its help first`);
    if (labels) assert.match(labels, /^\{([a-zA-Z_]\w*="([^"\\]|\\["\\n])*"(,(?!\})|(?=\})))+\}$/);
    assert.ok(!found.has(name + labels), `${line} once`);
    found.set(name + labels, Number(value.replace("Inf", "Infinity")));
  }
  return found;
}

const FIGURES: Figures = {
  uptime: 61.5,
  versions: { runtime: "0.1.0", draft: "2026-02-26", node: "24.21.0", kernel: "6.12" },
  clock: "held",
  machine: {
    temperatures: { "cpu-thermal": 48.3 },
    underVoltage: true,
    throttled: null,
    disk: { free: 12e9, size: 16e9 },
    memory: null,
    resident: 91e6,
    written: 12345,
    cpu: 1.5,
    load: 0.25,
    delay: { mean: 0.5, longest: 12 },
  },
  link: {
    connected: true,
    connections: 2,
    published: 7,
    dropped: 0,
    commands: 1,
    refused: { expired: 1, signature: 2 },
    repeated: 0,
    ignored: 0,
    replayed: 3,
    fetches: 0,
    inFlight: 2,
    quality: { roundTrip: 42, acknowledged: 6, refused: 0, lost: 1 },
  } as unknown as Figures["link"],
  journal: {
    state: "full",
    records: 9,
    pending: 4,
    bytes: 8192,
    dropped: { periodic: 2, event: 1, result: 0, alarm: 0 },
    quarantined: 0,
    rebuilt: 0,
  },
  buses: { "bus/1": 0.12, "bus/2": null },
  lamps: { lit: 20, dark: 4, failed: 1, unknown: 1 },
};

test("a cabinet's figures are an exposition that a strict reader takes, and none is made up", () => {
  const found = parse(openMetrics(metricsOf(FIGURES)));
  const expected = {
    'hulotte_info{runtime="0.1.0",draft="2026-02-26",node="24.21.0",kernel="6.12"}': 1,
    hulotte_uptime_seconds: 61.5,
    'hulotte_clock{hulotte_clock="held"}': 1,
    'hulotte_clock{hulotte_clock="synchronised"}': 0,
    'hulotte_temperature_celsius{sensor="cpu-thermal"}': 48.3,
    hulotte_under_voltage: 1,
    hulotte_disk_free_bytes: 12e9,
    hulotte_written_bytes_total: 12345,
    hulotte_cpu_seconds_total: 1.5,
    'hulotte_loop_delay_seconds{of="longest"}': 0.012,
    hulotte_link_connected: 1,
    hulotte_link_sessions_total: 2,
    'hulotte_link_refused_total{reason="signature"}': 2,
    hulotte_link_round_trip_seconds: 0.042,
    hulotte_link_in_flight: 2,
    hulotte_link_replayed_total: 3,
    'hulotte_link_acknowledgements_total{outcome="lost"}': 1,
    hulotte_journal_ok: 0,
    hulotte_journal_pending: 4,
    'hulotte_journal_dropped_total{class="periodic"}': 2,
    'hulotte_bus_utilisation_ratio{bus="bus/1"}': 0.12,
    'hulotte_lamps{state="failed"}': 1,
  };
  for (const [name, value] of Object.entries(expected)) assert.is(found.get(name), value, name);
  for (const name of ["hulotte_throttled", "hulotte_memory_free_bytes", 'hulotte_bus_utilisation_ratio{bus="bus/2"}'])
    assert.is(found.has(name), false, name);
  assert.not.match(openMetrics(metricsOf(FIGURES)), "throttled");
  const bare = parse(openMetrics(metricsOf({ ...FIGURES, machine: null, journal: null, lamps: null, buses: {} })));
  assert.is(bare.get("hulotte_uptime_seconds"), 61.5);
  assert.equal(
    [...bare.keys()].filter((name) => /lamps|journal|memory/.test(name)),
    [],
  );
});

test("whatever a label or a help text holds, a strict reader takes it, and finds it again", () => {
  const unit = fc.constantFrom('"', "\\", "\n", "a", "é", "}", ",", "=", " ", "#");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (value) => {
      const family: Family = { name: "a", type: "gauge", help: value, samples: [{ labels: { b: value }, value: 1 }] };
      const [name = ""] = parse(openMetrics([family])).keys();
      const inside = name.slice('a{b="'.length, -'"}'.length);
      assert.is(
        inside.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one)),
        value,
      );
    }),
  );
});

test("what may not be in an exposition is the caller's mistake", () => {
  const family: Family = { name: "a", type: "gauge", help: "", samples: [{ value: 1 }] };
  assert.throws(() => openMetrics([family, family]), /metric a: allowed is a name once/);
  assert.throws(() => openMetrics([{ ...family, name: "a-b" }]), /metric a-b/);
  assert.throws(() => openMetrics([{ ...family, unit: "bytes" }]), /must end with _bytes/);
  assert.throws(() => openMetrics([{ ...family, samples: [{ value: 1 }, { value: 2 }] }]), /metric a: allowed once/);
  assert.throws(() => openMetrics([{ ...family, samples: [{ value: 1, labels: { "b-c": "" } }] }]), /label b-c/);
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => openMetrics([{ ...family, type: "counter", samples: [{ value }] }]), /counter a is/);
  assert.is(openMetrics([]), "# EOF\n");
  assert.match(openMetrics([{ ...family, samples: [{ value: Number.NEGATIVE_INFINITY }] }]), /^a -Inf$/m);
});

test.run();
