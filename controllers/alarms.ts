import type { DiagnosisCause } from "./lighting/diagnosis-model.ts";
import type { AlarmCode, ComponentId, Event, FaultKind, Reading } from "./model.ts";
import type { Instant } from "./units.ts";

/** The component that alarms of the cabinet itself are told for. */
export const CABINET: ComponentId = "cabinet/1";

/** Why an alarm is up. One component may have several causes for one alarm; it ends with the last of them. */
export type Cause = "fault" | "lamp" | "gear" | "silent" | "doubt" | "contact" | "clock" | "jump" | DiagnosisCause;

export interface Alarm {
  readonly code: AlarmCode;
  readonly component: ComponentId;
  /** What raised it, in words. */
  readonly message: string;
  readonly since: Instant;
  readonly causes: readonly Cause[];
}

/** The active alarms by code and component. */
export type Alarms = ReadonlyMap<string, Alarm>;

/** A cause that began (`message`) or is not there (null), for the alarm `code`; null code: for whichever alarm has it. */
export interface Finding {
  readonly code: AlarmCode | null;
  readonly component: ComponentId;
  readonly cause: Cause;
  readonly message: string | null;
  readonly at: Instant;
}

/** What a reading says about alarms: [] where nothing. */
export function findings(reading: Reading): Finding[] {
  const { source: component, at } = reading;
  switch (reading.kind) {
    case "lamp": {
      const lamp = reading.lampFailure ? "the lamp has failed" : null;
      const gear = reading.gearFailure ? "the control gear has failed" : null;
      return [
        { code: "lighting.lamp", component, cause: "lamp", message: lamp, at },
        { code: "lighting.gear", component, cause: "gear", message: gear, at },
      ];
    }
    case "contact":
      return [{ code: "access.door", component, cause: "contact", message: reading.open ? "open" : null, at }];
    case "fault": {
      const gone: Finding = { code: null, component, cause: "fault", message: null, at };
      if (reading.fault === null) return [gone];
      return [{ ...gone, code: codeOf(component, reading.fault), message: TOLD[reading.fault] }];
    }
    case "gear-settings":
    case "gear-identity":
    case "gear-diagnostics":
    case "count":
    case "forecast":
    case "light":
    case "level":
    case "power":
    case "energy":
      return [];
  }
}

/** What readings say about alarms. Most say nothing, and cost nothing. */
export function allFindings(readings: readonly Reading[]): readonly Finding[] {
  const all: Finding[] = [];
  for (const reading of readings) {
    if (reading.kind !== "count") for (const finding of findings(reading)) all.push(finding);
  }
  return all;
}

/** Whether a counter was found silent, which `footfall.sensor` tells like its faults. */
export const silenceFinding = (component: ComponentId, silent: boolean, at: Instant): Finding => ({
  code: "footfall.sensor",
  component,
  cause: "silent",
  message: silent ? "it has said nothing for too long" : null,
  at,
});

/** Whether the wall clock can be believed. */
export const clockFinding = (set: boolean, at: Instant): Finding => ({
  code: "cabinet.clock",
  component: CABINET,
  cause: "clock",
  message: set ? null : TOLD["clock-unset"],
  at,
});

/** Applies findings in order. Tells each alarm that began or ended; an alarm that only gains or loses one cause is not told. */
export function alarmsAfter(before: Alarms, found: readonly Finding[]): { alarms: Alarms; events: readonly Event[] } {
  if (found.length === 0) return { alarms: before, events: [] };
  const alarms = new Map(before);
  const events: Event[] = [];
  for (const { code, component, cause, message, at } of found) {
    // A cause has one code at a time: what it raised under another code is over.
    for (const [key, alarm] of alarms) {
      if (alarm.component !== component || !alarm.causes.includes(cause)) continue;
      if (message !== null && alarm.code === code) continue;
      const causes = alarm.causes.filter((other) => other !== cause);
      if (causes.length > 0) alarms.set(key, { ...alarm, causes });
      else {
        alarms.delete(key);
        events.push({ kind: "alarm", code: alarm.code, component, active: false, message: alarm.message, at });
      }
    }
    if (code === null || message === null) continue;
    const key = `${code} ${component}`;
    const alarm = alarms.get(key);
    if (!alarm) {
      alarms.set(key, { code, component, message, since: at, causes: [cause] });
      events.push({ kind: "alarm", code, component, active: true, message, at });
    } else if (!alarm.causes.includes(cause)) alarms.set(key, { ...alarm, causes: [...alarm.causes, cause] });
  }
  return { alarms: same(before, alarms) ? before : alarms, events };
}

const same = (a: Alarms, b: Alarms): boolean =>
  a.size === b.size && [...b].every(([key, alarm]) => a.get(key) === alarm);

/** Which alarm a fault at a component is. */
function codeOf(component: ComponentId, fault: FaultKind): AlarmCode {
  if (fault === "clock-unset") return "cabinet.clock";
  return ALARM_OF.get(component.split("/", 1)[0] as string) ?? "cabinet.port";
}

const ALARM_OF: ReadonlyMap<string, AlarmCode> = new Map([
  ["bus", "lighting.bus"],
  ["lamp", "lighting.gear"],
  ["output", "lighting.output"],
  ["counter", "footfall.sensor"],
  ["meter", "energy.meter"],
]);

const TOLD: Readonly<Record<FaultKind, string>> = {
  "port-missing": "its port is not there",
  "port-busy": "its port is used by another program",
  "port-denied": "its port may not be opened",
  "port-lost": "its port was lost",
  "bus-power-lost": "the bus has no power",
  "bus-short-circuit": "the bus is short-circuited",
  "gateway-silent": "the gateway does not answer",
  "gateway-full": "the gateway has no room for more frames",
  "gateway-fault": "the gateway is too hot, has a bad supply, or there is mains on the bus",
  "bus-collision": "frames collide on the bus",
  "in-maintenance": "a technician has the bus",
  "output-deviates": "what it gives is not what it was told",
  "gear-missing": "the control gear does not answer",
  "sensor-silent": "the sensor says nothing",
  protocol: "it answers what its protocol does not allow",
  "clock-unset": "the time is not known",
};
